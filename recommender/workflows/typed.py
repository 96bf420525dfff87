"""What an editor typed into the search box, taken apart."""

import re
from dataclasses import dataclass

from recommender.domain.article import tag_slug
from recommender.ranking.text import tokens
from recommender.workflows.spelling import plain

MAX_CHARS = 300
"""Of a longer text the beginning is sought: a headline is shorter."""

MAX_WORDS = 16
"""Words that are sought; the headline is compared with all of them all the same."""

_WISH = re.compile(r'(?:^|(?<=\s))(tag|section|is):(?:"([^"]*)"?|(\S*))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """A search.

    Attributes:
        text: as it was typed, without blanks at the ends: it may be an id or an address.
        tags: slugs after `tag:`; all are wanted.
        sections: names after `section:`, spelt as slugs; likewise.
        states: words after `is:`; any will do.
        words: as `ranking.text.tokens` finds them, none twice, in their order.
        phrase: the words in one spelling, as they would stand in a headline.
        is_open: whether the last word may still grow.
    """

    text: str
    tags: tuple[str, ...]
    sections: tuple[str, ...]
    states: tuple[str, ...]
    words: tuple[str, ...]
    phrase: str
    is_open: bool

    @classmethod
    def read(cls, text: str) -> "Typed":
        """Take a text apart.

        Args:
            text: anything.

        Returns:
            The search.
        """
        text = text[:MAX_CHARS]
        wishes = [(kind.lower(), quoted or bare) for kind, quoted, bare in _WISH.findall(text)]
        rest = _WISH.sub(" ", text)
        phrase = plain(rest)
        return cls(
            text=text.strip(),
            tags=_wished("tag", wishes),
            sections=_wished("section", wishes),
            states=_wished("is", wishes),
            words=tuple(dict.fromkeys(tokens(rest)))[:MAX_WORDS],
            phrase=phrase,
            is_open=bool(phrase) and not rest[-1].isspace() and bool(plain(rest[-1])),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.words or self.tags or self.sections or self.states)


def _wished(kind: str, wishes: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag_slug(said) for of, said in wishes if of == kind and said))
