"""Where the assertions of the policy in force are tried: at every training and every promotion."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.domain.assertions import Kind, Kinds, Outcome, kinds_of, mentioned, outcomes
from recommender.domain.decisions import Decisions
from recommender.domain.synonyms import Synonyms
from recommender.domain.traits import Key, keys_of
from recommender.errors import PolicyFails
from recommender.ranking.closing import rows_of_key
from recommender.ranking.table import ArticleTable
from recommender.workflows.changes import decisions_after


def check_corpus(catalogue: Catalogue, articles: Iterable[Article], synonyms: Synonyms) -> None:
    """See that the policy in force holds for articles that a model is to be made from.

    Args:
        catalogue: whose history has the policy.
        articles: read once, and not at all if nothing is asserted; their tags are folded. If it
            does not hold, PolicyFails.
        synonyms: the tags that are one.
    """
    policy = decisions_after(catalogue, Decisions(), catalogue.last_event()).policy
    if policy.assertions:
        kinds = kinds_among(articles, mentioned(policy, synonyms))
        refuse_failing(outcomes(policy, synonyms, kinds))


def check_table(catalogue: Catalogue, articles: ArticleTable) -> None:
    """See that the policy in force holds for the articles of a version.

    Args:
        catalogue: whose history has the policy.
        articles: of the version. If it does not hold, PolicyFails.
    """
    decided = decisions_after(catalogue, Decisions(), catalogue.last_event())
    if decided.policy.assertions:
        names = mentioned(decided.policy, decided.synonyms)
        kinds = kinds_in([(articles, np.empty(0, np.int32))], names)
        refuse_failing(outcomes(decided.policy, decided.synonyms, kinds))


def refuse_failing(tried: Sequence[Outcome]) -> None:
    """See that all assertions are true.

    Args:
        tried: what came of each.

    Raises:
        PolicyFails: if one is not.
    """
    problems = [one.problem for one in tried if one.problem is not None]
    if problems:
        raise PolicyFails(problems)


def kinds_among(articles: Iterable[Article], names: frozenset[Key]) -> Kinds:
    """Return articles by what they carry of the traits that matter.

    Args:
        articles: read once; their tags are folded.
        names: the traits that matter.
    """
    return kinds_of(((one.id, keys_of(one.id, one.tags, one.section)) for one in articles), names)


def kinds_in(
    tables: Sequence[tuple[ArticleTable, NDArray[np.int32]]], names: frozenset[Key]
) -> Kinds:
    """Return the articles of tables by what they carry of the traits that matter.

    Those that carry none, nearly all, are counted and not read.

    Args:
        tables: each with int32 rows that no longer count.
        names: the traits that matter.
    """
    kinds: dict[frozenset[Key], Kind] = {}
    none_of_them = frozenset[Key]()
    for articles, gone in tables:
        found: dict[int, set[Key]] = {}
        for key in names:
            for row in rows_of_key(articles, key).tolist():
                found.setdefault(row, set()).add(key)
        out = set(gone.tolist())
        for row in found.keys() - out:
            kind = frozenset(found[row])
            held = kinds.get(kind, Kind(0, ()))
            kinds[kind] = held.with_more(1, [articles.id_of(row)])
        rest = (row for row in range(len(articles)) if row not in out and row not in found)
        n_rest = len(articles) - len(out | found.keys())
        if n_rest:
            held = kinds.get(none_of_them, Kind(0, ()))
            kinds[none_of_them] = held.with_more(n_rest, map(articles.id_of, rest))
    return kinds
