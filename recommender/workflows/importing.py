"""Import: files of articles into the catalogue.

Every file is read twice, unless all are small enough to hold. The first reading changes nothing: it
finds rows that cannot be accepted, writes them to the rejects file, and learns which row of each
article is its last one. The second stores those rows, batch by batch. So an archive that holds an
article several times, as daily exports put together do, gives one revision however often it is
imported, rather than one for each row again on each run.

With `sync` the files are the full export: what it no longer has is retracted, in the end.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from recommender.catalogue.catalogue import HELD_ARTICLES, HELD_CHARS, Catalogue
from recommender.catalogue.erasing import erasures
from recommender.catalogue.readers import formats
from recommender.catalogue.readers.rows import Accepted, Rejection, Row
from recommender.catalogue.readers.streams import open_file
from recommender.catalogue.retraction import Absent
from recommender.catalogue.revisions import n_chars
from recommender.domain.article import Article
from recommender.domain.event import Event, EventKind
from recommender.errors import InvalidParameter, UnreadableFile
from recommender.settings import Settings
from recommender.workflows import syncing
from recommender.workflows.rejects import RejectsFile, replaced, unless_erased
from recommender.workflows.rows_seen import RowsSeen

BATCH_ARTICLES = 1_000
BATCH_CHARS = 8_000_000
"""How much is stored in one transaction: whichever is reached first."""

MAX_IGNORED_KEYS = 100
OTHER_KEYS = "(others)"
"""Stands for the names of ignored keys beyond the first hundred."""

Progress = Callable[[int, int], None]
"""Told how many bytes have been read, and how many there are to read, every file counted twice."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        files: the files, in the order in which they were read.
        new: articles that were not known.
        changed: articles that were known otherwise.
        unchanged: articles that were known exactly so.
        rejected: rows that were not taken, as many as the rejects file has lines.
        rejects_path: the rejects file, None if no row was rejected.
        ignored_keys: keys of the rows that morefrom has no use for, and how many rows had each.
        with_markup: articles whose texts were HTML, of which the text was taken.
        dropped_elements: elements left out of those texts with their content, by name: captions
            (`figcaption`), scripts, forms…
        retracted: articles that the full export no longer has; 0 without `sync`.
    """

    files: tuple[Path, ...]
    new: int
    changed: int
    unchanged: int
    rejected: int
    rejects_path: Path | None
    ignored_keys: dict[str, int]
    with_markup: int
    dropped_elements: dict[str, int]
    retracted: int

    @property
    def n_kept(self) -> int:
        """How many articles were taken."""
        return self.new + self.changed + self.unchanged

    def as_json(self) -> dict[str, object]:
        """Return the report as JSON values; `rejects` is the rejects file."""
        held = {name: value for name, value in vars(self).items() if name != "rejects_path"}
        return {
            **held,
            "files": [str(path) for path in self.files],
            "rejects": None if self.rejects_path is None else str(self.rejects_path),
        }


def import_files(  # noqa: PLR0913 — what an import may be told, each by its name
    settings: Settings,
    paths: Sequence[Path],
    *,
    author: str,
    rejects_path: Path | None = None,
    progress: Progress | None = None,
    sync: bool = False,
    force: bool = False,
) -> ImportReport:
    """Store the articles of some files; of the same id the last row wins.

    Args:
        settings: the settings in force.
        paths: JSON Lines, CSV or Parquet, plain or gzipped; one named twice is read once.
        author: who imports.
        rejects_path: where rejected rows are told; by default in `data/rejects` of the home.
        progress: told how far reading has come.
        sync: the files together are all that the newsroom has, so that published articles which
            they do not have are retracted. A row that is rejected stands for its article too.
        force: with `sync`, retract however many they are.

    Returns:
        The counts. A file that cannot be opened raises UnreadableFile before anything is stored;
        one that is cut off or damaged does so after the rows before the damage were stored, and
        nothing is retracted. An export that lacks too much raises DoubtfulExport before anything
        is stored.
    """
    reading = _Reading(paths, settings.max_body_chars, progress)
    rejects = RejectsFile(rejects_path or _default_rejects_path(settings, reading.files))
    reading.refuse_to_overwrite(rejects.target)
    counts: Counter[str] = Counter()
    with Catalogue.open(settings.catalogue_url) as catalogue:
        with rejects:
            reading.survey(rejects, erasures(catalogue.events((EventKind.ERASURE,))))
        absent = reading.find_absent(catalogue, settings, force=force) if sync else None
        for place, path in enumerate(reading.files):
            for batch in _batches(reading.last_rows(place)):
                done = catalogue.upsert(batch, author, f"import of {path.name}")
                counts.update(new=done.new, changed=done.changed, unchanged=done.unchanged)
        reading.raise_failure(counts.total(), sync=sync)
        if absent is not None:
            counts["retracted"] = syncing.retract(catalogue, absent, reading.files, author)
    return ImportReport(
        files=reading.files,
        new=counts["new"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        rejected=rejects.n_rows,
        rejects_path=rejects.path,
        ignored_keys=dict(reading.ignored_keys.most_common()),
        with_markup=reading.n_with_markup,
        dropped_elements=dict(reading.dropped_elements.most_common()),
        retracted=counts["retracted"],
    )


class _Reading:
    """The files of one import, read once to learn and once to store.

    Attributes:
        files: the files; after a failure up to the one that failed.
        ignored_keys: keys that morefrom has no use for, and how many rows had each.
        n_with_markup: articles read again so far whose texts were HTML.
        dropped_elements: elements that were left out of those texts, by name.
        failure: why a file could not be read to its end, if so.
    """

    def __init__(self, paths: Sequence[Path], max_chars: int, progress: Progress | None) -> None:
        self.files = tuple({path.resolve(): path for path in paths}.values())
        self.ignored_keys: Counter[str] = Counter()
        self.n_with_markup = 0
        self.dropped_elements: Counter[str] = Counter()
        self.failure: UnreadableFile | None = None
        self._sizes = [_size(path) for path in self.files]
        self._max_chars = max_chars
        self._progress = progress
        self._n_read = 0
        self._seen = RowsSeen()
        self._n_nameless = 0
        self._held: dict[int, list[Accepted]] | None = {}
        self._n_held = self._n_held_chars = 0

    def survey(self, rejects: RejectsFile, gone: Mapping[str, Event]) -> None:
        """Read everything once: note each article's last row, and reject what cannot be taken.

        Args:
            rejects: told what is rejected.
            gone: the erasures of articles that are not taken in again, by their ids.
        """
        for place, path in enumerate(self.files):
            for read in self._rows(place):
                row = unless_erased(read, gone)
                if isinstance(row, Rejection):
                    rejects.add(path, row)
                    self._note_rejected(row)
                    continue
                self._count_ignored(row)
                self._hold(place, row)
                earlier = self._seen.accept(row.article.id, place, row.line)
                if earlier is not None:
                    rejects.add(self.files[earlier[0]], replaced(row, path, earlier[1]))
            if self.failure is not None:
                self.files = self.files[: place + 1]
                return

    def _hold(self, place: int, row: Accepted) -> None:
        """Keep a row for the second reading, as long as all of them are few."""
        if self._held is None:
            return
        self._held.setdefault(place, []).append(row)
        self._n_held_chars += n_chars(row.article)
        self._n_held += 1
        if self._n_held > HELD_ARTICLES or self._n_held_chars > HELD_CHARS:
            self._held = None

    def _reread(self, place: int) -> Iterator[Row]:
        if self._held is None:
            yield from self._rows(place)
            return
        yield from self._held.get(place, ())
        self._n_read += self._sizes[place]
        self._advance(0)

    def last_rows(self, place: int) -> Iterator[Article]:
        """Yield the articles whose last row stands in the file at a place among `files`."""
        for row in self._reread(place):
            if isinstance(row, Accepted) and self._seen.is_last(row.article.id, place, row.line):
                self.n_with_markup += row.removed.had_markup
                self.dropped_elements.update(row.removed.elements)
                yield row.article

    def find_absent(
        self, catalogue: Catalogue, settings: Settings, *, force: bool
    ) -> Absent | None:
        """Return the published articles that the files do not have, None if one was damaged."""
        if self.failure is not None:
            return None
        return syncing.find_absent(catalogue, settings, self._seen, self._n_nameless, force=force)

    def refuse_to_overwrite(self, target: Path) -> None:
        """See that the rejects file is none of the files to be read.

        Raises:
            InvalidParameter: if it is.
        """
        if target.resolve() in {path.resolve() for path in self.files}:
            expected = "a file that is not being imported"
            raise InvalidParameter(parameter="rejects", found=str(target), expected=expected)

    def raise_failure(self, n_articles: int, *, sync: bool) -> None:
        """Tell that a file could not be read to its end, if so, and what was kept.

        Args:
            n_articles: how many were stored.
            sync: whether others were to be retracted.

        Raises:
            UnreadableFile: if so.
        """
        if self.failure is not None:
            kept = f"the {n_articles:,} articles before that are kept"
            kept += " and none was retracted" if sync else ""
            reason = f"{self.failure.reason}; {kept}; mend the file and import it again"
            raise UnreadableFile(self.failure.path, reason, self.failure.line)

    def _rows(self, place: int) -> Iterator[Row]:
        try:
            yield from formats.rows(self.files[place], self._max_chars, self._advance)
        except UnreadableFile as error:
            self.failure = error
        self._n_read += self._sizes[place]

    def _advance(self, n_bytes: int) -> None:
        if self._progress is not None:
            self._progress(self._n_read + n_bytes, 2 * sum(self._sizes))

    def _note_rejected(self, row: Rejection) -> None:
        if row.article_id is None:
            self._n_nameless += 1
        else:
            self._seen.reject(row.article_id)

    def _count_ignored(self, row: Accepted) -> None:
        for key in row.ignored_keys:
            known = key in self.ignored_keys or len(self.ignored_keys) < MAX_IGNORED_KEYS
            self.ignored_keys[key if known else OTHER_KEYS] += 1


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    batch: list[Article] = []
    size = 0
    for article in articles:
        batch.append(article)
        size += n_chars(article)
        if len(batch) >= BATCH_ARTICLES or size >= BATCH_CHARS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(path: Path) -> int:
    with open_file(path) as stream:
        return stream.seek(0, 2)


def _default_rejects_path(settings: Settings, files: Sequence[Path]) -> Path:
    source = files[0].name[:100] if files else "nothing"
    name = f"{source}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.jsonl"
    return settings.home / "data" / "rejects" / name
