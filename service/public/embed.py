"""The web component that shows the block on any page: one small file, the same for everybody.

Sites paste its address once and never again, so it stays the same for ever: after an hour a browser
asks whether the file is still the one that it has. A query behind the address is ignored, for
content systems append their own version to whatever script they are given.
"""

from functools import cache
from importlib.resources import files

from flask import Response

from service.public.fixed import Fixed


def embed_script() -> Response:
    """Return the answer to `GET /embed.js`."""
    return _script().response()


@cache
def _script() -> Fixed:
    script = files("service.public").joinpath("static", "embed.js").read_bytes()
    return Fixed(script, "text/javascript")
