"""The duties to make something public."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from steerco.charter.clock_duties import ClockDuty, clock_duties
from steerco.charter.tables.clock import CUSTOM, ClockLength, ClockRule
from steerco.charter.tables.publication_rule import BEGINS, PUBLISHED, PublicationRule


def publication_duties(rules: Iterable[PublicationRule]) -> Iterator[ClockDuty]:
    """Yield the duty of each rule that somebody owes."""
    for rule in rules:
        if rule.owed and isinstance(rule.within, ClockLength):
            begins, published = BEGINS[rule.of]
            clock = ClockRule(
                id=rule.id,
                what=f"{CUSTOM}{published}",
                label=rule.label,
                cite=rule.cite,
                body=rule.body,
                counts_from=begins,
                side="after",
                value=rule.within.value,
                unit=rule.within.unit,
                duty_of=rule.duty_of or rule.body,
                source=rule.source,
            )
            yield from (structs.replace(duty, done_where={PUBLISHED: rule.of}) for duty in clock_duties([clock]))
