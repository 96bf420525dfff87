"""Every error of morefrom, in one tree.

```
MorefromError                 one clear sentence; the command line prints it, exits with `exit_code`
├── WrongInput                something handed in is not what was expected
│   ├── InvalidField          one field of one article
│   ├── UnreadableFile        a file that cannot be opened, decompressed or decoded
│   ├── InvalidSettings       morefrom.toml, the environment, or a training configuration
│   ├── InvalidPlacements     a file of placements
│   ├── InvalidPolicy         a file of a policy
│   ├── PolicyFails           what a policy asserts is not true
│   ├── DecidedMeanwhile      somebody else decided since a form was opened
│   ├── InvalidParameter      an option or a request parameter
│   ├── InvalidPicksId        a text that no answer carried as its picks id
│   ├── PositionTaken         a pin where another one stands already
│   ├── NothingStopped        what should be shown again was not stopped
│   └── CannotUndo            a number that is not that of an override in force
├── NotFound                  a well-formed name of something that is not there
│   ├── UnknownArticle
│   ├── UnknownVersion
│   ├── VersionGone           its files are no longer kept
│   ├── ErasedArticle         what was erased for good would come in again
│   ├── ErasedAnswer          an answer that had a part of what was erased since
│   ├── UnknownPlacement
│   ├── UnknownToken
│   ├── UnknownPerson
│   ├── NoChampion            nothing has been promoted yet
│   └── NoChampionThen        nothing had been promoted yet at an instant of the past
├── BrokenBundle              a bundle, overlay or pointer that is not what its maker wrote
├── BrokenBackup              a file that `morefrom backup` did not write, or not so
├── HomeNotEmpty              a home that a restore would have to overwrite
├── CannotWrite               the disk refuses a file or folder: full, not permitted, broken
├── CannotReport              what a command has to say cannot be written where it should go
├── DoubtfulExport            a full export that lacks too much to be believed
├── NothingToTrain            the catalogue has no article that a model could be made from
├── NothingToMeasure          no truth that says anything of a version's articles
├── NothingToRollBackTo       fewer than two versions have ever been promoted
├── NothingToTakeBack         none of an editor's ratings stands
├── CatalogueUnavailable      the database cannot be opened, read or written
├── CannotListen              the address that an app should listen on cannot be had
├── ServerFailed              the public app did not come to its first answer
├── WorkersKilled             processes that work for this one were killed, again and again
├── Interrupted               a training that was ended by Ctrl-C, and what it did is kept
├── LastAdmin                 nobody could invite to the desk any more
├── NotAdmitted               a password, a link or a form that lets nobody in
├── TooManyAttempts           too many wrong passwords, of a name or from an address
├── Outdated                  an article that others have changed meanwhile
└── Busy                      another process holds what this one needs
```

An error takes the facts (what was found, what was expected, where) and phrases itself, so that a
sentence is written once and no caller can leave out a part of it.
"""

from recommender.errors.base import MorefromError, shorten
from recommender.errors.failures import (
    BrokenBackup,
    BrokenBundle,
    Busy,
    CannotListen,
    CannotReport,
    CannotWrite,
    CatalogueUnavailable,
    DoubtfulExport,
    HomeNotEmpty,
    Interrupted,
    LastAdmin,
    NotAdmitted,
    NothingToMeasure,
    NothingToRollBackTo,
    NothingToTakeBack,
    NothingToTrain,
    Outdated,
    ServerFailed,
    TooManyAttempts,
    WorkersKilled,
)
from recommender.errors.not_found import (
    ErasedAnswer,
    ErasedArticle,
    NoChampion,
    NoChampionThen,
    NotFound,
    UnknownArticle,
    UnknownPerson,
    UnknownPlacement,
    UnknownToken,
    UnknownVersion,
    VersionGone,
)
from recommender.errors.wrong_input import (
    CannotUndo,
    DecidedMeanwhile,
    InvalidField,
    InvalidParameter,
    InvalidPicksId,
    InvalidPlacements,
    InvalidPolicy,
    InvalidSettings,
    NothingStopped,
    PolicyFails,
    PositionTaken,
    UnreadableFile,
    WrongInput,
)

__all__ = [
    "BrokenBackup",
    "BrokenBundle",
    "Busy",
    "CannotListen",
    "CannotReport",
    "CannotUndo",
    "CannotWrite",
    "CatalogueUnavailable",
    "DecidedMeanwhile",
    "DoubtfulExport",
    "ErasedAnswer",
    "ErasedArticle",
    "HomeNotEmpty",
    "Interrupted",
    "InvalidField",
    "InvalidParameter",
    "InvalidPicksId",
    "InvalidPlacements",
    "InvalidPolicy",
    "InvalidSettings",
    "LastAdmin",
    "MorefromError",
    "NoChampion",
    "NoChampionThen",
    "NotAdmitted",
    "NotFound",
    "NothingStopped",
    "NothingToMeasure",
    "NothingToRollBackTo",
    "NothingToTakeBack",
    "NothingToTrain",
    "Outdated",
    "PolicyFails",
    "PositionTaken",
    "ServerFailed",
    "TooManyAttempts",
    "UnknownArticle",
    "UnknownPerson",
    "UnknownPlacement",
    "UnknownToken",
    "UnknownVersion",
    "UnreadableFile",
    "VersionGone",
    "WorkersKilled",
    "WrongInput",
    "shorten",
]
