"""The vectoriser is its own formula, a scikit-learn estimator, and at ease with odd articles."""

import math
import pickle
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.utils import estimator_checks

from recommender.domain.article import Article, Tag, tag_slug
from recommender.ranking.text import terms, tokens
from recommender.training.vectors import MIN_BROAD_ARTICLES, ArticleVectorizer

WORDS = ("Kerry", "Lavrov", "the", "sanctions", "NATO", "grain", "Black Sea", "trade", "1987")


def article(article_id: str, tags: Sequence[str] = (), **fields: Any) -> Article:
    return Article(article_id, tags=tuple(Tag(tag_slug(tag), tag) for tag in tags), **fields)


texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
labels = st.lists(
    st.sampled_from(("Russia", "Trade", "NATO", "Black Sea")), unique=True, max_size=2
)
corpora = st.lists(
    st.builds(
        lambda title, body, tags: article("x", tags, title=title, body=body), texts, texts, labels
    ),
    max_size=8,
)

FEW = [
    article("a", ["Russia", "NATO"], title="Kerry meets Lavrov", body="Sanctions, sanctions"),
    article("b", ["russia"], title="Lavrov meets Kerry", summary="Grain", body="The Black Sea"),
    article("c", title="Grain", body="Black Sea grain prices"),
    article("d", ["Trade"], body="Nothing of it"),
    article("e", body="the and of"),
]  # fmt: skip


def naive_counts(one: Article, vectorizer: ArticleVectorizer) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    stretches = [(name, getattr(one, name)) for name in ("title", "summary", "body")]
    for name, text in stretches + [("tags", tag.label) for tag in one.tags]:
        written = terms(text, vectorizer.language)
        phrases = [f"phrase:{first} {second}" for first, second in pairwise(written)]
        for key in [f"term:{term}" for term in written] + phrases:
            found[key] += getattr(vectorizer, name)
    found.update({f"tag:{tag.slug}": 1.0 for tag in one.tags})
    return {key: count for key, count in found.items() if count > 0}


def naive_named(
    one: Article, labels: Mapping[str, str], vectorizer: ArticleVectorizer
) -> dict[str, float]:
    """Return the tags that a text names and that are not set."""
    texts = [terms(text, vectorizer.language) for text in (one.title, one.summary, one.body)]
    words = {word for text in texts for word in text}
    phrases = {pair for text in texts for pair in pairwise(text)}
    found = {}
    for slug in labels.keys() - {tag.slug for tag in one.tags}:
        label = terms(labels[slug], vectorizer.language)
        is_there = label and words.issuperset(label)
        if is_there and (not vectorizer.phrase_weight or phrases.issuperset(pairwise(label))):
            found[f"tag:{slug}"] = vectorizer.named_tag_weight
    return found


def naive_telling(some: Sequence[Article], vectorizer: ArticleVectorizer) -> dict[str, float]:
    """Return what each term weighs more for being a name or a number."""
    firsts: dict[str, list[str]] = defaultdict(list)
    for one in some:
        for text in (one.title, one.summary, one.body, *(tag.label for tag in one.tags)):
            for word in tokens(text):
                for term in terms(word, vectorizer.language):
                    firsts[f"term:{term}"].append(word[0])
    return {
        key: 1
        + vectorizer.name_weight * sum(map(str.isupper, found)) / len(found)
        + vectorizer.number_weight * sum(map(str.isdigit, found)) / len(found)
        for key, found in firsts.items()
    }


def naive(some: Sequence[Article], vectorizer: ArticleVectorizer) -> list[dict[str, float]]:
    """Return the rows of a corpus by key, from the formula in the module's docstring."""
    n = len(some)
    counts = [naive_counts(one, vectorizer) for one in some]
    labels = {tag.slug: tag.label for one in some for tag in one.tags}
    for one, found in zip(some, counts, strict=True):
        found.update(naive_named(one, labels, vectorizer))
    n_with = Counter(key for found in counts for key in found)
    most = max(vectorizer.max_df * n, MIN_BROAD_ARTICLES)
    telling = naive_telling(some, vectorizer)

    def weight(key: str, count: float) -> float:
        rarity = math.log((1 + n) / (1 + n_with[key]))
        kind = key.partition(":")[0]
        if kind == "tag":
            return vectorizer.tag_weight * rarity * count
        least = vectorizer.min_df if kind == "term" else vectorizer.phrase_min_df
        if not least <= n_with[key] <= most:
            return 0.0
        factor = vectorizer.phrase_weight if kind == "phrase" else telling[key]
        return factor * (rarity + 1) * math.log1p(count)

    rows = []
    for found in counts:
        weighted = {key: weight(key, count) for key, count in found.items()}
        length = math.hypot(*weighted.values())
        rows.append({key: value / length for key, value in weighted.items() if value > 0})
    return rows


def by_key(matrix: sp.csr_matrix, vectorizer: ArticleVectorizer) -> list[dict[str, float]]:
    return [
        {
            vectorizer.keys_[column]: value
            for column, value in zip(row.indices, row.data, strict=True)
        }
        for row in (matrix[number] for number in range(matrix.shape[0]))
    ]


@given(
    corpora,
    st.sampled_from([1.0, 0.25]),
    st.sampled_from([0.0, 0.7]),
    st.integers(1, 3),
    st.sampled_from([0.0, 2.0]),
)
def test_rows_are_the_formula(
    some: list[Article], body: float, phrases: float, least: int, tags: float
) -> None:
    vectorizer = ArticleVectorizer(
        body=body, phrase_weight=phrases, min_df=least, phrase_min_df=least, tag_weight=tags
    )

    rows = by_key(vectorizer.fit_transform(some), vectorizer)

    for row, expected in zip(rows, naive(some, vectorizer), strict=True):
        assert row == pytest.approx(expected, abs=1e-6)


def test_common_words_are_left_out_of_large_archives_only() -> None:
    def keys(n: int) -> list[str]:
        some = [article(f"{i}", title="everywhere", body=f"word{i % 3}x") for i in range(n)]
        return ArticleVectorizer(max_df=0.5).fit(some).keys_

    assert "term:everywher" in keys(MIN_BROAD_ARTICLES)
    assert "term:everywher" not in keys(MIN_BROAD_ARTICLES + 1)
    assert "term:word1x" in keys(MIN_BROAD_ARTICLES + 1)


@given(corpora)
def test_rows_have_length_one_or_nothing_and_ascending_columns(some: list[Article]) -> None:
    vectorizer = ArticleVectorizer()
    matrix = vectorizer.fit_transform(some)

    assert matrix.dtype == np.float32
    assert matrix.shape == (len(some), len(vectorizer.keys_))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    empty = np.diff(matrix.indptr) == 0
    np.testing.assert_allclose(lengths[~empty], 1, atol=1e-6)
    assert (matrix.data > 0).all()
    for start, end in zip(matrix.indptr, matrix.indptr[1:], strict=False):
        assert (np.diff(matrix.indices[start:end]) > 0).all()
    n_with = np.bincount(matrix.indices, minlength=matrix.shape[1])
    by_frequency = list(zip(-n_with, vectorizer.keys_, strict=True))
    assert by_frequency == sorted(set(by_frequency))
    assert len(vectorizer.labels_) == len(vectorizer.rarity_) == len(vectorizer.keys_)


@given(corpora, st.randoms(use_true_random=False))
def test_columns_do_not_depend_on_the_order_of_articles(some: list[Article], chance: Any) -> None:
    order = list(range(len(some)))
    chance.shuffle(order)
    one, other = ArticleVectorizer(), ArticleVectorizer()

    before = one.fit_transform(some)
    after = other.fit_transform([some[row] for row in order])

    assert (one.keys_, one.labels_) == (other.keys_, other.labels_)
    np.testing.assert_array_equal(one.rarity_, other.rarity_)
    np.testing.assert_array_equal(before[order].toarray(), after.toarray())


@given(corpora)
def test_fit_and_transform_are_fit_transform(some: list[Article]) -> None:
    at_once, apart = ArticleVectorizer(), ArticleVectorizer()

    expected = at_once.fit_transform(iter(some))
    found = apart.fit(iter(some)).transform(iter(some))

    np.testing.assert_array_equal(found.toarray(), expected.toarray())
    assert apart.get_feature_names_out().tolist() == at_once.keys_


def test_what_was_not_learnt_is_passed_over() -> None:
    vectorizer = ArticleVectorizer(min_df=1).fit(FEW)

    matrix = vectorizer.transform([article("z", ["Mars"], title="Volcano", body="Kerry volcano")])

    assert by_key(matrix, vectorizer) == [{"term:kerri": pytest.approx(1)}]


def test_weights_agree_with_scikit_learns() -> None:
    """Words once an article, one field: then ln(1 + 1) is the same factor everywhere."""
    some = [
        article("a", body="kremlin grain ships"),
        article("b", body="grain prices kremlin"),
        article("c", body="harbour ships"),
        article("d", body="harbour"),
    ]
    ours = ArticleVectorizer(body=1, phrase_weight=0, tag_weight=0, name_weight=0, min_df=1)
    matrix = ours.fit_transform(some)

    theirs = CountVectorizer(analyzer=lambda one: terms(one.body, "en"))
    expected = TfidfTransformer(smooth_idf=True).fit_transform(theirs.fit_transform(some))

    places = [theirs.vocabulary_[key.removeprefix("term:")] for key in ours.keys_]
    assert sorted(places) == list(range(len(theirs.vocabulary_)))
    np.testing.assert_allclose(matrix.toarray(), expected.toarray()[:, places], atol=1e-6)


def test_repeated_words_agree_with_scikit_learns_rarity() -> None:
    some = [
        article("a", body="grain grain grain ships"),
        article("b", body="grain kremlin kremlin"),
    ]
    ours = ArticleVectorizer(body=1, phrase_weight=0, tag_weight=0, name_weight=0, min_df=1)
    matrix = ours.fit_transform(some)

    theirs = CountVectorizer(analyzer=lambda one: terms(one.body, "en"))
    counts = theirs.fit_transform(some)
    counts = counts[:, [theirs.vocabulary_[key.removeprefix("term:")] for key in ours.keys_]]
    rarity = TfidfTransformer(smooth_idf=True).fit(counts).idf_

    np.testing.assert_allclose(ours.rarity_, rarity)
    np.testing.assert_allclose(
        matrix.toarray(),
        normalize(counts.astype(float).log1p().multiply(rarity)).toarray(),
        atol=1e-6,
    )


@pytest.mark.parametrize(
    ("some", "keys"),
    [
        ([], []),
        ([Article("a")], []),
        ([article("a", body="the of and")], []),
        ([article("a", ["the"], title="of")], []),
        ([article("a", title="Grain")], ["term:grain"]),
        ([article("a", ["Trade"]), article("b", ["trade"])], ["term:trade"]),
        ([article("a", ["Trade"]), article("b")], ["tag:trade", "term:trade"]),
        ([article("a", ["中"], body="中国"), article("b")], ["tag:中", "term:中", "term:中国"]),
    ],
)
def test_odd_corpora(some: list[Article], keys: list[str]) -> None:
    vectorizer = ArticleVectorizer(min_df=1)
    matrix = vectorizer.fit_transform(some)

    assert vectorizer.keys_ == keys
    assert matrix.shape == (len(some), len(keys))
    assert vectorizer.transform(some).shape == matrix.shape
    assert vectorizer.n_articles_ == len(some)


def test_tag_on_every_article_weighs_nothing_and_a_rare_one_much() -> None:
    some = [article(f"{i}", ["News", "Rare"] if i == 0 else ["News"]) for i in range(5)]
    vectorizer = ArticleVectorizer(tag_weight=1).fit(some)

    rarity = dict(zip(vectorizer.keys_, vectorizer.rarity_, strict=True))
    assert "tag:news" not in rarity
    assert rarity["tag:rare"] == pytest.approx(math.log(6 / 2))


def test_a_tag_is_named_by_its_whole_label_in_a_text_that_does_not_carry_it() -> None:
    some = [
        article("a", ["South China Sea"], body="Reefs"),
        article("b", ["China"], body="Trade"),
        article("c", body="Ships in the South China Sea"),
        article("d", body="China, far from any sea in the south"),
        article("e", body="Nothing of it"),
    ]
    vectorizer = ArticleVectorizer()
    rows = by_key(vectorizer.fit_transform(some), vectorizer)
    tags = [{key for key in row if key.startswith("tag:")} for row in rows]

    assert tags[0] == {"tag:south-china-sea"}  # the words of its own tag name no other
    assert tags[2] == {"tag:south-china-sea", "tag:china"}
    assert tags[1] == tags[3] == {"tag:china"}
    assert tags[4] == set()
    unseen = vectorizer.transform([article("z", title="Storm over the South China Sea")])
    assert {"tag:south-china-sea", "tag:china"} <= by_key(unseen, vectorizer)[0].keys()


def test_all_fields_can_be_left_out() -> None:
    nothing = ArticleVectorizer(title=0, summary=0, body=0, tags=0, tag_weight=0)

    assert nothing.fit_transform(FEW).shape == (len(FEW), 0)


def test_before_fit_there_is_nothing_to_transform() -> None:
    for use in (
        lambda: ArticleVectorizer().transform(FEW),
        ArticleVectorizer().get_feature_names_out,
    ):
        with pytest.raises(NotFittedError):
            use()


def test_clones_and_pickles_are_the_same() -> None:
    vectorizer = ArticleVectorizer(title=2.5, language="ru", min_df=2)
    expected = vectorizer.fit_transform(FEW).toarray()

    copy = clone(vectorizer)
    assert copy.get_params() == vectorizer.get_params()
    assert not hasattr(copy, "keys_")
    np.testing.assert_array_equal(copy.fit_transform(FEW).toarray(), expected)
    again = pickle.loads(pickle.dumps(vectorizer))
    np.testing.assert_array_equal(again.transform(FEW).toarray(), expected)


# `parametrize_with_checks` leaves out estimators of texts, as it does scikit-learn's own
# CountVectorizer: it has no articles to give them. These checks need none.
@pytest.mark.parametrize(
    "name",
    [
        "check_estimator_cloneable",
        "check_estimator_repr",
        "check_estimator_tags_renamed",
        "check_valid_tag_types",
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_get_params_invariance",
        "check_set_params",
    ],
)
def test_scikit_learn_accepts_it(name: str) -> None:
    check = getattr(estimator_checks, name)
    check("ArticleVectorizer", ArticleVectorizer())
