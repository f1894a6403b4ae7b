"""An instrument in words: its number, date and issuer."""

from __future__ import annotations

from steerco.charter.model import Charter
from steerco.i18n import Words
from steerco.web.pages.frame import dates


def issuer(say: Words, charter: Charter) -> str:
    """Return who issued an instrument: a role of its own by its label, or as written."""
    role = charter.role(charter.instrument.issuer)
    return say.of(role.label) if role else charter.instrument.issuer


def facts(say: Words, charter: Charter) -> list[str]:
    """Return number, date and issuer of an instrument, as far as they can be read."""
    instrument = charter.instrument
    unreadable = "number" in instrument.unreadable
    number = say("word", "unreadable") if unreadable else instrument.id
    lines = [f"{say('overview', 'number')}: {number}"]
    if instrument.date:
        lines.append(f"{say('overview', 'date')}: {dates.partial(say, instrument.date)}")
    if instrument.issuer:
        lines.append(f"{say('overview', 'issuer')}: {issuer(say, charter)}")
    return lines
