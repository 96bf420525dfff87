"""Archives of any size that nobody wrote, to measure with: `Archive(n, seed)`.

    python -m tests.benchmarks.archive 1000000 --seed 7 --out archive.jsonl.gz

The words are made up and the rules are the known ones of texts, news and tags, each with its source
where it stands: `draws` (Zipf, hashes), `words` (spelling), `subjects` (stories, topics, bursts),
`tokens` (which words), `texts` (prose), `labels` (tags, authors). The figures in these modules were
set so that an archive of 15,000 is near long news texts (`python -m tests.benchmarks.bench_archive`
shows both). The same size and seed give the same articles.

An archive is made in blocks of articles that appear one after the other. A block needs nothing but
the size, the seed and its number, so any worker can make any block, and only one is ever held. Of
numpy's generator only bytes and `random()` are used, which come straight from its bits, so that
other releases of numpy give the same; all else is worked out here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import numpy as np

from recommender.domain.article import Article, Image
from tests.benchmarks.archive import labels, subjects, texts, tokens
from tests.benchmarks.archive.subjects import FIRST_S, SECTIONS, SPAN_S, Subjects
from tests.benchmarks.archive.texts import FIELDS
from tests.benchmarks.archive.words import Lexicon

BLOCK_ARTICLES = 1_000
"""Articles in a block, at most: some 25 MB of arrays while it is made."""

SITE = "https://archive.example"


@dataclass(frozen=True)
class Archive:
    """Made-up articles, oldest first, made afresh each time they are read.

    Attributes:
        n_articles: how many.
        seed: another number, not negative, is another archive.
    """

    n_articles: int
    seed: int = 0

    def __len__(self) -> int:
        return self.n_articles

    def __iter__(self) -> Iterator[Article]:
        for block in range(self.n_blocks):
            yield from self.block(block)

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.n_articles // BLOCK_ARTICLES)

    def block(self, block: int) -> Iterator[Article]:
        """Yield the articles of one block, oldest first.

        Args:
            block: in [0, n_blocks).
        """
        first, end = (self.n_articles * one // self.n_blocks for one in (block, block + 1))
        first_s, end_s = (FIRST_S + SPAN_S * one // self.n_blocks for one in (block, block + 1))
        rng = np.random.default_rng((self.seed, self.n_articles, block))
        about = subjects.draw(rng, self.seed, end - first, first_s, end_s)
        prose = iter(texts.write(rng, _lexicon(), about, self._groups(about, block, first)))
        rows = zip(
            range(first, end),
            zip(*[prose] * FIELDS, strict=True),
            labels.tags(rng, self.seed, about),
            labels.authors(rng, self.seed, about),
            about.section.tolist(),
            about.published_s.tolist(),
            strict=True,
        )
        for number, (title, summary, body), tags, authors, section, published_s in rows:
            yield Article(
                id=f"made-{number:08d}",
                title=title,
                url=f"{SITE}/{number:08d}",
                summary=summary,
                body=body,
                tags=tags,
                section=SECTIONS[section],
                authors=authors,
                language="en",
                image=Image(f"{SITE}/{number:08d}.jpg", alt=title, width=1_200, height=800),
                published_at=datetime.fromtimestamp(published_s, UTC),
            )

    def _groups(self, about: Subjects, block: int, first: int) -> np.ndarray:
        """Return where the words of each article come from, uint64[levels, n_articles]."""
        numbers = np.arange(first, first + len(about.story))
        known_by = {
            tokens.LANGUAGE: (np.zeros_like(numbers),),
            tokens.BEAT: (about.beat,),
            tokens.TOPIC: (about.topic,),
            tokens.STORY: (about.story, np.full_like(numbers, block)),
            tokens.ARTICLE: (numbers,),
        }
        return np.stack(
            [tokens.group_keys(level, self.seed, *parts) for level, parts in known_by.items()]
        )


@cache
def _lexicon() -> Lexicon:
    return Lexicon()
