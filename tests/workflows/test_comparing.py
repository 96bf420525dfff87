"""Two versions beside each other."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from recommender.errors import NothingToMeasure, UnknownVersion
from recommender.evaluation.comparison import Comparison
from recommender.evaluation.results import METRICS
from recommender.workflows.comparing import Comparing, compare
from recommender.workflows.plain import Candidates
from recommender.workflows.truths import Asked
from tests.workflows.conftest import NOON, Newsroom, article
from tests.workflows.test_evaluating import TOPICS, N, chronicle


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "titles.toml"
    path.write_text("[fields]\nbody = 0.0\ntags = 0.0\n[tags]\nweight = 0.0\n")
    return path


@pytest.fixture
def truth(tmp_path: Path) -> str:
    path = tmp_path / "clusters.csv"
    lines = (f"n{number:02},{number % len(TOPICS)}" for number in range(N))
    path.write_text("\n".join(("id,cluster", *lines)))
    return str(path)


def ask(newsroom: Newsroom, first: str, second: str, *sources: str) -> Comparison:
    task = Comparing(first, second, Asked(sources), Candidates.ALL)
    return compare(newsroom.settings, task, lambda *_: None)


def test_a_version_is_as_itself(newsroom: Newsroom) -> None:
    short = [article(f"opera{one}", title="Opera week", language="it") for one in range(5)]
    newsroom.store(*chronicle(), *short)
    version = newsroom.train().version

    found = ask(newsroom, version, version)

    assert (found.n_lists, found.n_only_first, found.n_only_second) == (N + len(short), 0, 0)
    assert (found.changed, found.changed_at_top) == (0, 0)
    assert found.overlap == pytest.approx(1)
    assert found.most_changed == ()
    assert found.measured is None


def test_figures_and_lists_stand_side_by_side(newsroom: Newsroom, config: Path, truth: str) -> None:
    newsroom.store(*chronicle())
    worse, better = newsroom.train(config=config).version, newsroom.train().version

    found = ask(newsroom, worse, better, truth)

    assert found.measured is not None
    assert found.measured.truth.n_queries == N
    assert found.measured.differences.keys() == METRICS.keys()
    gain = found.measured.differences["ndcg@10"]
    means = [one["ndcg@10"].mean for one in (found.measured.first, found.measured.second)]
    assert gain.difference.mean == pytest.approx(means[1] - means[0])
    assert gain.difference.mean > 0.05
    assert gain.p_value < 0.01
    assert 0 < found.changed_at_top <= found.changed <= 1
    overlaps = [one.overlap for one in found.most_changed]
    assert overlaps == sorted(overlaps)
    assert found.overlap_quantiles["0.05"] <= found.overlap_quantiles["0.95"] <= 1
    assert [pick.id for pick in found.most_changed[0].before] != [
        pick.id for pick in found.most_changed[0].after
    ]
    text = json.dumps(found.to_json_values(), allow_nan=False)
    assert json.loads(text)["most_changed"][0]["query"]["id"] == found.most_changed[0].query.id


def test_articles_are_told_apart_by_id_and_not_by_row(newsroom: Newsroom, truth: str) -> None:
    newsroom.store(*chronicle()[:-1])
    first = newsroom.train().version
    late = replace(
        chronicle()[-1], title="quite other words", body="", tags=(), section=None,
        published_at=NOON - timedelta(days=99),
    )  # fmt: skip
    newsroom.store(late, article("new", title="nothing like it"))
    second = newsroom.train().version

    found = ask(newsroom, first, second, truth)

    assert (found.n_lists, found.n_only_first, found.n_only_second) == (N - 1, 0, 2)
    assert found.overlap > 0.9  # though every row has moved
    assert found.measured is not None
    assert found.measured.truth.n_queries == N - 1


def test_what_cannot_be_compared_is_said(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.store(*chronicle())
    version = newsroom.train().version
    with pytest.raises(UnknownVersion):
        ask(newsroom, version, "20240101T000000Z-000000000000")
    path = tmp_path / "links.csv"
    path.write_text("from_id,to_id\nx,y\n")
    with pytest.raises(NothingToMeasure):
        ask(newsroom, version, version, str(path))


def test_versions_of_two_archives_have_nothing_in_common(newsroom: Newsroom) -> None:
    old = article("old", title="Grain")
    newsroom.store(old)
    first = newsroom.train().version
    newsroom.store(replace(old, embargoed_until=NOON + timedelta(days=99_999)), article("new"))
    second = newsroom.train().version

    with pytest.raises(NothingToMeasure, match="no article in common"):
        ask(newsroom, first, second)
