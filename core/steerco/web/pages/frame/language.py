"""The language of a page. The address names it (``?lang=``); there is no cookie."""

from __future__ import annotations

from collections.abc import Sequence

from steerco.i18n import languages, preferred
from steerco.web.http.problems import Anywhere

FALLBACK = "en"


def chosen(wanted_language: str, among: Sequence[str]) -> str:
    """Return the language asked for where the tenant has it, else the tenant's first one that there is a catalogue of."""
    available = [language for language in among if language in languages()] or [FALLBACK]
    return wanted_language if wanted_language in available else available[0]


def of_stranger(request: Anywhere, wanted_language: str) -> str:
    """Return the language of a page that belongs to no tenant: the one asked for, else what the browser prefers."""
    return wanted_language if wanted_language in languages() else preferred(request.headers.get("accept-language"), languages())
