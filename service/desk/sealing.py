"""What the setting `desk_secret` is for: texts that only we can have made.

A cookie that names a session is looked for under its seal, so that whoever reads the table, or may
even write to it, can make none. Forms, notices and known browsers are sealed too, each for its own
purpose, so that none can stand for another.
"""

import base64
import hmac
import secrets
from hashlib import sha256

MAX_NOTICE_CHARS = 600


class Seals:
    """Seals texts with one secret."""

    def __init__(self, secret: str) -> None:
        """Take the secret.

        Args:
            secret: the setting `desk_secret`.
        """
        self._secret = secret.encode()

    def session(self, cookie: str) -> str:
        """Return under what the session of a cookie is kept."""
        return self._seal("session", cookie)

    def form(self, cookie: str) -> str:
        """Return what every form holds that a browser with a cookie was given."""
        return self._seal("form", cookie)

    def is_form(self, found: str, cookie: str) -> bool:
        """Return whether a form was given to the browser that sends it."""
        return hmac.compare_digest(found.encode(), self.form(cookie).encode())

    def browser(self, name: str) -> str:
        """Return a cookie by which a browser is known in which a person signed in."""
        nonce = secrets.token_urlsafe(16)
        return f"{nonce}.{self._seal('browser', nonce, name)}"

    def known_browser(self, cookie: str, name: str) -> str | None:
        """Return what names a browser in which a person signed in before, None for another."""
        nonce, _, seal = cookie.partition(".")
        wanted = self._seal("browser", nonce, name)
        return nonce if hmac.compare_digest(seal.encode(), wanted.encode()) else None

    def notice(self, text: str, cookie: str) -> str:
        """Return a cookie that holds a sentence for the next page of a browser."""
        packed = base64.urlsafe_b64encode(text[:MAX_NOTICE_CHARS].encode("utf-8", "replace"))
        return f"{packed.decode()}.{self._seal('notice', packed.decode(), cookie)}"

    def told(self, notice: str, cookie: str) -> str | None:
        """Return the sentence that such a cookie holds, None if we did not make it."""
        packed, _, seal = notice.rpartition(".")
        wanted = self._seal("notice", packed, cookie)
        if not hmac.compare_digest(seal.encode(), wanted.encode()):
            return None
        return base64.urlsafe_b64decode(packed).decode()

    def _seal(self, *parts: str) -> str:
        text = "\n".join(f"{len(part)} {part}" for part in parts)
        return hmac.new(self._secret, text.encode("utf-8", "replace"), sha256).hexdigest()
