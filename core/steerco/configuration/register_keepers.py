"""Who records appointments: whoever does holds every power, by one act, unless a line bars appointing oneself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from steerco.charter.model import Seat, Separation
from steerco.charter.tables.separations import binding
from steerco.config.findings import Finding
from steerco.policy.house import NONE, House
from steerco.policy.line import ANY, RELATION, Line

HOLDER = f"{RELATION}holder"


def warnings(
    lines: Sequence[Line],
    seats: Sequence[Seat],
    bodies: Collection[str] = (),
    separations: Iterable[tuple[str, Separation]] = (),
    house: House = NONE,
) -> Iterator[Finding]:
    """Yield a warning for lines by which people may appoint themselves, and for a register that one seat alone can keep.

    ``bodies`` have several members each; ``separations``, each with the kind of text that states it, may bar this as
    a line does. ``house`` are the house rules, which bar nothing that another text grants.
    """
    concerned = [line for line in lines if (line.type, line.act) == ("appointment", "appoint")]
    grants = [line for line in concerned if line.allow]
    barred = {line.body for line in concerned if not line.allow and line.subject == HOLDER and not line.facets}
    apart = [(basis, rule) for basis, rule in separations if apart_from_holder(rule)]
    for line in grants:
        if barred.isdisjoint({ANY, line.body}) and not binding(apart, filled=house.grants(line)):
            message = (
                f"{line.subject!r} may appoint themselves, to any seat; bar it: "
                f"p, {HOLDER}, {line.body}, appointment, appoint, -, deny, {line.clause}"
            )
            yield Finding(line.source.file, line.source.line, "appoints-themselves", message, "warning")
    keepers = {line.subject for line in grants}
    if len(keepers) == 1 and keepers.isdisjoint(bodies) and sum(seat.role in keepers for seat in seats) < 2:
        message = f"once nobody is {grants[0].subject!r}, nobody can fill a seat; let somebody else record appointments as well"
        yield Finding(grants[0].source.file, grants[0].source.line, "one-keeper", message, "warning")


def apart_from_holder(rule: Separation) -> bool:
    """Return whether a separation keeps everybody from recording an appointment of their own."""
    return f"{RELATION}{rule.apart}" == HOLDER and "appointment.appoint" in rule.acts and not rule.where
