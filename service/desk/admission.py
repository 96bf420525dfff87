"""Who is let in: nobody without a token, wherever the request goes, but to `/healthz`."""

from flask import Response, current_app, g, request

from recommender.workflows.publishing import Publisher
from recommender.workflows.tokens import may_be_secret, owner
from service.desk.problems import NOT_ADMITTED, problem_response

OPEN = frozenset({"healthz"})
"""Endpoints that need no token; an address or method that is none of ours is not among them."""

CHALLENGE = 'Bearer realm="morefrom"'


def admit() -> Response | None:
    """Return the refusal of whoever has no token, the same for a wrong one and for none.

    Who has one is noted as the author of what the request does: `token:` and the token's name.
    """
    if request.endpoint in OPEN:
        return None
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
