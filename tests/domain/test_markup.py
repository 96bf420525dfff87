"""HTML becomes what a reader sees of it, and what is no HTML stays what it was."""

import time
from html import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recommender.domain.elements import DROPPED, KNOWN, is_markup, tags, unescaped
from recommender.domain.markup import MAX_LINKS, MAX_URL_CHARS, joined_url, link_url, plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p>One.<p>Two.", "One.\n\nTwo."),
        ("<P ALIGN=left>One.<P>Two.", "One.\n\nTwo."),
        ("One.<br>Two.<br/>Three.<BR />Four.", "One.\nTwo.\nThree.\nFour."),
        ("<ul><li>a</li><li>b</li></ul>end", "a\nb\n\nend"),
        ("<ol><li>a<li>b</ol>", "a\nb"),
        ("<dl><dt>Term<dd>Meaning</dl>", "Term\n\nMeaning"),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<h2>Head</h2>A <em>b</em> <b>c</b>, in<i>word</i>s.", "Head\n\nA b c, inwords."),
        ("<p>  spread\n  over\tlines </p>", "spread over lines"),
        ("<pre>a\n  b\n\nc</pre>", "a\nb\n\nc"),
        ("First <em>one</em>.\n\nSecond\nline.", "First one.\n\nSecond\nline."),
        ("First <em>one</em>.\n\n<h2>Head</h2>\n\nThird.", "First one.\n\nHead\n\nThird."),
        ("a<!-- hidden <p> -->b<!---->c<!-->d</p>", "abcd"),
        ("<![CDATA[<p>Fed.</p>]]>", "Fed."),
        ("<!DOCTYPE html><html><head><title>T</title></head><body>Text</body></html>", "Text"),
        ("<p>A<o:p></o:p> word</p>", "A word"),
        ("<p>Caf&eacute; &amp; bar&nbsp;&#8212; &lt;p&gt;</p>", "Café & bar — <p>"),
        ('<p title="a > b">Kept</p>', "Kept"),
        ("<p title='it\"s'>Kept</p>", "Kept"),
    ],
)  # fmt: skip
def test_markup_becomes_paragraphs_and_lines(html: str, text: str) -> None:
    assert plain(html).text == text
    assert plain(html).had_markup


@pytest.mark.parametrize(
    "text",
    [
        "Du Pont Co <DD>, Sears <S> and Phillips Petroleum <P> fell.",
        "For a < b and c > d, x<y.",
        "He wrote <b and meant it",
        "In code: if (i<p) { } List<String> x;",
        "<unknown>tag</unknown>",
        "<3 you, </3 not",
        "First.\n\n  Second, indented.",
        "AT&T, R&D; ?a=1&copy=2&lt",
        "",
    ],
)
def test_text_that_is_no_markup_is_left_alone(text: str) -> None:
    assert not is_markup(text)
    assert plain(text).text == text
    assert not plain(text).had_markup


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Russia&#8217;s", "Russia’s"),
        ("&amp;nbsp;|&amp;#8217;|&amp;amp;", "\u00a0|’|&"),
        ("&lt;p&gt; and &amp;lt;p&amp;gt;", "<p> and &lt;p&gt;"),
        ("&#0;&#x110000;&#xD800;", "\ufffd\ufffd\ufffd"),
        ("&nosuchthing; & &;", "&nosuchthing; & &;"),
    ],
)
def test_references_are_resolved_without_tags_too(written: str, read: str) -> None:
    assert unescaped(written) == read
    assert plain(written).text == read


@pytest.mark.parametrize("name", sorted(DROPPED))
def test_what_is_no_text_is_dropped_and_counted(name: str) -> None:
    found = plain(f"<p>Before</p><{name} x='1'>not this <i>nor this</i></{name}><p>After</p>")

    assert found.text == "Before\n\nAfter"
    assert found.dropped == {name: 1}


def test_an_element_without_end_takes_nothing_with_it() -> None:
    assert plain("<form><p>All of the article</p>").text == "All of the article"
    assert plain("<svg><svg></svg><p>Text</p>").text == "Text"
    assert plain("a<!-- never closed<p>b</p>").text == "a<!-- never closed\n\nb"
    assert plain('<p>a</p><p title="never closed>b').text == "a\n\nb"
    assert plain("<p>a</p><p title=never").text == "a\n\n<p title=never"


def test_nothing_in_a_script_is_a_tag() -> None:
    html = '<p>a</p><script>w(\'<a title="\' + x)</script><p title="t">b</p>'
    assert plain(html).text == "a\n\nb"


def test_links_say_where_their_words_stand() -> None:
    html = (
        '<p>See <a class="x" href="/a?x=1&amp;y=2">the <i>first</i> one</a>, <a href=#top>top</a>, '
        "<a href='https://b.example/'>B</a> <a HREF=//c.example/x>C</a> <a href='story.html'></a>"
        "<a href='javascript:alert(1)'>no</a><a name=x>no</a> <a href='data:x'>no</a></p>"
    )
    found = plain(html)

    links = [(one.url, found.text[one.start : one.end]) for one in found.anchors]
    assert links == [
        ("/a?x=1&y=2", "the first one"),
        ("https://b.example/", "B"),
        ("https://c.example/x", "C"),
        ("story.html", ""),
    ]


@pytest.mark.parametrize(
    "href",
    ["", "#a", "javascript:x", "JavaScript:x", "java\nscript:x", "mailto:a@b", "data:text/html,x",
     "//", "\\\\x", "a b", "x:y", "http://", "/a\x00b", "/" + "a" * MAX_URL_CHARS],
)  # fmt: skip
def test_unsafe_addresses_are_no_links(href: str) -> None:
    assert link_url(href) is None


def test_an_attribute_that_looks_like_an_address_is_none() -> None:
    found = plain(
        '<a data-href="/no" title="x href=/no" href="/yes">x</a><a title=" href=/no">y</a>'
    )
    assert [one.url for one in found.anchors] == ["/yes"]


def test_links_that_are_not_closed_end_at_the_next() -> None:
    found = plain("<a href=/a>one <a href=/b>two</p>")
    assert [(one.url, found.text[one.start : one.end]) for one in found.anchors] == [
        ("/a", "one"),
        ("/b", "two"),
    ]


def test_links_are_limited() -> None:
    assert len(plain("<a href=/a>x</a> " * (MAX_LINKS + 5)).anchors) == MAX_LINKS


def test_relative_links_lead_from_their_page() -> None:
    assert joined_url("https://n.example/2024/a", "b") == "https://n.example/2024/b"
    assert joined_url(None, "/b") == "/b"


names = st.sampled_from([*sorted(KNOWN), "x", "srd"])
crumbs = st.one_of(
    st.sampled_from(["<", ">", "</", "/>", '"', "'", "=", "&", "&lt;", "&amp;", "<!--", "-->"]),
    st.sampled_from([" ", "\n", "\n\n", "href=", "<a href=", "<![CDATA[", "]]>", "a < b", "中"]),
    names,
    names.map(lambda name: f"<{name}>"),
    names.map(lambda name: f"</{name}>"),
    st.text(max_size=5),
)  # fmt: skip
soup = st.lists(crumbs, max_size=40).map("".join)


@given(soup)
@example("<script><p></script>")
@example("</p><pre>\n\n")
def test_any_soup_is_read(html: str) -> None:
    found = plain(html)

    ends = [0]
    for anchor in found.anchors:
        assert ends[-1] <= anchor.start <= anchor.end <= len(found.text)
        assert link_url(anchor.url) is not None
        ends.append(anchor.end)
    if found.had_markup:
        assert found.text == found.text.strip()
        assert "\n\n\n" not in found.text
    else:
        assert found.text == unescaped(html)
    assert set(found.dropped) <= DROPPED


@given(soup)
def test_tags_are_in_order_and_apart(html: str) -> None:
    end = 0
    for tag in tags(html):
        assert end <= tag.start < tag.end <= len(html)
        end = tag.end


words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8)


@given(st.lists(st.lists(words, min_size=1, max_size=5), min_size=1, max_size=5))
def test_what_was_escaped_comes_back_word_for_word(paragraphs: list[list[str]]) -> None:
    texts = [" ".join(" ".join(paragraph).split()) for paragraph in paragraphs]
    html = "".join(f"<p>{escape(text)}</p>" for text in texts)
    expected = "\n\n".join(text for text in texts if text)
    if "&" not in expected:  # which may have been escaped twice
        assert plain(html).text == expected


@pytest.mark.parametrize(
    "unit",
    ["<", "<p", "<p>", "</", "<b><i>", "<div>", "<svg>", "<form>", "</form>", "<script>", "<!--",
     '<a "', "<a ='\"", '<a href="', "<p =''", "<a href=x>", "<![CDATA[", "&amp;", '= "', "<x>"],
)  # fmt: skip
def test_hostile_markup_takes_time_by_its_length(unit: str) -> None:
    def seconds(n_chars: int) -> float:
        html = "</p>" + unit * (n_chars // len(unit))
        started = time.process_time()
        plain(html)
        return time.process_time() - started

    short = min(seconds(20_000) for _ in range(3))
    assert seconds(160_000) < 8 * short * 3 + 0.1
