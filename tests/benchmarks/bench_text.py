"""Text to TF-IDF: ours, which finds the stem of every word, beside scikit-learn's, which does not.

    [MOREFROM_REAL_DATA=…] python -m tests.benchmarks.bench_text [--articles 20000] [--markdown]

The same texts, one thread each. The first two lines are comparable work, the words of the bodies
alone, learnt from nothing and then made again with what was learnt. Then comes all that the product
does, title, deck, body, tags, phrases and the tags that texts name, beside scikit-learn's words and
pairs of words. Both take turns; medians of the processor's time. Of every article the language is
stated, as the stage before this one leaves it. Last, one new text to its vector, and how far values
are apart where settings agree: in texts that say nothing twice, for scikit-learn's logarithm of
occurrences is another (1 + ln, not ln of 1 more), with a rarity without bounds.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from recommender.catalogue.readers import formats
from recommender.catalogue.readers.rows import Accepted
from recommender.domain.article import Article
from recommender.ranking.text import Normaliser, terms, tokens
from recommender.training.vectors import ArticleVectorizer
from tests.benchmarks.archive import Archive
from tests.benchmarks.speed.clock import Way, latencies
from tests.benchmarks.speed.table import Line, Table, machine, named

SKLEARN = named("scikit-learn")
TURNS = 5
FASTER, ONE_TEXT_S, ROUNDING = 3, 0.3e-3, 1e-6
N_NEW, N_AGREEING = 500, 2_000
WORDS_ONLY = {
    "title": 0, "summary": 0, "tags": 0, "tag_weight": 0, "phrase_weight": 0,
}  # fmt: skip
PLAIN = {**WORDS_ONLY, "name_weight": 0, "number_weight": 0, "max_df": 1.0, "max_rarity": np.inf}


def main() -> None:
    options = argparse.ArgumentParser(description="Text to TF-IDF: ours and scikit-learn's.")
    options.add_argument("--articles", type=int, default=20_000, help="made ones")
    options.add_argument("--markdown", action="store_true", help="for a page")
    chosen = options.parse_args()
    print(machine(1), end="\n\n", flush=True)
    table = Table(markdown=chosen.markdown)
    table.head()
    measure("made", Archive(chosen.articles), table)
    if folder := os.environ.get("MOREFROM_REAL_DATA"):
        measure("Reuters", reuters(Path(folder)), table)


def measure(name: str, articles: Iterable[Article], table: Table) -> None:
    """Print the lines of one archive."""
    stated = [replace(article, language="en") for article in articles]
    alone = [replace(article, title="", summary="", tags=()) for article in stated]
    bodies = [article.body for article in stated]
    ours, theirs = ArticleVectorizer(**WORDS_ONLY, min_df=1), TfidfVectorizer()
    ours.fit(stated[:10])  # compiled, or loaded
    pairs = TfidfVectorizer(ngram_range=(1, 2), min_df=2)
    whole = ArticleVectorizer()
    works = {
        "words": (theirs.fit_transform, partial(ours.fit_transform, alone), FASTER),
        "words, learnt before": (theirs.transform, partial(ours.transform, alone), FASTER),
        "all we do": (pairs.fit_transform, partial(whole.fit_transform, stated), None),
    }
    for work, (of_texts, of_articles, asked) in works.items():
        seconds = side_by_side(partial(of_texts, bodies), of_articles)
        each = (1_000 * both / len(stated) for both in seconds)
        table.add(Line.faster(f"1,000 texts of {name}, {work}", SKLEARN, *each, asked))
    one_text(name, stated, table)
    apart = difference(stated[:N_AGREEING])
    told = f"{apart:.1e}", f"under {ROUNDING:.0e}", apart < ROUNDING
    table.add(Line(f"{name}: greatest difference of a value", *told, SKLEARN))


def side_by_side(theirs: Callable[[], object], ours: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of the processor that each takes, in turns."""
    seconds = [(on_processor(theirs), on_processor(ours)) for _ in range(TURNS)]
    medians = np.median(seconds, axis=0)
    return float(medians[0]), float(medians[1])


def on_processor(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes of this one thread, whatever else is going on."""
    started = time.thread_time()
    work()
    return time.thread_time() - started


def one_text(name: str, articles: Sequence[Article], table: Table) -> None:
    """Print how long one new text takes, its words and more, that neither has seen before."""
    old, new = articles[:-N_NEW], articles[-N_NEW:]
    learnt = ArticleVectorizer()
    learnt.fit(old)
    peer = TfidfVectorizer().fit(article.body for article in old)
    found = latencies({
        "theirs": Way(lambda at: peer.transform([new[at].body]), len(new), repeats=2),
        "ours": Way(lambda at: learnt.vocabulary_.vectors([new[at]], "en"), len(new), repeats=2),
    })  # fmt: skip
    theirs, ours = (float(np.median(found[side])) for side in ("theirs", "ours"))
    n_words = np.mean([len(article.body.split()) for article in new])
    work = f"one new text of {name}, {n_words:.0f} words, all we do"
    table.add(Line.faster(work, SKLEARN, theirs, ours))
    table.add(Line.under(work, ours, ONE_TEXT_S))


def difference(articles: Sequence[Article]) -> float:
    """Return the greatest difference of a value between ours and scikit-learn's."""
    plain = [replace(article, body=said_once(article.body), language="en") for article in articles]
    ours = ArticleVectorizer(**PLAIN, min_df=1)
    matrix = ours.fit_transform(plain)
    theirs = TfidfVectorizer(analyzer=lambda article: terms(article.body, "en"))
    expected = theirs.fit_transform(plain)
    keys = [key.removeprefix("term:") for key in ours.get_feature_names_out()]
    return float(abs(matrix - expected[:, [theirs.vocabulary_[key] for key in keys]]).max())


def said_once(text: str) -> str:
    """Return a text without the words whose terms it has had."""
    term_of = Normaliser("en").term
    words = {term_of(word): word for word in reversed(tokens(text))}
    return " ".join(reversed(words.values()))


def reuters(folder: Path) -> Iterator[Article]:
    """Yield the real articles."""
    for row in formats.rows(folder / "reuters21578.jsonl.gz", 1_000_000, None):
        if isinstance(row, Accepted):
            yield row.article


if __name__ == "__main__":
    main()
