"""Open ends of a tenant's rules: a duty that nobody can discharge (or nobody today), a presiding officer whom nothing names, a
guest who cannot read the meeting, a power on records that its holder cannot see. None of it is wrong by itself, so each is a
warning."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from steerco.charter.model import Charter, DecisionRule
from steerco.committee.meetings.meeting import PRESIDING
from steerco.config.findings import Finding
from steerco.configuration.vocabulary import Types
from steerco.policy.line import ANY, READ, RELATION, Line
from steerco.records import NEW

MATTER, _CLASS = "matter", "class="
MEETING, INVITE, INVITED = "meeting", "invite", f"{RELATION}invited"


def open_ends(
    charter: Charter, layers: Sequence[Charter], lines: Sequence[Line], platform: frozenset[str], filled: Collection[str] = ()
) -> Iterator[Finding]:
    """Return everything that a charter with its layers and its policy leaves open.

    ``platform`` are the acts that only the program does, ``filled`` the seats, roles and offices to which somebody is appointed
    (none: nobody is yet, so that no seat is vacant among others).
    """
    vacant = _vacant(charter, filled) if filled else frozenset()
    yield from _duties(charter, layers, lines, platform, vacant)
    for rule in charter.decisions:
        yield from _classes(rule, charter, lines)
        yield from _ballots(rule, charter, lines)
    rules = {rule.name for layer in (charter, *layers) for rule in layer.rules}
    presided = next((line for line in lines if line.subject == f"{RELATION}{PRESIDING}"), None)
    if presided and PRESIDING not in rules:
        message = (
            "gives a power to whoever presides, and no [[rule]] named 'presiding' says who that is, so the program takes the "
            "convener; write value = a role, a seat, 'convener' or 'not-stated'"
        )
        yield Finding(presided.file, presided.number, "presiding-left-open", message, "warning")
    inviting = next((line for line in lines if line.allow and line.type == MEETING and line.act == INVITE), None)
    if inviting and not any(line.subject == INVITED and _grants(line, MEETING, READ) for line in lines):
        message = (
            "lets guests be invited, and no line lets who is invited read the meeting: a guest without a seat will not see it; "
            f"add a line p, {INVITED}, *, meeting, read"
        )
        yield Finding(inviting.file, inviting.number, "guests-cannot-read", message, "warning")


def unseen(charter: Charter, lines: Sequence[Line], on_records: Collection[str]) -> Iterator[Finding]:
    """Return the powers on records that nothing lets their holders read: to them such a record is not there.

    ``on_records``: the acts that are done on a record. What a line on a tie to the record lets read may be just those.
    """
    readers: dict[str, list[Line]] = {}
    for line in lines:
        if line.allow and line.act in (READ, ANY):
            readers.setdefault(line.type, []).append(line)
    told = set()
    for line in lines:
        key = (line.subject, line.type)
        if not line.allow or line.plugin or key in told or f"{line.type}.{line.act}" not in on_records:
            continue
        sees = [*readers.get(line.type, ()), *readers.get(ANY, ())]
        tied = line.subject.startswith(RELATION)
        if any(_meet(line.body, each.body) and (tied or _may(each.subject, (line.subject,), charter)) for each in sees):
            continue
        told.add(key)
        message = (
            f"gives {line.subject} {line.type}.{line.act} by {line.clause}, and no line lets {line.subject} read such a record, "
            f'so it is "not found"; add a line p, {line.subject}, {line.body}, {line.type}, read'
        )
        yield Finding(line.file, line.number, "power-unseen", message, "warning")


def on_records(types: Types) -> frozenset[str]:
    """Return the acts that are done on a record, by ``type.act``."""
    every = ((kind.record_type, act) for kind in types.values() for act in kind.acts().values())
    return frozenset(f"{type}.{act.name}" for type, act in every if act.states != (NEW,))


def _meet(body: str, other: str) -> bool:
    return body == other or ANY in (body, other)


def _vacant(charter: Charter, filled: Collection[str]) -> frozenset[str]:
    """Return the roles, groups and bodies in which nobody is."""
    held = {seat.role for seat in charter.seats if seat.id in filled or seat.office in filled} | set(filled)
    roles = {role.id for role in charter.roles} - held
    groups = {group.id for group in charter.groups if roles.issuperset(group.roles)}
    bodies = {body.id for body in charter.bodies if all(role.id in roles for role in charter.roles if role.body == body.id)}
    return frozenset(roles | groups | bodies)


def _duties(
    charter: Charter, layers: Sequence[Charter], lines: Sequence[Line], platform: frozenset[str], vacant: frozenset[str]
) -> Iterator[Finding]:
    for layer in (charter, *layers):
        for duty in layer.duties:
            acts = [act for act in duty.done_by if act not in platform]
            to = {line.subject for act in acts for line in lines if _grants(line, *act.split(".", 1))}
            if len(acts) < len(duty.done_by) or to - vacant:
                continue
            code, why = "duty-nobody-can-do", "to anyone, so nobody can ever discharge it"
            if to:
                code, why = (
                    "duty-of-vacant-seat",
                    f"but to {', '.join(sorted(to))}, which nobody holds, so nobody can discharge it now",
                )
            message = f"duty '{duty.id}': no line grants {' or '.join(acts)} {why}"
            yield Finding(duty.source.file or layer.file, duty.source.line, code, message, "warning")


def _classes(rule: DecisionRule, charter: Charter, lines: Sequence[Line]) -> Iterator[Finding]:
    """Yield the classes of a decision that the policy leaves without a way: nobody raises, votes on or decides such a matter."""
    if rule.effect == "shown" or rule.outcome_is == "advice":
        return
    needed = ("raise", "decide") if rule.rule in ("one-decides", "lazy") else ("raise", "vote", "decide")
    for name in rule.classes:
        able = [line for line in lines if _in_class(line, name) and line.body in (rule.body, ANY)]
        lacking = [act for act in needed if not any(_grants(line, MATTER, act) for line in able)]
        if lacking:
            acts = " and ".join(f"{MATTER}.{act}" for act in lacking)
            what = "a matter" if name == ANY else f"a matter of class '{name}'"
            message = f"decision '{rule.id}': no line grants {acts} on {what} in '{rule.body}', so it is never decided so"
            yield Finding(rule.source.file or charter.file, rule.source.line, "class-without-powers", message, "warning")


def _ballots(rule: DecisionRule, charter: Charter, lines: Sequence[Line]) -> Iterator[Finding]:
    """Yield a ballot that nobody can open, and one that is to be declared closed and that nobody can close."""
    ballot = next((row for row in charter.ballots if row.id == rule.ballot), None)
    if ballot is None or rule.effect == "shown":
        return
    able = [line for line in lines if line.body in (rule.body, ANY)]
    wanted = [("open-ballot", "no-opening", ballot.opened_by)] if ballot.on_request is None else []
    if ballot.closes == "declared":
        wanted.append(("close", "no-closing", ballot.closed_by or ballot.opened_by))
    for act, code, narrowed in wanted:
        subjects = {line.subject for line in able if _grants(line, MATTER, act)}
        if not any(_may(subject, narrowed, charter) for subject in subjects):
            who = f" to {' or '.join(narrowed)}" if narrowed else ""
            message = f"ballot '{ballot.id}' of decision '{rule.id}': no line grants {MATTER}.{act}{who} in '{rule.body}', "
            message += "so no vote is ever taken" if act == "open-ballot" else "so it is never closed"
            yield Finding(ballot.source.file or charter.file, ballot.source.line, code, message, "warning")


def _may(subject: str, narrowed: Collection[str], charter: Charter) -> bool:
    """Return whether whom a line names can be one of those to whom a power is narrowed (none: to nobody)."""
    if not narrowed or subject.startswith(RELATION) or subject == ANY:
        return True
    holders = _holders(subject, charter)
    return any(holders & _holders(name, charter) for name in narrowed)


def _holders(name: str, charter: Charter) -> frozenset[str]:
    """Return the roles and seats that a name means: itself, those of a group or a body, the role of a seat."""
    inside = {name} | {role.id for role in charter.roles if name in charter.closure(role.id) or role.body == name}
    inside |= {seat.id for seat in charter.seats if seat.role in inside or name in charter.closure(seat.id)}
    return frozenset(inside | {seat.role for seat in charter.seats if seat.id in inside and seat.role})


def _in_class(line: Line, name: str) -> bool:
    """Return whether a line can count for a matter of that class; ``*``: of some class."""
    classes = {facet.removeprefix(_CLASS) for facet in line.facets if facet.startswith(_CLASS)}
    return not classes or name == ANY or name in classes


def _grants(line: Line, type: str, act: str) -> bool:
    return line.allow and line.type in (type, ANY) and line.act in (act, ANY)
