"""What the public app does not know, nobody can get out of it."""

from tests.service.newsroom import Newsroom


def test_the_public_app_forgets_where_the_catalogue_is(newsroom: Newsroom) -> None:
    app = newsroom.app(database_url="postgresql://anna:open-sesame@db/news")

    assert app.config["MOREFROM"].database_url is None
    assert "sesame" not in repr(vars(app.extensions["morefrom.live"]))
