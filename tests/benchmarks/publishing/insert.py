"""The peer: Flask with one view that stores what it is sent in SQLite, durable, and does no more.

It keeps no history, checks nothing, tells nobody and answers with nothing: the least that any app
needs for “stored”.
"""

import os
import sqlite3
import threading

from flask import Flask, Response, request

FILE = "INSERT_FILE"
"""The variable of the environment that names the database's file."""

TARGET = "tests.benchmarks.publishing.insert:create_app"


def create_app() -> Flask:
    """Return the app; each of its threads has a connection."""
    app = Flask(__name__, static_folder=None)
    held = threading.local()

    def database() -> sqlite3.Connection:
        if not hasattr(held, "connection"):
            held.connection = sqlite3.connect(os.environ[FILE])
            held.connection.execute("PRAGMA journal_mode = WAL")
            held.connection.execute("PRAGMA synchronous = FULL")
            held.connection.execute(
                "CREATE TABLE IF NOT EXISTS article (id PRIMARY KEY, title, body)"
            )
        return held.connection

    def put(article_id: str) -> Response:
        article = request.get_json()
        with database() as connection:
            row = (article_id, article["title"], article["body"])
            connection.execute("INSERT OR REPLACE INTO article VALUES (?, ?, ?)", row)
        return Response("{}", 201, mimetype="application/json")

    def healthz() -> Response:
        return Response("{}", mimetype="application/json")

    app.add_url_rule("/v1/articles/<article_id>", view_func=put, methods=["PUT"])
    app.add_url_rule("/healthz", view_func=healthz)
    return app
