"""What the public app does not know, nobody can get out of it."""

from recommender.settings import SECRETS
from tests.service.newsroom import Newsroom


def test_the_public_app_forgets_where_the_catalogue_is(newsroom: Newsroom) -> None:
    secrets = {name: f"https://anna:open-sesame@{name}" for name in SECRETS}
    app = newsroom.app(**secrets)

    assert {getattr(app.config["MOREFROM"], name) for name in SECRETS} == {None}
    assert "sesame" not in repr(vars(app.extensions["morefrom.live"]))
