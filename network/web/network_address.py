"""Where a request comes from, as far as limits care."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask import request


def network_address() -> str:
    """The address to count tries by: of IPv6 the network, because one household has all addresses in it."""
    given = request.remote_addr or "unknown"
    try:
        found = ip_address(given)
    except ValueError:
        return given
    if not isinstance(found, IPv6Address):
        return given
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"
