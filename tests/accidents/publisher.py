"""A desk app whose process is killed again and again.

`python -m tests.accidents.publisher HOME SECONDS` prints the port that it listens on, then the id
of the process that answers, and another one each time that one was killed; it goes on until it is
killed itself. The socket outlives them all, so that nobody is refused a connection. An
acknowledgement waits so many seconds for the files of the public app.
"""

import os
import socket
import sys
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from recommender.settings import load_settings
from service.desk.app import create_app


class Silent(WSGIRequestHandler):
    """Answers, and says nothing of it."""

    def log(self, type: str, message: str, *args: object) -> None:
        del type, message, args


def answer(app: Flask, listener: socket.socket) -> None:
    """Answer until killed."""
    port = listener.getsockname()[1]
    make_server(
        "127.0.0.1", port, app, threaded=True, fd=listener.fileno(), request_handler=Silent
    ).serve_forever()


def main(home: Path, visible_within_s: float) -> None:
    """Keep one child answering."""
    app = create_app(load_settings(home), visible_within_s)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        say(listener.getsockname()[1])
        while True:
            child = os.fork()
            if child == 0:
                answer(app, listener)
            say(child)
            os.waitpid(child, 0)


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
