"""Every way of asking wrongly is refused by name, and nothing else is."""

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import is_article_id
from service.public.parameters import (
    Question,
    RefusedQuestion,
    read_id_question,
    read_no_parameters,
    read_query_question,
)

WRONG_LIMITS = "0 21 -1 +4 %2B4 04 4.0 1e3 1_0 4%0A 4%20 ９ ٤ NaN true 0x4 4,5 null %00 4%00"
WRONG_IDS = "%00 a%00b %0A a%0Ab %20a a+ %E2%80%AE %ff %C3 % %zz a%4 %ED%A0%80 %C0%AF \xff"


def faults_of(query: str) -> list[str]:
    with pytest.raises(RefusedQuestion) as refused:
        read_query_question(query)
    return [fault.parameter for fault in refused.value.faults]


def wsgi(text: str) -> str:
    return text.encode("utf-8").decode("latin-1")


def test_id_alone_asks_for_four() -> None:
    assert read_query_question("id=a1") == Question("a1", None, 4)


def test_placement_is_taken_as_it_is() -> None:
    assert read_query_question("id=a").placement == "more-from"
    assert read_query_question("id=a&placement=Side%20bar").placement == "Side bar"
    assert read_id_question("/v1/articles/a/related", "a", "placement=b").placement == "b"


def test_plus_and_escapes_stand_for_what_they_mean() -> None:
    assert read_query_question("id=a+b%2Bc%2Fd%26%F0%9F%98%80").article_id == "a b+c/d&😀"


def test_raw_utf8_is_read_as_utf8() -> None:
    assert read_query_question(wsgi("id=é")).article_id == "é"


def test_empty_pieces_mean_nothing() -> None:
    assert read_query_question("&id=a&&limit=7&") == Question("a", None, 7)


@pytest.mark.parametrize(
    "limit",
    [*WRONG_LIMITS.split(), "", "9" * 5000],
)
def test_limit_is_a_plain_number_from_1_to_20(limit: str) -> None:
    assert faults_of(wsgi(f"id=a&limit={limit}")) == ["limit"]


@pytest.mark.parametrize("limit", range(1, 21))
def test_every_limit_in_range_is_taken(limit: int) -> None:
    assert read_query_question(f"id=a&limit={limit}").limit == limit


@pytest.mark.parametrize(
    "value",
    [*WRONG_IDS.split(), "", "x" * 513],
)
def test_malformed_id_is_refused(value: str) -> None:
    assert faults_of(f"id={value}") == ["id"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "%ff",
        "a/b",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "//evil.example/x",
        "https://",
        "http://[::1",
        "https://a.example:99999/",
        "https://a.example/%00",
        "https://a.example/a%20b",
        "https:%5C%5Ca.example/",
        "https://a.example/" + "x" * 2048,
    ],
)
def test_malformed_url_is_refused(value: str) -> None:
    assert faults_of(f"url={value}") == ["url"]


@pytest.mark.parametrize("value", ["https://a.example/2026/x?page=2#top", "/2026/11/story"])
def test_page_on_any_site_or_this_one_is_taken(value: str) -> None:
    assert read_query_question(f"url={quote(value, safe='')}") == Question(None, value, 4)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("", ["id"]),
        ("limit=4", ["id"]),
        ("id=a&url=/b", ["url"]),
        ("id=a&id=b", ["id"]),
        ("id=a&id=a", ["id"]),
        ("id=a&limit=4&limit=4", ["limit"]),
        ("url=/a&url=/b", ["url"]),
        ("id=a&foo=1", ["foo"]),
        ("id=a&utm_source=x", ["utm_source"]),
        ("id=a&foo=1&foo=2", ["foo"]),
        ("id=a&Limit=4", ["Limit"]),
        ("id=a&limit%20=4", ["limit "]),
        ("id=a&%ff=4", ["%ff"]),
        ("id=a&placement=a&placement=b", ["placement"]),
        ("id=a&placement=%ff", ["placement"]),
        ("id=a&callback=alert", ["callback"]),
        ("id=a&limit[]=4", ["limit[]"]),
        ("id=a;limit=4&x", ["x"]),
        ("id=a&=4", [""]),
        ("id=&limit=0&foo=1", ["foo", "limit", "id"]),
        ("&".join(f"p{number}=1" for number in range(101)), ["query string"]),
    ],
)
def test_faults_are_named_each(query: str, named: list[str]) -> None:
    assert faults_of(query) == named


def test_long_names_and_values_do_not_flood_the_answer() -> None:
    with pytest.raises(RefusedQuestion) as refused:
        read_query_question(f"{'n' * 60_000}=1&id={'x' * 60_000}")
    assert len(str(refused.value)) < 600


def test_a_sentence_says_what_was_found_and_what_was_expected() -> None:
    with pytest.raises(RefusedQuestion, match="“limit” is '99', expected a whole number"):
        read_query_question("id=a&limit=99")
    with pytest.raises(RefusedQuestion, match="“id” is missing, expected an article's id"):
        read_query_question("")


def test_path_takes_limit_alone() -> None:
    assert read_id_question("/v1/articles/a/related", "a", "limit=3") == Question("a", None, 3)
    with pytest.raises(RefusedQuestion, match="“id” is 'b', expected no such parameter"):
        read_id_question("/v1/articles/a/related", "a", "id=b")


def test_path_that_is_not_utf8_is_refused_rather_than_repaired() -> None:
    with pytest.raises(RefusedQuestion, match="UTF-8"):
        read_id_question("/v1/articles/\xff/related", "�", "")


def test_addresses_without_parameters_take_none() -> None:
    read_no_parameters("")
    with pytest.raises(RefusedQuestion, match="known here: none"):
        read_no_parameters("verbose=1")


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=600))
def test_an_id_is_taken_exactly_if_it_is_one(text: str) -> None:
    query = f"id={quote(text, safe='')}"
    if is_article_id(text):
        assert read_query_question(query).article_id == text
    else:
        assert faults_of(query) == ["id"]


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=80))
def test_no_query_string_does_anything_but_be_read_or_refused(query: str) -> None:
    with suppress(RefusedQuestion):
        question = read_query_question(query)
        assert 1 <= question.limit <= 20
        assert (question.article_id is None) != (question.url is None)
