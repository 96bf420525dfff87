"""Search and the article page as a browser gets them: what is served, why, and nothing runs."""

import re
from datetime import UTC, datetime
from html import unescape
from http import HTTPStatus
from math import prod
from urllib.parse import quote
from xml.etree.ElementTree import Element

import pytest
from werkzeug.test import TestResponse

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.override import OverrideKind
from recommender.workflows.follower import Follower
from recommender.workflows.overriding import Wish, override
from recommender.workflows.why_not import why_not
from service.public.app import create_app as create_public_app
from tests.service.desk.conftest import ARCHIVE, HOSTILE, Cms, Editor, SignedIn
from tests.service.desk.html import Page, select, text_of
from tests.service.payloads import PAYLOADS, UNSAFE_URLS


def follow(cms: Cms) -> None:
    """Let the follower carry over what happened, as it does five times a second."""
    with Catalogue.open(cms.settings.catalogue_url) as catalogue:
        Follower(cms.settings, catalogue).step(datetime.now(UTC))


@pytest.fixture
def viewer(desk: Cms, signed_in: SignedIn) -> Editor:
    """Return somebody signed in whose newsroom serves a model of six articles."""
    always_looking = desk.settings.model_copy(update={"poll_interval_s": 0.0})
    desk.app.config["MOREFROM"] = always_looking
    follow(desk)
    return signed_in("viewer")


def read(response: TestResponse) -> Page:
    """Return a page in which nothing is that the policy of its own headers refuses."""
    assert response.status_code == HTTPStatus.OK, response.text[-500:]
    page = Page(response.text)
    for one in page.elements:
        assert one.tag not in {"style", "iframe", "object", "embed", "base", "template"}
        assert not any(name == "style" or name.startswith("on") for name in one.attrib)
        assert one.tag != "script" or one.get("src", "").startswith("/desk/static/")
        assert one.tag != "meta" or "http-equiv" not in one.attrib
    return page


def page_slot(pick: Element) -> str:
    return text_of(select(pick, ".pick-facts .badge")[0])


def found(page: Page) -> list[str]:
    return page.texts(".hit-link")


def find(viewer: Editor, text: str, **more: str) -> Page:
    query = "&".join(f"{key}={quote(value)}" for key, value in {"q": text, **more}.items())
    return read(viewer.get(f"/desk/articles?{query}"))


def test_what_is_typed_finds_articles_with_and_without_script(viewer: Editor) -> None:
    whole = find(viewer, "lavr")
    assert set(found(whole)) == {"Kerry meets Lavrov", "Lavrov answers Kerry"}
    part = viewer.get("/desk/articles?q=lavr&part=list", headers={"HX-Request": "true"})
    assert found(read(part)) == found(whole)
    assert "<html" not in part.text
    assert part.headers["HX-Replace-Url"] == "/desk/articles?q=lavr"
    assert whole.all("#find")[0].get("value") == "lavr"


def test_an_id_an_address_and_a_tag_find_their_articles(viewer: Editor) -> None:
    assert found(find(viewer, "a2"))[0] == "Grain prices"
    assert found(find(viewer, "/opera"))[0] == "Verdi in Milan"
    assert set(found(find(viewer, "tag:trade"))) == {"Grain prices", "Ships wait"}
    assert find(viewer, "russi").texts(".found-tags .chip") == ["Russia 2"]
    chip = find(viewer, "Verdi Puccini").all(".hit .chip")[0]
    assert found(read(viewer.get(chip.get("href")))) == ["Puccini in Milan"]


def test_nothing_found_says_what_to_do(viewer: Editor) -> None:
    page = find(viewer, "xyzzyq")
    assert "Nothing is found for “xyzzyq”." in page.texts(".found-count")[0]
    assert page.all(".empty")
    assert len(found(find(viewer, ""))) == len(ARCHIVE)


def test_the_retracted_are_found_and_marked_and_have_a_page(desk: Cms, viewer: Editor) -> None:
    desk.post("/v1/articles/a0/retract")
    follow(desk)
    page = find(viewer, "kerry meets lavr")
    assert found(page)[0] == "Kerry meets Lavrov"
    assert page.texts(".hit-title .badge") == ["Retracted"]
    own = read(viewer.get("/desk/article?id=a0"))
    assert "it is retracted." in own.texts(".notice")[0]
    assert not own.all(".pick")
    assert "retracted" in " ".join(own.texts("[aria-labelledby=changes-h] li"))


@pytest.mark.parametrize("article_id", [f"a{n}" for n in range(len(ARCHIVE))])
def test_the_block_and_the_picks_are_those_of_the_public_app(
    desk: Cms, viewer: Editor, article_id: str
) -> None:
    public = create_public_app(desk.settings).test_client()
    served = public.get(f"/v1/articles/{article_id}/related?limit=4").get_json()
    fragment = public.get(f"/v1/articles/{article_id}/related.html?limit=4").text
    page = read(viewer.get(f"/desk/article?id={article_id}"))
    assert page.texts(".pick-title") == [one["title"] for one in served["items"]]
    assert [page_slot(one) for one in page.all(".pick")] == [one["slot"] for one in served["items"]]
    assert page.texts(".morefrom-headline") == [
        " ".join(one.split()) for one in re.findall(r'rel="bookmark">(.*?)</a>', fragment)
    ]
    assert page.all("#picks-id")[0].get("value") == served["picks_id"]
    for pick, item in zip(page.all(".pick"), served["items"], strict=True):
        shown = [text_of(one) for one in select(pick, ".sum-score .sum-value")]
        assert (
            shown == []
            if item["score"] is None
            else float(shown[0]) == pytest.approx(item["score"], abs=5e-4)
        )


def test_the_numbers_shown_add_up_and_multiply(viewer: Editor) -> None:
    tables = read(viewer.get("/desk/article?id=a0")).all("table.sum")
    assert tables
    for table in tables:
        parts = [float(text_of(one)) for one in select(table, "tbody .sum-value")]
        similarity, *factors, score = (
            float(text_of(one)) for one in select(table, "tfoot .sum-value")
        )
        assert sum(parts) == pytest.approx(similarity, abs=1e-9)
        assert similarity * prod(factors) == pytest.approx(score, abs=6e-4)
        bars = select(table, "tbody rect")
        ends = [float(one.get("x")) + float(one.get("width")) for one in bars]
        assert ends[-1] == pytest.approx(100, abs=0.05)


def test_why_not_answers_by_id_or_words_or_offers_a_choice(desk: Cms, viewer: Editor) -> None:
    for other in ("a1", "a2", "a3", "a4", "a5"):
        page = read(viewer.get(f"/desk/article?id=a0&why={other}"))
        told = why_not(desk.settings, "a0", other, 4).sentence
        assert page.texts(".answer .miss-why") == [told]
    assert read(viewer.get("/desk/article?id=a0&why=verdi")).texts(".answer .pick-head") == [
        "Verdi in Milan"
    ]
    choices = read(viewer.get("/desk/article?id=a0&why=milan")).all(".choices a")
    assert {text_of(one) for one in choices} == {"Verdi in Milan", "Puccini in Milan"}
    again = read(viewer.get(choices[0].get("href")))
    assert again.texts(".answer .pick-head") == [text_of(choices[0])]
    nothing = read(viewer.get("/desk/article?id=a0&why=xyzzyq"))
    assert "No article is found" in nothing.texts("#why-not .empty")[0]


def test_a_block_is_told_with_who_and_why_and_links_lead_to_overrides(
    desk: Cms, viewer: Editor, signed_in: SignedIn
) -> None:
    assert not read(viewer.get("/desk/article?id=a0")).all(".pick .act")
    viewer = signed_in("editor")
    first = read(viewer.get("/desk/article?id=a0")).all(".pick")[0]
    assert [one.get("href") for one in select(first, ".act")] == [
        "/desk/overrides/new?kind=block&article=a1&under=a0",
        "/desk/overrides/new?kind=block&article=a1",
    ]
    override(desk.settings, Wish(OverrideKind.BLOCK, "a1", "a0"), "person:ben", "Too <b>grim</b>")
    override(desk.settings, Wish(OverrideKind.PIN, "a4", "a0", position=1), "person:ben", "See")
    follow(desk)
    page = read(viewer.get("/desk/article?id=a0"))
    assert page.texts(".pick-title")[0] == "Verdi in Milan"
    assert "Pinned" in map(text_of, select(page.all(".pick")[0], ".badge"))
    blocked = next(one for one in page.texts(".miss") if one.startswith("Lavrov answers Kerry"))
    assert "person:ben" in blocked
    assert "Too <b>grim</b>" in blocked
    pins = [one.get("href") for one in page.all(".miss .act")]
    assert "/desk/overrides/new?kind=pin&article=a1&under=a0" in pins
    decided = page.texts("[aria-labelledby=decided-h] li")
    assert len(decided) == 2
    assert "Too <b>grim</b>" in decided[0]
    assert len(read(viewer.get("/desk/article?id=a4")).texts("[aria-labelledby=decided-h] li")) == 1


def test_what_it_showed_earlier_is_told_with_the_picks_id(desk: Cms, viewer: Editor) -> None:
    today = datetime.now(UTC).date().isoformat()
    shown = read(viewer.get("/desk/article?id=a0")).texts(".pick-title")
    desk.post("/v1/articles/a1/retract")
    follow(desk)
    page = read(viewer.get(f"/desk/article/then?id=a0&on={today}"))
    first, *_, last = page.all(".then")
    assert [text_of(one) for one in select(first, ".then-items a")] == shown
    assert "Lavrov answers Kerry" not in map(text_of, select(last, ".then-items a"))
    assert select(first, ".copy")[0].get("value").startswith("p")
    for on in ("yesterday", "2999-01-01", "1999-01-01"):
        assert read(viewer.get(f"/desk/article/then?id=a0&on={on}")).all(".problem")
    assert read(viewer.get("/desk/article/then?id=a0")).all(".empty")


def test_who_is_not_known_is_refused_in_one_sentence(viewer: Editor) -> None:
    for path in ("/desk/article?id=nobody", "/desk/article", "/desk/article?id=a0&placement=none"):
        response = viewer.get(path)
        assert response.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}
        assert response.mimetype == "text/html"


def test_without_a_model_the_pages_say_so(cms: Cms, signed_in: SignedIn) -> None:
    cms.put("/v1/articles/a0", ARCHIVE[0])
    viewer = signed_in("viewer")
    for path in ("/desk/articles", "/desk/articles?q=kerry", "/desk/article?id=a0"):
        response = viewer.get(path)
        assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert response.mimetype == "text/html"


def test_hostile_text_in_each_field_is_shown_as_text(desk: Cms, viewer: Editor) -> None:
    named = {f"odd-{place}": one for place, one in enumerate((*PAYLOADS, HOSTILE))}
    for article_id, hostile in named.items():
        told = {
            "title": hostile, "summary": hostile, "body": f"{hostile} grain", "section": hostile,
            "tags": ["Trade", hostile], "authors": [hostile], "published_at": "2024-05-09",
            "url": "https://post.example/?q=%22%3E", "image": {"url": "/x.svg", "alt": hostile},
        }  # fmt: skip
        assert desk.put(f"/v1/articles/{article_id}", told).status_code == HTTPStatus.CREATED
        override(desk.settings, Wish(OverrideKind.BLOCK, article_id, "a2"), hostile, f"{hostile}!")
    follow(desk)
    for article_id, hostile in named.items():
        plain = " ".join(unescape(hostile).split())  # as publishing stores it
        find(viewer, hostile)
        assert plain in find(viewer, article_id).text
        assert plain in read(viewer.get(f"/desk/article?id={article_id}")).text
        for asked in (
            f"article?id=a2&why={article_id}",
            f"article?id=a2&why={quote(hostile)}",
            f"article/then?id=a2&on={quote(hostile)}",
        ):
            read(viewer.get(f"/desk/{asked}"))


def test_no_page_links_to_what_is_no_page(viewer: Editor) -> None:
    for url in UNSAFE_URLS:
        for text in (url, f"/desk/articles?q={url}"):
            for one in find(viewer, text).all("a"):
                assert one.get("href", "").startswith(("/desk/", "#"))


@pytest.mark.parametrize(
    ("title", "language", "typed"),
    [
        ("رئيس الحكومة في تونس", "ar", "الحكوم"),
        ("俄罗斯与乌克兰交换被俘人员", "zh", "乌克兰"),
        ("Переговоры с Украиной", "ru", "украи"),
        ("ראש הממשלה נאם", "he", "הממשלה"),
    ],
)
def test_every_language_has_its_direction_and_its_name(
    title: str, language: str, typed: str, desk: Cms, viewer: Editor
) -> None:
    facts = {"title": title, "body": title, "language": language, "published_at": "2024-05-09"}
    assert desk.put("/v1/articles/other", facts).status_code == HTTPStatus.CREATED
    follow(desk)
    link = find(viewer, typed).all(".hit-link")[0]
    assert (text_of(link), link.get("dir"), link.get("lang")) == (title, "auto", language)
    heading = read(viewer.get("/desk/article?id=other")).all("h1")[0]
    assert (text_of(heading), heading.get("dir"), heading.get("lang")) == (
        title,
        "auto",
        language,
    )
