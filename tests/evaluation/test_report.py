"""The report says what was measured, adds up, stays one small file, and lets no title act."""

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.report import figures, render_report
from recommender.evaluation.report_curves import lorenz, lorenz_points
from recommender.evaluation.report_lists import BAR, GAP, N_SHARES, shown, widest
from recommender.evaluation.report_panel import even_ticks, spread
from recommender.evaluation.report_words import figure, headline
from recommender.evaluation.results import Estimate, Evaluation, Paired, PickResult, TruthSummary
from tests.evaluation.evaluations import made_evaluation
from tests.service.payloads import PAYLOADS

MADE_AT = datetime(2024, 5, 2, 9, 5, tzinfo=UTC)
MOST_BYTES = 600_000
VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """A page read by a parser that forgives nothing: each element is closed, by itself."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        assert names.total() == len(names), f"an attribute twice: {attrs}"
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.found if tag in tags]

    def words(self) -> str:
        said = "".join(data for tag, data in self.texts if tag not in {"style", "script"})
        return " ".join(said.split())


def page_of(evaluation: Evaluation) -> Page:
    return Page(render_report(evaluation, MADE_AT))


@pytest.fixture(scope="module")
def text() -> str:
    return render_report(made_evaluation(), MADE_AT)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def with_lead(evaluation: Evaluation, lead: float, p: float) -> Evaluation:
    """Return the evaluation with ours that much better than its only baseline."""
    ours, other = evaluation.systems[:2]
    paired = Paired(Estimate(lead, lead - 0.01, lead + 0.01), p)
    by_metric = {name: Estimate(0.4, 0.38, 0.42) for name in ours.by_metric}
    theirs = {name: Estimate(0.4 - lead, 0.3, 0.5) for name in other.by_metric}
    ours = replace(ours, by_metric=by_metric)
    other = replace(other, by_metric=theirs, against_ours=dict.fromkeys(theirs, paired))
    return replace(evaluation, systems=(ours, other))


def test_headline_tells_the_outcome() -> None:
    made = made_evaluation()
    truth = replace(made.truth, n_queries=1274)
    made = replace(made, truth=truth)
    start = "On 1,274 queries from links that editors placed, morefrom’s nDCG@10 is 0.400"

    better = headline(with_lead(made, 0.1, 0.0001))
    assert better == (
        f"{start} (0.380–0.420); the best baseline (BM25) reaches 0.300; "
        "the difference is not chance (p < 0.001)."
    )
    assert "reaches 0.390; the difference may be chance (p = 0.31)" in headline(
        with_lead(made, 0.01, 0.31)
    )
    assert "does better with 0.450; the difference is not chance (p = 0.020)" in headline(
        with_lead(made, -0.05, 0.02)
    )
    alone = replace(made, systems=made.systems[:1])
    assert headline(alone).endswith("it was compared with nothing.")


def test_every_system_has_its_figures_beside_its_bar(page: Page) -> None:
    words = page.words()
    for system in made_evaluation().systems:
        estimate = system.by_metric["ndcg@10"]
        assert f"{figure(estimate.mean)} {figure(estimate.low)}–{figure(estimate.high)}" in words
        assert system.label in words


def test_report_is_one_file_that_asks_for_nothing(text: str, page: Page) -> None:
    addresses = [
        value
        for _, attributes in page.found
        for name, value in attributes.items()
        if name in {"src", "href", "action", "data", "srcset", "poster", "xlink:href"}
    ]
    ids = {attributes["id"] for _, attributes in page.found if "id" in attributes}

    assert all(address.startswith(("#", "data:image/svg+xml,")) for address in addresses)
    assert {one[1:] for one in addresses if one.startswith("#")} <= ids
    assert "url(" not in text
    assert "@import" not in text
    assert len(text.encode()) < MOST_BYTES


def test_policy_names_the_one_style_and_no_script(text: str, page: Page) -> None:
    policy = next(one["content"] for one in page.all("meta") if "http-equiv" in one)
    style = re.findall(r"<style>(.*?)</style>", text, re.S)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()

    assert len(style) == 1
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:")
    assert page.all("script") == [{"type": "application/json", "id": "figures"}]
    assert not any("style" in attributes for _, attributes in page.found)


def test_structure_can_be_walked_without_seeing(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.found if re.fullmatch(r"h[1-6]", tag)]
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    named = [one["aria-labelledby"] for _, one in page.found if "aria-labelledby" in one]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(ids) == len(set(ids))
    assert set(named) <= set(ids)
    assert all(one.get("scope") in {"row", "col"} for one in page.all("th"))
    assert all(
        one.get("aria-hidden") == "true" or (one["role"] == "img" and one["aria-label"])
        for one in page.all("svg")
    )
    assert len(page.all("figcaption")) == len(page.all("figure")) >= 6


def test_titles_are_laid_out_by_their_own_script(page: Page) -> None:
    assert all("dir" in one for one in page.all("p", "span") if one.get("class") == "title")


def test_attacks_are_shown_as_text() -> None:
    truth = TruthSummary("links", PAYLOADS[0], PAYLOADS, 1, 1, 0, 0)
    made = made_evaluation(titles=PAYLOADS, labels=PAYLOADS)
    systems = tuple(
        replace(one, label=payload) for one, payload in zip(made.systems, PAYLOADS, strict=False)
    )
    plain = Counter(tag for tag, _ in page_of(made_evaluation()).found)
    attacked = page_of(
        replace(made, truth=truth, systems=systems, version=PAYLOADS[1], trained_at="2024-05-01")
    )

    assert {tag for tag, _ in attacked.found} <= set(plain)
    assert attacked.all("script") == [{"type": "application/json", "id": "figures"}]
    assert not any(
        name.startswith("on") or value.strip().lower().startswith("javascript:")
        for _, attributes in attacked.found
        for name, value in attributes.items()
    )
    texts = {data for _, data in attacked.texts}
    assert set(PAYLOADS) <= texts


def test_figures_lie_in_the_page_as_json(text: str) -> None:
    made = made_evaluation()
    inside = re.findall(r'<script type="application/json" id="figures">(.*?)</script>', text)

    assert json.loads(inside[0]) == figures(made)
    assert figures(made)["systems"][0]["by_metric"]["ndcg@10"]["mean"] == round(
        made.ours.by_metric["ndcg@10"].mean, 6
    )


def test_report_stays_small_with_long_lists_in_scripts_of_three_bytes() -> None:
    title = "北京与布鲁塞尔就芯片出口管制展开新一轮谈判同时各国议员要求公布全部文件"
    made = made_evaluation(5_000, titles=[title], labels=["出口管制", "布鲁塞尔"], n_shares=80)

    assert len(render_report(made, MADE_AT).encode()) < MOST_BYTES


def test_endless_title_is_cut() -> None:
    made = made_evaluation(titles=["word " * 10_000], n_lists=1)

    assert len(render_report(made, MADE_AT).encode()) < MOST_BYTES / 4


def test_plain_lists_are_not_blamed_for_what_serving_mends() -> None:
    made = made_evaluation(30)
    several = replace(made.beyond, same_story_rate=0.2, fallback_rate=None)

    plain = page_of(replace(made, beyond=several)).words()
    served = replace(made, beyond=replace(several, fallback_rate=0.0), placement="more-from")

    assert "Same story twice 20 % Picks that" in plain
    assert "with all articles as candidates" in plain
    assert "Same story twice 20 % ▲ look into it" in page_of(served).words()
    assert "as the site shows them now" in page_of(served).words()


def test_list_without_picks_has_its_words_in_the_wide_column() -> None:
    made = made_evaluation(30, n_lists=1)
    empty = replace(made, best=(replace(made.best[0], picks=()),))

    assert '<li class="pick"><span class="rank">–</span><p>No pick.</p></li>' in render_report(
        empty, MADE_AT
    )


def test_what_was_not_measured_is_left_out() -> None:
    made = made_evaluation(30)
    beyond = replace(
        made.beyond,
        hubs=(),
        list_counts=((0, 40),),
        ages=None,
        intra_list_similarity=None,
        language_mixing=None,
        fallback_rate=0.4,
    )
    bare = replace(
        made,
        systems=made.systems[:1],
        best=(),
        worst=(),
        beyond=beyond,
        by_score=(),
        reliability=None,
        placement="more-from",
    )
    words = page_of(bare).words()

    assert "Lists, one by one" not in words
    assert "From the ladder 40 % ▲ look into it" in words
    assert "as served in “more-from”" in words
    assert len(page_of(bare).all("figure")) == 2


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_lists_that_are_all_wrong_or_all_right_can_be_drawn(value: float) -> None:
    made = made_evaluation(3)
    systems = tuple(
        replace(
            one,
            by_metric={name: Estimate(value, value, value) for name in one.by_metric},
            per_query={name: np.full(3, value) for name in one.per_query},
            precision_by_rank=np.full(10, value),
        )
        for one in made.systems
    )

    assert "nan" not in render_report(replace(made, systems=systems), MADE_AT).lower().split()


def test_shares_and_what_is_left_of_them_add_up() -> None:
    made = made_evaluation()
    full = widest(made.best)
    for query in made.best:
        for pick, drawn in zip(query.picks, shown(query, full).picks, strict=True):
            told = sum(float(share) for _, _, share in drawn.shares) + float(drawn.rest)
            assert told == pytest.approx(pick.similarity, abs=0.001 * (N_SHARES + 1))
            parts = [
                (int(start), int(width))
                for start, width in re.findall(r"M(\d+) 0h(\d+)", str(drawn.bar))
            ]
            end = max(start + width for start, width in parts)
            assert sum(width for _, width in parts) <= end
            assert end == pytest.approx(BAR * pick.similarity / full, abs=3 * GAP)


def test_verdict_is_a_word_and_grades_are_told() -> None:
    def verdict(grade: float, relevant_from: float) -> str:
        pick = PickResult("a", "A", None, 1, 0.2, 0.3, grade, ())
        query = replace(made_evaluation(n_lists=1).best[0], picks=(pick,))
        return shown(query, 1.0, relevant_from).picks[0].verdict

    assert [verdict(grade, 1.0) for grade in (0, 1, 3)] == [
        "not listed",
        "relevant",
        "relevant, grade 3",
    ]
    assert [verdict(grade, 2.0) for grade in (0, 1.5, 2.5)] == [
        "not listed",
        "not relevant, grade 1.5",
        "relevant, grade 2.5",
    ]


def test_score_is_told_where_factors_change_it() -> None:
    pick = PickResult("a", "A", None, 1, 0.2, 0.3, 0.0, (("tag", "Russia", 0.3),))
    query = replace(made_evaluation(n_lists=1).best[0], picks=(pick, replace(pick, score=0.3)))

    assert [one.score for one in shown(query, 1.0).picks] == ["0.200", ""]
    assert [one.rest for one in shown(query, 1.0).picks] == ["", ""]


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(1, 40)), min_size=1, unique_by=lambda x: x[0]
    )
)
def test_gini_is_twice_the_area_above_the_lorenz_curve(pairs: list[tuple[int, int]]) -> None:
    pairs.sort()
    counts = np.repeat([m for m, _ in pairs], [n for _, n in pairs]).astype(float)
    if not counts.any():
        assert (
            lorenz(replace(made_evaluation(1, n_lists=0).beyond, list_counts=tuple(pairs))) is None
        )
        return
    slow = np.abs(counts[:, None] - counts).mean() / (2 * counts.mean())

    articles, places = lorenz_points(pairs)

    assert 1 - 2 * np.trapezoid(places, articles) == pytest.approx(slow)


@given(st.lists(st.floats(0, 200), max_size=9))
def test_labels_keep_their_order_and_distance(wanted: list[float]) -> None:
    placed = spread(wanted, 14, 10, 210)
    order = np.argsort(wanted, kind="stable")
    along = np.array(placed)[order]

    assert (np.diff(along) >= 14 - 1e-9).all()
    assert (along >= 10 - 1e-9).all()
    assert (along <= 210 + 1e-9).all()


@given(st.lists(st.floats(50, 150), max_size=4))
def test_labels_that_do_not_touch_stay(wanted: list[float]) -> None:
    apart = [one + 100 * i for i, one in enumerate(sorted(wanted))]

    assert spread(apart, 1e-9, 0, 1000) == pytest.approx(apart)


@given(st.floats(1e-6, 1e6))
def test_ticks_reach_over_the_highest_in_even_steps(high: float) -> None:
    ticks = even_ticks(high)

    assert ticks[0] == 0
    assert ticks[-1] >= high * (1 - 1e-6) - 1e-9
    assert np.ptp(np.diff(ticks)) <= ticks[-1] * 1e-6 + 1e-8
    assert 2 <= len(ticks) <= 8
