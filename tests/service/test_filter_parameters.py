"""Filters of a request: what is taken, what is refused by name, and their one spelling."""

from random import Random
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.corpus import DAY_US
from recommender.errors import InvalidParameter
from recommender.ranking.conditions import NO_CONDITIONS, Conditions
from service.public.filter_parameters import FILTERS, REPEATABLE_FILTERS, read_conditions, spelt
from service.public.query_string import read_query


def read(query: str) -> tuple[Conditions, list[InvalidParameter]]:
    found = read_query(query, FILTERS, REPEATABLE_FILTERS)
    return read_conditions(found, found.faults), found.faults


def test_no_filter_lets_everything_pass() -> None:
    assert read("") == (NO_CONDITIONS, [])
    assert NO_CONDITIONS.are_none
    assert spelt(NO_CONDITIONS) == ""


def test_each_filter_means_what_it_says() -> None:
    query = (
        "tag=European+Union&tag=russia&section=World&author=Ana%20Lima&language=en&language=uk"
        "&published_after=2026-03-01&published_before=2026-03-02T06:30:00%2B02:00&max_age_days=7"
        "&exclude=a%2Fb&require_image=true&min_score=0.25&fallback=none"
    )
    found, faults = read(query)

    assert not faults
    assert found == Conditions(
        tags=("european-union", "russia"),
        sections=("world",),
        authors=("ana-lima",),
        languages=("en", "uk"),
        published_from_us=20_513 * DAY_US,
        published_before_us=20_514 * DAY_US + 16_200_000_000,
        max_age_days=7,
        exclude=("a/b",),
        require_image=True,
        min_score=250_000,
        ladder=False,
    )
    assert read(spelt(found)) == (found, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("tag", value) for value in ("", "-", "a\nb", "a" * 201)),
        ("section", "_"),
        ("author", " "),
        *(("language", value) for value in ("", "EN", "e", "engl", "en-GB")),
        *(
            (name, value)
            for name in ("published_after", "published_before")
            for value in ("", "2026", "2026-13-01", "2026-02-30", "2026-03-01T06:30", "now", "0")
        ),
        *(("max_age_days", value) for value in ("", "-1", "36501", "1.5", "07", "1e3", "９")),
        *(("exclude", value) for value in ("", " a", "a\0", "a" * 513)),
        *(("require_image", value) for value in ("", "1", "True", "yes")),
        *(("min_score", value) for value in ("", "-0.1", "1.1", ".5", "0,5", "NaN", "0.1234567")),
        *(("fallback", value) for value in ("", "recent", "None")),
    ],
)
def test_anything_else_is_refused_by_name(name: str, value: str) -> None:
    _, faults = read(urlencode({name: value}))
    assert [fault.parameter for fault in faults] == [name]


@given(
    st.lists(st.sampled_from(["tag=a", "tag=b", "section=c", "exclude=d", "language=en"])),
    st.randoms(use_true_random=False),
)
def test_neither_order_nor_repetition_makes_another_question(
    pieces: list[str], rng: Random
) -> None:
    first, _ = read("&".join(pieces))
    rng.shuffle(pieces)
    second, _ = read("&".join([*pieces, *pieces[:2]]))
    assert spelt(first) == spelt(second)
