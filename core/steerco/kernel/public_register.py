"""The public register of powers: who may do what by the regulation, and which offices could on a day.

It is there where a rule in force makes ``powers`` of a body public (``[[publication]]``), and tells of that body alone. It reads
the charter, the policy and which seats were held; no record, no person, no absence. House rules and the program's own orders are
nobody's regulation and are not in it, nor is who may read what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256

from msgspec import Struct
from sqlalchemy.orm import Session

from steerco.charter.model import NOT_STATED, Label, Seat
from steerco.charter.tables.publication_rule import POWERS, RULES
from steerco.committee.members.directory import Day
from steerco.configuration.regime import Regime
from steerco.configuration.tenant import Tenant
from steerco.kernel import public_view
from steerco.policy.line import ANY, READ, RELATION, Line

TOLD = ("clause", "law")
"""The texts of which the register tells: the regulation and the law."""


class RegisterPower(Struct, frozen=True):
    """That a subject may, or must not (``allow``), do an act in a body, by a clause. ``key`` follows from what it says, so it is
    always the same. ``held_by``: the seats of the subject that were held on the day, by their offices."""

    key: str
    subject: str
    body: str
    object: str
    act: str
    facets: tuple[str, ...]
    allow: bool
    clause: str
    held_by: tuple[Label, ...]


class RegisterClause(Struct, frozen=True):
    """A clause by which there are powers; ``text`` is empty where the wording is not public."""

    id: str
    text: Label | str
    powers: tuple[str, ...]


class PublicRegister(Struct, frozen=True):
    """The register of a day: by which instrument, of which bodies, the powers in the order of the policy, the clauses."""

    day: date
    instrument: str
    bodies: tuple[str, ...]
    powers: tuple[RegisterPower, ...]
    clauses: tuple[RegisterClause, ...]

    def clause(self, id: str) -> RegisterClause | None:
        """Return one clause."""
        return next((each for each in self.clauses if each.id == id), None)

    def power(self, key: str) -> RegisterPower | None:
        """Return one power."""
        return next((each for each in self.powers if each.key == key), None)


def register(tenant: Tenant, session: Session, today: date, on: date) -> PublicRegister | None:
    """Return the register of a day, as far as today's rules make it public; None where they do not."""
    bodies = public_view.bodies(tenant.snapshot.regime_on(today), POWERS)
    if not bodies:
        return None
    regime = tenant.snapshot.regime_on(on)
    day = tenant.directory(session).on(on, regime.charter)
    powers = tuple(_power(regime, day, line) for line in _public(regime, bodies))
    return PublicRegister(on, regime.charter.instrument.id, bodies, powers, tuple(_clauses(tenant, today, regime, powers)))


def _public(regime: Regime, bodies: tuple[str, ...]) -> Iterator[Line]:
    """Yield the lines on acts in these bodies. A line for every body is among them where it names their roles, or all are
    public."""
    whole = {body.id for body in regime.charter.bodies} <= set(bodies)
    own = {role.id for role in regime.charter.roles if role.body in bodies} | set(bodies)
    for line in regime.lines:
        near = line.body in bodies or (line.body == ANY and (whole or line.subject in own))
        if near and line.act != READ and not line.plugin and regime.basis(line.clause) in TOLD:
            yield line


def _power(regime: Regime, day: Day, line: Line) -> RegisterPower:
    said = line.fields[:-1]
    key = sha256("\n".join(said).encode()).hexdigest()[:16]
    facets = tuple(sorted(line.facets))
    held = tuple(dict.fromkeys(_held(regime, day, line.subject)))
    return RegisterPower(key, line.subject, line.body, line.object, line.act, facets, line.allow, line.clause, held)


def _held(regime: Regime, day: Day, subject: str) -> Iterable[Label]:
    """Yield the seats of a role or group that are held on the day, each by the office with which it goes, else by its own
    name."""
    if subject.startswith(RELATION):
        return
    roles = {role.id for role in regime.charter.roles if subject in regime.table.groups_of(role.id)}
    for seat in regime.charter.seats:
        if seat.role in roles and day.holders(seat.id):
            yield _office(regime, day, seat)


def _office(regime: Regime, day: Day, seat: Seat) -> Label:
    title = day.all.titles.get(seat.office, {}) if seat.office != NOT_STATED else {}
    role = next((role.label for role in regime.charter.roles if role.id == seat.role), Label())
    return Label(**title) if title else seat.label if str(seat.label) else role


def _clauses(tenant: Tenant, today: date, regime: Regime, powers: Iterable[RegisterPower]) -> Iterator[RegisterClause]:
    wording = bool(public_view.bodies(tenant.snapshot.regime_on(today), RULES))
    by: dict[str, list[str]] = {}
    for power in powers:
        by.setdefault(power.clause, []).append(power.key)
    for id, keys in by.items():
        row = regime.charter.clause(id)
        said = (row.text if str(row.text) else row.gloss) if wording and row else ""
        yield RegisterClause(id, said, tuple(keys))


def offices(tenant: Tenant, session: Session, at: datetime, role: str) -> tuple[Label, ...]:
    """Return the seats of a role that were held at a time, by their offices."""
    on = tenant.snapshot.local(at)
    regime = tenant.snapshot.regime_on(on)
    return tuple(dict.fromkeys(_held(regime, tenant.directory(session).on(on, regime.charter), role)))
