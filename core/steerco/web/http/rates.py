"""How often one address may ask for what is not there, and for what takes a password's time: so often a minute.

Beside the counts of attempts in the database (``accounts.attempts``), which hold across processes, these hold in one process and
cost no statement. An address of this machine is not counted: it is the operator's, or that of a web server in front that does not
say whose request it hands on, and then everybody's.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from steerco.web.http.problems import RequestError
from steerco.web.http.windows import Windows

PATHS = ("/sign-in", "/reset", "/invitation", "/account")
"""Where a form that is sent takes a password's time, or sends mail."""
ABROAD = "/sign-in/openid/back"
"""The end of the address where each request asks another server."""
RETRY = 60


class TooManyRequests(RequestError):
    """An address that asks too often."""

    def __init__(self) -> None:
        super().__init__(429, "too-many-requests", headers={"Retry-After": str(RETRY)}, retry_after=str(RETRY))


class Rates:
    """The counts of one process. ``misses`` and ``costly``: how many a minute are let through for one address."""

    def __init__(self, misses: int, costly: int) -> None:
        self._counts = FixedWindowRateLimiter(Windows())
        self._misses, self._costly = RateLimitItemPerMinute(misses), RateLimitItemPerMinute(costly)

    def refused(self, scope: Any) -> TooManyRequests | None:
        """Return the error of a request that is not looked at: a stranger's from an address that missed too often, or one too
        many of the costly ones."""
        address = counted_address(scope)
        if not address:
            return None
        known = any(name in (b"cookie", b"authorization") for name, _ in scope["headers"])
        if not known and not self._counts.test(self._misses, "misses", address):
            return TooManyRequests()
        costly = (scope["method"] == "POST" and scope["path"].startswith(PATHS)) or scope["path"].endswith(ABROAD)
        return TooManyRequests() if costly and not self._counts.hit(self._costly, "costly", address) else None

    def missed(self, scope: Any) -> TooManyRequests | None:
        """Count an answer that there is no such thing. Return the error to give in its place, where there were too many."""
        address = counted_address(scope)
        return TooManyRequests() if address and not self._counts.hit(self._misses, "misses", address) else None


def counted_address(scope: Any) -> str:
    """Return what an address is counted under, that of a subscriber (IPv6: its /64); empty for one that is not counted."""
    try:
        known: IPv4Address | IPv6Address = ip_address(scope["client"][0])
    except (TypeError, ValueError, KeyError):
        return ""
    if known.is_loopback:
        return ""
    return known.exploded[:19] if known.version == 6 else known.exploded
