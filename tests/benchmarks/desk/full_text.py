"""The peer of the search: SQLite's own full-text index, over the same headlines and texts.

It is asked as an editor types: all words, the last of them as a beginning, best first by BM25 with
the headline counted ten times, which is what its documentation suggests for a search box.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from recommender.domain.article import Article
from recommender.ranking.text import tokens

PEER = f"SQLite {sqlite3.sqlite_version} FTS5"


class FullText:
    """An index of articles in a file of its own."""

    def __init__(self, path: Path, articles: Iterable[Article]) -> None:
        """Index them.

        Args:
            path: of the file, which is not there yet.
            articles: each is looked at once.
        """
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA mmap_size = 4000000000")
        self._connection.execute("PRAGMA cache_size = -400000")
        self._connection.execute(
            "CREATE VIRTUAL TABLE article USING fts5(id UNINDEXED, title, summary, body,"
            " prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2')"
        )
        rows = ((one.id, one.title, one.summary, one.body) for one in articles)
        self._connection.executemany("INSERT INTO article VALUES (?, ?, ?, ?)", rows)
        self._connection.execute("INSERT INTO article (article) VALUES ('optimize')")
        self._connection.commit()

    def find(self, text: str, limit: int) -> list[str]:
        """Return the ids of the articles that have all words of a text, best first.

        Args:
            text: words; the last may be the beginning of one.
            limit: how many at most.
        """
        words = [f'"{word}"' for word in tokens(text)]
        if not words:
            return []
        query = (
            "SELECT id FROM article WHERE article MATCH ?"
            " ORDER BY bm25(article, 0, 10, 3, 1) LIMIT ?"
        )
        found = self._connection.execute(query, (" ".join(words) + "*", limit))
        return [row[0] for row in found]

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()
