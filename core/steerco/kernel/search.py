"""Finding records by their words, as far as an actor may see them.

An entry is looked through within one tenant and one type, and only records that the actor may see come back: of what is hidden
nothing is told, neither a number nor that there is more.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.records import Record, SearchEntry


class Sought(Struct, frozen=True):
    """What is looked for: an entry holds one of the alternatives of each word, or names one of ``parties``.

    Alternatives begin a word of the entry; ``exact`` are the words that were typed with marks: who has them so comes first.
    """

    words: tuple[tuple[str, ...], ...]
    exact: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()


class Hit(Struct, frozen=True):
    """One record, or one row of it, that was found."""

    record: str
    part: str = ""


def records(authority: Authority, type: type[Record], sought: Sought, limit: int, offset: int = 0) -> list[Hit]:
    """Return visible records of a type whose entry, or that of a row of theirs, fits: exact ones first, then the newest."""
    entry = SearchEntry.__table__.c
    nearest = func.min(_rank(entry, sought))
    found = select(entry.record, literal("")).group_by(entry.record).order_by(nearest, entry.record.desc())
    return _found(authority, type, found, _fits(entry, sought), limit, offset)


def rows(authority: Authority, type: type[Record], part: str, sought: Sought, limit: int, offset: int = 0) -> list[Hit]:
    """Return the rows of one part of visible records that fit."""
    entry = SearchEntry.__table__.c
    found = select(entry.record, entry.part).order_by(_rank(entry, sought), entry.part.desc())
    return _found(authority, type, found, and_(entry.part_name == part, _fits(entry, sought)), limit, offset)


def _found(authority: Authority, type: type[Record], found: Any, fits: ColumnElement[bool], limit: int, offset: int) -> list[Hit]:
    shown = visibility.condition(authority, type)
    if shown is None:
        return []
    entry, own = SearchEntry.__table__.c, authority.tenant.id
    joined = found.join_from(SearchEntry, type.table, and_(type.tenant_id == entry.tenant_id, type.id == entry.record))
    mine = (entry.tenant_id == own, type.tenant_id == own, *type.own(), entry.type == type.record_type)
    query = joined.where(*mine, fits, shown).limit(limit).offset(offset)
    return [Hit(*row) for row in authority.session.connection().execute(query)]


def _fits(entry: Any, sought: Sought) -> ColumnElement[bool]:
    words = [or_(*(entry.folded.contains(f" {each}", autoescape=True) for each in word)) for word in sought.words]
    named = [entry.folded.contains(f" @{party} ", autoescape=True) for party in sought.parties]
    return or_(and_(*words), *named) if words else or_(*named)


def _rank(entry: Any, sought: Sought) -> ColumnElement[int]:
    if not sought.exact:
        return literal(0)
    return case((and_(*(entry.text.contains(f" {word}", autoescape=True) for word in sought.exact)), 0), else_=1)
