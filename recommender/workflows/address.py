"""The address that an app listens on, as whoever starts it sees it."""

import http.client
import json
import socket
from dataclasses import dataclass
from http import HTTPStatus

from recommender.errors import CannotListen

ANSWER_TIMEOUT_S = 2.0
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where an app listens.

    Attributes:
        host: a name or a number; `0.0.0.0` and `::` mean every address of the machine.
        port: 1 to 65535.
        setting: what chooses the port, for the sentence where it cannot be had.
    """

    host: str
    port: int
    setting: str = "port"

    @property
    def nearby(self) -> str:
        """The host by which this machine itself reaches the app."""
        return _WILDCARDS.get(self.host, self.host)

    @property
    def url(self) -> str:
        """What a person opens in a browser on this machine."""
        host = f"[{self.nearby}]" if ":" in self.nearby else self.nearby
        return f"http://{host}:{self.port}/"

    def check_free(self) -> None:
        """Check that nobody listens here.

        The server shares its port among its workers (`SO_REUSEPORT`), and would share it just as
        readily with those of another that was forgotten: requests would go to either. So the
        question is asked without that option, before the server starts.

        Raises:
            CannotListen: if the port is taken, forbidden, or the host is not of this machine.
        """
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
            family, kind, protocol, _, place = found[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise CannotListen(self.host, self.port, reason, self.setting) from None

    def ask_readiness(self) -> tuple[bool, str] | None:
        """Ask the app whether it has something to answer from.

        Returns:
            Whether it has, and the sentence on what is wrong, empty if nothing is; None where
            nobody answers.
        """
        connection = http.client.HTTPConnection(self.nearby, self.port, timeout=ANSWER_TIMEOUT_S)
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            facts = json.loads(response.read())
        except (OSError, ValueError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return response.status == HTTPStatus.OK, str(facts.get("detail") or "")
