"""What a slot's recipe has against an article, in an editor's words and with its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.domain.pick import Explanation, Pick
from recommender.domain.placement import NOISE, Slot, Source
from recommender.ranking.in_slot import Fare, Miss
from recommender.ranking.rerank import Selection
from recommender.ranking.standing import Ground
from recommender.workflows.why_not_facts import Facts

_DIGITS, _MAX_DIGITS = 3, 6
"""After the decimal point: three, more where two numbers would else look alike; none has more."""


def named(pick: Pick, selection: Selection) -> str:
    """Return a pick as an editor can find it: its rank and its headline.

    Args:
        pick: of the list.
        selection: the list.
    """
    title = next(one.card.title for one in selection.picks if one.pick == pick)
    return f"pick {pick.rank}, “{title}”"


def scored(why: Explanation, digits: int = _DIGITS) -> str:
    """Return a score and what makes it, but for factors of 1, which make no difference.

    Args:
        why: the score's explanation.
        digits: after the decimal point, of the score.
    """
    factors = ((name, value) for name, value in why.factors if value < 1)
    product = "".join(f" × {name} {value:.{_DIGITS}f}" for name, value in factors)
    return f"a score of {why.score:.{digits}f} (similarity {why.similarity:.{digits}f}{product})"


@dataclass(frozen=True, slots=True)
class GroundWords:
    """What can be said of an article that the model knows, in one slot.

    Attributes:
        slot: the slot.
        names: of it, and of others in which the article fares alike, as they are to be printed.
        fare: what the slot makes of the article.
        selection: the list.
        facts: of the two articles and the list.
    """

    slot: Slot
    names: tuple[str, ...]
    fare: Fare
    selection: Selection
    facts: Facts

    def on(self, ground: Ground | Miss) -> str:
        """Return the sentence on what keeps the article out.

        Args:
            ground: what does.
        """
        return {
            Miss.OPEN: self._in_the_ranking,
            Miss.PASSED_OVER: self._in_the_ranking,
            Miss.OUTRANKED: self._after_the_last,
            Miss.NO_PLACE: self._after_the_last,
            Miss.NOT_STORED: self._not_stored,
            Miss.FADED: self._faded,
            Miss.UNRELATED: self._unrelated,
            Ground.FLOOR: self._floor,
            Ground.TOO_NEW: self._too_new,
            Ground.TOO_OLD: self._too_old,
            Ground.SECTION: self._section,
            Ground.TAG: self._tag,
            Ground.NO_SHARED_TAG: self._no_shared_tag,
        }[ground]()

    @property
    def _name(self) -> str:
        return self.names[0]

    def _ranked(self, digits: int = _DIGITS) -> str:
        rank, score = f"{self.fare.rank} of {self.fare.n_ranked:,}", scored(self._why, digits)
        return f"{self._name} ranks it {rank}, with {score}"

    @property
    def _why(self) -> Explanation:
        return self.fare.explanation

    def _in_the_ranking(self) -> str:
        passed = self.fare.passed_over
        if passed is None:
            return f"{self._ranked()}."
        by, like = named(passed.by, self.selection), named(passed.like, self.selection)
        why = f"for it is so like {like}: {passed.similarity:.{_DIGITS}f}"
        return f"{self._ranked()}. For diversity {by}, was put before it, {why}."

    def _after_the_last(self) -> str:
        last, short_by = self.fare.last, self.fare.short_by
        if last is None or last.score is None or short_by is None:
            return f"{self._ranked()}, but {self._no_place()}."
        beside = f"the last pick of this slot ({named(last, self.selection)})"
        if not short_by:
            rule = "of equals the newer comes first, then the lower id"
            return f"{self._ranked()}, and {beside} has just as much: {rule}."
        digits = _telling_apart(last.score, self._why.score)
        by = f"It is outranked by {short_by:.{digits}f}"
        return f"{self._ranked(digits)}. {by}: {beside} has {last.score:.{digits}f}."

    def _no_place(self) -> str:
        if self.facts.placement.places_of(self.slot).start >= self.facts.limit:
            return f"a list of {self.facts.limit} ends before this slot"
        return "pins have taken its places"

    def _not_stored(self) -> str:
        n, last = self.fare.stored.n, self.fare.stored.last
        is_background = self.slot.source is Source.BACKGROUND
        old = "that were old when the one being read appeared"
        if not n:
            which = f"articles {old}" if is_background else "articles"
            return f"{self._name} has no {which} to look at."
        where = f"{self._name} looks at {n:,} articles"
        nearest = f"the nearest, down to a similarity of {last:.{_DIGITS}f}"
        what = {
            Source.CLOSEST: nearest,
            Source.LATEST: f"{nearest}, and the newest on the rarest tags",
            Source.BACKGROUND: f"{nearest}, of those {old}, two of a story at most",
        }[self.slot.source]
        return f"{where} ({what}); this one has {self._why.similarity:.{_DIGITS}f}."

    def _faded(self) -> str:
        return f"{self._name} leaves nothing of it: {scored(self._why)}."

    def _unrelated(self) -> str:
        return "The two have no tag, word or phrase in common that counts."

    def _floor(self) -> str:
        own, floor = self._why.similarity, self.fare.floor
        digits = _telling_apart(own, floor)
        slots = " and ".join(filter(None, (", ".join(self.names[:-1]), self.names[-1])))
        noise = ": no closer than chance" if self.slot.floor == NOISE else ""
        numbers = f"{own:.{digits}f} is below the floor of {slots}, {floor:.{digits}f}"
        return f"Its similarity of {numbers}{noise}."

    def _too_new(self) -> str:
        return self._of_age(f"at least {_days(self.slot.min_age_days)}")

    def _too_old(self) -> str:
        return self._of_age(f"at most {_days(self.slot.max_age_days)}")

    def _of_age(self, bound: str) -> str:
        is_background = self.slot.source is Source.BACKGROUND
        since = "older than the article being read" if is_background else "old"
        return f"{self._name} takes what is {bound} {since}; {self._age()}."

    def _age(self) -> str:
        days = self.fare.age_days
        is_background = self.slot.source is Source.BACKGROUND
        if days is None:
            is_query = is_background and self.facts.query.published_at is None
            return f"{'that one' if is_query else 'it'} has no date"
        if is_background:
            return f"it is {_days(abs(days))} {'older' if days >= 0 else 'newer'}"
        return f"it is {_days(days)} old"

    def _section(self) -> str:
        own = self.facts.other.section
        rules = _rules("in", self.slot.sections, self.slot.not_sections)
        return f"{self._name} takes {rules}; it is in {own or 'no section'}."

    def _tag(self) -> str:
        own = ", ".join(tag.label for tag in self.facts.other.tags)
        rules = _rules("tagged", self.slot.tags, self.slot.not_tags)
        return f"{self._name} takes {rules}; it {f'is tagged {own}' if own else 'has no tag'}."

    def _no_shared_tag(self) -> str:
        tags = ", ".join(self.fare.tags)
        return f"It has none of the tags by which {self._name} chooses here: {tags}."


def _rules(how: str, wanted: Sequence[str], unwanted: Sequence[str]) -> str:
    only = [f"only what is {how} {' or '.join(wanted)}"] if wanted else []
    never = [f"nothing that is {how} {' or '.join(unwanted)}"] if unwanted else []
    return " and ".join(only + never)


def _days(n: int | None) -> str:
    return "1 day" if n == 1 else f"{n or 0:,} days"


def _telling_apart(one: float, other: float) -> int:
    """Return how many digits two numbers need, so that they and what is between them show."""
    for digits in range(_DIGITS, _MAX_DIGITS):
        shown = f"{one:.{digits}f}" != f"{other:.{digits}f}"
        if shown and round(abs(one - other), digits):
            return digits
    return _MAX_DIGITS
