"""Addresses of pages. A link keeps the language and the day that the reader chose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

Params = Mapping[str, object]


def address(path: str, params: Params | Iterable[tuple[str, object]]) -> str:
    """Return a path with its query; parameters without a value are left out."""
    pairs = params.items() if isinstance(params, Mapping) else params
    given_pairs = [(name, str(value)) for name, value in pairs if value not in (None, "")]
    return f"{path}?{urlencode(given_pairs)}" if given_pairs else path


class Links:
    """Addresses within one tenant (or, with an empty slug, above all), in one language and as of one day."""

    def __init__(self, slug: str, kept: Params) -> None:
        self.slug, self.kept = slug, dict(kept)
        self.base = f"/t/{quote(slug, safe='')}" if slug else ""

    def to(self, *parts: str, **params: object) -> str:
        """Return the page below the tenant at these parts of a path."""
        path = "/".join([self.base, *(quote(part, safe=":.") for part in parts)])
        return address(path or "/", {**self.kept, **params})

    def clause(self, id: str) -> str:
        return self.to("charter", id)

    def record(self, type: str, reference: str) -> str:
        return self.to("records", type, reference)

    def tenant(self, slug: str, **params: object) -> str:
        """Another tenant's first page."""
        return address(f"/t/{quote(slug, safe='')}", params)
