"""The public copy of a record: kept beside it as it stood when it was published, less what is withheld.

The public page tells what is kept here and asks the record nothing, so that a later change of it is public only once it is
published again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped

from steerco.charter.model import PublicationRule
from steerco.charter.tables.publication_rule import PARTS, public_rules
from steerco.records import Do, Record, hidden


class Publishable(Record):
    """Record types of which something may be made public.

    ``public`` holds by what was published its day (``on``), where it was published too (``place``), what the public sees
    (``content``) and which values of it are ``withheld``. ``public_on`` is the last of these days.
    """

    __abstract__ = True
    public: Mapped[dict[str, Any] | None] = hidden()
    public_on: Mapped[date | None] = hidden()


def rules_for(do: Do, m: Publishable, of: str) -> list[PublicationRule]:
    """Return the rules in force by which something of a record is public."""
    return public_rules((layer.publications for layer in (do.charter, *do.layers)), of, m.body, getattr(m, "kind", ""))


def publish(do: Do, m: Publishable, of: str, on: date, place: str | None, content: Mapping[str, Any]) -> None:
    """Keep for the public what the rules open of ``content``; nothing where no rule makes it public."""
    opened = frozenset[str]().union(*(rule.opens() for rule in rules_for(do, m, of)))
    shown = {name: value for name, value in content.items() if name in opened and value not in (None, [], {})}
    if opened:
        _keep(m, of, {"on": on.isoformat(), "place": place, "content": shown})


def withhold(do: Do, m: Publishable, of: str, cause: str, parts: Collection[str], *, lift: bool) -> None:
    """Keep values from the public, or let them be read again. Only who the rule names, for a cause that it knows."""
    rules = [rule for rule in rules_for(do, m, of) if rule.withhold is not None]
    if not rules:
        do.out_of_order("withholding-not-stated")
    called = do.parties.called(do.acting_for or do.actor)
    mine = [rule for rule in rules if rule.withhold and (not rule.withhold.by or rule.withhold.by in called)]
    if not mine:
        first = rules[0]
        do.out_of_order("withheld-by", *first.cite, who=first.withhold.by if first.withhold else "")
    causes = sorted({cause for rule in mine if rule.withhold for cause in rule.withhold.when})
    free = any(rule.withhold and not rule.withhold.when for rule in mine)
    if not lift and not free and cause not in causes:
        do.invalid("cause", "not-one-of", known=causes)
    kept = set((m.public or {}).get(of, {}).get("withheld", ()))
    values = set(_values(do, of, parts))
    _keep(m, of, {"withheld": sorted(kept - values if lift else kept | values)})


def _values(do: Do, of: str, parts: Collection[str]) -> Iterator[str]:
    """Yield the values of the parts named; of none named, of all."""
    known = PARTS[of]
    for part in parts or known:
        if part not in known:
            do.invalid("parts", "not-one-of", known=sorted(known))
        yield from known[part]


def _keep(m: Publishable, of: str, values: Mapping[str, Any]) -> None:
    m.public = {**(m.public or {}), of: {**(m.public or {}).get(of, {}), **values}}
    days = [entry["on"] for entry in m.public.values() if "on" in entry]
    m.public_on = date.fromisoformat(max(days)) if days else None
