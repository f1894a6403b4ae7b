"""Visibility: the API, pages, searches, counts and feeds all read records through here, and get those that the actor may see.

The policy's lines on the act ``read`` become a scope, over all of the actor's capacities: a role's line gives the whole or a
body, a relation's line its indexed ranges, a deny line a condition that holds in its own capacity only. A property test holds
the scope equal to one decision a record (``Authority.may``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, String, and_, bindparam, false, func, not_, or_, select, true
from sqlalchemy.engine import result_tuple

from steerco.charter.duties import duties
from steerco.committee.members.directory import Day
from steerco.committee.work.entry import DeclaredEntry, columns_for, unpacked
from steerco.configuration.regime import PLATFORM
from steerco.kernel.authority import Authority
from steerco.kernel.by_name import called
from steerco.policy.line import ANY, READ, RELATION, STATE, Line
from steerco.records import Record
from steerco.records.marked import TYPES_KEPT
from steerco.records.relation import Expression
from steerco.store import listing
from steerco.store.listing import Branch, Filter, Order, Page, Scope

R = TypeVar("R", bound=Record)


@lru_cache(TYPES_KEPT)
def _whole(held: tuple[tuple[str, str], ...] = ()) -> Scope:
    """Return the scope of all who see everything: one for all, so that one prepared statement serves them."""
    return Scope(whole=True, held=held)


KEPT = 2048
_conditions: WeakKeyDictionary[Day, dict[tuple[str, str | None, str], ColumnElement[bool] | None]] = WeakKeyDictionary()
_finders: WeakKeyDictionary[Day, dict[tuple[int, str, str | None, str], tuple[ColumnElement[bool], Select[Any]]]] = (
    WeakKeyDictionary()
)
_scopes: WeakKeyDictionary[Day, dict[tuple[str, str | None, str], Scope]] = WeakKeyDictionary()


class Ground(Struct, frozen=True):
    """One line as it stands for one capacity: which records of a type it speaks of.

    ``expression`` is that of its relation (None: the subject is held by seat), ``keys`` everything that the capacity's person
    is, ``body`` the line's body, ``kinds`` the kinds that its object names, ``states`` the states (empty: all).
    """

    expression: Expression | None
    keys: frozenset[str]
    body: str
    kinds: tuple[str, ...]
    states: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it speaks of every record."""
        return self.expression is None and self.body == ANY and not self.kinds and not self.states

    def narrowing(self, table: Any) -> list[ColumnElement[bool]]:
        """Return the conditions on the record's own columns."""
        found: list[ColumnElement[bool]] = []
        if self.body != ANY:
            found.append(table.body == self.body)
        if self.kinds:
            found.append(func.coalesce(table.kind.in_(self.kinds), false()))
        if self.states:
            found.append(table.state.in_(self.states))
        return found

    def condition(self, table: Any) -> ColumnElement[bool]:
        """Return the whole as one condition."""
        tied = [] if self.expression is None else [func.coalesce(self.expression.sql(table, self.keys), false())]
        return and_(true(), *tied, *self.narrowing(table))

    def branches(self, table: Any, tenant_id: int, further: Sequence[ColumnElement[bool]] = ()) -> Iterator[Branch]:
        """Yield the whole as ranges along indexes, narrowed by ``further`` conditions."""
        conditions = [*self.narrowing(table), *further]
        if self.expression is None:
            yield Branch(select(table.id).where(table.tenant_id == tenant_id, *conditions), table.id)
            return
        for ids, key in self.expression.ids(table, self.keys, tenant_id):
            yield Branch(ids, key, and_(*conditions) if conditions else None)


class Sight(Struct, frozen=True):
    """The records that one capacity shows its holder, less those that it hides; another capacity may still show a hidden one."""

    allows: tuple[Ground, ...]
    denies: tuple[Ground, ...]


def sights(authority: Authority, type: type[Record]) -> list[Sight]:
    """Return the sight of each capacity that shows anything at all of a record type.

    A ban that follows the person (``Authority.person_wide``) hides in every capacity if it is the actor's own, else in those in
    which its principal is acted for: as ``policy.capacity.judge`` has it.
    """
    table = authority.regime.table
    lines = table.lines_for(type.record_type, READ)
    read = [(capacity, _grounds(lines, type, table.closed(capacity.roles), capacity.keys)) for capacity in authority.capacities]
    following = [
        (capacity, ground)
        for capacity, grounds in read
        for line, ground in grounds
        if not line.allow and line.subject in authority.person_wide
    ]
    found = []
    for capacity, grounds in read:
        allows = dict.fromkeys(ground for line, ground in grounds if line.allow)
        if not allows or not capacity.passes(type.record_type, READ):
            continue
        denies = [ground for line, ground in grounds if not line.allow]
        denies += [ground for by, ground in following if not by.acting_for or by.person == capacity.person]
        if not any(ground.whole for ground in denies):  # as a condition it would be "never", and swallow the tenant's
            found.append(Sight(tuple(allows), tuple(dict.fromkeys(denies))))
    return found


def _grounds(lines: Sequence[Line], type: type[Record], held: frozenset[str], keys: frozenset[str]) -> list[tuple[Line, Ground]]:
    return [(line, ground) for line in lines if (ground := _ground(line, type, held, keys))]


def _ground(line: Line, type: type[Record], held: frozenset[str], keys: frozenset[str]) -> Ground | None:
    """Return the line as it speaks of the holder of these subjects and keys, if it does."""
    kinds: tuple[str, ...] = ()
    if "." in line.object:
        kinds = tuple(k for k in type.kinds if f"{type.record_type}.{k}.".startswith(f"{line.object}."))
        if not kinds:
            return None
    states = tuple(sorted(facet.removeprefix(f"{STATE}=") for facet in line.facets))
    if len(states) > 1:
        return None  # a record is in one state
    if not line.subject.startswith(RELATION):
        return Ground(None, frozenset(), line.body, kinds, states) if line.subject in held else None
    relation = type.relations.get(line.subject.removeprefix(RELATION))
    return Ground(relation.expression, keys, line.body, kinds, states) if relation else None


def scope(authority: Authority, type: type[Record]) -> Scope:
    """Return the records of a type that the actor may see. Kept per day of the directory, since most lists are alike."""
    if authority.actor == PLATFORM:
        return _whole(type.held)
    known = _scopes.setdefault(authority.day, {})
    key = (authority.actor, authority.asked, type.record_type)
    if key not in known:
        if len(known) >= KEPT:
            known.clear()
        known[key] = _scope(sights(authority, type), type, authority.tenant.id)
    return known[key]


def _scope(seen: list[Sight], type: type[Record], tenant_id: int) -> Scope:
    if len({sight.denies for sight in seen}) <= 1:
        grounds = list(dict.fromkeys(ground for sight in seen for ground in sight.allows))
        denied = tuple(ground.condition(type) for ground in (seen[0].denies if seen else ()))
        if any(ground.whole for ground in grounds):
            return Scope(whole=True, deny=denied, held=type.held) if denied else _whole(type.held)
        bodies = frozenset(g.body for g in grounds if g.expression is None and not g.kinds and not g.states)
        rest = [ground for ground in grounds if ground.expression is not None or ground.kinds or ground.states]
        branches = [branch for ground in rest for branch in ground.branches(type, tenant_id)]
        rows = or_(false(), *(ground.condition(type) for ground in grounds))
        return Scope(False, bodies, branches, denied, rows, type.held)
    branches = []
    for sight in seen:
        barred = [not_(ground.condition(type)) for ground in sight.denies]
        for ground in sight.allows:
            branches += ground.branches(type, tenant_id, barred)
    return Scope(branches=branches, rows=_shown(seen, type), held=type.held)


def condition(authority: Authority, type: type[Record]) -> ColumnElement[bool] | None:
    """Return the same as one condition, None where nothing can be seen: only for records that are found by their keys, since an
    OR runs along no index."""
    if authority.actor == PLATFORM:
        return true()
    known = _conditions.setdefault(authority.day, {})
    key = (authority.actor, authority.asked, type.record_type)
    if key not in known:
        if len(known) >= KEPT:
            known.clear()
        seen = sights(authority, type)
        known[key] = _shown(seen, type) if seen else None
    return known[key]


def _shown(seen: list[Sight], type: type[Record]) -> ColumnElement[bool]:
    shown: list[ColumnElement[bool]] = []
    for sight in seen:
        any_of = or_(false(), *(ground.condition(type) for ground in sight.allows))
        shown.append(and_(any_of, *(not_(ground.condition(type)) for ground in sight.denies)))
    return or_(false(), *shown)


def sees_whole(authority: Authority, type: type[Record]) -> bool:
    """Return whether the actor may see every record of a type: only then does a number of them tell nothing that is kept from
    them."""
    of_type = scope(authority, type)
    return of_type.whole and not of_type.deny


def hidden(authority: Authority, type: type[Record]) -> frozenset[str]:
    """Return the ids of the records of a type that the actor may not see."""
    if sees_whole(authority, type):
        return frozenset()
    shown = condition(authority, type)
    kept = () if shown is None else (not_(func.coalesce(shown, false())),)
    mine = type.those(authority.tenant.id, *kept)
    return frozenset(authority.session.scalars(mine.with_only_columns(type.id)))


def reads_at_large(authority: Authority) -> bool:
    """Return whether the policy lets the actor read by what they hold, and not only what ties them to a record."""
    return authority.actor == PLATFORM or any(line.act == READ for line in _powers(authority))


def has_part(authority: Authority) -> bool:
    """Return whether the policy gives a power to what the actor holds, or the charter binds it or lays a duty on it: none of
    that is so of a guest."""
    if authority.actor == PLATFORM or any(True for _ in _powers(authority)):
        return True
    all_ = [duty for layer in (authority.regime.charter, *authority.regime.layers) for duty in duties(layer)]
    owed = {duty.among or duty.where.get(duty.holder.removeprefix("field:"), duty.holder) for duty in all_}
    owed |= {each.who for each in authority.regime.charter.bound}
    held = frozenset().union(*(capacity.roles | capacity.keys for capacity in authority.capacities))
    return not owed.isdisjoint(authority.regime.table.closed(held))


def _powers(authority: Authority) -> Iterator[Line]:
    """Return the lines that grant anything to what the actor holds."""
    table = authority.regime.table
    held = table.closed(frozenset().union(*(capacity.roles for capacity in authority.capacities)))
    return (line for line in authority.regime.lines if line.allow and line.subject in held)


def seen(authority: Authority, named: Iterable[tuple[str | None, str | None]]) -> frozenset[tuple[str, str]]:
    """Return the records, of these by type and id, that the actor may see."""
    types, by_type = authority.tenant.snapshot.types, defaultdict[str, set[str]](set)
    for name, id in named:
        if id and name and name in types:
            by_type[name].add(id)
    return frozenset((name, id) for name, ids in by_type.items() for id in among(authority, types[name], ids))


def find(authority: Authority, type: type[R], named: str) -> R | None:
    """Return the record of that id or reference, in one statement whether it is not there or may not be seen."""
    mine = _finder(authority, type)
    found = [] if mine is None else type.read(authority.session, mine, {"named": named})
    return next((record for record in found if record.id == named), found[0] if found else None)


def _finder(authority: Authority, type: type[Record]) -> Select[Any] | None:
    """Return the select of ``find``, made once for a reader, a type and a day; None where nothing can be seen."""
    shown = condition(authority, type)
    if shown is None:
        return None
    known = _finders.setdefault(authority.day, {})
    key = (authority.tenant.id, authority.actor, authority.asked, type.record_type)
    kept = known.get(key)
    if kept is not None and kept[0] is shown:
        return kept[1]
    if len(known) >= KEPT:
        known.clear()
    number = authority.tenant.id
    made = type.those(number, called(type, number, bindparam("named", type_=String)), shown)
    known[key] = shown, made
    return made


def among(authority: Authority, type: type[Record], ids: Collection[str]) -> frozenset[str]:
    """Return the ids, of these, whose records the actor may see."""
    shown = condition(authority, type)
    if shown is None or not ids:
        return frozenset()
    mine = type.those(authority.tenant.id, type.id.in_(sorted(ids)), shown)
    return frozenset(authority.session.scalars(mine.with_only_columns(type.id)))


def page(
    authority: Authority,
    type: type[Record],
    columns: Sequence[str],
    after: str | None = None,
    limit: int = 50,
    order: Order = Order(),
    filters: Sequence[Filter] = (),
) -> Page:
    """Return one page of the visible records of a type; see ``store.listing.page``. States are those of the day."""
    if issubclass(type, DeclaredEntry):
        return _declared(authority, type, columns, after, limit, order, filters)
    if not type.ends_as:
        return listing.page(authority.session, type, scope(authority, type), columns, after, limit, order, filters)
    wanted, given = [*dict.fromkeys((*columns, "over_on"))], _of_the_day(authority, type, filters)
    found = listing.page(authority.session, type, scope(authority, type), wanted, after, limit, order, given)
    return Page([_standing(row, type, authority.today, columns) for row in found.rows], found.after)


def _declared(
    authority: Authority,
    type: type[DeclaredEntry],
    columns: Sequence[str],
    after: str | None,
    limit: int,
    order: Order,
    filters: Sequence[Filter],
) -> Page:
    """Return a page of a register: along the columns in which its values are filed, with the values out of its content."""
    (first, down), *then = [(type.filed(name), descending) for name, descending in order.keys]
    along = Order(first, down, tuple(then))
    wanted = [*dict.fromkeys((*columns, "id"))]
    kept, given = columns_for(type, wanted), _filed(type, filters)
    found = listing.page(authority.session, type.table, scope(authority, type), kept, after, limit, along, given)
    return Page(unpacked(type, wanted, found.rows), found.after)


def _filed(type: type[Record], filters: Sequence[Filter]) -> Sequence[Filter]:
    return [replace(each, column=type.filed(each.column)) for each in filters] if type.held else filters


def count(authority: Authority, type: type[Record], filters: Sequence[Filter] = (), at_most: int = 1000) -> tuple[int, bool]:
    """Return the number of visible records of a type, counted up to ``at_most``, and whether that is all."""
    given = _of_the_day(authority, type, filters) if type.ends_as else _filed(type, filters)
    return listing.count(authority.session, type.table, scope(authority, type), given, at_most)


def _of_the_day(authority: Authority, type: type[Record], filters: Sequence[Filter]) -> list[Filter]:
    """Return the filters of a type whose records end by themselves: whose last day is over is in that state, and in no other.

    Of several states with that one among them, those on record count: what ran out is found under the state that it ran in.
    """
    found = list[Filter]()
    for each in filters:
        if each.column != "state":
            found.append(each)
            continue
        states = _states(type, each)
        if type.ends_as in states and len(states) > 1:
            found.append(each)
        elif type.ends_as in states:
            found.append(Filter("over_on", "lte", authority.today))
        else:
            found += [each, Filter("over_on", "gte", authority.today + timedelta(days=1))]
    return found


def _states(type: type[Record], wanted: Filter) -> set[str]:
    """Return the states of a type that a filter on the state lets through."""
    if wanted.op == "eq":
        return {wanted.value}
    if wanted.op == "in":
        return set(wanted.value)
    return {state for state in type.states if (state >= wanted.value if wanted.op == "gte" else state <= wanted.value)}


def _standing(row: Any, type: type[Record], today: date, columns: Sequence[str]) -> Any:
    """Return the row of a list with the state that its record has on the day."""
    values = dict(row._mapping)
    if "state" in values and values["over_on"] <= today:
        values["state"] = type.ends_as
    if "over_on" not in columns:
        del values["over_on"]
    return result_tuple(list(values))(list(values.values()))
