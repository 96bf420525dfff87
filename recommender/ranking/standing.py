"""Why an article may not stand in a list: one answer, for who fills lists and who asks why not.

The rules of a list that no setting can switch off: never the query itself, never two articles of
one story or the query's own story, never one address twice, nothing from the future, nothing in
another language than the query's unless the model was trained to mix them, nothing that an editor
blocked, nothing that a rule keeps out. A slot adds its own: the floor, an age, sections and tags.
"""

from dataclasses import dataclass
from enum import StrEnum

from recommender.domain.article import tag_slug
from recommender.domain.list_rule import ListRule
from recommender.domain.override import Override
from recommender.domain.placement import NOISE, Slot, Source
from recommender.ranking.asked import Asked
from recommender.ranking.freshness import age_days, day_of
from recommender.ranking.refs import Group, Ref
from recommender.ranking.rows import MILLION

N_SHARED_TAGS = 8
"""Tags of the query, the rarest, of which a slot that asks for a shared one wants one."""


class Ground(StrEnum):
    """What keeps an article out."""

    QUERY = "query"
    PICKED = "picked"
    FUTURE = "future"
    LANGUAGE = "language"
    STORY = "story"
    ADDRESS = "address"
    BLOCKED = "blocked"
    RULE = "rule"
    FLOOR = "floor"
    TOO_NEW = "too_new"
    TOO_OLD = "too_old"
    SECTION = "section"
    TAG = "tag"
    NO_SHARED_TAG = "no_shared_tag"


@dataclass(frozen=True, slots=True)
class Bar:
    """Why an article may not stand in a list.

    Attributes:
        ground: what keeps it out.
        beside: the id of what shares its story or address: an article in the list, or the query.
        override: the block.
        rule: the rule.
    """

    ground: Ground
    beside: str | None = None
    override: Override | None = None
    rule: ListRule | None = None


class Standing:
    """What stands in a list already, and what may therefore no longer.

    Attributes:
        rows: of the picks so far, as `known` numbers articles, in the order in which they were
            taken.
    """

    def __init__(self, asked: Asked) -> None:
        """Begin with the query alone.

        Args:
            asked: what the list is for.
        """
        self.rows: list[int] = []
        self._asked = asked
        self._refs: set[Ref] = set()
        self._stories: dict[int | None, Ref] = {}
        self._twins: dict[Ref, Ref] = {}
        self._pages: dict[str, Ref] = {}
        self._overrides = asked.snapshot.overlay.overrides
        self._has_overrides = len(self._overrides) > 0
        if asked.query is not None:
            self._occupy(asked.query)

    def bar(self, ref: Ref, *, is_pin: bool = False) -> Bar | None:
        """Return what keeps an article out of the list as it stands, None if it may come in.

        Args:
            ref: where the article is.
            is_pin: whether an editor wants it there, who may choose another language.
        """
        snapshot = self._asked.snapshot
        if ref in self._refs:
            return Bar(Ground.QUERY if ref == self._asked.query else Ground.PICKED)
        snapshot.look_at(ref, self._asked.trail)
        table = snapshot.table(ref)
        if table.published_us[ref.row] > self._asked.now_us:
            return Bar(Ground.FUTURE)
        if self._asked.language not in {None, int(table.language[ref.row])} and not is_pin:
            return Bar(Ground.LANGUAGE)
        if (twin := self._stories.get(snapshot.story(ref), self._twins.get(ref))) is not None:
            return Bar(Ground.STORY, beside=snapshot.id_of(twin))
        if (twin := self._pages.get(snapshot.page_of(ref))) is not None:
            return Bar(Ground.ADDRESS, beside=snapshot.id_of(twin))
        return self._decided(ref)

    def take(self, ref: Ref) -> None:
        """Take an article into the list.

        Args:
            ref: where it is; nothing bars it.
        """
        self._occupy(ref)
        row = self._asked.snapshot.row_of(ref)
        if row is not None:
            self.rows.append(row)

    def _occupy(self, ref: Ref) -> None:
        self._refs.add(ref)
        story, page = self._asked.snapshot.story(ref), self._asked.snapshot.page_of(ref)
        if story is not None:
            self._stories[story] = ref
        self._twins.update(dict.fromkeys(self._asked.snapshot.twins(ref), ref))
        if page:
            self._pages[page] = ref

    def _decided(self, ref: Ref) -> Bar | None:
        """Return what somebody decided against an article, None for nothing."""
        if self._has_overrides and (block := self._block(ref)) is not None:
            return Bar(Ground.BLOCKED, override=block)
        rule = self._asked.closing.rule_against(ref)
        return None if rule is None else Bar(Ground.RULE, rule=rule)

    def _block(self, ref: Ref) -> Override | None:
        asked = self._asked
        about = (asked.snapshot.id_of(ref), asked.query_id, asked.placement.name)
        self._overrides.note_blocks(*about, asked.trail)
        return self._overrides.block(*about, asked.now_us)


class SlotRules:
    """What one slot asks of its picks beyond the rules of the list.

    Attributes:
        floor: the least similarity, millionths; never less than 1, for what shares nothing with the
            query is no pick of the model.
        day: the date up to which ages count, in days since 1970; None if the query has none.
        shared_tags: labels of the query's tags of which the slot wants one; empty where it does
            not ask.
    """

    def __init__(self, asked: Asked, slot: Slot) -> None:
        """Read the slot.

        Args:
            asked: what the list is for.
            slot: whose rules these are.
        """
        snapshot = asked.snapshot
        self._snapshot = snapshot
        self._ages = (slot.min_age_days, slot.max_age_days)
        self.floor = 1
        if slot.floor != NOISE:
            self.floor = max(1, round(float(slot.floor) * MILLION))
        elif asked.row is not None:
            self.floor = max(1, int(snapshot.known.floor[asked.row]))
        self.day: int | None = asked.day
        if slot.source is Source.BACKGROUND and asked.query is not None:
            is_dated = age_days(snapshot.published_us(asked.query), 0) is not None
            self.day = day_of(snapshot.published_us(asked.query)) if is_dated else None
        self._groups: list[tuple[Ground, bool, list[Group]]] = [
            (ground, wanted, groups)
            for ground, wanted, groups in (
                (Ground.SECTION, True, [snapshot.in_section(one) for one in slot.sections]),
                (Ground.SECTION, False, [snapshot.in_section(one) for one in slot.not_sections]),
                (Ground.TAG, True, [snapshot.tagged(tag_slug(one)) for one in slot.tags]),
                (Ground.TAG, False, [snapshot.tagged(tag_slug(one)) for one in slot.not_tags]),
            )
            if groups
        ]
        is_on_tags = slot.source is Source.LATEST
        shared = asked.shared_tags[:N_SHARED_TAGS] if is_on_tags else []
        self.shared_tags = tuple(one.tag.label for one in shared)
        self._shared = [one.group for one in shared]

    def bar(self, ref: Ref, similarity: int) -> Bar | None:
        """Return what keeps an article from being this slot's pick, None if nothing does.

        Args:
            ref: where the article is.
            similarity: to the query, millionths.
        """
        if similarity < self.floor:
            return Bar(Ground.FLOOR)
        if self._ages != (None, None) and (ground := self._wrong_age(ref)):
            return Bar(ground)
        if self._shared and not any(ref in group for group in self._shared):
            return Bar(Ground.NO_SHARED_TAG)
        return self.bar_on_ladder(ref)

    def bar_on_ladder(self, ref: Ref) -> Bar | None:
        """Return what keeps an article out of this slot even as a fallback: section and tags.

        Args:
            ref: where the article is.
        """
        for ground, wanted, groups in self._groups:
            if any(ref in group for group in groups) is not wanted:
                return Bar(ground)
        return None

    def age_days(self, ref: Ref) -> int | None:
        """Return how old an article is, as the slot counts; None if nobody knows.

        Args:
            ref: where it is.
        """
        return None if self.day is None else age_days(self._snapshot.published_us(ref), self.day)

    def _wrong_age(self, ref: Ref) -> Ground | None:
        """Return whether an article is too new or too old; one whose age nobody knows is both."""
        least, most = self._ages
        age = self.age_days(ref)
        if least is not None and (age is None or age < least):
            return Ground.TOO_NEW
        return Ground.TOO_OLD if most is not None and (age is None or age > most) else None
