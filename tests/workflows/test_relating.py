"""`morefrom related`: the champion under today's catalogue, with reasons whose shares sum up."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import prod
from typing import Any

import pytest

from recommender.domain.article import Article, Status
from recommender.domain.pick import Origin
from recommender.errors import (
    BrokenBundle,
    CatalogueUnavailable,
    NoChampion,
    UnknownArticle,
    UnknownPlacement,
)
from recommender.workflows.relating import Related, as_json, related


def ask(newsroom: Any, article_id: str, limit: int = 4) -> Related:
    return related(newsroom.settings, article_id, limit)


def ids(found: Related) -> list[str]:
    return [one.card.id for one in found.selection.picks]


@pytest.fixture
def promoted(stocked: Any) -> Any:
    stocked.promote()
    return stocked


def test_picks_come_with_explanations_that_sum_up(promoted: Any) -> None:
    found = ask(promoted, "talks")

    assert (found.query.id, ids(found)[0]) == ("talks", "answer")
    assert found.version == next(promoted.settings.versions_dir.iterdir()).name
    for selected, explanation in zip(found.selection.picks, found.explanations, strict=True):
        if selected.pick.origin is Origin.FALLBACK:
            assert explanation is None
            continue
        assert explanation is not None
        assert selected.pick.score == explanation.score
        assert selected.pick.similarity == explanation.similarity
        product = prod(value for _, value in explanation.factors) * explanation.similarity
        assert product == pytest.approx(explanation.score, abs=1e-6)
        shares = sum(share.share for share in explanation.shares)
        assert shares == pytest.approx(explanation.similarity, abs=1e-6)
        assert ("tag", "Russia") in [(share.kind, share.label) for share in explanation.shares]


def test_limit_and_fallback(promoted: Any) -> None:
    assert len(ask(promoted, "talks", 1).selection.picks) == 1
    everything = ask(promoted, "opera", 20)
    assert sorted(ids(everything)) == ["answer", "grain", "ships", "talks"]
    assert everything.selection.fallback_used
    assert everything.explanations == (None,) * 4


def test_json_says_the_same(promoted: Any) -> None:
    found = ask(promoted, "talks")

    told = json.loads(json.dumps(as_json(found)))

    assert told["query"] == {"id": "talks", "title": "Kerry meets Lavrov", "url": None}
    assert [item["id"] for item in told["items"]] == ids(found)
    assert [item["rank"] for item in told["items"]] == [1, 2, 3, 4]
    first = told["items"][0]
    assert first["origin"] == "model"
    assert first["explanation"]["score"] == first["score"]
    assert (first["slot"], first["rung"], first["moved"]) == ("closest", None, 0)
    assert told["placement"] == "more-from"
    assert {item["origin"] for item in told["items"]} == {"model", "fallback"}
    assert told["fallback_used"] is True


def test_placement_that_is_not_there(promoted: Any) -> None:
    with pytest.raises(UnknownPlacement, match="known are more-from"):
        related(promoted.settings, "talks", 4, "side")


def test_correction_and_retraction_show_at_once(promoted: Any, few: Sequence[Article]) -> None:
    promoted.store(replace(few[1], title="Corrected"))
    found = ask(promoted, "talks")
    assert found.selection.picks[0].card.title == "Corrected"
    assert found.explanations[0] is not None

    promoted.store(replace(few[1], status=Status.RETRACTED))
    assert "answer" not in ids(ask(promoted, "talks"))


def test_new_article_is_known_and_falls_back(promoted: Any) -> None:
    promoted.store(Article("new", title="New", published_at=datetime(2024, 5, 1, tzinfo=UTC)))

    found = ask(promoted, "new")

    assert found.query.title == "New"
    assert found.selection.fallback_used
    assert "new" in ids(ask(promoted, "opera", 20))


def test_embargoed_article_shows_when_its_embargo_has_ended(newsroom: Any) -> None:
    hour = timedelta(hours=1)
    now = datetime.now(UTC)
    newsroom.store(
        Article("a", title="Grain"),
        Article("held", title="Grain", embargoed_until=now + 24 * hour, published_at=now - hour),
    )
    newsroom.promote()
    assert ids(ask(newsroom, "a")) == []
    with pytest.raises(UnknownArticle, match="under embargo"):
        ask(newsroom, "held")

    newsroom.store(
        Article("held", title="Grain", embargoed_until=now - hour, published_at=now - hour)
    )
    assert ids(ask(newsroom, "a")) == ["held"]


@pytest.mark.parametrize("status", [Status.RETRACTED, Status.DRAFT])
def test_article_that_may_not_be_shown(
    promoted: Any, few: Sequence[Article], status: Status
) -> None:
    promoted.store(replace(few[0], status=status))

    with pytest.raises(UnknownArticle, match="as a draft, retracted or under embargo"):
        ask(promoted, "talks")


@pytest.mark.parametrize("article_id", ["none", "", " ", "x" * 600, "a\nb", "\udcff", "../x", "é"])
def test_article_that_is_not_there(promoted: Any, article_id: str) -> None:
    with pytest.raises(UnknownArticle, match=r"or import the article first\.$") as caught:
        ask(promoted, article_id)

    str(caught.value).encode()
    assert len(str(caught.value)) < 200


def test_without_model_or_catalogue(newsroom: Any) -> None:
    with pytest.raises(CatalogueUnavailable):
        ask(newsroom, "a")
    newsroom.store(Article("a", title="A"))
    with pytest.raises(NoChampion):
        ask(newsroom, "a")


def test_damaged_champion(promoted: Any) -> None:
    (version,) = promoted.settings.versions_dir.iterdir()
    (version / "manifest.json").chmod(0o644)
    (version / "manifest.json").write_text("{}", encoding="utf-8")

    with pytest.raises(BrokenBundle):
        ask(promoted, "talks")


def test_article_without_title_is_shown_by_its_opening_words(newsroom: Any) -> None:
    newsroom.store(Article("a", body="grain " * 50), Article("b", title="Grain"))
    newsroom.promote()

    assert ask(newsroom, "a").query.title == "grain " * 13 + "grain…"
    newsroom.store(Article("a", body="ships " * 50))
    assert ask(newsroom, "a").query.title == "ships " * 13 + "ships…"
