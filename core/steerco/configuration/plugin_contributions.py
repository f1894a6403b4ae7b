"""Rules that the plugins of a tenant bring into force beside its own files: so that a new release which brings something
else is seen, and so that nothing is open again because a package was taken away.

A revision is the tenant's files. Instruments, policy lines and rules of plugins are none of them: they come from the release that
is installed, so they can change without a revision. The event of each revision therefore keeps what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256

import msgspec
from msgspec import Struct, structs

from steerco.charter.values import GRADED_KEPT_BY
from steerco.committee.decisions.matter import CLASS_SET_BY
from steerco.committee.decisions.vote_facts import QUORUM
from steerco.committee.documents import numbering, second_signature, signing
from steerco.committee.meetings import meeting_agenda, meeting_papers, notice
from steerco.committee.meetings.meeting import PRESIDING
from steerco.committee.members import mobilisation, secondment
from steerco.committee.work import budget, consultation, direction, issue, proposal
from steerco.committee.work.review import GOES_TO
from steerco.committee.work.task import ANSWERS_TO, REPORTED_TO
from steerco.configuration.platform_orders import MISSING
from steerco.configuration.regime import PLATFORM
from steerco.configuration.snapshot import Snapshot
from steerco.policy import reader
from steerco.policy.line import RELATION, Line

VALUES = {
    QUORUM: "matter.decide",
    PRESIDING: "meeting.convene",
    CLASS_SET_BY: "matter.raise",
    REPORTED_TO: "task.report-done",
    GOES_TO: "review.deliver",
    consultation.POSITIONS: "consultation.answer",
    ANSWERS_TO: "task.assign",
    issue.TOLD: "issue.raise",
    direction.ACKNOWLEDGED: "direction.issue",
    mobilisation.PLACE: "mobilisation.order",
    meeting_agenda.STANDING_ITEMS: "meeting.set-agenda",
    meeting_papers.NOTICE: "meeting.add-paper",
    GRADED_KEPT_BY: "meeting.add-paper",
    secondment.SECONDED_AS: "secondment.accept",
    signing.FOR_THE_HEAD: "document.sign",
    signing.BY_AUTHORITY: "document.sign",
    second_signature.BESIDE: "document.sign",
    numbering.SERIES: "document.issue",
    numbering.SYMBOL: "document.issue",
    numbering.UNIT: "document.draft",
    budget.MANAGED_BY: "budget.open",
    budget.CURRENCY: "budget.open",
    proposal.TARGET: "proposal.file",
}
"""Per named value the act that asks for it by itself. Every other one is asked for by a check, and so by a procedure:"""
CHECKS = {notice.RULE: (notice.CHECK, notice.KNOWN)}
"""per named value, the checks that ask for it."""


class Stood(Struct, frozen=True):
    """The acts that a plugin could stop under a revision.

    ``judged``: the acts on which it had a rule, which an instrument of its binds to a procedure, or which ask for a value that
    one states; ``barred``: the deny lines of its policy, as they were written.
    """

    judged: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()


def brought(snapshot: Snapshot) -> dict[str, str]:
    """By plugin its version and the digest of its instruments and policy lines, as in ``1.0.0 4f0c…``."""
    laws: dict[str, list[str]] = {}
    for law in snapshot.laws:
        if plugin := snapshot.origin.get(law.instrument.id):
            laws.setdefault(plugin, []).append(law.digest)
    lines: dict[str, set[tuple[str, ...]]] = {}
    for line in _lines(snapshot):
        power = (line.subject, line.body, line.object, line.act, *sorted(line.facets), str(line.allow), line.clause)
        lines.setdefault(line.plugin, set()).add(power)
    return {
        plugin.name: f"{plugin.manifest.version} {_digest(laws.get(plugin.name, []), sorted(lines.get(plugin.name, ())))}"
        for plugin in snapshot.circle.plugins
    }


def _lines(snapshot: Snapshot) -> set[Line]:
    """Return the policy lines of plugins."""
    return {line for policy in snapshot.policies.values() for line in policy if line.plugin}


def _digest(*parts: object) -> str:
    return sha256(msgspec.json.encode(parts)).hexdigest()[:16]


# What is missing


def stood(snapshot: Snapshot) -> dict[str, Stood]:
    """By plugin what it could stop; told of each that is on, also where that is nothing."""
    barred = {str(line): line.plugin for line in _lines(snapshot) if not line.allow}
    actions = set(_judged(snapshot))
    return {
        plugin.name: Stood(
            tuple(sorted(act for name, act in actions if name == plugin.name)),
            tuple(sorted(line for line, name in barred.items() if name == plugin.name)),
        )
        for plugin in snapshot.circle.plugins
    }


def _judged(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Pairs of a plugin and an act that it can stop."""
    for action, rules in snapshot.circle.rules.items():
        yield from ((seat.plugin, action) for seat, _ in rules)
    layers = (*snapshot.charters, *snapshot.beside)
    procedures = [
        rule for layer in layers for rule in layer.procedures if rule.effect != "late"
    ]  # what is done late is not stopped
    for law in snapshot.laws:
        if plugin := snapshot.origin.get(law.instrument.id):
            yield from ((plugin, rule.on) for rule in law.procedures if rule.effect != "late")
            for name in {rule.name for rule in law.rules}:
                if name in VALUES:
                    yield plugin, VALUES[name]
                yield from ((plugin, rule.on) for rule in procedures if rule.requires in CHECKS.get(name, ()))


def held(snapshot: Snapshot, was: Mapping[str, Stood]) -> Snapshot:
    """Return a snapshot in which absent plugins still stop all that they stopped, by an order of the platform.

    Acts that they judged are refused, and their deny lines stay. ``was``: their contributions by the revision's event.
    """
    circle = snapshot.circle
    actions = {name: frozenset(contribution.judged) for name, contribution in was.items()}
    present = {line.plugin for line in _lines(snapshot)}
    more = [line for name in circle.absent if name in was and name not in present for line in _bars(snapshot, name, was[name])]
    policies = {file: (*_founded(snapshot, lines), *more) for file, lines in snapshot.policies.items()}
    return replace(snapshot, circle=circle.remembering(actions), policies=policies, _regimes={})


def _founded(snapshot: Snapshot, lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the tenant's own lines: one whose clause is of an instrument that is not here grants nothing, and what it bars stays
    so.
    """
    instruments = {law.instrument.id for law in snapshot.laws} | {PLATFORM}
    for line in lines:
        instrument = line.clause.rpartition(":")[0]
        if not instrument or instrument in instruments:
            yield line
        elif not line.allow:
            yield structs.replace(line, clause=MISSING)


def _bars(snapshot: Snapshot, plugin: str, was: Stood) -> Iterator[Line]:
    """Yield the deny lines of a plugin, as far as there are such records without it. The platform's order is what they rest on:
    the instrument that they cite is not here to be read.
    """
    lines, _ = reader.read("\n".join(was.barred), f"{plugin}/policy", plugin)
    for line in lines:
        kinds = [kind for name, kind in snapshot.types.items() if line.type in ("*", name)]
        relation = line.subject.removeprefix(RELATION)
        if kinds and (relation == line.subject or any(relation in kind.relations for kind in kinds)):
            yield structs.replace(line, clause=MISSING)


# A new release


def released(was: Mapping[str, str], snapshot: Snapshot, could: Mapping[str, Stood] | None = None) -> list[str]:
    """Return, in words, how the plugins of a tenant differ from those of its revision (``were``); ``could``: what they could stop
    then.

    A plugin that the revision's event does not record is left out; one that does not run is reported elsewhere.
    """
    found, can = [], stood(snapshot)
    for name, now in brought(snapshot).items():
        if name in snapshot.circle.absent:
            continue
        before = was.get(name, now)
        version, _, digest = before.partition(" ")
        installed, _, here = now.partition(" ")
        since = f"{name} {version} was installed when revision {snapshot.revision} was applied, {installed} is now"
        if digest != here:
            found.append(f"{since}: its instruments or policy lines are others, and are in force without a revision")
        elif version != installed:
            found.append(f"{since}: its instruments and policy lines are the same; its rules may not be")
        if gone := _gone((could or {}).get(name, Stood()).judged, can[name].judged):
            found.append(f"{since}: its rules no longer judge {gone}")
    return found


def _gone(was: Iterable[str], now: Iterable[str]) -> str:
    return ", ".join(sorted(set(was) - set(now)))
