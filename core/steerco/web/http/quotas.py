"""How many requests a minute one token may make, and all tokens of one committee together.

The answer tells what is left (``RateLimit``, ``RateLimit-Policy``: draft-ietf-httpapi-ratelimit-headers); one request too many is
told when to come back. The counts hold in one process and cost no statement. A committee has a share of its own, which no other
committee's requests use up.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from steerco.web.http.problems import RequestError
from steerco.web.http.windows import Windows

WINDOW = 60


class Remainder(NamedTuple):
    """What is left of a share: ``name`` is whose it is, ``reset`` the seconds until it is whole again."""

    name: str
    most: int
    remaining: int
    reset: int


class QuotaSpent(RequestError):
    """A request beyond what its token, or its committee, may make in a minute."""

    def __init__(self, left: Remainder, headers: dict[str, str]) -> None:
        after = str(max(1, left.reset))
        super().__init__(429, "rate-limit", headers={**headers, "Retry-After": after}, most=left.most, retry_after=after)


class Quotas:
    """The counts of one process. ``token`` and ``tenant``: requests a minute; 0: as many as they like."""

    def __init__(self, token: int = 0, tenant: int = 0) -> None:
        self._windows = Windows()
        self._counts = FixedWindowRateLimiter(self._windows)
        shares = (("token", token), ("tenant", tenant))
        self._shares = [(name, RateLimitItemPerMinute(most)) for name, most in shares if most]
        self._policy = ", ".join(f'"{name}";q={share.amount};w={WINDOW}' for name, share in self._shares)

    def take(self, token: str, tenant: int) -> dict[str, str]:
        """Count a request. Return the headers that tell what is left, of the share that ends first; none where there is no limit.

        Raises ``QuotaSpent``. A request that its token may not make any more uses up nothing of the committee's.
        """
        least: Remainder | None = None
        for name, share in self._shares:
            whose = (name, token if name == "token" else str(tenant))
            taken = self._counts.hit(share, *whose)
            ends, remaining = self._counts.get_window_stats(share, *whose)
            left = Remainder(name, share.amount, remaining, ceil(self._windows.until(ends)))
            if not taken:
                raise QuotaSpent(left, self._told(left))
            if least is None or left.remaining < least.remaining:
                least = left
        return self._told(least) if least is not None else {}

    def _told(self, left: Remainder) -> dict[str, str]:
        return {"RateLimit": f'"{left.name}";r={left.remaining};t={left.reset}', "RateLimit-Policy": self._policy}
