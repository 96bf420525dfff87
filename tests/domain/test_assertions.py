"""Assertions against the obvious slow way: every article under every other."""

from dataclasses import replace
from itertools import permutations

import hypothesis.strategies as st
from hypothesis import given

from recommender.domain.article import Tag
from recommender.domain.assertions import kinds_of, mentioned, outcomes
from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.policy import Assertion, Policy
from recommender.domain.synonyms import Synonyms
from recommender.domain.traits import NO_TRAITS, Key, Traits, keys_of

NAMES = ("a", "b", "c")
NONE = Synonyms()
traits = st.builds(
    Traits,
    tags=st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
    sections=st.sampled_from([(), (), ("s",)]),
    articles=st.sampled_from([(), (), ("1",)]),
)
some_traits = traits.filter(bool)
rules = st.builds(
    ListRule,
    number=st.just(1),
    kind=st.sampled_from([RuleKind.NEVER, RuleKind.ONLY]),
    shown=some_traits,
    under=traits,
    placement=st.sampled_from([None, None, "side"]),
)
assertions = st.builds(
    Assertion, says=st.just("so"), under=traits, traits=some_traits, may=st.booleans()
)
archives = st.lists(
    st.tuples(st.lists(st.sampled_from(NAMES), unique=True), st.sampled_from([None, "s"])),
    min_size=1,
    max_size=6,
)


@given(st.lists(rules, max_size=3), assertions, archives)
def test_an_assertion_is_true_of_every_pair(
    drawn: list[ListRule], asserted: Assertion, archive: list[tuple[list[str], str | None]]
) -> None:
    policy = Policy(rules=tuple(drawn), assertions=(asserted,))
    articles = {
        str(n): keys_of(str(n), [Tag(tag, tag) for tag in tags], section)
        for n, (tags, section) in enumerate(archive)
    }
    if {*asserted.under, *asserted.traits} - set().union(*articles.values()):
        return  # what no article has is invented, and tried elsewhere
    (found,) = outcomes(policy, NONE, kinds_of(articles.items(), mentioned(policy, NONE)))
    is_broken = any(
        breaks(asserted, drawn, articles[query], articles[other])
        for query, other in permutations(articles, 2)
    )
    assert (found.problem is not None) == is_broken


def breaks(asserted: Assertion, drawn: list[ListRule], query: set[Key], article: set[Key]) -> bool:
    """Return whether an assertion is about two articles, and not true of them."""
    under, traits = set(asserted.under), set(asserted.traits)
    if (under and not query & under) or not article & traits:
        return False
    barring = [one for one in drawn if one.keeps_out(article, query)]
    if asserted.may:
        return bool(barring)
    return not any(one.placement is None for one in barring)


def test_a_failing_assertion_names_two_articles() -> None:
    never = ListRule(1, RuleKind.NEVER, Traits(tags=("Quiz",)), Traits(tags=("Grief",)))
    says = Assertion("no quiz in grief", Traits(tags=("grief",)), Traits(tags=("quiz",)))
    articles = [
        ("q", {("tags", "quiz"), ("articles", "q")}),
        ("g", {("tags", "grief"), ("articles", "g")}),
        ("x", {("articles", "x")}),
    ]

    def problem(*rules: ListRule, asserted: Assertion = says) -> str | None:
        policy = Policy(rules=rules, assertions=(asserted,))
        kinds = kinds_of(articles, mentioned(policy, NONE))
        (found,) = outcomes(policy, NONE, kinds)
        assert (found.n_queries, found.n_articles) == (1, 1)
        return found.problem

    assert problem(never) is None
    assert problem() == "“no quiz in grief”: under 'g', no rule keeps out 'q'."
    assert problem(replace(never, placement="side")) == problem()
    may = replace(says, may=True)
    assert problem(asserted=may) is None
    named = replace(never, name="hush")
    said = problem(named, asserted=may)
    assert said == "“no quiz in grief”: under 'g', 'q' may not stand (rule “hush” keeps it out)."


def test_what_no_article_has_yet_is_invented() -> None:
    """Else a sentence about a section that opens tomorrow would be true of any rules."""
    says = Assertion("no quiz in grief", Traits(tags=("grief",)), Traits(sections=("Quiz",)))
    policy = Policy(assertions=(says,))
    articles = [("g", {("tags", "grief")})]
    (found,) = outcomes(policy, NONE, kinds_of(articles, mentioned(policy, NONE)))
    assert found.problem == (
        "“no quiz in grief”: under 'g', no rule keeps out 'any article of sections quiz'."
    )
    never = ListRule(1, RuleKind.NEVER, Traits(sections=("quiz",)), NO_TRAITS)
    (found,) = outcomes(replace(policy, rules=(never,)), NONE, kinds_of(articles, set()))
    assert found.problem is None


def test_tags_that_are_one_are_one_here_too() -> None:
    merged = Synonyms().with_merge("funerals", Tag("death", "Death"))
    never = ListRule(1, RuleKind.NEVER, Traits(tags=("Quiz",)), Traits(tags=("Funerals",)))
    says = Assertion("hush", Traits(tags=("Death",)), Traits(tags=("quiz",)))
    policy = Policy(rules=(never,), assertions=(says,))
    names = mentioned(policy, merged)
    assert names == {("tags", "death"), ("tags", "funerals"), ("tags", "quiz")}
    articles = [("d", {("tags", "death")}), ("q", {("tags", "quiz")})]
    (found,) = outcomes(policy, merged, kinds_of(articles, names))
    assert found.problem is None
