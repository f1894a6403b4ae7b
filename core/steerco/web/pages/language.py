"""In which language a page is. The address tells (``?lang=``); there is no cookie."""

from __future__ import annotations

from collections.abc import Sequence

from steerco.i18n import languages, preferred
from steerco.web.http.problems import Anywhere

FALLBACK = "en"


def chosen(asked: str, among: Sequence[str]) -> str:
    """The language asked for where the tenant has it, else the tenant's first one that there is a catalogue of."""
    known = [language for language in among if language in languages()] or [FALLBACK]
    return asked if asked in known else known[0]


def of_stranger(request: Anywhere, asked: str) -> str:
    """The language of a page that belongs to no tenant: the one asked for, else what the browser prefers."""
    return asked if asked in languages() else preferred(request.headers.get("accept-language"), languages())
