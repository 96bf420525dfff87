"""What the public app says of itself: `/openapi.json` for machines, and `/docs` for people.

Both come from one document, are made once when the app starts, and are then ready bytes. The page
needs no script and fetches nothing: its policy allows its one style, known by its hash.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from importlib.resources import files

import jinja2
from flask import Response, request
from markupsafe import Markup

from recommender.settings import Settings
from service.public.fixed import Fixed
from service.public.openapi.document import Document, openapi_document
from service.public.openapi.reading import anchor_of, bodies_of, sections_of
from service.public.parameters import read_no_parameters

View = Callable[[], Response]


def manual_views(settings: Settings) -> tuple[View, View]:
    """Return what answers `GET /openapi.json`, and what answers `GET /docs`.

    Args:
        settings: of the newsroom.
    """
    document = openapi_document(settings)
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return _view(Fixed(body, "application/json")), _view(_page(document))


def _view(fixed: Fixed) -> View:
    def answer() -> Response:
        read_no_parameters(request.environ["QUERY_STRING"])
        return fixed.response()

    return answer


def _page(document: Document) -> Fixed:
    style = files("service.public").joinpath("static", "docs.css").read_text(encoding="utf-8")
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("service.public", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["anchor"] = anchor_of
    page = templates.get_template("docs.html").render(
        info=document["info"],
        style=Markup(style),  # ours, and its hash is that of these very letters
        sections=sections_of(document),
        bodies=bodies_of(document),
        names=frozenset(document["components"]["schemas"]),
    )
    policy = (
        f"default-src 'none'; style-src 'sha256-{_sha256(style)}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = {"Content-Security-Policy": policy, "X-Robots-Tag": "noindex"}
    return Fixed(page.encode(), "text/html", headers)


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
