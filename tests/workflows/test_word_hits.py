"""What the postings say of a word is what each article's own vector says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.ranking.postings import index_of
from recommender.ranking.rows import SparseRows
from recommender.ranking.stored_index import StoredIndex
from recommender.workflows.word_hits import BEGUN, LEAST, Word, in_bundle, in_rows

N_COLUMNS = 12
ROWS = st.lists(
    st.dictionaries(st.integers(0, N_COLUMNS - 1), st.floats(0.05, 1.0), max_size=6), max_size=12
)
COLUMNS = st.lists(st.integers(0, N_COLUMNS - 1), max_size=4, unique=True)


def matrix(rows: list[dict[int, float]]) -> SparseRows:
    held = [sorted(row.items()) for row in rows]
    return SparseRows(
        np.cumsum([0, *map(len, held)], dtype=np.int64),
        np.array([column for row in held for column, _ in row], np.int32),
        np.array([weight for row in held for _, weight in row], np.float32),
        N_COLUMNS,
    )


def by_hand(rows: SparseRows, columns: NDArray[np.int32]) -> list[float]:
    most = [
        max([float(w) for c, w in zip(*rows.row(row), strict=True) if c in columns], default=0.0)
        for row in range(rows.n_rows)
    ]
    highest = max(most, default=0.0)
    return [LEAST + (1 - LEAST) * (one / highest) ** 0.5 if one else 0.0 for one in most]


@given(ROWS, COLUMNS, COLUMNS)
def test_index_and_rows_say_the_same_and_both_what_the_vectors_say(
    held: list[dict[int, float]], whole: list[int], begun: list[int]
) -> None:
    rows = matrix(held)
    word = Word("word", np.array(whole, np.int32), np.array(begun, np.int32))
    index = index_of(rows)
    stored = StoredIndex(*index.postings, index.stops, index.rest)
    wanted = [
        max(one, BEGUN * other)
        for one, other in zip(by_hand(rows, word.columns), by_hand(rows, word.begun), strict=True)
    ]
    np.testing.assert_allclose(in_bundle(word, stored, rows.n_rows), wanted, rtol=1e-5)
    np.testing.assert_allclose(in_rows([word], rows)[0], wanted, rtol=1e-5)
