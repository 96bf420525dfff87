"""`morefrom related --why-not`: the ranking's reason, and what only the newsroom may know of it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recommender.domain.article import Article, Status
from recommender.domain.override import OverrideKind
from recommender.errors import UnknownArticle, UnknownPlacement
from recommender.ranking.in_slot import Miss
from recommender.ranking.standing import Ground
from recommender.workflows.overriding import Wish, override
from recommender.workflows.relating import related
from recommender.workflows.why_not import Answer, as_json, why_not


def ask(newsroom: Any, article_id: str, other_id: str, limit: int = 1) -> Answer:
    answer = why_not(newsroom.settings, article_id, other_id, limit)
    told = json.loads(json.dumps(as_json(answer)))
    assert told["sentence"] == answer.sentence
    assert told["article"]["id"] == other_id
    return answer


def decide(newsroom: Any, kind: OverrideKind, *names: str, reason: str, **wish: Any) -> int:
    wanted = Wish(kind, *names, **wish)
    return override(newsroom.settings, wanted, "anna", reason).number


@pytest.fixture
def promoted(stocked: Any) -> Any:
    stocked.promote()
    return stocked


def test_what_is_said_is_true_of_the_list_that_is_shown(promoted: Any) -> None:
    shown = {one.card.id for one in related(promoted.settings, "talks", 2).selection.picks}
    for other in ("talks", "answer", "grain", "ships", "opera"):
        answer = ask(promoted, "talks", other, 2)
        assert answer.found is not None
        assert (answer.found.ground is Ground.PICKED) == (other in shown)
    assert ask(promoted, "talks", "talks").sentence == "It is the article being read itself."
    assert ask(promoted, "talks", "opera").found.ground is Miss.UNRELATED  # type: ignore[union-attr]


def test_block_is_told_with_author_and_reason(promoted: Any) -> None:
    number = decide(promoted, OverrideKind.BLOCK, "answer", reason="sponsored")

    answer = ask(promoted, "talks", "answer")

    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert f"blocked everywhere by anna on {today} (event {number}: sponsored)." in answer.sentence
    assert "Undone, it would be pick 1, chosen by “closest” with a score of " in answer.sentence
    told = as_json(answer)
    assert told["ground"] == "blocked"
    assert told["block"]["author"] == "anna"  # type: ignore[index]
    assert told["otherwise"]["ground"] == "picked"  # type: ignore[index]
    assert told["otherwise"]["pick"]["rank"] == 1  # type: ignore[index]


def test_pins_are_told_with_author_and_reason(promoted: Any) -> None:
    pin = OverrideKind.PIN
    number = decide(promoted, pin, "opera", "talks", reason="a night out")
    later = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    decide(promoted, pin, "ships", "talks", reason="soon", starts_at=later)

    picked, later_on = (ask(promoted, "talks", other) for other in ("opera", "ships"))

    assert picked.sentence.startswith("It is pick 1, pinned by anna on ")
    assert picked.sentence.endswith(f"(event {number}: a night out).")
    assert picked.more == ()
    assert any(f" from {later}T00:00:00Z on by anna" in one for one in later_on.more)
    assert [one["reason"] for one in as_json(later_on)["pins"]] == ["soon"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status": Status.RETRACTED}, "It is retracted."),
        ({"status": Status.DRAFT}, "It is a draft."),
        (
            {"embargoed_until": datetime(2999, 1, 1, tzinfo=UTC)},
            "It is under embargo until 2999-01-01T00:00:00Z.",
        ),
    ],
)
def test_what_may_not_be_shown(
    promoted: Any, few: Sequence[Article], values: dict[str, Any], sentence: str
) -> None:
    promoted.store(replace(few[1], **values))

    answer = ask(promoted, "talks", "answer")

    assert (answer.found, answer.sentence) == (None, sentence)
    assert as_json(answer)["ground"] == "hidden"
    with pytest.raises(UnknownArticle, match="as a draft, retracted or under embargo"):
        ask(promoted, "answer", "talks")


def test_what_came_after_the_training(promoted: Any) -> None:
    promoted.store(Article("new", title="Lavrov", published_at=datetime(2024, 5, 1, tzinfo=UTC)))

    held = as_json(ask(promoted, "talks", "new"))["explanation"]
    assert sum(share["share"] for share in held["shares"]) == pytest.approx(held["similarity"])
    answer = ask(promoted, "new", "talks", 4)
    assert answer.sentence.startswith("It is pick ")
    assert as_json(answer)["explanation"]["similarity"] == held["similarity"]


@pytest.mark.parametrize("article_id", ["none", "", "x" * 600, "a\nb", "\udcff"])
def test_article_that_is_not_there(promoted: Any, article_id: str) -> None:
    with pytest.raises(UnknownArticle, match=r" in the catalogue; check the id, or import"):
        why_not(promoted.settings, "talks", article_id, 4)
    with pytest.raises(UnknownArticle, match=r" in what may be shown; check the id, or import"):
        why_not(promoted.settings, article_id, "talks", 4)


def test_placement_that_is_not_there(promoted: Any) -> None:
    with pytest.raises(UnknownPlacement, match="known are more-from"):
        why_not(promoted.settings, "talks", "grain", 4, "side")
