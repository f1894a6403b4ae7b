"""The acts of a record as its page shows them to one reader: buttons, what is still missing, others' acts.

The kernel says where each act stands (``kernel.places``); here it gets its words, its address and its order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from steerco.charter.duties import duties
from steerco.kernel import duty_ledger, on_behalf, visibility
from steerco.kernel.awaiting import awaited_acts
from steerco.kernel.grants import remedy, who_may
from steerco.kernel.places import PlacedAct, places
from steerco.policy.decision import Who
from steerco.policy.line import RELATION
from steerco.records import NEW, Action, OutOfOrder, Record
from steerco.records.course import onward
from steerco.store.listing import Filter, Order
from steerco.web.pages.forms.drafts import act_address, new_key
from steerco.web.pages.frame.visit import Cite, ReaderLook, Visit

AT_MOST = 3
"""More buttons than this stand in a fold."""
NEWEST = 10
"""Among so many records of a type for this one the reader's own is looked for."""
REST = 3
"""The place of acts that are nobody's turn, after those of ``turn_of``."""


class ActButton(NamedTuple):
    """A button: it opens the act's form (``href``), or posts there at once (``press``). ``kind``: the main one, one of equal
    answers, or plain."""

    label: str
    href: str
    press: bool
    key: str
    kind: str = "plain"


class WhoMay(NamedTuple):
    """Who may do an act: the office, the persons who hold it, the clause."""

    label: str
    people: list[str]
    cite: Cite


class Lacking(NamedTuple):
    """One thing that is missing: what, by which clauses, who does it, and the act's form where it is the reader's own to do."""

    text: str
    cites: list[Cite]
    who: list[WhoMay]
    label: str = ""
    href: str = ""


class ActWaiting(NamedTuple):
    """An act in the reader's power that cannot be done yet."""

    label: str
    lacking: list[Lacking]
    why: str


class ActOfOthers(NamedTuple):
    """An act that others may do. ``enter`` leads to its form where the reader may enter acts for others; ``apart`` are the
    clauses by which the reader has the power and is kept from it, as two people are to act, or nobody in their own matter."""

    label: str
    who: list[WhoMay]
    why: str
    enter: str = ""
    apart: Sequence[Cite] = ()


class ActsShown(NamedTuple):
    """The acts of a record, as its page shows them."""

    first: list[ActButton]
    further: list[ActButton]
    waiting: list[ActWaiting]
    others: list[ActOfOthers]


def acts_of(visit: Visit, record: Record) -> ActsShown:
    """Return the acts of a record for its reader. A stranger in a demonstration does none, and is told who may."""
    if visit.reader is None:
        return ActsShown([], [], [], [*_of_anybody(visit, record)])
    placed = places(visit.authority, record, visit.now)
    buttons = [each for each in placed if each.place in ("ready", "input")]
    turn = turn_of(visit, record)
    ordered = _buttons(visit, in_order(visit, buttons, turn), record, turn)
    waiting = [_waiting(visit, each, record) for each in placed if each.place == "waiting"]
    enters = on_behalf.enters_for_others(visit.authority)
    others = [_others(visit, each, record, enters=enters) for each in placed if each.place == "others"]
    return ActsShown(ordered[:AT_MOST], ordered[AT_MOST:], waiting, others)


def verb(visit: ReaderLook, action: str) -> str:
    """Return an act as a button has it: its own short word, else its label."""
    say = visit.say
    text = say("acts.button", action) if say.has("acts.button", action) else say("action", action)
    return f"{text[:1].upper()}{text[1:]}"


def address(visit: ReaderLook, action: Action, record: Record | None, given: Mapping[str, str] | None = None) -> str:
    """Return where an act's form is: on the record, or for a new one with what is filled in."""
    filled = {f"with.{name}": value for name, value in (given or {}).items()}
    return act_address(visit.links, action, record.ref if record is not None else None, **filled)


def ask_address(visit: Visit, action: Action, record: Record | None, given: Mapping[str, str] | None = None) -> str:
    """Return the question "may I do that, and why?", filled in."""
    filled = {f"with.{name}": value for name, value in (given or {}).items()}
    by = visit.reader.person if visit.reader else ""
    return visit.links.to("ask", by=by, do=action.id, record=record.ref if record is not None else "", **filled)


def in_order(visit: Visit, buttons: Iterable[PlacedAct], turn: Mapping[str, int]) -> list[PlacedAct]:
    """Return the buttons in their order: what is the reader's ``turn``, the rest as declared. Acts that make records of other
    types stand after those on the record itself, and last those by which the reader has made one that others answer."""
    ordered = sorted(buttons, key=lambda each: (turn.get(each.action.id, REST), not each.on))
    first, again = list[PlacedAct](), list[PlacedAct]()
    for at, each in enumerate(ordered):
        if len(first) == AT_MOST or len(ordered) <= AT_MOST:
            return [*first, *ordered[at:], *again]
        (again if _made_before(visit, each) else first).append(each)
    return [*first, *again]


def turn_of(visit: Visit, record: Record) -> dict[str, int]:
    """Return the acts that are the reader's turn, each with its place in their order: what discharges an open duty, what moves
    the record's state on, what it waits for of the reader."""
    keys = frozenset().union(*(capacity.keys for capacity in visit.authority.capacities))
    awaited = (each for each in awaited_acts(type(record)).get(record.state, ()) if record.awaits(each.name, keys, visit.session))
    sorts = (owed_acts(visit, record), {each.id for each in onward(type(record), record.state)}, {each.id for each in awaited})
    return {act: at for at, acts in reversed([*enumerate(sorts)]) for act in acts}


def _made_before(visit: Visit, placed: PlacedAct) -> bool:
    """Return whether by the act, which makes another record for this one, the reader has made one that others answer."""
    kind, own = placed.action.record, {} if placed.on else placed.given or {}
    if not own or not awaited_acts(kind) or not own.keys() <= kind.stored().keys():
        return False
    held = [Filter(name, "eq", value) for name, value in own.items()]
    page = visibility.page(visit.authority, kind, ["author"], None, NEWEST, Order("id", True), held)
    return any(row.author == visit.authority.actor for row in page.rows)


def owed_acts(visit: Visit, record: Record) -> frozenset[str]:
    """Return the acts that would discharge an open duty of the reader that this record raised."""
    person = visit.authority.actor
    entries = duty_ledger.entries(visit.tenant, visit.session, visit.today, of=person)
    owed = {entry.duty for entry in entries if not entry.done_by_event and entry.record == record.id and person in entry.holders}
    known = (duty for layer in (visit.regime.charter, *visit.regime.layers) for duty in duties(layer)) if owed else ()
    return frozenset(act for duty in known if duty.id in owed for act in duty.done_by)


def _buttons(visit: Visit, ordered: Sequence[PlacedAct], record: Record, turn: Mapping[str, int]) -> list[ActButton]:
    """Return the buttons in their order. Where the record waits for one of several answers, none of them is brighter; and none is
    bright that is nobody's turn."""
    answers = awaited_acts(type(record)).get(record.state, ())
    equal = [each for each in ordered if each.on and each.action in answers and each.action.id in turn]
    first = [each for each in ordered[:1] if each.action.id in turn]
    kinds = {id(each): "equal" for each in equal} if len(equal) > 1 else {id(each): "main" for each in first}
    return [_button(visit, each, record)._replace(kind=kinds.get(id(each), "plain")) for each in ordered]


def _button(visit: Visit, each: PlacedAct, record: Record) -> ActButton:
    action, given = each.action, _named(each, record)
    press = each.place == "ready" and action.confirm == "none"
    return ActButton(verb(visit, action.id), address(visit, action, record if each.on else None, given), press, new_key())


def _named(each: PlacedAct, record: Record) -> dict[str, str]:
    """Return what is filled in, by the reference that people see."""
    return {name: record.ref if value == record.id else value for name, value in (each.given or {}).items()}


def _waiting(visit: Visit, each: PlacedAct, record: Record) -> ActWaiting:
    on = record if each.on else None
    why = ask_address(visit, each.action, on, _named(each, record))
    lacking = lacking_in(visit, each.missing, on)
    if not lacking and each.decision is not None:  # refused, and nobody else may: a rule of a plugin, a ban
        lacking = [Lacking("", visit.cites(reason.clause for reason in each.decision.because), [])]
    return ActWaiting(verb(visit, each.action.id), lacking, why)


def lacking_in(visit: Visit, missing: Iterable[OutOfOrder], record: Record | None) -> list[Lacking]:
    """Return what is missing, each thing once with every clause that asks for it."""
    found: dict[str, Lacking] = {}
    for each in missing:
        one = lacking_of(visit, each, record)
        known = found.get(one.text)
        found[one.text] = known._replace(cites=[*known.cites, *one.cites]) if known else one
    return list(found.values())


def lacking_of(visit: Visit, missing: OutOfOrder, record: Record | None) -> Lacking:
    """Return one thing that is missing, who does it, and the way there for a reader who may."""
    text, cites = stop_text(visit, missing), visit.cites(missing.cites)
    found = remedy(visit.authority, record, missing.code) if record is not None else None
    if found is None:
        return Lacking(text, cites, [])
    mine = visit.reader is not None and any(visit.reader.person in who.people for who in found.who)
    given = _shared(found.action, record) if found.on is None and record is not None else None
    href = address(visit, found.action, found.on, given) if mine else ""
    return Lacking(text, cites, whos(visit, found.who), verb(visit, found.action.id), href)


def _shared(action: Action, record: Record) -> dict[str, str]:
    """Return what an act that makes a record beside this one names of it."""
    fields = (name for name, marks in action.marks.items() if "refers" in marks)
    return {name.rstrip("_"): str(value) for name in fields if (value := getattr(record, name, None))}


def stop_text(visit: Visit, missing: OutOfOrder) -> str:
    """Return what is missing, in words."""
    say = visit.say
    if missing.code == "state":
        type, _, _ = str(missing.params.get("action", "")).partition(".")
        return say("acts.missing", "state", state=say.state(type, str(missing.params["state"])))
    text = say("stop", missing.code)
    return f"{text[:1].upper()}{text[1:]}"


def _others(visit: Visit, each: PlacedAct, record: Record, *, enters: bool) -> ActOfOthers:
    assert each.decision is not None
    on, given = record if each.on else None, _named(each, record)
    enter = address(visit, each.action, on, given) if enters and not each.action.record.directory else ""
    ask = ask_address(visit, each.action, on, given)
    by = {clause for _, rule in visit.regime.separations.get(each.action.id, ()) for clause in rule.cite}
    apart = visit.cites(reason.clause for reason in each.decision.because if reason.clause in by)
    return ActOfOthers(verb(visit, each.action.id), whos(visit, each.decision.who_may), ask, enter, apart)


def whos(visit: Visit, all: Iterable[Who]) -> list[WhoMay]:
    """Return the parties that may, by office, each once."""
    found: dict[str, WhoMay] = {}
    for who in all:
        named = visit.names.of(who.people)
        tied = who.subject.startswith(RELATION) and named
        label = "; ".join(named) if tied else visit.say.of(who.label) or visit.names(who.subject)
        people = [] if tied else [name for name in named if name != label]
        found.setdefault(label, WhoMay(label, people, visit.cite(who.clause)))
    return list(found.values())


def _of_anybody(visit: Visit, record: Record) -> Iterable[ActOfOthers]:
    """Yield every act that the record's state allows, with who may do it."""
    for action in type(record).acts().values():
        if record.state in action.states and action.states != (NEW,):
            who = who_may(visit.authority, action, record)
            yield ActOfOthers(verb(visit, action.id), whos(visit, who), ask_address(visit, action, record))
