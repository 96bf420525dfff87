"""Links in bodies: where they lead, and articles without the words that carry them."""

from recommender.domain.article import Article, Link
from recommender.evaluation.mining import Pages, hide, mine, n_queries

ABSOLUTE = Article("grain", title="Grain", url="https://news.example/2024/grain")
RELATIVE = Article("ships", title="Ships", url="/2024/ships")


def linking(*links: tuple[str, str], body: str = "") -> Article:
    made = tuple(Link(url, text) for url, text in links)
    return Article("talks", url="https://news.example/2024/talks", body=body, links=made)


def targets(*urls: str) -> list[str | None]:
    article = linking(*((url, "x") for url in urls))
    pages = Pages([ABSOLUTE, RELATIVE, article])
    return [pages.target(article, link) for link in article.links]


def test_links_are_found_in_any_spelling() -> None:
    assert targets(
        "http://NEWS.example/2024/grain/?utm_source=x#top",
        "/2024/grain",
        "grain",
        "https://news.example/2024/ships",
        "/2024/ships",
    ) == ["grain", "grain", "grain", "ships", "ships"]


def test_other_pages_oneself_and_nonsense_lead_nowhere() -> None:
    assert (
        targets(
            "https://elsewhere.example/2024/grain",
            "https://news.example/2024/talks",
            "#top",
            "/",
            "https://[x",
        )
        == [None] * 5
    )


def test_an_article_without_an_address_finds_others_by_theirs() -> None:
    article = Article("memo", links=(Link("/2024/ships", "ships"), Link("ships", "here")))

    pages = Pages([RELATIVE, article])

    assert [pages.target(article, link) for link in article.links] == ["ships", None]


def test_truth_has_each_link_once() -> None:
    article = linking(("/2024/grain", "a"), ("/2024/grain", "b"), ("/2024/none", "c"))

    truth = mine([ABSOLUTE, article], Pages([ABSOLUTE, article]))

    assert truth.grades == {("talks", "grain"): 1.0}
    assert n_queries(truth.grades) == 1


def test_words_of_links_to_the_archive_are_cut_out_where_they_stand() -> None:
    body = "Grain is dear. Read about grain\n  prices here, and about grain prices elsewhere."
    article = linking(
        ("https://elsewhere.example/", "elsewhere"), ("/2024/grain", "grain prices"), body=body
    )

    hidden = hide(article, Pages([ABSOLUTE, article]))

    assert hidden.body == "Grain is dear. Read about  here, and about grain prices elsewhere."
    assert [link.text for link in hidden.links] == ["elsewhere"]


def test_links_without_words_or_whose_words_are_gone_cut_nothing() -> None:
    article = linking(("/2024/grain", ""), ("/2024/grain", "not there"), body="Ships wait.")

    assert hide(article, Pages([ABSOLUTE, article])).body == "Ships wait."
    assert hide(ABSOLUTE, Pages([ABSOLUTE])) is ABSOLUTE
