"""A version measured: by each kind of truth, beside baselines, with nothing from the future."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from recommender.domain.article import Article, Link, Tag
from recommender.domain.override import OverrideKind
from recommender.errors import InvalidParameter, NothingToMeasure
from recommender.evaluation.results import METRICS, Evaluation
from recommender.evaluation.truth import TruthKind
from recommender.workflows import truths
from recommender.workflows.evaluating import Evaluating, evaluate
from recommender.workflows.overriding import Wish, override
from recommender.workflows.plain import Candidates
from recommender.workflows.rating import rate
from recommender.workflows.truths import Asked
from tests.workflows.conftest import NOON, Newsroom

TOPICS = ("grain harbour ships", "opera singer stage", "rocket launch orbit", "football cup goal")
N = 48


def chronicle() -> list[Article]:
    """Return articles of four topics in turn, one a day, the first the oldest."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(N):
        topic = number % len(TOPICS)
        words = rng.choice(TOPICS[topic].split(), 12)
        noise = rng.choice([f"word{i}" for i in range(40)], 8)
        made.append(
            Article(
                f"n{number:02}",
                title=f"{words[0]} {noise[0]}",
                body=" ".join((*words, *noise)),
                tags=(Tag(f"topic-{topic}", f"Topic {topic}"),) if number % 3 else (),
                section=f"Section {topic}",
                published_at=NOON - timedelta(days=N - number),
            )
        )
    return made


@pytest.fixture
def chronicled(newsroom: Newsroom) -> Newsroom:
    """Return a newsroom with a champion."""
    newsroom.store(*chronicle())
    newsroom.promote()
    return newsroom


@pytest.fixture
def clusters(tmp_path: Path) -> str:
    path = tmp_path / "clusters.csv"
    lines = [f"n{number:02},{number % len(TOPICS)}" for number in range(N)]
    path.write_text("\n".join(("id,cluster", *lines, "unknown,9")))
    return str(path)


def pin(newsroom: Newsroom, query_id: str, article_id: str) -> None:
    override(newsroom.settings, Wish(OverrideKind.PIN, article_id, query_id), "anna", "close")


def ask(newsroom: Newsroom, *sources: str, **options: object) -> Evaluation:
    task = Evaluating(truth=Asked(sources))
    return evaluate(newsroom.settings, replace(task, **options), lambda *_: None)  # type: ignore[arg-type]


def test_ours_stands_first_and_every_baseline_beside_it(
    chronicled: Newsroom, clusters: str
) -> None:
    found = ask(chronicled, clusters, candidates=Candidates.ALL)

    assert [one.name for one in found.systems] == [
        "ours", "bm25-tags", "tfidf-tags", "bm25", "tfidf", "tag-overlap", "recent-tag", "random",
    ]  # fmt: skip
    assert found.ours.is_ours
    assert found.ours.by_metric["ndcg@4"].mean > 0.95
    assert found.systems[-1].by_metric["ndcg@4"].mean < 0.6
    assert (found.n_articles, found.truth.n_queries, found.truth.n_unknown_ids) == (N, N, 1)
    assert found.truth.kind == "clusters"
    assert found.truth.files == ("clusters.csv",)
    for one in found.systems:
        assert one.by_metric.keys() == one.per_query.keys() == METRICS.keys()
        assert {len(values) for values in one.per_query.values()} == {N}
        assert (one.against_ours is None) == one.is_ours
    random = found.systems[-1].against_ours
    assert random is not None
    assert random["ndcg@4"].p_value < 0.001


def test_as_of_leaves_out_what_came_later(chronicled: Newsroom, clusters: str) -> None:
    found = ask(chronicled, clusters)

    assert found.candidates == "as-of"
    assert found.truth.n_queries == N - len(TOPICS)  # the first of each topic has nothing to find
    assert found.truth.n_without_candidates == len(TOPICS)
    days = {article.id: number for number, article in enumerate(chronicle())}
    for query in (*found.best, *found.worst):
        assert query.n_relevant == days[query.id] // len(TOPICS)
        for pick in (*query.picks, *query.missed):
            assert days[pick.id] < days[query.id]


def test_best_and_worst_queries_show_their_picks_and_why(
    chronicled: Newsroom, clusters: str
) -> None:
    found = ask(chronicled, clusters, candidates=Candidates.ALL)

    assert (len(found.best), len(found.worst)) == (20, 20)
    assert not {one.id for one in found.best} & {one.id for one in found.worst}
    gains = [one.by_metric["ndcg@10"] for one in (*found.best, *reversed(found.worst))]
    assert gains == sorted(gains, reverse=True)
    query = found.best[0]
    assert [pick.rank for pick in query.picks] == list(range(1, 11))
    pick = query.picks[0]
    assert pick.grade == 1
    assert pick.score is not None
    assert sum(share for _, _, share in pick.shares) <= pick.similarity + 1e-6
    assert pick.shares[0][2] >= pick.shares[-1][2] > 0
    assert all(pick.grade == 1 for pick in query.missed)
    assert not {pick.id for pick in query.missed} & {pick.id for pick in query.picks}


def test_beyond_accuracy_is_measured_on_the_lists_of_all_articles(
    chronicled: Newsroom, clusters: str
) -> None:
    found = ask(chronicled, clusters, limit_queries=5)

    assert found.truth.n_queries == len(found.query_ids) == 5
    assert (found.beyond.n_lists, found.beyond.k) == (N, 4)
    assert found.beyond.coverage + found.beyond.never_picked == pytest.approx(1)
    assert found.beyond.fallback_rate is None
    assert found.beyond.language_mixing == 0
    assert found.beyond.ages is not None
    assert 25 < sum(one.n for one in found.by_score) <= 5 * 10


def test_lists_as_served_keep_to_the_rules_of_the_placement(
    chronicled: Newsroom, clusters: str
) -> None:
    pin(chronicled, "n47", "n02")

    found = ask(chronicled, clusters, placement="more-from")

    assert (found.placement, found.candidates, found.depth) == ("more-from", "all", 20)
    assert found.ours.label == "ours, as served"
    assert found.beyond.fallback_rate is not None
    shown = {query.id: query.picks for query in (*found.best, *found.worst)}
    if "n47" in shown:
        assert shown["n47"][0].id == "n02"


def test_a_placement_has_no_past(chronicled: Newsroom, clusters: str) -> None:
    with pytest.raises(InvalidParameter, match="“candidates” is 'as-of'"):
        ask(chronicled, clusters, placement="more-from", candidates=Candidates.AS_OF)


def test_figures_are_the_same_again_and_are_json(chronicled: Newsroom, clusters: str) -> None:
    first, second = (ask(chronicled, clusters).to_json_values() for _ in range(2))

    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    text = json.dumps(first, allow_nan=False)
    assert json.loads(text) == first
    short = ask(chronicled, clusters).to_json_values(per_query=False)
    assert "query_ids" not in short
    assert all("per_query" not in one for one in short["systems"])


def test_articles_retracted_since_stay_in_the_version_but_have_no_words(
    chronicled: Newsroom, clusters: str
) -> None:
    newest = chronicle()[-1]
    chronicled.store(replace(newest, body="", title="Withdrawn", tags=()))

    found = ask(chronicled, clusters, candidates=Candidates.ALL)

    assert found.truth.n_queries == N


def test_ratings_and_pins_are_a_truth(chronicled: Newsroom) -> None:
    settings = chronicled.settings
    for article_id, grade in (("n43", "good"), ("n39", "poor"), ("n42", "unacceptable")):
        rate(settings, "n47", article_id, grade, "anna")
    rate(settings, "n47", "n43", "acceptable", "bert")
    pin(chronicled, "n46", "n42")

    found = ask(chronicled, "catalogue")

    assert found.truth.kind == "catalogue"
    assert "3 pairs rated, 1 pinned" in found.truth.description
    assert found.truth.relevant_from == 2
    assert found.query_ids == ("n47", "n46")
    shown = {query.id: query for query in (*found.best, *found.worst)}
    assert shown["n47"].n_relevant == shown["n46"].n_relevant == 1
    grades = {pick.id: pick.grade for pick in (*shown["n47"].picks, *shown["n47"].missed)}
    assert grades.pop("n43") == 2.5  # the mean of two editors
    assert grades.pop("n39", 1) == 1
    assert set(grades.values()) <= {0}


def test_graded_pairs_in_hundreds_show_whether_a_probability_holds(
    chronicled: Newsroom, tmp_path: Path
) -> None:
    rows = ["query_id,article_id,grade"]
    rng = np.random.default_rng(3)
    for query in range(N):
        for article in rng.permutation(N)[:8]:
            if article != query:
                grade = 3 * int((query - article) % len(TOPICS) == 0)
                rows.append(f"n{query:02},n{article:02},{grade}")
    path = tmp_path / "grades.csv"
    path.write_text("\n".join(rows))

    found = ask(chronicled, str(path), candidates=Candidates.ALL).reliability

    assert found is not None
    assert found.n_fitted + found.n_held_out == len(rows) - 1
    assert found.brier < found.brier_of_mean


def test_links_in_bodies_are_a_truth_that_the_model_did_not_see(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = chronicle()
    linked = []
    for number, article in enumerate(articles):
        page = replace(article, url=f"https://news.example/{article.id}")
        if number >= 8:
            word = f"telltale{number - 4}"  # in both bodies, and in no other
            target = articles[number - 4]
            page = replace(
                page,
                body=f"{page.body} {word}",
                links=(Link(f"https://news.example/{target.id}", word),),
            )
        linked.append(page)
    newsroom.store(*linked)
    newsroom.promote()

    found = ask(newsroom)

    assert found.truth.kind == "mined"
    assert "without the words of these links" in found.truth.description
    assert found.truth.n_queries == N - 8
    labels = {
        label for query in (*found.best, *found.worst)
        for pick in query.picks for _, label, _ in pick.shares
    }  # fmt: skip
    assert labels
    assert not any(label.startswith("telltale") for label in labels)
    monkeypatch.setattr(truths, "MIN_MINED_QUERIES", 41)
    with pytest.raises(NothingToMeasure, match=r"only 40 of .* link.*--truth.*from_id,to_id"):
        ask(newsroom)


def test_nothing_to_measure_by_is_said_in_one_sentence(
    chronicled: Newsroom, tmp_path: Path
) -> None:
    path = tmp_path / "links.csv"
    for text, fact in (
        ("from_id,to_id\nx,y\n", "of its 2 ids none"),
        ("from_id,to_id\n", "the truth names no article"),
        ("from_id,to_id\nn00,n47\n", "none of 1 queries has a relevant article"),
        ("from_id,to_id\nn00,x\n", "calls no article of the version relevant"),
        ("query_id,article_id,grade\nn47,n43,0\n", "calls no article of the version relevant"),
        ("a,b,score\nn47,n43,2\nn00,n01,4\nn02,x,9\n", "an article of grade 5.5 or above"),
    ):
        path.write_text(text)
        with pytest.raises(NothingToMeasure, match=fact):
            ask(chronicled, str(path))
    with pytest.raises(NothingToMeasure, match="no rating and no pin"):
        ask(chronicled, "catalogue")
    with pytest.raises(NothingToMeasure, match="none of the articles link"):
        ask(chronicled)


def test_sources_that_cannot_be_meant_are_refused(chronicled: Newsroom, clusters: str) -> None:
    with pytest.raises(InvalidParameter, match="files, or the catalogue alone"):
        ask(chronicled, "catalogue", clusters)
    with pytest.raises(InvalidParameter, match="truth-kind"):
        ask(chronicled, truth=Asked((clusters,), TruthKind.MINED))
    for kind_alone in (Asked((), TruthKind.LINKS), Asked(("catalogue",), TruthKind.LINKS)):
        with pytest.raises(InvalidParameter, match=r"truth-kind.*'links'"):
            ask(chronicled, truth=kind_alone)
    with pytest.raises(InvalidParameter, match=r"relevant-from.*2"):
        ask(chronicled, truth=Asked(relevant_from=2.0))


def test_a_grade_can_be_named_from_which_picks_are_relevant(
    chronicled: Newsroom, tmp_path: Path
) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("query_id,article_id,grade\nn47,n43,3\nn47,n42,1\n")

    found = ask(chronicled, truth=Asked((str(path),), relevant_from=3.0))

    assert found.truth.relevant_from == 3
    assert found.best[0].n_relevant == 1
