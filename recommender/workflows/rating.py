"""`morefrom rate`: what editors think of picks, one at a time or a file of judgements.

A rating is an event of the history; a later one of the same editor and pair takes its place. They
and the pins in force are what `morefrom evaluate --truth catalogue` measures a model by.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.history import Entry
from recommender.catalogue.readers.lines import read_lines
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.override import UNDOES, Override, OverrideKind
from recommender.domain.rating import Grade, Rating, ratings_of, standing
from recommender.errors import InvalidField, InvalidParameter, NothingToTakeBack, UnreadableFile
from recommender.settings import Settings
from recommender.workflows.named import check_articles

COLUMNS = ("query_id", "article_id", "grade")
"""What the header of a file of ratings must name, in any order; other columns are passed over."""


def rate(settings: Settings, query_id: str, article_id: str, grade: str, author: str) -> Event:
    """Keep an editor's grade of one article under another.

    Args:
        settings: whose home.
        query_id: the article being read.
        article_id: the article shown under it.
        grade: a name or a number of `Grade`.
        author: who gives it.

    Returns:
        The event; UnknownArticle if the catalogue has not one of the articles.

    Raises:
        InvalidParameter: if the rating cannot be.
    """
    try:
        rating = Rating(query_id, article_id, Grade.of(grade), author)
        rating.check()
    except InvalidField as error:
        raise InvalidParameter(error.field, error.found, error.expected) from None
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        check_articles(catalogue, (query_id, article_id))
        return catalogue.append_all(_entries([rating]), author, "")[0]


def take_back(settings: Settings, author: str) -> Event:
    """Take back the last rating of an editor that stands; one given before counts again.

    Args:
        settings: whose home.
        author: who gave it.

    Returns:
        The event that takes it back.

    Raises:
        NothingToTakeBack: if none of theirs stands.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        given = catalogue.events((EventKind.RATING,))
        own = [one for one in standing(given) if one.author == author]
        if not own:
            raise NothingToTakeBack(author)
        last = own[-1]
        detail = {UNDOES: last.number, "article_id": last.detail.get("article_id")}
        return catalogue.append(EventKind.RATING, last.subject, author, "", detail)


def rate_file(settings: Settings, path: Path, author: str) -> int:
    """Keep the ratings of a file: all of them, or none.

    Args:
        settings: whose home.
        path: CSV in UTF-8, plain or gzipped, with a header.
        author: who gives them.

    Returns:
        How many there were.

    Raises:
        UnreadableFile: if a row cannot be taken; it names the first and counts the others.
    """
    ratings: dict[int, Rating] = {}
    wrong: dict[int, str] = {}
    for line, row in _rows(path):
        try:
            ratings[line] = _rating(row, author)
        except InvalidField as error:
            wrong[line] = str(error)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        named = {one for rating in ratings.values() for one in (rating.query_id, rating.article_id)}
        unknown = named - catalogue.known(named)
        for line, rating in ratings.items():
            for one in (rating.article_id, rating.query_id):
                if one in unknown:
                    wrong[line] = f"there is no article {one!r} in the catalogue"
        if wrong:
            first = min(wrong)
            others = f", and {len(wrong) - 1:,} more rows are wrong" if len(wrong) > 1 else ""
            raise UnreadableFile(path, f"{wrong[first]}{others}; nothing was stored", first)
        return len(catalogue.append_all(_entries(ratings.values()), author, path.name))


def ratings(catalogue: Catalogue) -> list[Rating]:
    """Return the ratings in force: of each editor and pair the last one.

    Args:
        catalogue: whose history.
    """
    return ratings_of(catalogue.events((EventKind.RATING,)))


def pins(catalogue: Catalogue, now: datetime | None = None) -> list[Override]:
    """Return the pins in force, oldest first.

    Args:
        catalogue: whose history.
        now: the instant at which they are judged; None for this one.
    """
    decided = Decisions().after(catalogue.events((EventKind.OVERRIDE,)))
    now_us = epoch_us(now or datetime.now(UTC))
    return [
        one
        for one in decided.overrides.values()
        if one.kind is OverrideKind.PIN and one.holds(now_us)
    ]


def _entries(ratings: Iterable[Rating]) -> list[Entry]:
    return [Entry(EventKind.RATING, one.query_id, one.to_values()) for one in ratings]


def _rating(row: dict[str, str], author: str) -> Rating:
    rating = Rating(row["query_id"], row["article_id"], Grade.of(row["grade"]), author)
    rating.check()
    return rating


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line and the cells of each row, by column; blank rows are passed over.

    Args:
        path: the file.

    Yields:
        The number of the line in which the row ends, and its cells without blanks around them.

    Raises:
        UnreadableFile: if it is no such file.
    """
    reader = csv.reader(_lines(path), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        places = _places(path, header)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                reason = f"it has {len(cells)} cells, expected {len(header)}"
                raise UnreadableFile(path, reason, reader.line_num)
            row = {name: cells[at].strip() for name, at in zip(COLUMNS, places, strict=True)}
            yield reader.line_num, row
    except csv.Error as error:
        raise UnreadableFile(path, f"it is not CSV ({error})", reader.line_num) from None


def _lines(path: Path) -> Iterator[str]:
    for number, line in read_lines(path):
        if line is None:
            raise UnreadableFile(path, "the line is far too long", number)
        try:
            yield line.decode()
        except UnicodeDecodeError:
            raise UnreadableFile(path, "it is not UTF-8", number) from None


def _places(path: Path, header: Sequence[str]) -> list[int]:
    if not set(COLUMNS) <= set(header):
        reason = f"its first line names {', '.join(header) or 'nothing'}, expected the columns "
        raise UnreadableFile(path, f"{reason}{', '.join(COLUMNS)}", 1)
    return [header.index(name) for name in COLUMNS]
