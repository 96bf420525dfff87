"""The arrays of a stored vocabulary, for who maps a bundle and reads no texts.

`terms` and `slugs` are strings end to end (`data`, `offsets`), and so are `forms`, those of one
language after those of another: of language i, whose packed code is `languages[i]`, they begin at
`starts[i]`, and `forms.terms` has the term of each. `settings` are whether phrases are counted,
whether naming a tag counts, and what it counts. All other arrays are named as the fields of
`vocabulary.Vocabulary`, `naming.Ways` and `weighing.Columns`.
"""

WAYS = {
    "starts": "int64 words+2",
    "tags": "int32 ways",
    "ends": "int64 ways+1",
    "terms": "int32 way_terms",
    "beside": "uint8 ways",
}
COLUMNS = {
    "phrase_starts": "int64 words+2",
    "phrase_seconds": "int32 phrases",
    "phrases": "int32 phrases+1",
    "tags": "int32 slugs",
    "terms": "int32 words+1",
    "rarity": "float64 terms",
}


def _strings_layout(prefix: str, n: str) -> dict[str, str]:
    return {f"{prefix}.data": f"uint8 {prefix}.bytes", f"{prefix}.offsets": f"int64 {n}+1"}


VOCABULARY_LAYOUT = {
    **_strings_layout("vocabulary.terms", "words"),
    **_strings_layout("vocabulary.forms", "forms"),
    "vocabulary.forms.terms": "int32 forms",
    "vocabulary.languages": "uint32 languages",
    "vocabulary.starts": "int64 languages+1",
    "vocabulary.unspaced": "uint8 words+1",
    "vocabulary.fields": "float32 fields",
    "vocabulary.settings": "float64 settings",
    **_strings_layout("vocabulary.slugs", "slugs"),
    **{f"vocabulary.ways.{name}": shape for name, shape in WAYS.items()},
    **{f"vocabulary.columns.{name}": shape for name, shape in COLUMNS.items()},
}
"""The arrays of a vocabulary, for the layout of the folder that it is part of."""
