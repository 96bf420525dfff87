"""Whether what a policy asserts is true, told from its rules and from who carries which traits.

Nothing is tried out: articles that carry the same of the traits that a policy names are alike to
it, and there are few kinds of them. So each assertion is held against every kind of article under
every other, which is exact, independent of any model, and takes no time.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice

from recommender.domain.list_rule import ListRule
from recommender.domain.policy import Assertion, Policy
from recommender.domain.synonyms import Synonyms
from recommender.domain.traits import Key, Traits

N_EXAMPLES = 2
"""Articles kept of each kind: one may be the very article under which the other would stand."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Articles that are alike to a policy.

    Attributes:
        n: how many.
        examples: the ids of a few.
    """

    n: int
    examples: tuple[str, ...]

    def with_more(self, n: int, examples: Iterable[str]) -> "Kind":
        """Return the kind with further articles.

        Args:
            n: how many.
            examples: ids of them; read only as far as they are wanted.
        """
        kept = self.examples
        if len(kept) < N_EXAMPLES:
            kept = (*kept, *islice(examples, N_EXAMPLES - len(kept)))
        return Kind(self.n + n, kept)


Kinds = Mapping[frozenset[Key], Kind]
"""By what of the traits that a policy names they carry."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An assertion, tried.

    Attributes:
        assertion: the sentence.
        n_queries: articles under whose lists it was tried.
        n_articles: articles that it is about.
        problem: one sentence on why it is not true; None where it is.
    """

    assertion: Assertion
    n_queries: int
    n_articles: int
    problem: str | None


def mentioned(policy: Policy, synonyms: Synonyms) -> frozenset[Key]:
    """Return all traits that a policy names, under all of their names.

    Args:
        policy: the policy.
        synonyms: the tags that are one.
    """
    sides = [side for rule in policy.rules for side in (rule.shown, rule.under)]
    sides += [side for one in policy.assertions for side in (one.under, one.traits)]
    return frozenset(key for side in sides for key in synonyms.in_traits(side))


def kinds_of(articles: Iterable[tuple[str, Set[Key]]], names: Set[Key]) -> Kinds:
    """Return articles by what they carry of the traits that matter.

    Args:
        articles: the id of each, and what it has.
        names: the traits that matter.
    """
    found: dict[frozenset[Key], Kind] = {}
    for article_id, keys in articles:
        kind = frozenset(keys & names)
        held = found.get(kind, Kind(0, ()))
        found[kind] = held.with_more(1, [article_id])
    return found


def outcomes(policy: Policy, synonyms: Synonyms, kinds: Kinds) -> list[Outcome]:
    """Try every assertion of a policy.

    Args:
        policy: the policy.
        synonyms: the tags that are one.
        kinds: the articles.

    Returns:
        What came of each.
    """
    rules = [
        replace(rule, shown=synonyms.in_traits(rule.shown), under=synonyms.in_traits(rule.under))
        for rule in policy.rules
    ]
    return [_tried(one, rules, synonyms, kinds) for one in policy.assertions]


def _tried(
    assertion: Assertion, rules: Sequence[ListRule], synonyms: Synonyms, kinds: Kinds
) -> Outcome:
    queries = _with(kinds, synonyms.in_traits(assertion.under))
    articles = _with(kinds, synonyms.in_traits(assertion.traits))
    problem = _problem(assertion, rules, queries, articles)
    n_queries, n_articles = (sum(one.n for one in some.values()) for some in (queries, articles))
    return Outcome(assertion, n_queries, n_articles, problem)


def _problem(
    assertion: Assertion, rules: Sequence[ListRule], queries: Kinds, articles: Kinds
) -> str | None:
    """Return the first pair of articles for which an assertion is not true, in a sentence."""
    for own, query in queries.items():
        for keys, article in articles.items():
            pair = _pair(query, article)
            barring = [rule for rule in rules if rule.keeps_out(keys, own)]
            if pair is None:
                continue
            if assertion.may and barring:
                by = f"rule “{barring[0].name}” keeps it out"
                return f"“{assertion.says}”: under {pair[0]!r}, {pair[1]!r} may not stand ({by})."
            if not assertion.may and not any(rule.placement is None for rule in barring):
                return f"“{assertion.says}”: under {pair[0]!r}, no rule keeps out {pair[1]!r}."
    return None


def _pair(query: Kind, article: Kind) -> tuple[str, str] | None:
    """Return two different articles of two kinds; None if there is one article alone."""
    pairs = ((one, other) for one in query.examples for other in article.examples)
    return next((pair for pair in pairs if pair[0] != pair[1]), None)


def _with(kinds: Kinds, traits: Traits) -> Kinds:
    """Return the kinds that have a trait of some; all, if none is named.

    Of a tag or a section that no article has yet an invented one stands for those to come.
    """
    wanted = set(traits)
    found = {own: kind for own, kind in kinds.items() if not wanted or own & wanted}
    for name, value in sorted(wanted.difference(*found)):
        if name != "articles":
            found[frozenset({(name, value)})] = Kind(0, (f"any article of {name} {value}",))
    return found
