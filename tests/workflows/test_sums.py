"""Rounded numbers add up, and multiply, to what is shown below them."""

from math import prod

from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.pick import Explanation, Share
from recommender.workflows.sums import MAX_PARTS, breakdown, together

SHARE = st.floats(1e-6, 0.2)
FACTOR = st.floats(0.0, 1.0)


def explanation(shares: list[float], factors: list[float]) -> Explanation:
    similarity = round(min(sum(shares), 1.0), 6)
    named = [(f"factor {place}", value) for place, value in enumerate(factors)]
    return Explanation(
        tuple(Share("term", f"word {place}", one) for place, one in enumerate(shares)),
        similarity,
        tuple(named),
        round(similarity * prod(factors), 6),
    )


@given(st.lists(SHARE, max_size=30), st.integers(0, 6))
def test_parts_add_up_to_the_rounded_whole(values: list[float], digits: int) -> None:
    total = sum(values)
    units = [round(float(one) * 10**digits) for one in together(values, total, digits)]
    assert sum(units) == round(total * 10**digits)
    for value, unit in zip(values, units, strict=True):
        assert abs(unit - value * 10**digits) <= 1


@given(
    st.lists(SHARE, min_size=1, max_size=30).filter(lambda held: sum(held) < 1),
    st.lists(FACTOR, max_size=4),
)
def test_whoever_checks_the_numbers_by_hand_finds_them_right(
    shares: list[float], factors: list[float]
) -> None:
    shown = breakdown(explanation(sorted(shares, reverse=True), factors))
    digits = len(shown.similarity.partition(".")[2])
    unit = 10**digits
    assert sum(round(float(one.value) * unit) for one in shown.parts) == round(
        float(shown.similarity) * unit
    )
    product = float(shown.similarity) * prod(float(value) for _, value in shown.factors)
    assert abs(product - float(shown.score)) <= 0.5 / unit + 1e-9
    assert len(shown.parts) <= MAX_PARTS + 1
    ends = [0.0, *(one.begins + one.of_whole for one in shown.parts)]
    assert abs(ends[-1] - 1) < 1e-9
    assert all(abs(one.begins - end) < 1e-9 for one, end in zip(shown.parts, ends, strict=False))


def test_what_is_not_named_is_one_part() -> None:
    shown = breakdown(explanation([0.05] * 10, [0.5]))
    assert shown.parts[-1][:3] == ("rest", "2 more", "0.100")
    assert (shown.similarity, shown.factors, shown.score) == (
        "0.500",
        (("factor 0", "0.500"),),
        "0.250",
    )


def test_nothing_in_common_is_nothing() -> None:
    assert breakdown(explanation([], [])).parts == ()
