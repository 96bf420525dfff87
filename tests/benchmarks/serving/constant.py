"""The peer: Flask with one view that returns the same JSON every time, whatever is asked."""

import os

from flask import Flask, Response

SIZE = "CONSTANT_ANSWER_BYTES"
"""The variable of the environment that says how long the answer is."""

TARGET = "tests.benchmarks.serving.constant:create_app"


def create_app() -> Flask:
    """Return the app, as fast as Flask can be: it looks at nothing and makes nothing."""
    n_bytes = int(os.environ[SIZE])
    body = b'{"items":"%s"}' % (b"x" * (n_bytes - len(b'{"items":""}')))
    app = Flask(__name__, static_folder=None)

    def view() -> Response:
        return Response(body, mimetype="application/json")

    app.add_url_rule("/v1/related", view_func=view, methods=["GET"])
    return app
