"""`morefrom picks`: the lists of all articles, plain as evaluation scores them, or as served."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import epoch_us
from recommender.domain.pick import Pick
from recommender.domain.placement import MAX_PLACES
from recommender.errors import CannotWrite, InvalidParameter
from recommender.ranking.atomic import replacing
from recommender.ranking.refs import Ref
from recommender.ranking.rerank import select
from recommender.ranking.rows import MILLION
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.plain import Candidates, plain_lists
from recommender.workflows.promoting import champion, open_bundle, open_champion
from recommender.workflows.snapshots import snapshot_of

_LINES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lists to write.

    Attributes:
        version: the version to ask; None for the champion.
        k: picks an article at most, at least 1.
        candidates: which articles may be in a plain list.
        placement: the lists as served in this place of the site now; None for plain lists.
    """

    version: str | None
    k: int
    candidates: Candidates = Candidates.ALL
    placement: str | None = None

    @classmethod
    def of(
        cls, version: str | None, k: int, candidates: str | None, placement: str | None
    ) -> "Wanted":
        """Read what was asked for on a command line.

        Args:
            version: the version to ask; None for the champion.
            k: picks an article at most, at least 1.
            candidates: `all` or `as-of`; None where nobody said.
            placement: the name of a place on the site, or None.

        Returns:
            What is wanted.

        Raises:
            InvalidParameter: if two things are asked for that do not go together.
        """
        if placement is not None and candidates is not None:
            expected = "nothing beside a placement, whose lists have their own rules"
            raise InvalidParameter(parameter="--candidates", found=candidates, expected=expected)
        if placement is not None and k > MAX_PLACES:
            expected = f"at most {MAX_PLACES}, the places of a placement's lists"
            raise InvalidParameter(parameter="--limit", found=k, expected=expected)
        return cls(version, k, Candidates(candidates or Candidates.ALL), placement)


def write_picks(
    settings: Settings, wanted: Wanted, out: Path, progress: Callable[[int, int], object]
) -> int:
    """Write the list of every article, one JSON object a line.

    Plain lists hold the best of the corpus by similarity and the model's own factors, whatever
    became of those articles since, and nothing fills up a list that ends early. Lists as served
    keep to the rules of the placement, the overrides and today's catalogue.

    Args:
        settings: whose home.
        wanted: which lists.
        out: the file, replaced only when it is complete; standard output is written to as it is.
        progress: called with the articles done and the articles in all.

    Returns:
        The number of articles written.
    """
    now = datetime.now(UTC)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        bundle = (
            open_champion(settings, champion(catalogue))
            if wanted.version is None
            else open_bundle(settings, catalogue, wanted.version)
        )
        snapshot = snapshot_of(bundle, catalogue, now) if wanted.placement else None
    if snapshot is None or wanted.placement is None:
        n, lines = len(bundle), _plain_lines(plain_lists(bundle, wanted.k, wanted.candidates))
    else:
        refs = _articles(snapshot)
        n = len(refs)
        lines = _served_lines(snapshot, refs, wanted.k, epoch_us(now), wanted.placement)
    done = 0
    with _opened(out) as file:
        for line in lines:
            file.write(line.encode())
            done += 1
            if done % _LINES_AT_ONCE == 0 or done == n:
                progress(done, n)
    return done


def is_standard_output(path: Path) -> bool:
    """Return whether a path, such as `/dev/stdout`, is where this process prints."""
    try:
        return os.path.samestat(path.stat(), os.fstat(1))
    except OSError:
        return False


@contextmanager
def _opened(out: Path) -> Iterator[BinaryIO]:
    """Open where the lists go; standard output is not replaced, for it may be appended to a file.

    Args:
        out: a file, a pipe, or standard output.

    Yields:
        What takes the lists.

    Raises:
        CannotWrite: if the disk refuses.
        BrokenPipeError: if whoever read standard output has left.
    """
    if not is_standard_output(out):
        with replacing(out) as file:
            yield file
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotWrite(out, error.strerror or str(error)) from error


def _plain_lines(lists: Iterable[tuple[str, list[tuple[str, int, int]]]]) -> Iterator[str]:
    for article_id, found in lists:
        picks = [
            {"id": id, "rank": rank, "score": score / MILLION, "similarity": similarity / MILLION}
            for rank, (id, score, similarity) in enumerate(found, start=1)
        ]
        yield _line(article_id, picks)


def _articles(snapshot: Snapshot) -> list[Ref]:
    """Return all articles that may be shown, those of the bundle first, then new ones."""
    today = map(snapshot.today, range(len(snapshot.bundle)))
    new = [Ref(True, row) for row, old in enumerate(snapshot.overlay.replaces.tolist()) if old < 0]
    return [ref for ref in today if ref is not None] + new


def _served_lines(
    snapshot: Snapshot, refs: Sequence[Ref], limit: int, now_us: int, placement: str
) -> Iterator[str]:
    for ref in refs:
        selection = select(snapshot, ref, limit, now_us, placement)
        yield _line(snapshot.id_of(ref), [_served(one.pick) for one in selection.picks])


def _served(pick: Pick) -> dict[str, object]:
    return {
        "id": pick.article_id,
        "rank": pick.rank,
        "score": pick.score,
        "similarity": pick.similarity,
        "slot": pick.slot,
        "rung": pick.rung,
        "origin": pick.origin,
    }


def _line(article_id: str, picks: list[dict[str, object]]) -> str:
    return json.dumps({"id": article_id, "picks": picks}, ensure_ascii=False) + "\n"
