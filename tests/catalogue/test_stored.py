"""The articles of a corpus in slices, here and in another process."""

import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from recommender.catalogue import catalogue as door
from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.domain.corpus import Articles, Corpus
from recommender.errors import CatalogueUnavailable

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
N = 20


@pytest.fixture(params=["held", "read each time"])
def corpus(
    catalogue: Catalogue, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Corpus]:
    monkeypatch.setattr(door, "HELD_ARTICLES", N if request.param == "held" else 0)
    articles = [Article(f"{row:02}", title=f"T{row}", body="Words. " * row) for row in range(N)]
    catalogue.upsert(articles, "anna", "import")
    with catalogue.corpus(NOW) as taken:
        yield taken


def ids(articles: Articles) -> list[str]:
    return [one.id for one in articles]


@pytest.mark.parametrize("rows", [slice(0, N), slice(3, 7), slice(18, 99), slice(5, 5)])
def test_a_slice_has_its_rows(corpus: Corpus, rows: slice) -> None:
    assert ids(corpus.articles[rows]) == list(corpus.ids[rows])
    assert ids(corpus.articles[2:][rows]) == list(corpus.ids[2:][rows])


def test_what_was_sent_elsewhere_is_the_same(corpus: Corpus) -> None:
    part = corpus.articles[4:9]

    assert list(pickle.loads(pickle.dumps(part))) == list(corpus)[4:9]


def test_another_process_reads_its_part_whatever_is_written_meanwhile(
    catalogue: Catalogue, corpus: Corpus
) -> None:
    parts = [corpus.articles[:7], corpus.articles[7:]]
    before = list(corpus)
    catalogue.upsert([Article("03", title="Anew"), Article("zz", title="More")], "bob", "later")

    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(ids, parts[0]).result() == [one.id for one in before[:7]]
    assert [one for part in parts for one in pickle.loads(pickle.dumps(part))] == before


def test_what_changes_articles_travels_with_them(corpus: Corpus) -> None:
    changed = corpus.changed(shout)

    assert [one.title for one in changed] == [one.title.upper() + "!" for one in corpus]
    sent = pickle.loads(pickle.dumps(changed.articles[3:5]))
    assert list(sent) == list(changed)[3:5]
    assert changed.ids == corpus.ids


def shout(article: Article) -> Article:
    return Article(article.id, title=article.title.upper() + "!", body=article.body)


def test_a_catalogue_that_is_gone_is_not_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HELD_ARTICLES", 0)
    file = tmp_path / "catalogue.db"
    with Catalogue.open(f"sqlite:///{file}") as catalogue:
        catalogue.upsert([Article("a", title="A")], "anna", "import")
        with catalogue.corpus(NOW) as corpus:
            sent = pickle.dumps(corpus.articles)
    file.unlink()

    with pytest.raises(CatalogueUnavailable):
        list(pickle.loads(sent))
    assert not file.exists()
