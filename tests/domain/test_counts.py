"""What workers count: every path has its route, and numbers come through as they were sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain import counts
from recommender.domain.pick import Origin


def test_every_request_has_a_count_of_its_own() -> None:
    paths = {name: path for path, name in counts.ROUTES.items()} | {counts.OTHER: "/wp-login.php"}

    found = [
        counts.request_count(paths[route], f"{kind[0]}00 SAID", is_hit=way == "hit")
        for route, kind, way in counts.REQUESTS
    ]

    assert found == list(range(counts.FIRST_TIME))


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/v1/articles/a/related", "related"),
        ("/v1/articles/a/b.html/related", "related"),
        ("/v1/articles/a/related.html", "block"),
        ("/v1/articles/a", "other"),
        ("/v1/articles", "other"),
        ("/v1/related/", "other"),
        ("", "other"),
        ("/images/related", "other"),
    ],
)
def test_a_path_is_counted_under_its_route(path: str, route: str) -> None:
    which = counts.request_count(path, "304 NOT MODIFIED", is_hit=True)

    assert counts.REQUESTS[which] == (route, "3xx", "hit")


@given(st.integers(0, 10**7))
def test_a_time_is_counted_in_the_first_class_that_holds_it(took_us: int) -> None:
    bounds = [*counts.BUCKETS_S, float("inf")]

    slow = next(at for at, bound in enumerate(bounds) if took_us / 1e6 <= bound)

    assert counts.time_count(took_us) == counts.FIRST_TIME + slow


def test_no_two_kinds_of_counts_share_one() -> None:
    times = {counts.time_count(took_us) for took_us in (0, 600, 10**9)}
    origins = {counts.origin_count(origin) for origin in Origin}

    assert max(times) == counts.TIME_SUM - 1
    assert origins == set(range(counts.FIRST_ORIGIN, counts.N_COUNTS))
    assert counts.N_COUNTS <= 256, "eight bits of a record say which"


RECORDS = st.lists(
    st.tuples(st.integers(0, counts.N_COUNTS - 1), st.integers(0, counts.MOST)), max_size=60
)


@given(RECORDS)
def test_what_was_packed_is_unpacked(records: list[tuple[int, int]]) -> None:
    message = counts.packed(records)

    assert len(message) == counts.RECORD_BYTES * len(records)
    assert list(counts.unpacked(message)) == records


@given(st.binary(max_size=80).map(lambda held: held[: len(held) // 8 * 8]))
def test_records_of_another_list_of_counts_are_passed_over(message: bytes) -> None:
    assert all(which < counts.N_COUNTS for which, _ in counts.unpacked(message))
    stranger = bytearray(counts.packed([(1, 5)]))
    stranger[7 if counts.packed([(1, 0)])[0] == 0 else 0] ^= 1
    assert list(counts.unpacked(bytes(stranger))) == []
