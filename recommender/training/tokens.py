"""The second half of counting: a corpus as the sequences of its terms, put together from blocks.

Merging gives every term of every block its number in the whole: terms and tags are numbered by
code point, so nothing depends on who counted which block, or on how many articles one has. A corpus
takes some 1.3 kB an article of 300 words, in mapped files where a folder is given: what its terms,
phrases and tags weigh is worked out from that again and again (`occurrences`, `vectors`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.ranking.article_tags import Tags
from recommender.ranking.article_words import ArticleWords
from recommender.ranking.lexicon import Lexicon
from recommender.ranking.occurrences import Bits, Counted, count
from recommender.ranking.sequences import renumber
from recommender.ranking.string_table import StringTable
from recommender.ranking.strings import Strings
from recommender.training.blocks import SPELT, Block, blocks_of, tags_of
from recommender.training.growing import Growing
from recommender.training.spellings import Spellings


class CountedPart(NamedTuple):
    """What successive articles say, counted.

    Attributes:
        first: the first of them.
        end: one more than the last.
        terms: of these articles, numbered from 0 on.
        phrases: likewise.
    """

    first: int
    end: int
    terms: Counted
    phrases: Counted


@dataclass(frozen=True, eq=False)
class Tokens:
    """What n articles say.

    Attributes:
        starts: int64[n + 1], where each article's sequence begins and the last one ends.
        tokens: int32, the sequences (`ranking.sequences`).
        lexicon: the terms, numbered ascending by code point, and all forms of them.
        spellings: how articles write the terms.
        tags: that editors set.
        slugs: of the tags, ascending by code point.
        tag_labels: the label that editors most often give each tag.
    """

    starts: NDArray[np.int64]
    tokens: NDArray[np.int32]
    lexicon: Lexicon
    spellings: Spellings
    tags: Tags
    slugs: list[str]
    tag_labels: list[str]

    @classmethod
    def of(cls, articles: Iterable[Article], language: str) -> "Tokens":
        """Read articles, in this process and in memory.

        Args:
            articles: in row order; each is looked at once and let go.
            language: ISO 639-1 code for articles whose language nothing tells.

        Returns:
            What they say.
        """
        writer = TokensWriter()
        for some in blocks_of(articles):
            writer.read(some, language)
        return writer.finish()

    def counted(self, fields: NDArray[np.float32], *, phrases: bool) -> Iterator[CountedPart]:
        """Yield successive articles counted.

        Args:
            fields: float32[4], what one occurrence counts in each of `TEXT_FIELDS`; 0 leaves it
                out.
            phrases: whether to count phrases.
        """
        unspaced = self.spellings.unspaced
        for first, end in self.bits.parts(self.n_articles):
            starts = self.starts[first : end + 1]
            both = count(starts, self.tokens, unspaced, fields, phrases=phrases)
            yield CountedPart(first, end, *both)

    @property
    def bits(self) -> Bits:
        """The bits of the keys of what is counted."""
        return Bits.of(self.spellings.unspaced.size)

    @property
    def n_articles(self) -> int:
        """How many articles there are."""
        return self.starts.size - 1

    @property
    def n_terms(self) -> int:
        """How many terms there are."""
        return len(self.lexicon.terms)

    @property
    def languages(self) -> list[str]:
        """The languages that articles are written in."""
        return list(self.lexicon.forms)


class TokensWriter:
    """Puts blocks together, in row order."""

    def __init__(self, folder: Path | None = None) -> None:
        """Begin with no article.

        Args:
            folder: where the long arrays go, as files that are mapped; None to keep them in memory.
                Whoever made the folder removes it, once the tokens are not needed any more.
        """
        self._starts = Growing(np.int64, folder and folder / "starts")
        self._tokens = Growing(np.int32, folder and folder / "tokens")
        self._n_tags, self._tags = Growing(np.int64), Growing(np.int32)
        self._starts.append(np.zeros(1))
        self._lexicon = Lexicon()
        self._form_counts: dict[str, NDArray[np.int64]] = {}
        self._tag_names = StringTable()

    def read(self, articles: list[Article], language: str) -> None:
        """Add articles that nobody has read yet: what `add` does with a block of them, sooner.

        Args:
            articles: the next rows, cleaned.
            language: ISO 639-1 code for articles whose language nothing tells.
        """
        found = ArticleWords.of(articles, language)
        terms, forms = self._lexicon.read(found)
        starts, tokens = found.sequences(terms)
        self._starts.append(starts[1:] + self._tokens.size)
        self._tokens.append(tokens)
        for code, numbers in forms.items():
            self._count(code, np.bincount(numbers))
        self._add_tags(*tags_of(articles))

    def add(self, block: Block) -> None:
        """Add the articles of a block, after those of the one before.

        Args:
            block: of the next rows.
        """
        self._starts.append(block.starts[1:] + self._tokens.size)
        numbers = self._lexicon.terms.add(block.terms)
        tokens = block.tokens.copy()
        renumber(tokens, numbers)
        self._tokens.append(tokens)
        for language, counted in block.forms.items():
            forms = self._lexicon.of(language)
            held = forms.table.add(counted.forms)
            terms = counted.terms.copy()
            renumber(terms, numbers)
            forms.learn(held, terms)
            counts = np.zeros(len(forms.table), np.int64)
            counts[held] = counted.counts
            self._count(language, counts)
        self._add_tags(block.n_tags, block.tags, block.tag_names)

    def _count(self, language: str, counts: NDArray[np.int64]) -> None:
        """Count more occurrences of the forms of a language, int64, by their numbers."""
        whole = np.zeros(len(self._lexicon.of(language).table), np.int64)
        for part in (counts, self._form_counts.get(language, counts[:0])):
            whole[: part.size] += part
        self._form_counts[language] = whole

    def _add_tags(self, n_tags: NDArray[np.int64], tags: NDArray[np.int32], names: Strings) -> None:
        """Add the tags of more articles, as a block has them."""
        self._n_tags.append(n_tags)
        self._tags.append(self._tag_names.add(names)[tags])

    def finish(self) -> Tokens:
        """Return the whole; nothing can be added after this."""
        starts, tokens = self._starts.whole(), self._tokens.whole()
        renumber(tokens, self._lexicon.sort())
        n_tags = self._n_tags.whole()
        slugs, tag_labels, tags = _tags(self._tag_names.strings().texts(), self._tags.whole())
        return Tokens(
            starts=starts,
            tokens=tokens,
            lexicon=self._lexicon,
            spellings=Spellings.of(self._lexicon, self._form_counts),
            tags=Tags.of(n_tags.size, np.repeat(np.arange(n_tags.size), n_tags), tags),
            slugs=slugs,
            tag_labels=tag_labels,
        )


def _tags(
    names: list[str], numbers: NDArray[np.int32]
) -> tuple[list[str], list[str], NDArray[np.int32]]:
    """Find the label of each slug.

    Args:
        names: slug, `SPELT` and label.
        numbers: int32[m], names that were met.

    Returns:
        The slugs ascending, the commonest label of each, and int32[m], the slugs that were met.
    """
    n_met = np.bincount(numbers, minlength=len(names)).tolist()
    labels: dict[str, tuple[int, str]] = {}
    for name, n in zip(names, n_met, strict=True):
        slug, _, label = name.partition(SPELT)
        labels[slug] = min((-n, label), labels.get(slug, (0, "")))
    slugs = sorted(labels)
    place = {slug: number for number, slug in enumerate(slugs)}
    of_name = np.array([place[name.partition(SPELT)[0]] for name in names], np.int32)
    return slugs, [labels[slug][1] for slug in slugs], of_name[numbers]
