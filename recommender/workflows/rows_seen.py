"""Which articles some files have, and where each one's last row stands."""

import hashlib

_DIGEST_BYTES = 16
_LINE_BITS = 48
_REJECTED = -1


class RowsSeen:
    """The ids that were met, as hashes: some 150 bytes each, a million in 150 MB.

    Two of a million ids have the same hash in one of 10²⁶ archives.
    """

    def __init__(self) -> None:
        self._last: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._last)

    def __contains__(self, article_id: str) -> bool:
        return _digest(article_id) in self._last

    def accept(self, article_id: str, place: int, line: int) -> tuple[int, int] | None:
        """Note that an article has a row.

        Args:
            article_id: the article's id.
            place: of the file among the files.
            line: of the row in its file.

        Returns:
            Place and line of the accepted row of the same id that was the last one so far.
        """
        key = _digest(article_id)
        earlier = self._last.get(key, _REJECTED)
        self._last[key] = place << _LINE_BITS | line
        return None if earlier == _REJECTED else divmod(earlier, 1 << _LINE_BITS)

    def reject(self, article_id: str) -> None:
        """Note that an article has a row, though one that cannot be taken."""
        self._last.setdefault(_digest(article_id), _REJECTED)

    def is_last(self, article_id: str, place: int, line: int) -> bool:
        """Return whether a row is the last accepted one of its article."""
        return self._last.get(_digest(article_id)) == place << _LINE_BITS | line


def _digest(article_id: str) -> bytes:
    return hashlib.blake2b(article_id.encode(), digest_size=_DIGEST_BYTES).digest()
