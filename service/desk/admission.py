"""Who is let in, by the table in `access`: a CMS with a token, a person who is signed in.

The two never meet: a cookie opens no address of the CMS, and a token no page.
"""

from http import HTTPStatus

from flask import Response, current_app, g, make_response, redirect, request, url_for

from recommender.domain.person import Role
from recommender.workflows.publishing import Publisher
from recommender.workflows.tokens import may_be_secret, owner
from service.desk.access import ACCESS, Door
from service.desk.forms import why_refused
from service.desk.identity import recognise, why_no_pages
from service.desk.problems import NOT_ADMITTED, problem_response
from service.desk.shell import fragment, is_page, message

CHALLENGE = 'Bearer realm="morefrom"'


def admit() -> Response | None:
    """Return the refusal of whoever may not have what they ask for; None lets them in."""
    opens = ACCESS.get(request.endpoint) if request.endpoint else None
    if is_page():
        return None if request.endpoint == "static" else _admit_person(opens)
    return None if opens is Door.OPEN else _admit_token()


def _admit_token() -> Response | None:
    """Return the refusal of whoever has no token, the same for a wrong one and for none.

    Who has one is noted as the author of what the request does: `token:` and the token's name.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and may_be_secret(secret):
        publisher: Publisher = current_app.extensions["morefrom.publisher"]
        name = owner(secret, publisher.tokens())
        if name is not None:
            g.author = f"token:{name}"
            return None
    response = problem_response(NOT_ADMITTED)
    response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def _admit_person(opens: Role | Door | None) -> Response | None:
    """Return a page on why somebody is not let in; an address that is none is for people too."""
    not_set_up = why_no_pages()
    if not_set_up is not None:
        return _not_set_up(not_set_up)
    recognise()
    needed = Role.VIEWER if request.endpoint is None else opens
    if needed is not Door.OPEN:
        if g.person is None:
            return _to_sign_in()
        if not isinstance(needed, Role) or not g.person.role.may(needed):
            role = needed.value if isinstance(needed, Role) else "nobody"
            text = f"This needs the role {role}, and yours is {g.person.role.value}."
            return message("Not for your role", text, HTTPStatus.FORBIDDEN)
    refused = why_refused() if request.endpoint is not None else None
    if refused is not None:
        return message("Nothing was changed", refused, HTTPStatus.FORBIDDEN)
    return None


def _not_set_up(sentence: str) -> Response:
    """Return a page that needs nothing: no secret, no database, no session."""
    response = fragment("not_set_up.html", text=sentence)
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return response


def _to_sign_in() -> Response:
    """Return the way to the sign-in page, which leads back here if this is a page to look at."""
    if "HX-Request" in request.headers:
        response = Response(status=HTTPStatus.UNAUTHORIZED)
        response.headers["HX-Redirect"] = url_for("sign_in")
        return response
    is_look = request.method in {"GET", "HEAD"} and request.path.startswith("/desk/")
    back = request.full_path.rstrip("?") if is_look else None
    return make_response(redirect(url_for("sign_in", next=back), HTTPStatus.SEE_OTHER))
