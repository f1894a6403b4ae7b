"""How many requests a minute one token may make, and all tokens of one committee together.

The answer tells what is left (``RateLimit``, ``RateLimit-Policy``: draft-ietf-httpapi-ratelimit-headers); one request too many is
told when to come back. The counts hold in one process and cost no statement. A committee has a share of its own, which no other
committee's requests use up.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

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
        self._counts = Windows(WINDOW)
        self._shares = [(name, most) for name, most in (("token", token), ("tenant", tenant)) if most]
        self._policy = ", ".join(f'"{name}";q={most};w={WINDOW}' for name, most in self._shares)

    def take(self, token: str, tenant: int) -> dict[str, str]:
        """Count a request. Return the headers that tell what is left, of the share that ends first; none where there is no limit.

        Raises ``QuotaSpent``. A request that its token may not make any more uses up nothing of the committee's.
        """
        least: Remainder | None = None
        for name, most in self._shares:
            count = self._counts.take(token if name == "token" else tenant, most)
            if not count.taken:
                left = Remainder(name, most, 0, ceil(count.ends))
                raise QuotaSpent(left, self._told(left))
            if least is None or count.left < least.remaining:
                least = Remainder(name, most, count.left, ceil(count.ends))
        return self._told(least) if least is not None else {}

    def _told(self, left: Remainder) -> dict[str, str]:
        return {"RateLimit": f'"{left.name}";r={left.remaining};t={left.reset}', "RateLimit-Policy": self._policy}
