"""The facts that a plugin is told, and the tools that it is handed. Facts are frozen: nothing that a plugin does to them
reaches anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy.orm import Session

from steerco.charter.calendar import Calendar
from steerco.charter.model import Charter, Label
from steerco.charter.rules import Effective
from steerco.extension.results import Answer, Cites, Ruling, check_callable, check_founded, check_types
from steerco.records import NotFound, Record

Fields = Mapping[str, Any]


def frozen(value: Any) -> Any:
    """Return the same value, unchangeable through and through."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    if isinstance(value, set | frozenset):
        return frozenset(frozen(item) for item in value)
    return value


class TenantFacts(Struct, frozen=True):
    """The committee that a plugin is asked for. ``settings`` are the plugin's own, as ``tenant.toml`` gives them."""

    slug: str
    name: Label
    time_zone: str
    languages: tuple[str, ...]
    main_body: str
    charters: tuple[Charter, ...]
    settings: Fields

    @property
    def zone(self) -> ZoneInfo:
        """The tenant's time zone."""
        return ZoneInfo(self.time_zone)


class Act(Struct, frozen=True):
    """An act that somebody is about to do, in the actor's power as far as the charter goes.

    ``record`` is the record as the actor sees it (of an act that makes one: what the input tells of it), with ``author_as``, the
    seat in or for which it was made; ``referred`` are the records that the input names, by field. ``at`` is when the act counts
    (UTC), ``today`` its day in the tenant's zone.
    ``values`` are the named values that the charter and the layers beside it give for such a record (``quorum``, ``notice``).
    """

    tenant: TenantFacts
    action: str
    record: Fields
    input: Fields
    referred: Mapping[str, Fields]
    actor: str
    roles: frozenset[str]
    body: str
    at: datetime
    today: date
    calendar: Calendar
    values: Mapping[str, Effective]
    rule: Rule

    @property
    def settings(self) -> Fields:
        """The plugin's settings in this tenant."""
        return self.tenant.settings

    def local_day(self, value: datetime | date) -> date:
        """Return the day of a time in the tenant's zone; a time without a zone is the tenant's."""
        if not isinstance(value, datetime):
            return value
        return value.astimezone(self.tenant.zone).date() if value.tzinfo else value.date()

    def refuse(self, code: str, *, vi: str = "", en: str = "", cite: tuple[str, ...] = ()) -> Ruling:
        """The act must not be done so; the rule's clauses say why, or ``cite``: those of one of the ``values``."""
        return Ruling("refused", code, cite or self.rule.cite, Label(vi, en))

    def not_yet(self, code: str, *, vi: str = "", en: str = "", cite: tuple[str, ...] = ()) -> Ruling:
        """The act must wait for something; the rule's clauses say what, or ``cite``: those of one of the ``values``."""
        return Ruling("out-of-order", code, cite or self.rule.cite, Label(vi, en))


class Rule(Struct, frozen=True):
    """A rule that a plugin adds: before the action ``on`` (``type.action``) is done, ``judge`` is asked.

    ``judge`` answers None, or a ruling made by ``act.refuse`` or ``act.not_yet``. It is given frozen facts, holds no lock, and
    may take two seconds. ``cite`` are the clauses that it applies (``<instrument>:<clause>`` for those that the plugin brings).
    """

    on: str
    judge: Callable[[Act], Ruling | None]
    cite: Cites
    gloss: Label = Label()

    def __post_init__(self) -> None:
        check_founded("a rule", self.cite)
        check_types("a rule", on=(self.on, str))
        check_callable("a rule", "judge", self.judge)


class Recorded(Struct, frozen=True):
    """One event of a tenant's log, as everybody who follows it is told of it: who did what to which record, in which capacity,
    because of which clauses. ``at`` is when it counts, ``recorded_at`` when it was entered; ``state`` and ``version`` are those
    that it left."""

    seq: int
    at: datetime
    recorded_at: datetime
    action: str
    type: str
    record: str
    ref: str
    state: str
    version: int
    person: str
    capacity: str
    acting_for: str
    because: tuple[str, ...]


class Happened(Recorded, frozen=True):
    """One event of the tenant's log. ``after`` are the record's short values as the act left it, ``told`` the persons to tell,
    ``caused_by`` the number of the event from which it followed by right (None: from none)."""

    after: Fields
    told: tuple[str, ...]
    caused_by: int | None
    hash: str


class Notice(Struct, frozen=True):
    """Something to tell one person: title, clauses and where to look; never a paper's content."""

    person: str
    email: str
    about: Happened
    title: str


class AtLeast(Struct, frozen=True):
    """In the ``where`` of ``Hands.records``: the value itself or a later, greater one."""

    value: Any


class Hands(Protocol):
    """What a plugin may do in one tenant. Everything goes the roads that everybody's acts and readings go.

    ``by`` is the person on whose behalf; None is the plugin itself, which sees all of the tenant's records and may do the
    actions of its own record types.
    """

    @property
    def tenant(self) -> TenantFacts:
        """What the plugin is told of the tenant."""
        ...

    @property
    def now(self) -> datetime:
        """The time: a plugin looks at no clock."""
        ...

    @property
    def mark(self) -> str:
        """Stands for all that the tenant's log holds: while it is the same, so is every record, and on the same day whoever
        may see it."""
        ...

    def records(
        self, type: str, *, by: str | None = None, where: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> Iterator[Fields]:
        """Return the records of a type that ``by`` may see, oldest first, with their parts and the time of their last change
        (``changed_at``); ``where``: fields and wanted values, each a value or ``AtLeast`` one.
        """
        ...

    def record(self, type: str, id: str, *, by: str | None = None) -> Fields | None:
        """Return one record by id or reference, as far as ``by`` may see it."""
        ...

    def file(self, type: str, id: str, digest: str, *, by: str | None = None) -> bytes | None:
        """Return the content of a file that a record names by its digest; None where ``by`` may not see the record, or where it
        names no such file."""
        ...

    def day(self, on: date | None = None) -> Any:
        """Return who is who on a day (``api.Parties``), by default today."""
        ...

    def perform(
        self, action: str, *, on: str | None = None, input: Mapping[str, Any] | None = None, by: str | None = None, key: str = ""
    ) -> str:
        """Do an act through the kernel and give the record's id. ``key``: a repeat with the same key is done once.

        Raises what ``kernel.perform`` raises.
        """
        ...

    def write(self) -> AbstractContextManager[Session]:
        """Return one transaction on the plugin's own tables (not records: those change by acts alone)."""
        ...

    def read(self) -> AbstractContextManager[Session]:
        """Return one snapshot of the tenant, for the plugin's own tables."""
        ...

    def type(self, name: str) -> type[Record]:
        """Return a record type of the tenant. Raises ``KeyError``."""
        ...


def _unasked(*asked: object, **more: object) -> Any:
    """Stands where a request carries no token."""
    raise NotFound("token")


class Request(Struct, frozen=True):
    """A request to a route. ``caller`` is the person whose token it carries, empty where it carries none.

    ``by`` is on whose behalf to read, for ``hands``: the caller; None (everything) in a demonstration, whose pages are public.

    ``api(method, path, query, input, headers)`` asks the committee's own API (``path`` is below ``/t/{tenant}/api/``) with the
    caller's token, and returns its ``Answer``: nothing more than the caller could ask, and counted as what they ask. It raises
    ``Busy`` where none came within four seconds: what was asked may still be done, so send acts with a key. ``seal(text)``
    returns a seal over a text to which a later request with the same token comes again, and nobody else: what a plugin hands out
    and gets back, it need not keep. Both raise ``NotFound`` where the request carries no token.
    """

    hands: Hands
    by: str | None
    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    caller: str
    language: str
    api: Callable[..., Answer] = _unasked
    seal: Callable[[str], str] = _unasked
