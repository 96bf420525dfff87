"""A stand-in for the newsroom's site on a trial run: a front page, articles, and their blocks.

Only there where the setting `preview` names a file of articles. The pages show how a site uses the
service, and nothing here is needed to serve it: the block under an article is filled by a small
script from the public route, as a site would do it.
"""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request, send_from_directory

from recommender.domain.markup import joined_url
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from service.public.live import Live
from service.public.pages import Page, Text, TextFile

N_BESIDE = 3
"""Articles beside the leading one on the front page."""

N_IN_SECTION = 8
"""Articles of one section on the front page."""

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A drawing opened by itself is a document: it may style itself, and neither run nor fetch."""


def preview_pages(settings: Settings, live: Live) -> Blueprint:
    """Return the pages of the preview.

    Args:
        settings: with `preview` set.
        live: where the current snapshot is.

    Raises:
        ValueError: if `settings.preview` is not set.
    """
    if settings.preview is None:
        msg = "the setting “preview” names no file"
        raise ValueError(msg)
    site = _Site(settings, live, TextFile(settings.preview))
    images = settings.preview.parent.resolve() / "images"
    pages = Blueprint(
        "preview",
        __name__,
        template_folder="templates",
        static_folder="static/preview",
        static_url_path="/preview-assets",
    )
    pages.add_url_rule("/", "front", site.front)
    pages.add_url_rule("/preview/<article_id:article_id>", "article", site.article)
    pages.add_url_rule(
        "/images/<path:name>", "image", lambda name: send_from_directory(images, name, max_age=3600)
    )
    pages.after_request(_protect)
    return pages


class _Site:
    """The views; each takes the snapshot once."""

    def __init__(self, settings: Settings, live: Live, file: TextFile) -> None:
        self._frame: Mapping[str, object] = {
            "site_name": settings.site_name,
            "language": settings.language,
        }
        self._live = live
        self._file = file

    def front(self) -> Response:
        """Return the newest articles of the file, and those of each section."""
        snapshot = self._live.snapshot()
        if snapshot is None:
            text = "No model has been promoted yet. Look again once one has."
            return self._message(HTTPStatus.SERVICE_UNAVAILABLE, "There is no news yet", text)
        pages = self._pages(snapshot)
        if not pages:
            text = "None of the articles of the preview’s file has been imported and trained on."
            return self._message(HTTPStatus.OK, "There is no news yet", text)
        sections = _by_section(pages[1 + N_BESIDE :])
        return self._show(
            "front.html",
            lead=pages[0],
            beside=pages[1 : 1 + N_BESIDE],
            sections=list(sections),
            by_section=[(name, found[:N_IN_SECTION]) for name, found in sections.items()],
        )

    def article(self, article_id: str) -> Response:
        """Return one article, with an empty block for the script to fill."""
        snapshot = self._live.snapshot()
        ref = snapshot.find(article_id, None) if snapshot else None
        if snapshot is None or ref is None:
            text = "It may have been withdrawn, or never have been here."
            heading = "This article is not available."
            return self._message(HTTPStatus.NOT_FOUND, heading, text)
        page = Page(snapshot.card(ref), self._file.texts().get(article_id, Text()))
        sections = list(_by_section(self._pages(snapshot)))
        targets = self._targets(snapshot, page)
        return self._show("article.html", page=page, sections=sections, targets=targets)

    def _targets(self, snapshot: Snapshot, page: Page) -> dict[str, str]:
        """Return the article that each link of a page leads to, where it is one of the file."""
        texts = self._file.texts()
        found = {}
        for url in {run.url for paragraph in page.text.paragraphs for run in paragraph if run.url}:
            ref = snapshot.find(None, joined_url(page.card.url, url))
            if ref is not None and (target := snapshot.card(ref).id) in texts:
                found[url] = target
        return found

    def _pages(self, snapshot: Snapshot) -> list[Page]:
        """Return the file's articles that the snapshot knows, newest first, undated last."""
        found = []
        for article_id, text in self._file.texts().items():
            ref = snapshot.find(article_id, None)
            if ref is not None:
                found.append((snapshot.published_us(ref), Page(snapshot.card(ref), text)))
        return [page for _, page in sorted(found, key=lambda pair: (-pair[0], pair[1].card.id))]

    def _message(self, status: HTTPStatus, heading: str, text: str) -> Response:
        response = self._show("message.html", heading=heading, text=text)
        response.status_code = status
        return response

    def _show(self, template: str, **values: object) -> Response:
        return make_response(render_template(f"preview/{template}", **self._frame, **values))


def _by_section(pages: list[Page]) -> dict[str, list[Page]]:
    """Return the pages of each section, the section with most of them first."""
    sections: dict[str, list[Page]] = {}
    for page in pages:
        if page.card.section:
            sections.setdefault(page.card.section, []).append(page)
    return dict(sorted(sections.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def _protect(response: Response) -> Response:
    is_picture = request.endpoint == "preview.image"
    response.headers["Content-Security-Policy"] = PICTURE_POLICY if is_picture else PAGE_POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response
