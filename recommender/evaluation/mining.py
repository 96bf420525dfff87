"""Truth that lies in the articles themselves: links from one body to another article.

An author who linked to an article thought it worth reading with this one. The words that carried
the link often repeat the other's headline, so a model that is to be judged by the links must not
see them: `hide` cuts them out.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from recommender.domain.article import Article, Link
from recommender.domain.url import canonical_url, is_safe_url
from recommender.evaluation.truth import Truth, TruthKind


class Pages:
    """Finds the article that a link leads to."""

    def __init__(self, articles: Iterable[Article]) -> None:
        """Learn where articles are published.

        Args:
            articles: in row order; of two at one address the first counts, the newest.
        """
        self._ids: dict[str, str] = {}
        for article in articles:
            if article.url:
                self._ids.setdefault(canonical_url(article.url), article.id)

    def target(self, article: Article, link: Link) -> str | None:
        """Return the id of the article that a link leads to, None for another page or its own.

        Args:
            article: in whose body the link stands.
            link: absolute, or relative to the site or to the article's own address. Where an
                archive knows its pages without a host, an absolute link is looked up by its path.
        """
        try:
            address = urljoin(article.url or "", link.url)
            parts = urlsplit(address)
        except ValueError:
            return None
        page = canonical_url(address) if is_safe_url(address) else ""
        path = parts._replace(scheme="", netloc="").geturl()
        found = self._ids.get(page)
        if found is None and parts.netloc and is_safe_url(path) and canonical_url(path) != "/":
            found = self._ids.get(canonical_url(path))
        return None if found == article.id else found

    def links(self, article: Article) -> list[Link]:
        """Return the links of a body that lead to other articles of the archive."""
        return [link for link in article.links if self.target(article, link) is not None]


def mine(articles: Iterable[Article], pages: Pages) -> Truth:
    """Return the links between articles as truth.

    Args:
        articles: whose bodies are looked at.
        pages: finds where their links lead.
    """
    grades: dict[tuple[str, str], float] = {}
    for article in articles:
        for link in article.links:
            target = pages.target(article, link)
            if target is not None:
                grades[article.id, target] = 1.0
    description = (
        "Links found in the bodies: a pick is relevant if its query links to it. The model was "
        "trained in the same way as the version, on bodies without the words of these links."
    )
    return Truth(TruthKind.MINED, description, grades)


def hide(article: Article, pages: Pages) -> Article:
    """Return an article without the words that carry links to other articles, and without those.

    Args:
        article: as it was written.
        pages: finds where its links lead.
    """
    links = pages.links(article)
    if not links:
        return article
    body, start = article.body, 0
    for link in links:
        words = link.text.split()
        if not words:
            continue
        pattern = re.compile(r"\s+".join(map(re.escape, words)))
        found = pattern.search(body, start) or pattern.search(body)
        if found is not None:  # links stand in the order of the body, so the next comes behind
            body, start = body[: found.start()] + body[found.end() :], found.start()
    kept = tuple(link for link in article.links if link not in links)
    return replace(article, body=body, links=kept)


def n_queries(grades: Mapping[tuple[str, str], float]) -> int:
    """Return how many articles link to another."""
    return len({query_id for query_id, _ in grades})
