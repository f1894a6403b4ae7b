"""Exceptions for acts that were not done.

Stopped
├── Invalid      the input has not the right shape, or names what does not exist; per field, all at once
├── NotFound     no such record for this actor
├── Refused      not in the actor's power (the decision says why and who may)
├── OutOfOrder   in the actor's power, but not now: a state, a consent, an opinion is missing
└── Conflict     the record has changed, a place is taken, or the idempotency key was used for something else
"""

from __future__ import annotations

from typing import Any, ClassVar

from steerco.policy.decision import Decision
from steerco.records.reason import Reasons, reasons


class Stopped(Exception):
    """An act that was not done. ``code`` is a stable message code, ``params`` the parameters of its text.

    ``under``: the configuration under which it was judged, where it came so far.
    """

    outcome: ClassVar[str]
    under: Any = None

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code, self.params = code, params


class Invalid(Stopped):
    """``fields`` holds the reason for each invalid input field; the path ``""`` is the input as a whole.

    A reason is a code with parameters (``reason("too-long", most=80)``) or a sentence. ``cites`` are the clauses by which the
    input does not fit, where a rule of the charter stands behind it.
    """

    outcome = "invalid"

    def __init__(self, fields: Reasons, code: str = "invalid-input", cites: tuple[str, ...] = ()) -> None:
        self.fields, self.cites = reasons(fields), cites
        super().__init__(code, fields={path: str(why) for path, why in self.fields.items()})


class NotFound(Stopped):
    """One answer for a missing record, another tenant's record, and a record that the actor may not see."""

    outcome = "not-found"

    def __init__(self, what: str) -> None:
        super().__init__("not-found", what=what)


class Refused(Stopped):
    """``decision`` is the whole answer: basis, clauses, who may, what would change it."""

    outcome = "refused"

    def __init__(self, decision: Decision, code: str = "refused", **params: Any) -> None:
        super().__init__(code, basis=decision.basis, **params)
        self.decision = decision


class _Cited(Stopped):
    """A stop with the clauses behind it."""

    def __init__(self, code: str, *cites: str, **params: Any) -> None:
        super().__init__(code, **params)
        self.cites = cites


class OutOfOrder(_Cited):
    """``cites`` is the basis of the order: clauses of the charter or house, or a platform order ``steerco:…``."""

    outcome = "out-of-order"


class Conflict(_Cited):
    """``cites`` is the basis where a rule stands behind it: mostly a platform order, since what is on record is no clause's."""

    outcome = "conflict"
