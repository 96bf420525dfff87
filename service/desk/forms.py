"""Forms from nowhere but our own pages: three things must agree wherever something is changed.

The browser's own word on where the request began (`Sec-Fetch-Site`), its older word (`Origin`), and
a token in the form that only the page given to this browser has.
"""

from urllib.parse import urlsplit

from flask import request
from markupsafe import Markup

from service.desk.identity import form_key, seals, settings

FIELD = "csrf"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

FOREIGN = "This form did not come from the desk’s own pages, so nothing was changed."
STALE = (
    "This form was opened before you signed in, or in another session, so nothing was changed: go "
    "back, load the page again, and send it once more."
)


def csrf() -> Markup:
    """Return the hidden field that every form holds."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def csrf_token() -> str:
    """Return what that field holds."""
    return seals().form(form_key())


def why_refused() -> str | None:
    """Return why a request may change nothing, as a sentence; None where it may."""
    if request.method not in UNSAFE:
        return None
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:  # no browser of the last years, or something that hides
        return FOREIGN
    if site not in {None, "same-origin"} or origin not in {None, _our_origin()}:
        return FOREIGN
    if not seals().is_form(request.form.get(FIELD, ""), form_key()):
        return STALE
    return None


def _our_origin() -> str:
    """Return the scheme and host at which editors reach the desk, as browsers spell it."""
    parts = urlsplit(settings().desk_url or f"http://{request.host}")
    port = {"https": ":443", "http": ":80"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(port)}"
