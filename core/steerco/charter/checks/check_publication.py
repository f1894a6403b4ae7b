"""Check what is to be published: that there is such a thing, somebody who owes it, and one time for it."""

from __future__ import annotations

from collections.abc import Iterator

from steerco.charter.model import NOT_STATED, Charter
from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.tables.publication_rule import PARTS, STANDING, PublicationRule
from steerco.config.explain import nearest

CLOCKS = {"decision": "publication", "minutes": "minutes-public"}
"""The sort of clock that is about publishing the same."""


def check_publications(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every fault of the publications in ``charter``."""
    for rule in charter.publications:
        subject = f"publication of '{rule.of}'"
        if rule.body and rule.body not in names.bodies and not charter.instrument.apart:
            message = f"{subject}: there is no body '{rule.body}'{nearest(rule.body, names.bodies)}"
            yield NameProblem(rule.source, "unknown-body", message)
        if rule.duty_of and rule.duty_of not in names.holders():
            message = f"{subject}: there is no holder '{rule.duty_of}'{nearest(rule.duty_of, names.holders())}"
            yield NameProblem(rule.source, "unknown-holder", message)
        yield from (NameProblem(rule.source, "not-enforced", f"{subject}: {why}", "warning") for why in _idle(rule))
        by = rule.withhold.by if rule.withhold is not None else ""
        if by and by not in names.holders():
            message = f"{subject}, withhold: there is no holder '{by}'{nearest(by, names.holders())}"
            yield NameProblem(rule.source, "unknown-holder", message)
        for clock in charter.clocks:
            same_body = (clock.body or rule.body) == (rule.body or clock.body)
            if rule.within != NOT_STATED and clock.what == CLOCKS.get(rule.of) and same_body:
                message = f"{subject}: clock '{clock.id}' sets a time for the same; leave out one of them"
                yield NameProblem(rule.source, "two-clocks", message)


def _idle(rule: PublicationRule) -> Iterator[str]:
    """Yield what stands in a publication and is read by nothing."""
    timed = rule.within not in (NOT_STATED, "none")
    if rule.of in STANDING:
        if timed:
            yield "within: it is public as it stands on the day, without an act"
        if rule.to != "public":
            yield "nothing follows from it: only to = 'public' opens it"
    elif timed and not (rule.duty_of or rule.body):
        yield "nobody owes it: write 'duty_of' or 'body'"
    known = PARTS.get(rule.of, {})
    for part in rule.named_parts():
        if part not in known:
            yield f"parts: there is no part '{part}' of it; the program knows: {', '.join(known) or 'none'}"
