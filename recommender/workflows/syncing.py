"""What of the catalogue a full export no longer has, and whether that may be believed.

An export that was cut short looks like one from which many articles were taken. So nothing at all
is done where more than a few are missing, where the export is empty, or where it has rows of which
not even the id can be read, since any of the missing articles may be one of those.
"""

from collections.abc import Sequence
from pathlib import Path

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.retraction import Absent
from recommender.errors import DoubtfulExport
from recommender.settings import Settings
from recommender.workflows.rows_seen import RowsSeen

ALWAYS_ALLOWED = 3
"""How many articles may go whatever their share: in a small archive 5 % is less than one."""


def find_absent(
    catalogue: Catalogue, settings: Settings, seen: RowsSeen, n_nameless: int, *, force: bool
) -> Absent:
    """Find what an export no longer has.

    Args:
        catalogue: into which nothing of the export has been stored yet.
        settings: the settings in force.
        seen: the articles of the export, those of rejected rows among them.
        n_nameless: rejected rows of which not even the id could be read.
        force: believe the export in any case.

    Returns:
        The published articles that are absent.

    Raises:
        DoubtfulExport: if the export is not to be believed, and `force` is not set.
    """
    absent = catalogue.absent(seen.__contains__)
    n_absent = len(absent.numbers)
    doubt = None if force or not n_absent else _doubt(absent, settings, seen, n_nameless)
    if doubt is not None:
        raise DoubtfulExport(n_absent, absent.n_published, doubt)
    return absent


def retract(catalogue: Catalogue, absent: Absent, files: Sequence[Path], author: str) -> int:
    """Retract what is absent, a batch at a time.

    Args:
        catalogue: where.
        absent: what `find_absent` returned.
        files: the export.
        author: who imports.

    Returns:
        How many articles were retracted.
    """
    others = "" if len(files) == 1 else f" and {len(files) - 1:,} more"
    return catalogue.retract(absent, author, f"not in the export {files[0].name}{others}")


def _doubt(absent: Absent, settings: Settings, seen: RowsSeen, n_nameless: int) -> str | None:
    if not seen:
        return "it has no article at all"
    if n_nameless:
        return f"of {n_nameless:,} of its rows not even the id can be read"
    share = settings.sync_limit_share
    if len(absent.numbers) > max(ALWAYS_ALLOWED, share * absent.n_published):
        limit = f"{100 * share:.3g} %"
        return f"more than {limit} of them (setting “sync_limit_share”) is too much at once"
    return None
