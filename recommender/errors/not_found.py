"""A well-formed name of something that is not there."""

from datetime import datetime

from recommender.errors.base import MorefromError, shorten


class NotFound(MorefromError):
    """A well-formed name of something that is not there."""


class UnknownArticle(NotFound):
    """No article of that id."""

    def __init__(self, article_id: str, where: str, remedy: str) -> None:
        self.article_id = article_id
        super().__init__(f"There is no article {shorten(article_id)} in {where}; {remedy}.")


class UnknownVersion(NotFound):
    """No model version of that id."""

    def __init__(self, version_id: str) -> None:
        self.version_id = version_id
        super().__init__(
            f"There is no model version {shorten(version_id)}; “morefrom versions” lists them."
        )


class VersionGone(NotFound):
    """A model version was trained here, and its files are no longer kept."""

    def __init__(self, version_id: str) -> None:
        self.version_id = version_id
        super().__init__(
            f"The files of model version {version_id} are no longer here, so that nothing it "
            "answered can be computed again; bring its folder back from a backup."
        )


class ErasedArticle(NotFound):
    """An article was erased, and what has its id is not taken in again."""

    def __init__(self, article_id: str, at: datetime) -> None:
        self.article_id = article_id
        self.at = at
        super().__init__(
            f"Article {shorten(article_id)} was erased at {at:%Y-%m-%d %H:%M:%S} UTC, and nothing "
            "with its id is taken in again; publish under another id what may be published."
        )


class ErasedAnswer(NotFound):
    """An answer of which an article was a part that has been erased since."""

    def __init__(self, article_id: str, at: datetime, n_others: int = 0) -> None:
        self.article_id = article_id
        self.at = at
        others = f", or one of {n_others} others that were," if n_others else ""
        super().__init__(
            f"This answer cannot be computed again, for article {shorten(article_id)}{others} had "
            f"a part in it: erased at {at:%Y-%m-%d %H:%M:%S} UTC."
        )


class UnknownPlacement(NotFound):
    """No placement of that name is in force."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name = name
        self.known = known
        super().__init__(
            f"There is no placement {shorten(name)}; known are {', '.join(known)}, and “morefrom "
            "placements” shows them."
        )


class UnknownToken(NotFound):
    """No token of that name is in force."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"There is no token {shorten(name)} in force; see “morefrom token list”.")


class UnknownPerson(NotFound):
    """Nobody of that name may use the desk."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"There is nobody called {shorten(name)} who may use the desk; “morefrom people list” "
            "says who may."
        )


class NoChampion(NotFound):
    """Nothing has been promoted yet."""

    def __init__(self) -> None:
        super().__init__(
            "No model has been promoted yet; run “morefrom train --promote” after an import."
        )


class NoChampionThen(NotFound):
    """Nothing had been promoted yet at an instant of the past."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant
        super().__init__(
            f"Nothing was served at {instant:%Y-%m-%d %H:%M:%S} UTC: no model had been promoted "
            "yet; “morefrom versions” says when the first was trained."
        )
