"""From the fields of a row to what a reader gives for it."""

from collections.abc import Mapping

from recommender.catalogue.readers.fields import article_id_of, to_article
from recommender.catalogue.readers.prose import Prose
from recommender.catalogue.readers.rows import Accepted, Rejection, Row
from recommender.errors import InvalidField


def to_row(
    number: int, record: Mapping[str, object], max_chars: int, ignored_keys: tuple[str, ...]
) -> Row:
    """Return the article that a row holds, or why it holds none.

    Args:
        number: the row's place in its file, from 1.
        record: its fields.
        max_chars: the longest title, summary or body accepted, in characters.
        ignored_keys: names in the row that morefrom has no use for.
    """
    prose = Prose(max_chars)
    try:
        article = to_article(record, max_chars, prose)
    except InvalidField as error:
        return Rejection(number, error.field, f"{error}", article_id_of(record))
    return Accepted(number, article, ignored_keys, prose.removed)
