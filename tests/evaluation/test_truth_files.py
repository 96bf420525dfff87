"""What files of truth may look like, and the one sentence for each fault."""

import gzip
from pathlib import Path

import pytest

from recommender.errors import InvalidParameter, UnreadableFile
from recommender.evaluation.truth import Truth, TruthKind
from recommender.evaluation.truth_files import read_truth


def read(tmp_path: Path, *texts: str, kind: TruthKind | None = None) -> Truth:
    paths = [tmp_path / f"truth{number}.csv" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return read_truth(paths, kind)


def test_links_lead_one_way_and_never_to_oneself(tmp_path: Path) -> None:
    truth = read(tmp_path, "from_id,to_id\na,b\na,b\nb,b\nb,c\n")

    assert truth.kind is TruthKind.LINKS
    assert truth.grades == {("a", "b"): 1.0, ("b", "c"): 1.0}
    assert truth.ids == {"a", "b", "c"}
    assert truth.files == ("truth0.csv",)


def test_clusters_are_labels_and_other_columns_are_passed_over(tmp_path: Path) -> None:
    truth = read(tmp_path, "id,cluster,topic\na,x,1\nb,x,1\nc,y,1\na,y,1\n")

    assert truth.kind is TruthKind.CLUSTERS
    assert truth.labels == {
        "a": (frozenset("xy"),),
        "b": (frozenset("x"),),
        "c": (frozenset("y"),),
    }


def test_graded_pairs_count_both_ways_and_from_the_middle_of_their_scale(tmp_path: Path) -> None:
    truth = read(tmp_path, "a,b,score\np,q,1\np,r,4\nq,q,4\nr,p,3\n")

    assert truth.kind is TruthKind.PAIRS
    assert truth.grades == {("p", "q"): 1, ("q", "p"): 1, ("p", "r"): 3, ("r", "p"): 3}
    assert truth.relevant_from == 2


def test_judgements_keep_noughts_and_the_last_of_two_grades(tmp_path: Path) -> None:
    truth = read(
        tmp_path,
        "grade,query_id,article_id\n0,a,b\n3,a,c\n1,a,c\n",
        "query_id,article_id,grade\nb,a,2\n",
    )

    assert truth.kind is TruthKind.JUDGEMENTS
    assert truth.grades == {("a", "b"): 0, ("a", "c"): 1, ("b", "a"): 2}
    assert truth.relevant_from == 1


def test_labels_are_parted_by_bars_and_may_be_missing(tmp_path: Path) -> None:
    text = "topics,id,places\nwheat | corn,a,usa\n,b,usa\nwheat,c,\n"
    truth = read(tmp_path, text, kind=TruthKind.LABELS)

    assert truth.labels == {
        "a": (frozenset({"wheat", "corn"}), frozenset({"usa"})),
        "b": (frozenset(), frozenset({"usa"})),
        "c": (frozenset({"wheat"}), frozenset()),
    }


def test_header_may_have_a_mark_blanks_and_capitals_and_the_file_may_be_gzipped(
    tmp_path: Path,
) -> None:
    path = tmp_path / "links.csv.gz"
    path.write_bytes(gzip.compress("\ufeffFrom_ID , to_id\r\n\r\n a ,b\r\n".encode()))

    assert read_truth([path]).grades == {("a", "b"): 1.0}


@pytest.mark.parametrize(
    ("text", "kind", "facts"),
    [
        ("one,two\n", None, ["line 1", "'one,two'", "from_id,to_id or id,cluster", "--truth-kind"]),
        ("", None, ["line 1", "header is ''"]),
        ("id,cluster\n", TruthKind.LINKS, ["line 1", "expected from_id,to_id"]),
        ("id\n", TruthKind.LABELS, ["line 1", "id and a column of labels"]),
        ("from_id,to_id\na,b\nc,\n", None, ["line 3", "“to_id” is empty"]),
        ("id,cluster\na,b\n\nc\n", None, ["line 4", "1 cells, expected 2"]),
        ("a,b,score\na,b,high\n", None, ["line 2", "“score” is 'high'", "a number"]),
        ("a,b,score\na,b,nan\n", None, ["line 2", "'nan'"]),
        ("query_id,article_id,grade\na,b,-1\n", None, ["line 2", "“grade” is '-1'", "at least 0"]),
        ('id,cluster\n"a,b\n', None, ["not CSV"]),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_file_and_line(
    tmp_path: Path, text: str, kind: TruthKind | None, facts: list[str]
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(tmp_path, text, kind=kind)

    assert [fact for fact in ["truth0.csv", *facts] if fact not in str(caught.value)] == []


def test_a_missing_file_one_that_is_cut_off_and_one_in_another_encoding_are_told(
    tmp_path: Path,
) -> None:
    cut_off, latin = tmp_path / "cut.csv.gz", tmp_path / "latin.csv"
    cut_off.write_bytes(gzip.compress(b"from_id,to_id\n" * 99)[:-9])
    latin.write_bytes(b"from_id,to_id\na,caf\xe9\n")

    for path, fact in ((tmp_path / "no", "No such file"), (cut_off, "ended"), (latin, "line 2")):
        with pytest.raises(UnreadableFile, match=fact):
            read_truth([path])


def test_files_of_several_kinds_do_not_mix(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match=r"truth1\.csv.*has clusters, an earlier one links"):
        read(tmp_path, "from_id,to_id\na,b\n", "id,cluster\na,x\n")


def test_label_files_have_as_many_columns_each(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"1 columns of labels, an earlier file 2"):
        read(tmp_path, "id,x,y\na,1,2\n", "id,x\na,1\n", kind=TruthKind.LABELS)
