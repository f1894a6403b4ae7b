"""An actor's authority at a time: finds records by name, and decides on an act with reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import product
from types import MappingProxyType
from typing import Any

from msgspec import Struct, structs
from sqlalchemy.orm.util import identity_key

from steerco.charter.model import Label
from steerco.charter.rules import regulated
from steerco.charter.versions import InForce, Nothing, NotLoaded, Uncertain
from steerco.configuration.regime import PLATFORM
from steerco.kernel.actor import Actor, Facets, in_state
from steerco.policy.capacity import Ask, allowed
from steerco.policy.decision import NO_CLAUSE, Because, Decision, Facts
from steerco.policy.explain import Alternative, decide
from steerco.policy.line import READ, RELATION
from steerco.records import Action, Invalid, Reason, Record, reason
from steerco.records.marked import replaced

NOT_IN_FORCE = {Uncertain: "effect-uncertain", NotLoaded: "text-not-loaded", Nothing: "not-in-force"}
"""Why nothing can be decided on a day on which no version is in force for certain."""
NOTHING = "-"
"""A name that no record has."""


class Authority(Actor):
    """The authority of one actor at one time in one tenant, inside one transaction."""

    # Records

    def find(self, type: type[Record], named: str) -> Record | None:
        """Return the record of that id or reference, if the actor may see it."""
        found = self._named(type, named)
        return found if found is not None and self.may(found, "read") else None

    def _named(self, type: type[Record], named: str) -> Record | None:
        by_ref = type.those(self.tenant.id, type.ref == named)
        if named.startswith(f"{type.prefix}-") and named[0].isupper():  # no id looks like that
            return next(iter(type.read(self.session, by_ref)), None)
        found = type.get(self.session, self.tenant.id, named)
        if found is None:  # an id too: who may not see a record would else tell it from none by one statement more
            found = next(iter(type.read(self.session, by_ref)), None)
        return found

    def draft(self, act: Action, fields: Mapping[str, Any], at: datetime) -> Record:
        """Return a record that is about to be made, as far as the input tells, so that relations and facets can be asked of
        it."""
        columns = act.record.columns()
        known = {name: value for name, value in fields.items() if name in columns and name not in ("id", "body")}
        body = self._body(act, fields)
        draft = act.record(
            tenant_id=self.tenant.id,
            body=body,
            author_as=self.day.seat(self.actor, body, self.asked or ""),
            state="new",
            version=0,
            author=self.actor,
            changed_at=at,
            **known,
        )
        draft.governed((self.regime.charter, *self.regime.layers), self.day)
        referred = self.referred(act, fields).items()
        draft.drafted({name: record for name, record in referred if record is not None and self.may(record, "read")})
        return draft

    def _body(self, act: Action, fields: Mapping[str, Any]) -> str:
        """Return the body whose work a new record is: the one given, else that of the record it belongs to, else the main
        body."""
        if body := fields.get("body"):
            if self.regime.charter.body(body) is None:
                raise Invalid({"body": reason("no-body", known=[each.id for each in self.regime.charter.bodies])})
            return str(body)
        for record in self.referred(act, fields).values():
            if record is not None and self.may(record, "read"):
                return record.body
        return regulated(self.regime.charter) or self.tenant.snapshot.settings.main_body or "*"

    def resolved(self, given: Struct, problems: dict[str, Reason]) -> dict[str, Any]:
        """Return an input by Python name, every name of a party replaced by the party that it means on the day.

        What names nothing, or something of another sort than the input takes, is told in ``problems``, by field.
        """

        def resolve(path: str, marks: Mapping[str, Any], value: str) -> str:
            if "subject" in marks and not self.day.portfolios(value):
                problems[path] = reason("not-one-of", known=list(self.regime.charter.subjects()))
            if "party" not in marks:
                return value
            sorts = marks.get("sorts", ())
            person = "person" in sorts and value in self.day.all.persons  # where it asks for persons, one is none of the seats
            party = value if person else self.day.resolve(value)
            if party is None:
                problems[path] = reason("no-party", given=value, day=self.today)
            elif sorts and self.day.sort(party) not in sorts:
                problems[path] = reason("wrong-sort", given=value, sort=self.day.sort(party), sorts=list(sorts))
            return party or value

        return replaced(given, resolve)

    def located(self, act: Action, fields: dict[str, Any]) -> dict[str, Any]:
        """References by the name that people see replaced by ids, whether or not the actor may see what they name."""
        found = {name: record.id for name, record in self.referred(act, fields).items() if record is not None}
        return {**fields, **found}

    def referred(self, act: Action, fields: Mapping[str, Any]) -> dict[str, Record | None]:
        """Per field that refers to a record what it names, whether or not the actor may see it."""
        return {
            name: self._meant(marks["refers"], fields[name])
            for name, marks in act.marks.items()
            if "refers" in marks and fields.get(name)
        }

    def _meant(self, types: str, named: str) -> Record | None:
        """Return the record that a reference to one of these types names; looked up once where facts are kept."""
        if (types, named) in self._references:
            return self._references[types, named]
        found = next((each for type in self._likely(types, named) if (each := self._named(type, named))), None)
        if self._ties is not None:
            self._references[types, named] = found
        return found

    def _likely(self, types: str, named: str) -> list[type[Record]]:
        """Return the types that a field may refer to, first those of which the record is at hand, or the reference speaks."""

        def unlikely(type: type[Record]) -> bool:
            if named.startswith(f"{type.prefix}-"):
                return False
            return identity_key(type.table, (self.tenant.id, named)) not in self.session.identity_map

        found = [self.tenant.snapshot.types[each] for each in types.split()]
        return sorted(found, key=unlikely) if len(found) > 1 else found

    def unseen(self, act: Action, fields: Mapping[str, Any]) -> dict[str, Reason]:
        """Return the bad references of an input, by field: those that name nothing that the actor may see."""
        return {
            name.rstrip("_"): reason("no-such-record", types=act.marks[name]["refers"].split())
            for name, record in self.referred(act, fields).items()
            if record is None or not self.may(record, "read")
        }

    def without_unseen(self, action: Action, given: Struct) -> Struct:
        """Return an input in which each reference to a record that the actor may not see names nothing."""
        named = {name: value for name in action.marks if isinstance(value := getattr(given, name), str)}
        hidden = [name for name, found in self.referred(action, named).items() if found and not self.may(found, "read")]
        return structs.replace(given, **dict.fromkeys(hidden, NOTHING)) if hidden else given

    # Decisions

    def decide(self, act: str, record: Record, fields: Mapping[str, Any] = MappingProxyType({})) -> Decision:
        """Return the whole answer on an act, with its reasons: allowed only if it is for everything that it is aimed at.

        ``act`` is an action of the record's type, or ``read``; ``fields`` its input.
        """
        if self.actor == PLATFORM:
            return self._platform(f"{record.record_type}.{act}")
        if not isinstance(self.standing, InForce):
            return self._not_in_force()
        if (barred := record.barred(act, (self.regime.charter, *self.regime.layers))) is not None:
            return self._barred(barred, Facts(object=record.object, act=act))
        aims = [facet.of_request(fields, record, self.day) for facet in record.facets.values()]
        aims += [[in_state(record.state)]] if act == READ else []
        decisions = []
        for chosen in product(*aims):
            decision = self._decide(act, record, record.object, frozenset().union(*chosen))
            if not decision.allowed:
                return decision
            decisions.append(decision)
        because: dict[str, Because] = {}
        for each in (each for decision in decisions for each in decision.because):
            because.setdefault(each.clause, each)  # one reason a clause, whichever line applied it first
        aims_asked = tuple(decision.facts.facets for decision in decisions) if len(decisions) > 1 else ()
        facts = structs.replace(decisions[0].facts, aims=aims_asked)
        return structs.replace(decisions[0], because=tuple(because.values()), facts=facts)

    def _barred(self, cites: tuple[str, ...], facts: Facts) -> Decision:
        """Return the refusal of an act that a text bars whoever does it, or of which no text speaks."""
        because = self.regime.reasons(cites)
        basis = because[0].layer if because else NO_CLAUSE
        return Decision("refused", basis, because, facts=facts, revision=self.tenant.snapshot.revision)

    def may_aim(self, act: Action, record: Record) -> bool:
        """Return whether some line grants the actor the act at all, whatever it is aimed at: only then are errors in the aim
        told."""
        if self.actor == PLATFORM:
            return True
        table = self.regime.table
        asks = self.asks(record, record.object, act.name, frozenset(), self.capacities)
        lines = [line for line in table.lines_for(record.record_type, act.name) if line.allow]
        held = [(ask.capacity, table.closed(ask.request.subjects)) for ask in asks]
        return any(capacity.passes(line.object, line.act) and line.subject in all_ for capacity, all_ in held for line in lines)

    def _decide(self, act: str, record: Record, object: str, facets: Facets) -> Decision:
        asks = self.asks(record, object, act, facets, self.capacities)
        granted = allowed(self.regime.table, asks, self.person_wide)  # bare and quick: what might turn it is asked of a refusal
        decision = decide(
            self.regime.table,
            asks,
            clauses=self.grounds,
            who=lambda subject: self.who(subject, record),
            person_wide=self.person_wide,
            alternatives=() if granted or self.briefly else self._alternatives(act, record, object, facets),
            not_run=() if granted else self._not_run(f"{record.record_type}.{act}", facets),
            revision=self.tenant.snapshot.revision,
        )
        if decision.allowed:
            return structs.replace(decision, capacity=self._as_role(decision, record))
        if not (bounds := self.regime.reasons(self._bounds(act, record, object, asks))):
            return decision
        reserved = tuple(each for each in decision.because if each.clause not in {own.clause for own in bounds})
        return structs.replace(decision, basis=bounds[0].layer, because=(*bounds, *reserved))

    def _bounds(self, act: str, record: Record, object: str, asks: list[Ask]) -> tuple[str, ...]:
        """Return the clauses, other than house rules, that grant the actor the act in another field of work than that of the
        record."""
        bounding = {name for name, facet in record.facets.items() if facet.bounds}
        facets = asks[0].request.facets
        held = self.regime.table.closed(frozenset().union(*(ask.request.subjects for ask in asks)))
        clauses = (
            line.clause
            for line in self.regime.table.lines_for(record.record_type, act)
            if line.allow
            and line.subject in held
            and line.clause not in self.regime.table.house.clauses
            and line.concerns(record.body, object, act, facets | line.facets)
            and (outside := line.facets - facets)
            and bounding.issuperset(aim.partition("=")[0] for aim in outside)
        )
        return tuple(dict.fromkeys(clauses))

    def _not_run(self, act: str, facets: Facets) -> Iterator[str]:
        """Yield the clauses that grant the actor the act, where the charter says that the program does not run it yet."""
        roles = self.regime.table.closed(frozenset().union(*(capacity.roles for capacity in self.capacities)))
        own = roles.union(*(capacity.keys for capacity in self.capacities))
        wanted = (
            power
            for power in self.regime.charter.not_run
            if power.act == act and power.who in own and facets.issuperset(f"{n}={v}" for n, v in power.where.items())
        )
        yield from dict.fromkeys(cite for power in wanted for cite in power.cite)

    def _as_role(self, decision: Decision, record: Record) -> str:
        """Return the capacity by its role: one allowed as, say, the presiding officer acts in the seat held in that body."""
        if seat := next((seat for seat in self.regime.charter.seats if seat.id == decision.capacity), None):
            return decision.acting_for or seat.role
        if not decision.capacity.startswith(RELATION):
            return decision.capacity
        if decision.acting_for:
            return decision.acting_for
        roles = sorted(self.day.roles(self.actor))
        if self.asked in roles:
            return self.asked
        own = [role for role in roles if (known := self.regime.charter.role(role)) and known.body == record.body]
        return next(iter(own or roles), decision.capacity)

    def _alternatives(self, act: str, record: Record, object: str, facets: Facets) -> Iterator[Alternative]:
        """Yield the changes that might turn a refusal: an officer's absence, a kind where none is given, another aim of the act.

        Never that the thing be called something else: its class or kind is what it is.
        """
        own = self.day.capacities(self.actor)
        if own and self.asked is None:
            for absent, capacity in self.day.would_act(self.actor):
                yield Alternative("officer-absent", absent, tuple(self.asks(record, object, act, facets, [capacity])))
        if record.state == "new" and object == record.record_type:
            for kind in record.kinds:
                other = f"{record.record_type}.{kind}"
                yield Alternative("kind", kind, tuple(self.asks(record, other, act, facets, self.capacities)))
        given = record.actions[act].input.__struct_fields__ if act in record.actions else ()
        lines = self.regime.table.lines_for(record.record_type, act)
        for aim in sorted({facet for line in lines for facet in line.facets} - facets):
            name = aim.partition("=")[0]
            if (facet := record.facets.get(name)) is None or not facet.chosen or facet.field not in given:
                continue
            changed = frozenset(facet for facet in facets if facet.partition("=")[0] != name) | {aim}
            yield Alternative("aim", aim, tuple(self.asks(record, object, act, changed, self.capacities)))

    def _platform(self, action: str) -> Decision:
        because = Because(f"{PLATFORM}:{action}", Label(), 0, "platform", "")
        return Decision("done", "platform", (because,), capacity=PLATFORM, revision=self.tenant.snapshot.revision)

    def _not_in_force(self) -> Decision:
        """No version is certainly in force on the day: nothing can be decided; the clause on effect says why, or the program."""
        cites = getattr(self.standing, "cite", ()) or (f"{PLATFORM}:{NOT_IN_FORCE[type(self.standing)]}",)
        because = self.regime.reasons(cites)
        basis = because[0].layer if because else "no-clause"
        facts = Facts(object="charter", act=type(self.standing).__name__)
        return Decision("refused", basis, because, facts=facts, revision=self.tenant.snapshot.revision)
