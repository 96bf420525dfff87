"""A bundle written anew without one of its articles: all rows stay where they are, one is blank.

Other rows are found, compared and listed exactly as before, so what was answered from them is
answered again. Of the article stay its id, when it was published, in which language, and how many
different things it said: rows are ordered by the first two, and the floors of later articles are
read off the last. In the lists of others its row number stays, which shows nothing and is hidden
by whoever knows that it was erased.

Words that no other article has lose their letters, and their columns their names. Which of them
articles after the training have is for the caller to say: those stay, or their vectors would be
others. The forms of all words go, for nobody can tell which of them it was that had one: they save
time alone, and a word without form is read by its rules (`lexicon`).
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.blobs import Arrays, Keys, with_texts, without_keys
from recommender.ranking.cards import Card
from recommender.ranking.files import FolderWriter
from recommender.ranking.folder import Folder
from recommender.ranking.groups import without_row
from recommender.ranking.postings import index_of
from recommender.ranking.rows import SparseRows
from recommender.ranking.stored_index import StoredIndex

ERASED = "erased"
"""Key of the manifest under which the ids of such articles stand."""

_FILES = ("files", "notebook_files")
"""Keys of the manifest whose values are made anew. The files for notebooks are left out: they hold
what the model was fitted with, and nobody but a notebook can read them."""

_NO_ROW = -1


def row_to_erase(folder: Folder, article_id: str) -> int | None:
    """Return the row of an article that a bundle holds, None if it has none, or nothing of it left.

    Args:
        folder: the bundle's.
        article_id: whose.
    """
    if article_id in folder.value(ERASED, list):
        return None
    return Keys(folder.arrays, "articles.ids").row_of(article_id)


def lonely_columns(folder: Folder, row: int | None) -> NDArray[np.int64]:
    """Return the columns that have a name, and no article but those that are erased.

    Args:
        folder: the bundle's.
        row: of the article that is about to be; None for none.
    """
    arrays = folder.arrays
    of_others = arrays["postings.weights"] != 0
    if row is not None:
        of_others &= arrays["postings.rows"] != row
    n_before = np.append(np.int64(0), np.cumsum(of_others, dtype=np.int64))
    n_others = np.diff(n_before[arrays["postings.starts"]])
    return np.flatnonzero((n_others == 0) & (np.diff(arrays["terms.labels.offsets"]) > 0))


def write_without(
    folder: Folder, target: Path, article_id: str, row: int | None, nameless: NDArray[np.int64]
) -> str:
    """Write a bundle anew, one row of it blank.

    Args:
        folder: the bundle's, verified.
        target: the folder to write, where nothing stands.
        article_id: of the article.
        row: of the article; None where only names are to go.
        nameless: the columns that lose their names: lonely ones that no later article has.

    Returns:
        The sha256 of the new manifest, in hexadecimal.
    """
    arrays, erased = dict(folder.arrays), list(folder.value(ERASED, list))
    if row is not None:
        arrays |= _blank_row(arrays, article_id, row)
        erased.append(article_id)
    arrays |= _nameless_columns(arrays, nameless)
    said = {key: value for key, value in folder.manifest.items() if key not in _FILES}
    with FolderWriter(target) as writer:
        for name, values in arrays.items():
            writer.array(name, values)
        return writer.publish({**said, ERASED: erased})


def _blank_row(arrays: Arrays, article_id: str, row: int) -> Arrays:
    """Return the arrays that another row is blank in."""
    card = Card(article_id).to_json().encode("utf-8", "surrogatepass")
    blank: dict[str, NDArray[Any]] = {
        **with_texts(arrays, "articles.cards", {row: card}),
        **without_keys(arrays, "articles.pages", np.array([row])),
        **without_row(arrays, "articles.tags", row),
        **without_row(arrays, "articles.sections", row),
        **without_row(arrays, "articles.authors", row),
        **_vectors(arrays, row),
        "articles.has_image": _set(arrays["articles.has_image"], row, 0),
        "stories": _set(arrays["stories"], row, row),
    }
    for name in ("candidates", "older"):
        blank[f"{name}.rows"] = _set(arrays[f"{name}.rows"], row, _NO_ROW)
        blank[f"{name}.similarity"] = _set(arrays[f"{name}.similarity"], row, 0)
    for name in ("author", "section"):
        numbers = _set(arrays[f"factors.{name}"], row, _NO_ROW)
        n_names = len(arrays[f"factors.{name}s.offsets"]) - 1
        unused = np.setdiff1d(np.arange(n_names), numbers)
        blank |= {f"factors.{name}": numbers, **without_keys(arrays, f"factors.{name}s", unused)}
    return blank


def _vectors(arrays: Arrays, row: int) -> Arrays:
    """Return vectors and index with as many entries in a row as before, all of them nothing."""
    indptr = arrays["vectors.indptr"]
    columns, weights = arrays["vectors.columns"].copy(), arrays["vectors.weights"].copy()
    own = slice(*indptr[row : row + 2])
    weights[own] = 0
    columns[own] = np.arange(own.stop - own.start)
    rows = SparseRows(indptr, columns, weights, len(arrays["terms.kind"]))
    index = index_of(rows, np.array(arrays["postings.stops"]))
    stored = StoredIndex(*index.postings, index.stops, index.rest)
    return {"vectors.columns": columns, "vectors.weights": weights, **stored.arrays()}


def _nameless_columns(arrays: Arrays, nameless: NDArray[np.int64]) -> Arrays:
    """Return the arrays of terms and vocabulary without what names some columns, and without forms.

    A term goes that has no column, or one of these, and is part of no phrase and no tag's name that
    has another; and so does a tag. What stands in their place is no word that a text could have.
    """
    gone = np.append(np.isin(np.arange(len(arrays["terms.kind"])), nameless), True)
    of_terms = arrays["vocabulary.columns.terms"]
    is_used = ~gone[of_terms]
    phrases = np.flatnonzero(~gone[arrays["vocabulary.columns.phrases"][:-1]])
    starts = arrays["vocabulary.columns.phrase_starts"]
    is_used[np.searchsorted(starts, phrases, "right") - 1] = True
    is_used[arrays["vocabulary.columns.phrase_seconds"][phrases]] = True
    is_kept_tag = ~gone[arrays["vocabulary.columns.tags"]]
    ends = arrays["vocabulary.ways.ends"]
    named = is_kept_tag[arrays["vocabulary.ways.tags"]].repeat(np.diff(ends))
    is_used[arrays["vocabulary.ways.terms"][named]] = True
    n_languages = len(arrays["vocabulary.languages"])
    return {
        **without_keys(arrays, "terms.keys", nameless),
        **with_texts(arrays, "terms.labels", dict.fromkeys(nameless.tolist(), b"")),
        **_without_letters(arrays, "vocabulary.terms", np.flatnonzero(~is_used[:-1])),
        **_without_letters(arrays, "vocabulary.slugs", np.flatnonzero(~is_kept_tag)),
        "vocabulary.forms.data": np.empty(0, np.uint8),
        "vocabulary.forms.offsets": np.zeros(1, np.int64),
        "vocabulary.forms.terms": np.empty(0, np.int32),
        "vocabulary.starts": np.zeros(n_languages + 1, np.int64),
    }


def _without_letters(arrays: Arrays, prefix: str, places: NDArray[np.int64]) -> Arrays:
    """Return strings of which some are a blank and a number, which no term and no slug can be."""
    return with_texts(arrays, prefix, {place: f" {place}".encode() for place in places.tolist()})


def _set(values: NDArray[Any], row: int, value: int) -> NDArray[Any]:
    changed = values.copy()
    changed[row] = value
    return changed
