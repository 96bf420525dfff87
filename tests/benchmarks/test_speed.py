"""The benchmark of speed tells the truth about figures that are known."""

import time
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from recommender.ranking.engine import Engine
from tests.benchmarks.speed import (
    all_lists,
    filtered,
    growth,
    more_like_this,
    newcomers,
    one_text,
    ours,
    page,
    peers,
)
from tests.benchmarks.speed.clock import TURNS, Way, latencies
from tests.benchmarks.speed.drawing import draw
from tests.benchmarks.speed.made import STEP, Made, indexed, make, sampled_rows
from tests.benchmarks.speed.one_text import OURS
from tests.benchmarks.speed.recall import recall
from tests.benchmarks.speed.table import COLUMNS, Line, Table

N_ARTICLES = 1_000


@pytest.fixture(scope="module")
def made() -> Made:
    return make(N_ARTICLES)


def test_unseen_texts_are_not_indexed(made: Made) -> None:
    kept = {article.id for article in indexed(made.archive)}
    assert len(kept) == made.n == N_ARTICLES
    assert len(made.unseen) == -(-N_ARTICLES // STEP)
    assert kept.isdisjoint(article.id for article in made.unseen)


def test_every_line_is_printed_and_ours_finds_all(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table(markdown=True)
    table.head()
    engine, transposed = Engine(made.rows), peers.columns_first(made.matrix)
    costs = one_text.measure(made, engine, transposed, table)
    found = all_lists.measure(made, engine, transposed, 1, table, full=True)
    newcomers.measure(made, engine, found.lists, table)
    filtered.measure(made, engine, table)
    more_like_this.measure(made, engine, transposed, table)
    growth.measure({made.n: costs, 10 * made.n: costs}, table)
    head, rule, *lines = capsys.readouterr().out.splitlines()
    assert all(line.count("|") == len(COLUMNS) + 1 for line in (head, rule, *lines))
    assert len([line for line in lines if "| 1.0000 |  | at least 1 | yes |" in line]) == 3
    assert "0.00 |" in lines[-1]  # or -0.00
    assert costs.keys() >= {OURS, peers.SCIPY, peers.SCIKIT_LEARN}


def test_peers_find_the_same(made: Made) -> None:
    engine, transposed = Engine(made.rows), peers.columns_first(made.matrix)
    query = made.queries[0]
    expected = ours.nearest(engine, query, 10)
    rows, cosines = peers.scipy_product(transposed)(query, 10)
    assert cosines == pytest.approx(expected.similarity / 1e6, abs=1e-5)
    distances, nearest = peers.brute_force(made.matrix)(query, 10)
    assert 1 - distances[0] == pytest.approx(cosines, abs=1e-5)
    assert set(nearest[0]) == set(rows) == set(expected.rows)
    if peers.has_sparse_dot_topn():
        product = peers.sparse_dot_topn(transposed)(query, 10)
        assert set(product.indices) == set(rows)


def test_a_sample_lies_in_stretches() -> None:
    rows = sampled_rows(100_000, 1_024)
    assert len(rows) == 1_024
    assert (rows[0], rows[-1]) == (0, 99_999)
    assert np.count_nonzero(np.diff(rows) > 1) == 3
    assert sampled_rows(10, 1_024).tolist() == list(range(10))


def test_recall_takes_equals_for_equal() -> None:
    true = [[0.9, 0.5], [0.9, 0.5], [0.3, 0.0]]
    found = [[0.5, 0.9000001], [0.9, 0.4], [0.3, 0.0]]
    assert recall(found, true).tolist() == [1.0, 0.5, 1.0]


def test_latencies_leave_the_first_query_of_a_turn_out() -> None:
    asked: list[int] = []

    def answer(query: int) -> None:
        if query == 0 and not asked:
            time.sleep(0.05)
        asked.append(query)

    seconds = latencies({"one": Way(answer, 4, repeats=5)})["one"]
    assert len(seconds) == 20
    assert len(asked) == 20 + TURNS
    assert seconds.max() < 0.05


def test_a_line_says_whether_what_was_asked_is_reached() -> None:
    line = Line.faster("work", "peer 1.0", 0.016, 0.002, 8)
    assert line == ("work", "2 ms", "8× faster", True, "peer 1.0", "16 ms", "8×")
    assert not Line.faster("work", "peer 1.0", 0.016, 0.002, 9).reached
    assert Line.faster("work", "peer 1.0", 0.016, 0.002).reached is None
    assert Line.under("work", 3.0, 2.5)[:4] == ("work", "3 s", "under 2.5 s", False)
    assert Line.least("work", 0.99, 0.99).reached


def test_figures_replace_those_on_the_page(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("before\n<!-- figures: one -->\nold\n<!-- end -->\nafter <!-- end -->\n")
    page.write(path, "one", ["| new |", "| --- |"])
    written = path.read_text()
    assert written == (
        "before\n<!-- figures: one -->\n\n| new |\n| --- |\n\n<!-- end -->\nafter <!-- end -->\n"
    )
    with pytest.raises(ValueError, match="0 places for the figures of two"):
        page.write(path, "two", [])
    assert path.read_text() == written


def test_the_drawing_says_what_it_shows(tmp_path: Path) -> None:
    costs = {10_000: {OURS: 0.001, "peer": 0.01}, 100_000: {OURS: 0.002, "peer": 0.1, "odd": 1.0}}
    draw(costs, tmp_path / "growth.svg")
    svg = ET.parse(tmp_path / "growth.svg").getroot()
    assert svg.get("aria-label", "").endswith(
        "morefrom 1 ms at 10,000, 2 ms at 100,000; peer 10 ms at 10,000, 100 ms at 100,000"
    )
    points = [line.get("points", "") for line in svg.iter("{http://www.w3.org/2000/svg}polyline")]
    assert len(points) == 2
    ours_y, peer_y = ([float(at.split(",")[1]) for at in each.split()] for each in points)
    assert 2 * (ours_y[0] - ours_y[1]) < peer_y[0] - peer_y[1]
