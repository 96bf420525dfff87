import re
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain import url
from recommender.domain.url import canonical_url, is_safe_url


@pytest.mark.parametrize(
    "spelling",
    [
        "https://news.example/a/b?page=2",
        "http://news.example/a/b?page=2",
        "HTTPS://NEWS.Example/a/b?page=2",
        "https://news.example:443/a/b?page=2",
        "http://news.example:80/a/b?page=2",
        "https://news.example/a/b/?page=2",
        "https://news.example/a/b?page=2#top",
        "https://news.example/a/b?page=2#",
        "https://anna:secret@news.example/a/b?page=2",
        "https://news.example/a/b?utm_source=x&page=2&fbclid=1",
        "https://news.example/a/b?UTM_Medium=x&page=2&itm_z",
        "https://news.example/a/b?&page=2&",
    ],
)
def test_spellings_of_one_page(spelling: str) -> None:
    assert is_safe_url(spelling)
    assert canonical_url(spelling) == "https://news.example/a/b?page=2"


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/a/B?page=2",
        "https://news.example/a/b?page=3",
        "https://news.example/a/b?page=2&x=1",
        "https://news.example:8443/a/b?page=2",
        "https://news.example:80/a/b?page=2",
        "https://www.news.example/a/b?page=2",
        "https://news.example/a//b?page=2",
        "/a/b?page=2",
    ],
)
def test_other_pages(other: str) -> None:
    assert canonical_url(other) != "https://news.example/a/b?page=2"


def test_order_of_the_query_counts() -> None:
    assert canonical_url("https://x.example/?b=1&a=2") == "https://x.example?b=1&a=2"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/", "/"),
        ("/?utm_source=x", "/"),
        ("/?page=2", "/?page=2"),
        ("/a/", "/a"),
        ("https://x.example", "https://x.example"),
        ("https://x.example/", "https://x.example"),
        ("http://[::1]:80/a", "https://[::1]/a"),
        ("https://[::1]:99/a", "https://[::1]:99/a"),
    ],
)
def test_short_and_odd_addresses(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "a/b", "javascript:alert(1)", "data:text/html,x", "ftp://x.example/",
        "//x.example/", "/\\x.example", "https:/x.example", "https://", "https://x.example:99999/",
        "https://x.example:port/", "https://[::1/", "https://x.example/a b", "https://x.example/\n",
        'https://x.example/"', "https://x.example/<script>", "https://x.example/`",
        "java\tscript:x",
    ],
)  # fmt: skip
def test_unsafe_addresses_are_told_and_left_alone(url: str) -> None:
    assert not is_safe_url(url)
    assert canonical_url(url) == url


parts = st.text("abAB0.:/?&=#%@[]-_~é", max_size=25)


@given(
    st.sampled_from(["https://", "HTTP://", "http://x.example", "https://x.example/", "/"]), parts
)
def test_canonical_form_is_safe_and_stays(start: str, rest: str) -> None:
    url = start + rest
    canonical = canonical_url(url)

    assert canonical_url(canonical) == canonical
    assert is_safe_url(canonical) == is_safe_url(url)


@given(
    st.sampled_from(["http://", "https://", "HTTP://", "//", "/", ""]),
    st.text("abZ09.-_~:/?#[]@!$&'()*+,;=%\\ <é\n\x7f", max_size=24),
)
def test_what_is_told_at_a_glance_is_what_taking_apart_tells(start: str, rest: str) -> None:
    address = start + rest
    with patch.object(url, "_PLAIN", re.compile("(?!)")):
        slowly = is_safe_url(address), canonical_url(address)

    assert (is_safe_url(address), canonical_url(address)) == slowly
