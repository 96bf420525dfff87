"""A newsroom's days under rules, stops and a policy: every answer comes again bit for bit."""

from pathlib import Path

import pytest

import service.ledger
from recommender.catalogue import history
from recommender.catalogue.catalogue import Catalogue
from recommender.domain.list_rule import RuleKind
from recommender.domain.traits import NO_TRAITS, Traits
from recommender.settings import load_settings
from recommender.workflows import overriding, ruling, training
from recommender.workflows.follower import Follower
from recommender.workflows.overriding import undo
from recommender.workflows.policies import policy_of, put_in_force
from recommender.workflows.ruling import RuleWish
from service.ledger import answers_on, replay
from service.public.answers import JSON
from tests.service.test_ledger import ARTICLES, HOUR, SITE, START, TALKS, Clock, Story, article

POLICY = """
[[rules]]
name = "no opera"
never = { sections = ["culture"] }
under = { tags = ["Trade"] }
"""


def test_every_answer_under_rules_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (history, training, overriding, ruling, service.ledger):
        monkeypatch.setattr(module, "datetime", Clock)
    monkeypatch.setattr(Clock, "at", START)
    story = Story(load_settings(tmp_path / "home", SITE))
    story.store(*ARTICLES)
    story.promote()
    with Catalogue.open(story.settings.catalogue_url) as catalogue:
        at_work = Follower(story.settings, catalogue)

        def decide(kind: RuleKind, shown: Traits, under: Traits, **wish: object) -> int:
            made = RuleWish(kind, shown, under, **wish)  # type: ignore[arg-type]
            event = ruling.rule(story.settings, made, "ben", "why")
            story.tell(at_work)
            return event.number

        def take_back(number: int) -> None:
            undo(story.settings, number, "ben", "enough")
            story.tell(at_work)

        story.tell(at_work)
        trade, russia = Traits(tags=("Trade",)), Traits(tags=("Russia",))
        begins, ends = str(START + 2 * HOUR), str(START + 3.7 * HOUR)
        talks = Traits(articles=("talks",))
        decide(RuleKind.NEVER, trade, talks, both_ways=True, starts_at=begins, ends_at=ends)
        only = decide(RuleKind.ONLY, russia, russia)
        for _ in range(4):  # a beginning and an end
            story.tell(at_work)
        everywhere = decide(RuleKind.NEVER, Traits(sections=("World",)), NO_TRAITS)
        take_back(only)
        story.store(article("new", "Trade", "Russia", hours=1))
        story.tell(at_work)
        take_back(everywhere)
        stopped = decide(RuleKind.STOP, NO_TRAITS, NO_TRAITS)
        assert all(told["returned"] == 0 for *_, told in story.told[-7:])
        assert story.told[-1][2]["items"] == []
        one_tag = decide(RuleKind.STOP, trade, NO_TRAITS)
        take_back(stopped)
        assert any(told["returned"] for *_, told in story.told[-7:])
        take_back(one_tag)
        put_in_force(story.settings, policy_of(POLICY, "test"), "ben", "why")
        story.tell(at_work)
        story.promote()
        story.tell(at_work)

    assert len(story.given) > 80
    for picks_id, body in story.given.items():
        assert JSON.encode(replay(story.settings, picks_id)).encode() == body
    for instant, question, content in story.told:
        if question == TALKS:
            (held,) = answers_on(story.settings, question, instant.isoformat())
            assert {**held.answer, "picks_id": ""} == {**content, "picks_id": ""} or (
                not content["complete"]  # the ledger searches deeper than this story did
            )
