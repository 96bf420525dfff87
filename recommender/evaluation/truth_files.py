"""Truth from CSV files, plain or gzipped; what a file holds is told by its header.

| header | kind |
| --- | --- |
| `from_id,to_id` | links that authors placed |
| `id,cluster` | articles that tell the same story |
| `a,b,score` | graded pairs, the same both ways |
| `query_id,article_id,grade` | judgements of picks |
| `id,…` | labels, where the caller says so: any columns, values parted by a vertical bar |

Other columns are passed over. Of a pair graded twice the last grade counts.
"""

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from recommender.errors import InvalidParameter, UnreadableFile, shorten
from recommender.evaluation.truth import Truth, TruthKind, middle
from recommender.evaluation.truth_rows import Cells, CsvRows, cells_of, text_of

HEADERS: Mapping[TruthKind, tuple[str, ...]] = {
    TruthKind.LINKS: ("from_id", "to_id"),
    TruthKind.CLUSTERS: ("id", "cluster"),
    TruthKind.PAIRS: ("a", "b", "score"),
    TruthKind.JUDGEMENTS: ("query_id", "article_id", "grade"),
}
"""The columns by which a file tells its kind."""

FILE_KINDS = (*HEADERS, TruthKind.LABELS)


def read_truth(paths: Sequence[Path], kind: TruthKind | None = None) -> Truth:
    """Read files of one kind as one truth.

    Args:
        paths: at least one.
        kind: one of `FILE_KINDS`; None to go by the headers.

    Returns:
        The truth; links to oneself are left out.

    Raises:
        InvalidParameter: the files are of several kinds. What is wrong inside one is an
            UnreadableFile, which names file and line.
    """
    grades: dict[tuple[str, str], float] = {}
    labels: dict[str, tuple[frozenset[str], ...]] = {}
    found: TruthKind | None = None
    for path in paths:
        rows = csv.reader(io.StringIO(text_of(path), newline=""), strict=True)
        names, held = _head(path, rows, kind)
        if found not in {None, held}:
            one_kind = f"files of one kind: this one has {held}, an earlier one {found}"
            raise InvalidParameter(parameter="truth", found=path.name, expected=one_kind)
        found = held
        if held is TruthKind.LABELS:
            first = names.index("id")
            columns = [first, *(place for place in range(len(names)) if place != first)]
        else:
            columns = [names.index(name) for name in HEADERS[held]]
        n_needed = 1 if held is TruthKind.LABELS else len(columns)
        _READERS[held](cells_of(path, rows, names, columns, n_needed), path, grades, labels)
    if found is None:
        raise InvalidParameter(parameter="truth", found="nothing", expected="a file")
    relevant_from = middle(grades) if found is TruthKind.PAIRS and grades else 1.0
    return Truth(
        kind=found,
        description=_DESCRIPTIONS[found],
        grades=grades,
        labels=labels,
        relevant_from=relevant_from or 1.0,
        files=tuple(path.name for path in paths),
    )


_DESCRIPTIONS = {
    TruthKind.LINKS: "Links that authors placed: a pick is relevant if its query links to it.",
    TruthKind.CLUSTERS: "Clusters: a pick is relevant if it is in its query's cluster.",
    TruthKind.PAIRS: "Graded pairs: the gain of a pick is its pair's score.",
    TruthKind.JUDGEMENTS: "Judgements: the gain of a pick is its grade.",
    TruthKind.LABELS: "Labels: a pick is relevant if it shares a label with its query in each "
    "column.",
}


def _head(path: Path, rows: CsvRows, kind: TruthKind | None) -> tuple[list[str], TruthKind]:
    try:
        names = [name.strip().lower() for name in next(rows, [])]
    except csv.Error as error:
        raise UnreadableFile(path, f"it is not CSV ({error})", 1) from error
    if kind is TruthKind.LABELS:
        if "id" in names and len(set(names)) > 1:
            return names, kind
        expected = "id and a column of labels"
    else:
        wanted = HEADERS if kind is None else {kind: HEADERS[kind]}
        for one, columns in wanted.items():
            if set(columns) <= set(names):
                return names, one
        expected = " or ".join(",".join(columns) for columns in wanted.values())
        if kind is None:
            expected += "; for labels say “--truth-kind labels”"
    reason = f"its header is {shorten(','.join(names))}, expected {expected}"
    raise UnreadableFile(path, reason, 1)


_Grades = dict[tuple[str, str], float]
_Labels = dict[str, tuple[frozenset[str], ...]]


def _read_links(
    rows: Iterator[tuple[int, Cells]], _path: Path, grades: _Grades, _labels: _Labels
) -> None:
    for _, (from_id, to_id) in rows:
        if from_id != to_id:
            grades[from_id, to_id] = 1.0


def _read_pairs(
    rows: Iterator[tuple[int, Cells]], path: Path, grades: _Grades, _labels: _Labels
) -> None:
    for line, (one, other, score) in rows:
        if one != other:
            grades[one, other] = grades[other, one] = _number(score, "score", path, line)


def _read_judgements(
    rows: Iterator[tuple[int, Cells]], path: Path, grades: _Grades, _labels: _Labels
) -> None:
    for line, (query_id, article_id, grade) in rows:
        number = _number(grade, "grade", path, line)
        if query_id != article_id:
            grades[query_id, article_id] = number


def _read_labels(
    rows: Iterator[tuple[int, Cells]], path: Path, _grades: _Grades, labels: _Labels
) -> None:
    for line, (article_id, *cells) in rows:
        sets = tuple(
            frozenset(label.strip() for label in cell.split("|") if label.strip()) for cell in cells
        )
        held = labels.get(article_id, sets)
        if len(held) != len(sets):
            reason = f"it has {len(sets)} columns of labels, an earlier file {len(held)}"
            raise UnreadableFile(path, reason, line)
        labels[article_id] = tuple(one | other for one, other in zip(held, sets, strict=True))


def _read_clusters(
    rows: Iterator[tuple[int, Cells]], _path: Path, _grades: _Grades, labels: _Labels
) -> None:
    for _, (article_id, cluster) in rows:
        (held,) = labels.get(article_id, (frozenset(),))
        labels[article_id] = (held | {cluster},)


_READERS: Mapping[
    TruthKind, Callable[[Iterator[tuple[int, Cells]], Path, _Grades, _Labels], None]
] = {
    TruthKind.LINKS: _read_links,
    TruthKind.CLUSTERS: _read_clusters,
    TruthKind.PAIRS: _read_pairs,
    TruthKind.JUDGEMENTS: _read_judgements,
    TruthKind.LABELS: _read_labels,
}


def _number(text: str, column: str, path: Path, line: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        reason = f"“{column}” is {shorten(text)}, expected a number of at least 0"
        raise UnreadableFile(path, reason, line)
    return number
