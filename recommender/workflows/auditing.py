"""Why a page shows what it shows: picks and near misses, each with the numbers that make it.

The list is the one that the site shows. What is said of it is worked out by the functions that made
it, from the same snapshot, so that it cannot be another story than the true one.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import DECISION_KINDS
from recommender.domain.pick import Explanation
from recommender.errors import UnknownArticle
from recommender.ranking.cards import Card
from recommender.ranking.deeper import Searcher
from recommender.ranking.explain import explain
from recommender.ranking.refs import Ref
from recommender.ranking.rerank import Selected
from recommender.ranking.scoring import FRESHNESS
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.why_not import Inquiry, WhyNot
from recommender.workflows.named import hidden_because
from recommender.workflows.sums import DIGITS, Breakdown, breakdown
from recommender.workflows.why_not_facts import Facts
from recommender.workflows.why_not_words import more, verdict

N_NEAR_MISSES = 6
"""Articles named that came nearest to a list without being on it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A pick, and why it is there.

    Attributes:
        selected: the pick with its card.
        why: the numbers; None for a pin or a fallback, which no model chose.
        freshness: the factor of that name as it is shown; None where the slot has none.
    """

    selected: Selected
    why: Breakdown | None
    freshness: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """An article that is not on the list, and what holds it back.

    Attributes:
        card: of the article.
        ground: a stable name for what does; `hidden` of an article that may not be shown at all.
        sentence: the same in words.
        more: sentences on the slots that do not decide, and on pins that show nothing.
        why: what it has in common with the article being read; None where nobody knows.
    """

    card: Card
    ground: str
    sentence: str
    more: tuple[str, ...] = ()
    why: Breakdown | None = None


class Audit:
    """One list under audit: made once, for all that is asked of it."""

    def __init__(  # noqa: PLR0913 - the fields of a question, and what answers it
        self,
        snapshot: Snapshot,
        catalogue: Catalogue,
        query: Ref,
        placement: str,
        limit: int,
        now: datetime,
        searcher: Searcher | None = None,
    ) -> None:
        """Make the list.

        Args:
            snapshot: what is served.
            catalogue: knows who decided what.
            query: the article being read.
            placement: the place on the site; UnknownPlacement if there is none such.
            limit: the most picks wanted.
            now: the instant.
            searcher: looks deeper, as the public app does; None to do without.
        """
        self._snapshot, self._catalogue, self._now = snapshot, catalogue, now
        self._query = query
        self._inquiry = Inquiry(snapshot, query, limit, epoch_us(now), placement, searcher)
        card = snapshot.card(query)
        self._facts = Facts(
            query=card,
            other=card,
            languages=(snapshot.language(query), ""),
            placement=snapshot.overlay.placements.named(placement),
            limit=limit,
            now_us=epoch_us(now),
            decided={event.number: event for event in catalogue.events(DECISION_KINDS)},
        )

    def picks(self) -> list[Shown]:
        """Return the picks of the list in their order."""
        return [self._shown(one) for one in self._inquiry.selection.picks]

    def near_misses(self, n: int = N_NEAR_MISSES) -> list[Missing]:
        """Return the articles that came nearest without being on the list.

        Args:
            n: how many at most.
        """
        return [self._missing(ref) for ref in self._inquiry.near_misses(n)]

    def why_not(self, article_id: str) -> Missing:
        """Return why an article is not on the list, or that it is.

        Args:
            article_id: of any article, whatever its status.

        Raises:
            UnknownArticle: if there is none of that id.
        """
        ref = self._snapshot.find(article_id=article_id)
        if ref is not None:
            return self._missing(ref)
        held = self._catalogue.article(article_id)
        if held is None:
            raise UnknownArticle(article_id, "the catalogue", "check the id")
        because = hidden_because(held, self._now) or "was published just now; look again"
        return Missing(Card.of(held), "hidden", f"It {because}.")

    def _shown(self, one: Selected) -> Shown:
        pick, snapshot = one.pick, self._snapshot
        ref = snapshot.find(article_id=pick.article_id)
        row = None if ref is None else snapshot.row_of(ref)
        own = snapshot.row_of(self._query)
        if own is None or row is None or pick.score is None:
            return Shown(one, None)
        why = breakdown(explain(snapshot.known, own, row, pick.factors))
        freshness = dict(pick.factors).get(FRESHNESS)
        return Shown(one, why, None if freshness is None else f"{freshness:.{DIGITS}f}")

    def _missing(self, ref: Ref) -> Missing:
        card, snapshot = self._snapshot.card(ref), self._snapshot
        languages = (self._facts.languages[0], snapshot.language(ref))
        facts = replace(self._facts, other=card, languages=languages)
        found = self._inquiry.why_not(ref)
        why = _explanation(found)
        return Missing(
            card,
            found.ground,
            verdict(found, facts),
            tuple(more(found, facts)),
            None if why is None else breakdown(why),
        )


def _explanation(found: WhyNot) -> Explanation | None:
    """Return the numbers of the slot that decides, else those of the two articles."""
    if found.slot is not None and found.slot.fare is not None:
        return found.slot.fare.explanation
    return found.explanation
