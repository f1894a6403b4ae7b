"""An instrument in words: its number, date and issuer."""

from __future__ import annotations

from steerco.charter.model import Charter
from steerco.i18n import Words
from steerco.web.pages.frame import dates


def issuer(say: Words, charter: Charter) -> str:
    """Return who issued an instrument: a role of its own by its label, or as written."""
    issued_by = charter.instrument.issuer
    role = charter.role(issued_by) if isinstance(issued_by, str) else None
    return say.of(role.label if role else issued_by)


def facts(say: Words, charter: Charter) -> list[str]:
    """Return number, date and issuer of an instrument, as far as they can be read."""
    instrument = charter.instrument
    number = say("word", "unreadable") if "number" in instrument.unreadable else instrument.id
    lines = [] if instrument.kind in ("house", "platform") else [f"{say('overview', 'number')}: {number}"]
    if instrument.date:
        lines.append(f"{say('overview', 'date')}: {dates.partial(say, instrument.date)}")
    if instrument.issuer:
        lines.append(f"{say('overview', 'issuer')}: {issuer(say, charter)}")
    return lines
