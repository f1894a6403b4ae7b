"""``ActRequest``: one act as somebody asks for it, one value from the edge to the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from steerco.config.characters import code_of, composed, intruder, kind_of
from steerco.configuration.tenant import Tenant
from steerco.records import Action, File, Invalid, Reason, reason
from steerco.records.marked import replaced
from steerco.records.misfit import explain_invalid

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years that a committee deals with; beyond them, calendars and zones overflow."""


@dataclass(frozen=True, slots=True)
class ActRequest:
    """A request for an act: the actor, the act, the record and the time.

    ``actor`` is a person of the tenant, ``action`` is ``type.action``, ``on`` an id or a reference (None: the act makes a
    record). ``at`` is when the act counts, ``recorded_at`` when it is entered (None: the same). ``capacity`` is the role to act
    in, or the officer to act for, where the actor has several. ``version`` is the version of the record that the actor saw. A
    repeat with the same ``key`` gets the first answer. ``entered_by`` enters the act for the actor, ``evidence`` is the signed
    paper. ``token`` is the id of the token or web sign-in by which it was asked for. ``dry_run``: everything but keeping it.
    ``prepared`` is what the log says was made for it before: then it is done again, and nothing is made anew.
    """

    actor: str
    action: str
    at: datetime
    on: str | None = None
    input: Mapping[str, Any] = field(default_factory=dict)
    recorded_at: datetime | None = None
    capacity: str | None = None
    version: int | None = None
    key: str | None = None
    entered_by: str | None = None
    evidence: File | None = None
    token: str = ""
    dry_run: bool = False
    prepared: Mapping[str, Any] | None = None

    @property
    def entered_at(self) -> datetime:
        """When it is entered."""
        return self.recorded_at or self.at

    @property
    def sender(self) -> str:
        """The sender: an idempotency key is its sender's own, also where the act is entered for another person."""
        return self.entered_by or self.actor

    def in_utc(self) -> ActRequest:
        """Return the same with both times in UTC, so that its event reads the same wherever it was made.

        Raises ``ValueError`` for a time without a zone, and for an act that counts later than it is recorded.
        """
        if self.at.tzinfo is None or self.at > self.entered_at:
            raise ValueError("an act counts at a time with a zone, and not after it is recorded")
        return replace(self, at=self.at.astimezone(UTC), recorded_at=self.entered_at.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class TypedAct:
    """The declared action of a request, and its input by type."""

    action: Action
    input: msgspec.Struct


def declared(tenant: Tenant, action: str) -> Action:
    """Return the action of that name. Raises ``Invalid`` where the tenant has none."""
    found = tenant.snapshot.action(action)
    if found is None:
        raise Invalid({"": reason("no-action", action=action[:100], tenant=tenant.snapshot.slug)}, "unknown-action")
    return found


def type_input(tenant: Tenant, request: ActRequest) -> TypedAct:
    """Type the input of a request. Raises ``Invalid`` with every field that does not fit, or that could not be kept."""
    action = declared(tenant, request.action)
    return TypedAct(action, converted(request.input, action.input))


def converted(given: Mapping[str, Any], shape: type[msgspec.Struct]) -> msgspec.Struct:
    """Return an input as ``shape``. Raises ``Invalid`` with every field that does not fit, or that could not be kept."""
    try:
        typed = msgspec.convert(given, shape)
    except msgspec.ValidationError as error:
        raise Invalid(unfit(given) or explain_invalid(given, shape) or {"": str(error)}) from None
    problems = unfit(typed)
    typed = _normalised(typed, problems)
    if problems:
        raise Invalid(problems)
    return typed


def _normalised(typed: msgspec.Struct, problems: dict[str, Reason]) -> msgspec.Struct:
    """Return an input with its texts in the one form in which text is kept; ``problems`` gains the characters that no text of its
    sort may hold, and texts of blanks."""

    def normal(path: str, marks: Mapping[str, Any], text: str) -> str:
        sort = marks.get("text")
        if sort and (wrong := intruder(text, lines=sort == "lines")):
            problems.setdefault(path, reason(f"holds-{kind_of(wrong)}", character=code_of(wrong)))
        elif sort and text and not text.strip():
            problems.setdefault(path, reason("blank"))
        return composed(text) if sort else text

    fields = replaced(typed, normal)
    changed = {name: value for name, value in fields.items() if value is not getattr(typed, name)}
    return msgspec.structs.replace(typed, **changed) if changed else typed


def unfit(value: Any, path: str = "") -> dict[str, Reason]:
    """Return the values that no database of ours can keep, by path: NUL, lone surrogates, times outside the calendar."""
    if isinstance(value, msgspec.Struct):
        named = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
        value = {encoded: getattr(value, name) for encoded, name in named}
    if isinstance(value, Mapping):
        return {p: why for key, each in value.items() for p, why in unfit(each, f"{path}.{key}" if path else str(key)).items()}
    if isinstance(value, list | tuple):
        return {p: why for at, each in enumerate(value) for p, why in unfit(each, f"{path}[{at}]").items()}
    if isinstance(value, str) and ("\0" in value or (not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value))):
        return {path: reason("unstorable")}
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        return {path: reason("years", first=FIRST_YEAR, last=LAST_YEAR)}
    return {}
