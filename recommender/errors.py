"""Every error of morefrom, in one tree.

```
MorefromError                 one clear sentence; the command line prints it, exits with `exit_code`
├── WrongInput                something handed in is not what was expected
│   ├── InvalidField          one field of one article
│   ├── UnreadableFile        a file that cannot be opened, decompressed or decoded
│   ├── InvalidSettings       morefrom.toml, the environment, or a training configuration
│   └── InvalidParameter      an option or a request parameter
├── NotFound                  a well-formed name of something that is not there
│   ├── UnknownArticle
│   ├── UnknownVersion
│   └── NoChampion            nothing has been promoted yet
├── BrokenBundle              a bundle, overlay or pointer that is not what its maker wrote
├── BrokenBackup              a file that `morefrom backup` did not write, or not so
├── HomeNotEmpty              a home that a restore would have to overwrite
├── CannotWrite               the disk refuses a file or folder: full, not permitted, broken
├── CannotReport              what a command has to say cannot be written where it should go
├── DoubtfulExport            a full export that lacks too much to be believed
├── NothingToTrain            the catalogue has no article that a model could be made from
├── NothingToRollBackTo       fewer than two versions have ever been promoted
├── CatalogueUnavailable      the database cannot be opened, read or written
├── CannotListen              the address that the public app should listen on cannot be had
├── ServerFailed              the public app did not come to its first answer
└── Busy                      another process holds what this one needs
```

An error takes the facts (what was found, what was expected, where) and phrases itself, so that a
sentence is written once and no caller can leave out a part of it.
"""

from pathlib import Path


class MorefromError(Exception):
    """Base of every error that a user can cause or mend.

    Its string is one sentence for a person.
    """

    exit_code = 1
    """The command line exits with it: 1 refused or failed, 2 wrong input, 3 others are at work."""


class WrongInput(MorefromError):
    """Something handed in is not what was expected."""

    exit_code = 2


class InvalidField(WrongInput):
    """One field of one article holds a value that cannot be accepted.

    Its string is a clause without full stop, as the reasons of a rejects file are.
    """

    def __init__(self, field: str, found: object, expected: str) -> None:
        self.field = field
        self.found = found
        self.expected = expected
        super().__init__(f"{field} is {shorten(found)}, expected {expected}")


class UnreadableFile(WrongInput):
    """A file cannot be opened, decompressed or decoded."""

    def __init__(self, path: Path | str, reason: str, line: int | None = None) -> None:
        self.path = Path(path)
        self.reason = reason
        self.line = line
        where = f"{path}" if line is None else f"{path}, line {line}"
        super().__init__(f"Cannot read {where}: {reason}.")


class InvalidSettings(WrongInput):
    """A setting has a name or a value that morefrom does not know."""

    def __init__(self, where: str, key: str, problem: str, remedy: str) -> None:
        self.where = where
        self.key = key
        super().__init__(f"{where}: setting “{key}” {problem}; {remedy}.")


class InvalidParameter(WrongInput):
    """An option of a command or a parameter of a request has an unusable value."""

    def __init__(self, parameter: str, found: object, expected: str) -> None:
        self.parameter = parameter
        self.found = found
        self.expected = expected
        super().__init__(f"Parameter “{parameter}” is {shorten(found)}, expected {expected}.")


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


class NoChampion(NotFound):
    """Nothing has been promoted yet."""

    def __init__(self) -> None:
        super().__init__(
            "No model has been promoted yet; run “morefrom train --promote” after an import."
        )


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


class NothingToRollBackTo(MorefromError):
    """Fewer than two different versions have been promoted."""

    def __init__(self) -> None:
        super().__init__("There is no earlier promotion to roll back to; see “morefrom versions”.")


class CatalogueUnavailable(MorefromError):
    """The database cannot be opened, read or written."""

    def __init__(self, where: str, reason: str, remedy: str) -> None:
        super().__init__(f"The catalogue at {where} cannot be used: {reason}; {remedy}.")


class CannotListen(MorefromError):
    """The address that the public app should listen on cannot be had."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Cannot listen on port {port} of {host}: {reason}; stop what uses it, or choose "
            "another with the setting “port”."
        )


class ServerFailed(MorefromError):
    """The public app did not come to its first answer."""

    def __init__(self, exit_code: int | None) -> None:
        end = (
            "was silent for too long" if exit_code is None else f"ended with exit code {exit_code}"
        )
        super().__init__(f"The public app {end} before its first answer; its words stand above.")


class Busy(MorefromError):
    """Another process holds what this one needs."""

    exit_code = 3

    def __init__(self, what: str, holder: str) -> None:
        super().__init__(f"{what} is already being done by {holder}; wait for it and try again.")


def shorten(value: object, limit: int = 80) -> str:
    """Quote a value for an error sentence, cut so that hostile input cannot flood a log.

    Args:
        value: anything.
        limit: the longest text kept, in characters.

    Returns:
        The value's representation, with its middle left out where it is longer than `limit`.
    """
    text = repr(value[: 4 * limit]) if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else f"{text[: limit - 12]}…{text[-8:]}"
