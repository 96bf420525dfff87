"""Every error is one sentence that names the facts, and the tree in the docstring is the tree."""

import inspect
import re
from datetime import UTC, datetime

import pytest

from recommender import errors
from recommender.errors import MorefromError, shorten


def drawn() -> dict[str, tuple[str, str]]:
    """Return parent and remark of each class as the module's docstring draws them."""
    tree = (errors.__doc__ or "").split("```")[1]
    found: dict[str, tuple[str, str]] = {}
    above: dict[int, str] = {-1: "Exception"}
    for line in tree.strip().splitlines():
        branch, name, remark = re.fullmatch(r"([│├└─ ]*)(\w+) *(.*)", line).groups()  # type: ignore[union-attr]
        depth = len(branch) // 4
        above[depth] = name
        found[name] = (above[depth - 1], remark)
    return found


def classes() -> dict[str, type[MorefromError]]:
    return {
        name: value
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, MorefromError)
    }


def test_tree_in_the_docstring_is_the_tree() -> None:
    assert {name: parent for name, (parent, _) in drawn().items()} == {
        name: kind.__bases__[0].__name__ for name, kind in classes().items()
    }


ALL: list[tuple[MorefromError, list[str]]] = [
    (errors.UnreadableFile("/a/b.jsonl", "it is cut off", 7), ["/a/b.jsonl", "line 7", "cut off"]),
    (errors.InvalidSettings("file", "port", "is unknown", "drop it"), ["“port”", "drop it"]),
    (errors.InvalidParameter("limit", "99", "1 to 20"), ["“limit”", "'99'", "expected 1 to 20"]),
    (errors.InvalidPlacements("file", ("slot 1",), "a", 2, "3"), ["slot 1, “a” is 2, expected 3"]),
    (errors.InvalidPolicy("file", "rule “a”, under", 2, "3"), ["file: rule “a”, under is 2"]),
    (errors.PolicyFails(["“a” is not true."]), ["does not hold: “a” is not true."]),
    (errors.PolicyFails(["a.", "b."]), ["a. 1 more fail", "morefrom policy check"]),
    (errors.NothingStopped("the block"), ["No stop of the block", "morefrom overrides"]),
    (errors.DecidedMeanwhile(["ben pinned x", "y"], 7), ["quicker: ben pinned x; y. Nothing was"]),
    (errors.UnknownPlacement("side", ("a", "b")), ["'side'", "a, b", "morefrom placements"]),
    (errors.PositionTaken("x", "q", 2, 7, "ben"), ["'x'", "position 2", "'q'", "ben (event 7)"]),
    (errors.PositionTaken("x", "q", 2, 7, "ben", is_same_article=True), ["7); undo that first"]),
    (errors.UnknownPerson("ben"), ["'ben'", "morefrom people list"]),
    (errors.LastAdmin("ben"), ["Only ben is an admin"]),
    (errors.NotAdmitted("Name or password is wrong."), ["wrong"]),
    (errors.TooManyAttempts(90), ["in 90 seconds"]),
    (errors.TooManyAttempts(121), ["in 3 minutes"]),
    (errors.VersionGone("20240501T120000Z-0123456789ab"), ["0123456789ab", "backup"]),
    (
        errors.ErasedArticle("x/1", datetime(2024, 5, 1, 12, tzinfo=UTC)),
        ["'x/1'", "erased at 2024-05-01 12:00:00 UTC", "another id"],
    ),
    (
        errors.ErasedAnswer("x/1", datetime(2024, 5, 1, 12, tzinfo=UTC)),
        ["'x/1'", "cannot be computed again", "erased at 2024-05-01 12:00:00 UTC"],
    ),
    (
        errors.ErasedAnswer("x/1", datetime(2024, 5, 1, 12, tzinfo=UTC), 2),
        ["'x/1', or one of 2 others"],
    ),
    (
        errors.NoChampionThen(datetime(2024, 5, 1, 12, tzinfo=UTC)),
        ["2024-05-01 12:00:00 UTC", "no model had been promoted"],
    ),
    (errors.InvalidPicksId("p1.x", "it is old"), ["'p1.x'", "it is old", "copy the whole"]),
    (errors.CannotUndo(7, "it is a promotion"), ["Event 7", "a promotion", "morefrom overrides"]),
    (errors.UnknownArticle("x/1", "the archive", "import it"), ["'x/1'", "the archive"]),
    (errors.UnknownToken("cms"), ["'cms'", "morefrom token list"]),
    (errors.Outdated("x/1", None), ["'x/1'", "is not there", "decide anew"]),
    (errors.Outdated("x/1", "7-ab"), ["'x/1'", "revision “7-ab”"]),
    (errors.UnknownVersion("20240501"), ["'20240501'", "morefrom versions"]),
    (errors.NoChampion(), ["morefrom train --promote"]),
    (errors.BrokenBundle("/v/a.npy", "3 bytes", "4 bytes", "train"), ["/v/a.npy", "expected 4"]),
    (errors.BrokenBackup("/b.tar.gz", "it is cut off"), ["/b.tar.gz", "cut off", "nothing was"]),
    (errors.DoubtfulExport(900, 1000, "that is most"), ["900 of 1,000", "most", "--force"]),
    (errors.HomeNotEmpty("a catalogue", "/c.db"), ["a catalogue at /c.db", "--home"]),
    (errors.CannotWrite("/v", "no space"), ["/v", "no space"]),
    (errors.CannotReport("no space"), ["standard output", "no space", "before you run it again"]),
    (errors.NothingToTrain(5), ["5 articles", "morefrom import"]),
    (errors.NothingToMeasure("no id is known", "check it"), ["no id is known", "check it"]),
    (errors.NothingToRollBackTo(), ["morefrom versions"]),
    (errors.NothingToTakeBack("anna"), ["anna", "morefrom log"]),
    (errors.CatalogueUnavailable("/c.db", "it is locked", "wait"), ["/c.db", "it is locked"]),
    (errors.CannotListen("::1", 80, "it is taken"), ["port 80", "::1", "it is taken"]),
    (errors.ServerFailed(2), ["exit code 2"]),
    (errors.ServerFailed(None), ["silent"]),
    (errors.WorkersKilled(), ["memory", "--jobs 1"]),
    (errors.Interrupted(1_200, 90_000), ["1,200", "90,000", "morefrom train"]),
    (errors.Busy("Training", "bob"), ["Training", "bob"]),
]  # fmt: skip


@pytest.mark.parametrize(("error", "facts"), ALL)
def test_error_is_one_sentence_with_its_facts(error: MorefromError, facts: list[str]) -> None:
    sentence = str(error)

    assert [fact for fact in facts if fact not in sentence] == []
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert sentence[0].isupper() or sentence.startswith(("/", "file"))


def test_every_error_is_tried_here() -> None:
    bases = {"MorefromError", "WrongInput", "NotFound"}

    assert {type(error).__name__ for error, _ in ALL} == set(classes()) - bases - {"InvalidField"}


def test_invalid_field_is_a_clause_for_the_rejects_file() -> None:
    assert str(errors.InvalidField("title", 5, "text")) == "title is 5, expected text"


def test_exit_codes() -> None:
    codes = {name: kind.exit_code for name, kind in classes().items()}

    assert codes.pop("Busy") == 3
    assert codes.pop("Interrupted") == 130
    for name, code in codes.items():
        assert code == (2 if issubclass(classes()[name], errors.WrongInput) else 1)


@pytest.mark.parametrize(
    "value", ["x" * 10_000_000, list(range(1_000)), {"k": "v" * 500}, b"\0" * 99]
)
def test_hostile_values_are_cut(value: object) -> None:
    assert len(shorten(value)) <= 80
    assert "…" in shorten(value)


@pytest.mark.parametrize("value", ["", "é", "a\nb", None, 3.5, "\x1b[2J", "\udcff"])
def test_short_values_stand_on_one_line_and_can_be_printed(value: object) -> None:
    assert shorten(value) == repr(value)
    assert "\n" not in shorten(value)
    assert "\x1b" not in shorten(value)
    shorten(value).encode()
