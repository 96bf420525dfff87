"""One form for every spelling of a URL, so that a page can be found by its address.

`http` and `https`, upper-case hosts, default ports, fragments, tracking parameters and a trailing
slash do not make another page; every other part does, the order of the query included.
"""

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

TRACKING_PARAMETERS = frozenset({
    "_ga", "_gl", "cmpid", "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "icid", "igshid",
    "li_fat_id", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ncid", "smid", "ttclid", "twclid",
    "wbraid", "yclid",
})  # fmt: skip
"""Query parameters that name a campaign or a reader, never a page; so do `utm_…` and `itm_…`."""

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\<>\"`{}|^]")

_PLAIN = re.compile(
    r"https?://(?P<host>[a-z0-9.-]+)"
    r"(?P<path>(?:/[^?#\x00-\x20\x7f-\U0010ffff\\<>\"`{}|^]*)?)"
    r"(?P<rest>(?:[?#][^\x00-\x20\x7f-\U0010ffff\\<>\"`{}|^]*)?)"
)
"""What nearly all addresses look like, told without taking them apart. A million take seconds so,
and a minute otherwise."""


def is_safe_url(url: str) -> bool:
    """Tell whether a URL may be stored, and given to a browser as a link or an image.

    Args:
        url: an absolute URL, or a path on the newsroom's own site.

    Returns:
        True for `http` and `https` with a host, and for a path that begins with one slash. Browsers
        read a backslash as a slash and drop control characters, so both are refused anywhere.
    """
    if _PLAIN.fullmatch(url):
        return True
    if _UNSAFE.search(url):
        return False
    if url.startswith("/"):
        return not url.startswith("//")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def canonical_url(url: str) -> str:
    """Return the one spelling under which a page is looked up.

    Args:
        url: any URL for which `is_safe_url` holds; another is returned as it is.

    Returns:
        The URL with `https`, a lower-case host, no default port, no user, no fragment, no tracking
        parameter and no trailing slash.

    >>> canonical_url("HTTP://News.Example:80/a/b/?utm_source=x&page=2#top")
    'https://news.example/a/b?page=2'
    """
    plain = _PLAIN.fullmatch(url)
    if plain is not None and not plain["rest"]:
        return f"https://{plain['host']}{plain['path'].rstrip('/')}"
    if not is_safe_url(url):
        return url
    parts = urlsplit(url)
    query = "&".join(
        pair for pair in parts.query.split("&") if pair and not _is_tracking(pair.partition("=")[0])
    )
    path = parts.path.rstrip("/")
    if not parts.netloc:
        return urlunsplit(("", "", path or "/", query, ""))
    return urlunsplit(("https", _canonical_host(parts), path, query, ""))


def _is_tracking(name: str) -> bool:
    name = name.lower()
    return name in TRACKING_PARAMETERS or name.startswith(("utm_", "itm_"))


def _canonical_host(parts: SplitResult) -> str:
    name = parts.hostname or ""
    host = f"[{name}]" if ":" in name else name
    port = "" if parts.port is None else str(parts.port)
    return host if port in {"", _DEFAULT_PORTS[parts.scheme]} else f"{host}:{port}"
