"""Tags that are one: chains, circles, folding, and what the history says of it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article, Tag, tag_slug
from recommender.domain.corpus import Corpus
from recommender.domain.placement import Placement, Placements, Slot, Source
from recommender.domain.synonyms import Synonyms, merge_values, split_values
from recommender.errors import InvalidField, InvalidParameter

SLUGS = st.sampled_from("abcdef")


def tags(labels: Sequence[str]) -> tuple[Tag, ...]:
    return tuple(Tag(tag_slug(label), label) for label in labels)


def merged(*pairs: str) -> Synonyms:
    """Return the synonyms after merges such as `ab`: a into b."""
    synonyms = Synonyms()
    for alias, canonical in pairs:
        synonyms = synonyms.with_merge(alias, Tag(canonical, canonical.upper()))
    return synonyms


def test_an_alias_gives_way_to_its_canonical_tag() -> None:
    synonyms = Synonyms().with_merge("russian-federation", Tag("russia", "Russia"))
    article = Article("1", tags=tags(["War", "Russian Federation", "Trade"]))

    assert synonyms.fold(article).tags == tags(["War", "Russia", "Trade"])
    assert article.tags[1].label == "Russian Federation"


def test_no_tag_stands_twice_and_the_first_counts() -> None:
    synonyms = merged("ab", "cb")
    for labels, expected in (
        (["A", "B", "C"], [Tag("b", "B")]),
        (["b", "A"], [Tag("b", "b")]),
        (["D", "C", "b"], [Tag("d", "D"), Tag("b", "B")]),
    ):
        assert list(synonyms.fold(Article("1", tags=tags(labels))).tags) == expected


def test_chains_lead_to_their_end() -> None:
    for pairs in (("ab", "bc", "cd"), ("cd", "bc", "ab")):
        assert [merged(*pairs).canonical(slug) for slug in "abcd"] == [Tag("d", "D")] * 3 + [None]


def test_circles_are_refused() -> None:
    for pairs, alias, canonical in (
        ((), "a", "a"),
        (("ab",), "b", "a"),
        (("ab", "bc"), "c", "a"),
        (("ab", "ca"), "a", "c"),  # though a leads to b as yet
    ):
        with pytest.raises(InvalidParameter, match=f"another tag than “{alias}”"):
            merged(*pairs).with_merge(alias, Tag(canonical, canonical))


def test_a_merge_can_be_changed_and_taken_back() -> None:
    synonyms = merged("ab", "ac")
    assert synonyms.canonical("a") == Tag("c", "C")

    apart = synonyms.without("a")
    assert apart.canonical("a") is None
    assert apart.split == {("a", "c")}
    assert apart.with_merge("a", Tag("c", "C")) == merged("ac")
    with pytest.raises(InvalidParameter, match="merged into another"):
        apart.without("a")


def test_splitting_the_middle_of_a_chain_leaves_its_beginning() -> None:
    apart = merged("ab", "bc").without("b")
    assert apart.canonical("a") == Tag("b", "B")
    assert apart.canonical("b") is None


@given(st.lists(st.tuples(SLUGS, st.none() | SLUGS), max_size=12), st.lists(SLUGS, max_size=6))
def test_any_history_folds_to_canonical_tags_alone(
    decisions: list[tuple[str, str | None]], labels: list[str]
) -> None:
    synonyms = Synonyms()
    for alias, canonical in decisions:
        values = merge_values(alias, Tag(canonical, "X")) if canonical else split_values(alias)
        try:
            synonyms = synonyms.after(values)
        except InvalidParameter:
            assert canonical is None or synonyms.canonical(canonical) or alias == canonical
    article = Article("1", tags=tags(list(dict.fromkeys(labels))))
    folded = synonyms.fold(article)

    slugs = [tag.slug for tag in folded.tags]
    assert len(set(slugs)) == len(slugs)
    assert all(synonyms.canonical(slug) is None for slug in slugs)
    assert synonyms.fold(folded) == folded
    ends = [(synonyms.canonical(tag.slug) or tag).slug for tag in article.tags]
    assert slugs == list(dict.fromkeys(ends))
    again = Synonyms.from_values(synonyms.to_values())
    assert again.fold(article) == folded
    assert again.to_values() == synonyms.to_values()


@pytest.mark.parametrize(
    "detail", [{}, {"alias": 1, "canonical": "a"}, {"alias": "a", "canonical": ["b"]}]
)
def test_what_is_no_decision_is_refused(detail: dict[str, object]) -> None:
    with pytest.raises(InvalidField, match="an alias and a canonical tag"):
        Synonyms().after(detail)


def test_an_article_without_alias_and_a_corpus_without_merges_stay_the_same_objects() -> None:
    article = Article("1", tags=tags(["B"]))
    corpus = Corpus.of([article, Article("2", tags=tags(["A"]))])

    assert merged("ab").fold(article) is article
    assert Synonyms().applied(corpus) is corpus
    for _ in range(2):  # read afresh each time
        assert [one.tags for one in merged("ab").applied(corpus)] == [tags(["B"])] * 2


@pytest.mark.parametrize("values", [{"a": ["b", "B"], "b": ["a", "A"]}, {"a": ["a", "A"]}])
def test_circles_that_somebody_wrote_are_refused(values: dict[str, list[str]]) -> None:
    with pytest.raises(InvalidField, match="canonical tag"):
        Synonyms.from_values(values)


@pytest.mark.parametrize("named", ["A", "b", "_C_"])
def test_slots_mean_a_tag_by_all_of_its_names(named: str) -> None:
    slots = (
        Slot("one", Source.CLOSEST, tags=(named,), not_tags=("x", named)),
        Slot("two", Source.LATEST, not_tags=("d",)),
    )
    placements = Placements({"more-from": Placement("more-from", slots, prefer_fewer=True)}, 7)

    found = merged("ab", "bc", "ed").in_placements(placements)

    assert (found.event, list(found.by_name)) == (7, ["more-from"])
    one, two = found.named("more-from").slots
    assert set(map(tag_slug, one.tags)) == {"a", "b", "c"}
    assert set(map(tag_slug, one.not_tags)) == {"a", "b", "c", "x"}
    assert (two.tags, set(two.not_tags)) == ((), {"d", "e"})
    assert found.named("more-from").prefer_fewer
    assert Synonyms().in_placements(placements) is placements
