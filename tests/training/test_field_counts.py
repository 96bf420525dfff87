"""Counts weighted afterwards are those that were weighted while counting."""

from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article, Tag, tag_slug
from recommender.training.config import TrainingConfig
from recommender.training.counting import TEXT_FIELDS
from recommender.training.field_counts import FieldCounts

WORDS = ("Kerry", "the", "sanctions", "U.S.", "NATO", "Black Sea", "中国", "7")
texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
articles = st.lists(
    st.builds(
        lambda title, summary, body, labels: Article(
            "x",
            title=title,
            summary=summary,
            body=body,
            tags=tuple(Tag(tag_slug(label), label) for label in labels),
        ),
        texts,
        texts,
        texts,
        st.lists(st.sampled_from(("Russia", "NATO", "Black Sea", "中国")), unique=True, max_size=2),
    ),
    max_size=6,
)
weights = st.fixed_dictionaries(
    {name: st.sampled_from((0.0, 0.5, 1.0, 2.5)) for name in TEXT_FIELDS}
)


@given(articles, weights)
def test_vectors_are_those_of_the_vectoriser_itself(
    some: list[Article], fields: Mapping[str, float]
) -> None:
    config = TrainingConfig.model_validate({"fields": dict(fields), "terms": {"min_df": 1}})
    whole = config.vectorizer("en")
    expected = whole.fit_transform(some)

    apart = config.vectorizer("en")
    found = apart.fit_counts(FieldCounts(some, "en").weighted(fields))

    if all(fields.values()):  # else a tag may be named in a field that is left out
        assert apart.keys_ == whole.keys_
        np.testing.assert_allclose(apart.rarity_, whole.rarity_)
        np.testing.assert_allclose(found.toarray(), expected.toarray(), atol=1e-6)
    words = {key for key in whole.keys_ if not key.startswith("tag:")}
    assert {key for key in apart.keys_ if not key.startswith("tag:")} == words


def test_counting_twice_with_other_weights_changes_nothing_of_the_first() -> None:
    some = [Article("a", title="NATO", body="NATO sanctions"), Article("b", body="sanctions")]
    counts = FieldCounts(some, "en")
    once = dict.fromkeys(TEXT_FIELDS, 1.0)

    first = counts.weighted(once).terms.weights.tolist()
    counts.weighted({**once, "title": 7.0})

    assert counts.weighted(once).terms.weights.tolist() == first
    assert counts.weighted({**once, "title": 7.0}).terms.weights.max() == 8.0
