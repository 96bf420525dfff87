"""The vocabulary at rest: what reads an article that comes after the training, as arrays.

Nothing that a training learns is pickled for those who serve, so what reads texts lies in the
bundle as all else does. Only who takes in new articles opens it, and has its tables made anew:
half a second for a million forms.

`vocabulary_layout` says what lies where.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.blobs import Arrays
from recommender.ranking.language_codes import packed, unpacked
from recommender.ranking.lexicon import Forms, Lexicon
from recommender.ranking.naming import Ways
from recommender.ranking.sequences import TEXT_FIELDS
from recommender.ranking.sink import ArraySink
from recommender.ranking.string_table import StringTable
from recommender.ranking.strings import Strings
from recommender.ranking.vocabulary import Vocabulary
from recommender.ranking.vocabulary_layout import COLUMNS, WAYS
from recommender.ranking.weighing import Columns


def empty_vocabulary(n_columns: int) -> Vocabulary:
    """Return a vocabulary that knows no word, for vectors that were made in another way.

    Args:
        n_columns: of the vectors.
    """
    nowhere = np.zeros(2, np.int64)
    nothing = np.empty(0, np.int32)
    none = np.full(1, -1, np.int32)
    columns = Columns(nowhere, nothing, none, nothing, none.copy(), np.ones(n_columns))
    fields = np.ones(len(TEXT_FIELDS), np.float32)
    spaced = np.zeros(1, np.bool_)
    return Vocabulary(Lexicon(), spaced, fields, False, StringTable(), None, 0.0, columns)


def write_vocabulary(sink: ArraySink, vocabulary: Vocabulary) -> None:
    """Write a vocabulary.

    Args:
        sink: takes the arrays.
        vocabulary: what a corpus taught.
    """
    lexicon = vocabulary.lexicon
    held = sorted(lexicon.forms.items())
    _write_strings(sink, "vocabulary.terms", lexicon.terms.strings())
    forms = Strings.join([forms.table.strings() for _, forms in held])
    _write_strings(sink, "vocabulary.forms", forms)
    terms = [np.empty(0, np.int32), *(forms.terms for _, forms in held)]
    sink.array("vocabulary.forms.terms", np.concatenate(terms))
    codes = [packed(language) for language, _ in held]
    sink.array("vocabulary.languages", np.array(codes, np.uint32))
    n_forms = [len(forms.table) for _, forms in held]
    sink.array("vocabulary.starts", np.cumsum([0, *n_forms], dtype=np.int64))
    sink.array("vocabulary.unspaced", vocabulary.unspaced.astype(np.uint8))
    sink.array("vocabulary.fields", vocabulary.fields)
    ways = vocabulary.ways
    settings = (vocabulary.phrases, ways is not None, vocabulary.named_weight)
    sink.array("vocabulary.settings", np.array(settings, np.float64))
    _write_strings(sink, "vocabulary.slugs", vocabulary.slugs.strings())
    for name, values in (ways or _no_ways(len(lexicon.terms)))._asdict().items():
        sink.array(f"vocabulary.ways.{name}", _as_stored(values))
    for name, values in vocabulary.columns._asdict().items():
        sink.array(f"vocabulary.columns.{name}", values)


def load_vocabulary(arrays: Arrays) -> Vocabulary:
    """Return a vocabulary that `write_vocabulary` wrote, with tables made anew.

    Args:
        arrays: of the folder.
    """

    def held(name: str) -> NDArray[Any]:
        # A copy: compiled loops know read-only arrays as another type, and would be compiled anew.
        return np.array(arrays[f"vocabulary.{name}"])

    def strings(name: str) -> Strings:
        return Strings(held(f"{name}.data"), held(f"{name}.offsets"))

    lexicon, slugs = Lexicon(), StringTable()
    lexicon.terms.add(strings("terms"))
    slugs.add(strings("slugs"))
    starts, forms, terms = held("starts"), strings("forms"), held("forms.terms")
    for place, code in enumerate(held("languages").tolist()):
        chosen = np.arange(starts[place], starts[place + 1], dtype=np.int32)
        lexicon.forms[unpacked(code)] = _forms(forms.chosen(chosen), terms[chosen])
    phrases, names_tags, named_weight = held("settings").tolist()
    ways = {name: held(f"ways.{name}") for name in WAYS}
    ways["beside"] = ways["beside"].astype(np.bool_)
    return Vocabulary(
        lexicon=lexicon,
        unspaced=held("unspaced").astype(np.bool_),
        fields=held("fields"),
        phrases=bool(phrases),
        slugs=slugs,
        ways=Ways(**ways) if names_tags else None,
        named_weight=named_weight,
        columns=Columns(**{name: held(f"columns.{name}") for name in COLUMNS}),
    )


def _forms(strings: Strings, terms: NDArray[np.int32]) -> Forms:
    forms = Forms()
    forms.learn(forms.table.add(strings), terms)
    return forms


def _no_ways(n_terms: int) -> Ways:
    nothing = np.empty(0, np.int32)
    starts, ends = np.zeros(n_terms + 2, np.int64), np.zeros(1, np.int64)
    return Ways(starts, nothing, ends, nothing, np.empty(0, np.bool_))


def _as_stored(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(np.uint8) if values.dtype == np.bool_ else values


def _write_strings(sink: ArraySink, prefix: str, strings: Strings) -> None:
    sink.array(f"{prefix}.data", strings.data)
    sink.array(f"{prefix}.offsets", strings.offsets)
