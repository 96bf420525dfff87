"""Addresses that come with a request: where it wants to go next, and who sent it."""

from ipaddress import ip_address, ip_network

from flask import request

from service.desk.identity import settings

_IPV6_HOME = 64
"""Bits of an IPv6 address that one household or machine has for itself."""


def own_path(found: str | None) -> str | None:
    """Return an address to go to next if it is one of the desk's pages, else None.

    Args:
        found: what the request says.
    """
    if found is None or not found.startswith("/desk/") or not found.isprintable():
        return None
    return None if "\\" in found or "//" in found.partition("?")[0] else found


def sender() -> str:
    """Return the network address that a request came from, by which wrong passwords are counted.

    Of an IPv6 address it is the network, for whoever has one has all of its addresses. What stands
    in `X-Forwarded-For` is believed as far as our own web servers wrote it.
    """
    n_proxies = settings().desk_proxies
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    last = request.remote_addr or ""
    found = told[-n_proxies] if 0 < n_proxies <= len(told) else last
    try:
        address = ip_address(found)
    except ValueError:
        return last
    if address.version == 6:
        return str(ip_network((address, _IPV6_HOME), strict=False))
    return str(address)
