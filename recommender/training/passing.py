"""What is noted of articles on their way to being counted: read once, part by part, not held."""

import threading
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.domain.corpus import epoch_us
from recommender.ranking.language_codes import packed, unpacked
from recommender.ranking.languages import language_of_article
from recommender.ranking.lexicon import Lexicon
from recommender.training.blocks import Block, blocks_of, count_block
from recommender.training.cleaning import Tally, TextCleaner
from recommender.training.copies import first_rows, own_words


@dataclass(frozen=True, eq=False)
class Part:
    """What one part of a corpus comes to.

    Attributes:
        blocks: what they say.
        published_us: int64[n], microseconds since 1970 or `UNDATED_US`.
        languages: uint32[n], packed codes of the languages that they are written in.
        own_words: uint64[n], the hash of the words that each has to itself.
        tally: what was left out of their texts.
    """

    blocks: list[Block]
    published_us: NDArray[np.int64]
    languages: NDArray[np.uint32]
    own_words: NDArray[np.uint64]
    tally: Tally


@dataclass(frozen=True)
class Reader:
    """How parts are read, in whatever process.

    Attributes:
        cleaner: fitted.
        language: ISO 639-1 code for articles whose language nothing tells.
    """

    cleaner: TextCleaner
    language: str

    def __call__(self, articles: Iterable[Article]) -> Part:
        """Read a part.

        Args:
            articles: in row order; each is looked at once and let go.

        Returns:
            What it comes to.
        """
        noted = _Noted(Tally(), array("q"), array("I"), bytearray())
        cleaned = self._cleaned(articles, noted)
        blocks = [count_block(block, self.language, _lexicon()) for block in blocks_of(cleaned)]
        return Part(
            blocks,
            np.array(noted.published_us, np.int64),
            np.array(noted.languages, np.uint32),
            np.frombuffer(noted.own_words, np.uint64),
            noted.tally,
        )

    def _cleaned(self, articles: Iterable[Article], noted: "_Noted") -> Iterator[Article]:
        """Yield articles with what is to be counted of them, each with its language."""
        for article in articles:
            language = language_of_article(article, self.language)
            reading = self.cleaner.read(article)
            noted.published_us.append(epoch_us(article.published_at))
            noted.languages.append(packed(language))
            noted.own_words.extend(own_words(article))
            noted.tally.add(reading)
            yield replace(reading.article, language=language)


class _Noted(NamedTuple):
    """What is noted of the articles of a part, one after another."""

    tally: Tally
    published_us: "array[int]"
    languages: "array[int]"
    own_words: bytearray


_OF_THREAD = threading.local()


def _lexicon() -> Lexicon:
    """Return the words that this thread has met, whose terms need not be found again."""
    if not hasattr(_OF_THREAD, "lexicon"):
        _OF_THREAD.lexicon = Lexicon()
    lexicon: Lexicon = _OF_THREAD.lexicon
    return lexicon


@dataclass
class Passing:
    """Gathers what is noted of parts, and passes on what they say.

    Attributes:
        tally: what was left out of their texts.
    """

    tally: Tally = field(default_factory=Tally)
    _published_us: list[NDArray[np.int64]] = field(default_factory=list)
    _languages: list[NDArray[np.uint32]] = field(default_factory=list)
    _own_words: list[NDArray[np.uint64]] = field(default_factory=list)

    def read(self, parts: Iterable[Part]) -> Iterator[Block]:
        """Take note of parts.

        Args:
            parts: in row order.

        Yields:
            What they say, in blocks.
        """
        for part in parts:
            self._published_us.append(part.published_us)
            self._languages.append(part.languages)
            self._own_words.append(part.own_words)
            self.tally.update(part.tally)
            yield from part.blocks

    def published_us(self) -> NDArray[np.int64]:
        """Return int64[n]: when each was published, microseconds since 1970 or `UNDATED_US`."""
        return np.concatenate(self._published_us)

    def languages(self) -> list[str]:
        """Return the ISO 639 code of the language that each is written in, in row order."""
        codes, numbers = self._by_code()
        return [codes[number] for number in numbers.tolist()]

    def by_language(self) -> NDArray[np.int32]:
        """Return int32[n]: the same number for articles of one language, by code, ascending."""
        codes, numbers = self._by_code()
        ranks = np.argsort(np.argsort(codes))
        return ranks[numbers].astype(np.int32)

    def copies(self) -> NDArray[np.int32]:
        """Return int32[n]: for each row the first row that has the same words."""
        return first_rows(np.concatenate(self._own_words))

    def _by_code(self) -> tuple[list[str], NDArray[np.int64]]:
        found, numbers = np.unique(np.concatenate(self._languages), return_inverse=True)
        return [unpacked(code) for code in found.tolist()], numbers
