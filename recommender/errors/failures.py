"""What was refused, or failed, with the right input."""

from pathlib import Path

from recommender.errors.base import MorefromError, shorten


class BrokenBundle(MorefromError):
    """A file of a bundle, overlay or pointer differs from what it should be."""

    def __init__(self, path: Path | str, found: object, expected: object, remedy: str) -> None:
        self.path = Path(path)
        self.found = found
        self.expected = expected
        super().__init__(f"{path} is damaged: found {found}, expected {expected}; {remedy}.")


class BrokenBackup(MorefromError):
    """A backup differs from what was written, or never was one."""

    def __init__(self, path: Path | str, problem: str) -> None:
        self.path = Path(path)
        self.problem = problem
        super().__init__(
            f"{path} is no sound backup: {problem}; nothing was changed, restore another one."
        )


class HomeNotEmpty(MorefromError):
    """A home already has what a restore would bring."""

    def __init__(self, found: str, where: Path | str) -> None:
        super().__init__(
            f"Nothing is restored over what is there: found {found} at {where}; name an empty home "
            "with “--home”, or move this away."
        )


class CannotWrite(MorefromError):
    """A file or folder of ours cannot be written; what stood there before still does."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = Path(path)
        self.reason = reason
        super().__init__(
            f"Cannot write {path}: {reason}; nothing was changed, mend this and run the same again."
        )


class CannotReport(MorefromError):
    """What a command has to say cannot be written where it should go."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Cannot write to standard output: {reason}; what you asked for may be done all the "
            "same, so look before you run it again."
        )


class DoubtfulExport(MorefromError):
    """A full export lacks so much that it is rather broken than true."""

    def __init__(self, n_absent: int, n_published: int, doubt: str) -> None:
        self.n_absent = n_absent
        self.n_published = n_published
        super().__init__(
            f"The export lacks {n_absent:,} of {n_published:,} published articles, and {doubt}; "
            "nothing was changed: mend the export, or say “--force” to have them retracted."
        )


class NothingToTrain(MorefromError):
    """The catalogue has no article that a model could be made from."""

    def __init__(self, n_articles: int) -> None:
        self.n_articles = n_articles
        super().__init__(
            f"There is nothing to train on: of the {n_articles} articles in the catalogue none is "
            "published and free of embargo; import some with “morefrom import FILE”."
        )


class NothingToMeasure(MorefromError):
    """There is no truth that says anything of the articles of a version."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"There is nothing to measure by: {problem}; {remedy}.")


class NothingToRollBackTo(MorefromError):
    """Fewer than two different versions have been promoted."""

    def __init__(self) -> None:
        super().__init__("There is no earlier promotion to roll back to; see “morefrom versions”.")


class NothingToTakeBack(MorefromError):
    """None of an editor's ratings stands."""

    def __init__(self, author: str) -> None:
        super().__init__(f"There is no rating of {author} to take back; see “morefrom log”.")


class CatalogueUnavailable(MorefromError):
    """The database cannot be opened, read or written."""

    def __init__(self, where: str, reason: str, remedy: str) -> None:
        super().__init__(f"The catalogue at {where} cannot be used: {reason}; {remedy}.")


class CannotListen(MorefromError):
    """The address that an app should listen on cannot be had."""

    def __init__(self, host: str, port: int, reason: str, setting: str = "port") -> None:
        super().__init__(
            f"Cannot listen on port {port} of {host}: {reason}; stop what uses it, or choose "
            f"another with the setting “{setting}”."
        )


class ServerFailed(MorefromError):
    """The public app did not come to its first answer."""

    def __init__(self, exit_code: int | None) -> None:
        end = (
            "was silent for too long" if exit_code is None else f"ended with exit code {exit_code}"
        )
        super().__init__(f"The public app {end} before its first answer; its words stand above.")


class WorkersKilled(MorefromError):
    """Processes that work for this one were killed, again and again."""

    def __init__(self) -> None:
        super().__init__(
            "Worker processes were killed again and again, as happens where memory runs out; "
            "nothing was changed: free some memory, or run it again with “--jobs 1”."
        )


class Interrupted(MorefromError):
    """Somebody ended a command that could have gone on, and what it did is kept."""

    exit_code = 130

    def __init__(self, n_done: int, n_all: int) -> None:
        super().__init__(
            f"Interrupted with {n_done:,} of {n_all:,} articles compared; these are kept, and the "
            "next “morefrom train” goes on from there unless articles or settings change."
        )


class Outdated(MorefromError):
    """An article is not at the revision that somebody takes it to be at."""

    def __init__(self, article_id: str, current: str | None) -> None:
        self.article_id = article_id
        self.current = current
        state = "is not there" if current is None else f"is at revision “{current}”"
        super().__init__(
            f"Article {shorten(article_id)} {state}, which is not what the request expects; "
            "read what is there now, and decide anew."
        )


class Busy(MorefromError):
    """Another process holds what this one needs."""

    exit_code = 3

    def __init__(self, what: str, holder: str) -> None:
        super().__init__(f"{what} is already being done by {holder}; wait for it and try again.")


class LastAdmin(MorefromError):
    """Nobody could invite any more."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"Only {name} is an admin who has signed in: make another one first, or nobody could "
            "invite any more."
        )


class NotAdmitted(MorefromError):
    """A password, a link or a form that lets nobody in; the sentence is all that is told."""


class TooManyAttempts(MorefromError):
    """Too many wrong passwords, of a name or from an address."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        wait = f"{wait_s} seconds" if wait_s < 120 else f"{-(-wait_s // 60)} minutes"
        super().__init__(
            f"Too many wrong passwords: try again in {wait}, or have an admin send you a new link."
        )
