"""Finding records by their words, over the same entries as the search of the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from steerco.configuration.party_names import PartyNames
from steerco.i18n import Words, words
from steerco.kernel import search as finding
from steerco.kernel.authority import Authority
from steerco.kernel.search import Hit
from steerco.kernel.view import fields, withheld
from steerco.policy.line import READ
from steerco.records import Record, reason
from steerco.store import folding
from steerco.web.http.auth import entered
from steerco.web.http.problems import Anywhere, RequestError, language_of
from steerco.web.http.requests import QueryParams
from steerco.web.http.responses import tagged
from steerco.web.http.worker_pool import reading
from steerco.web.pages.reading.sought import asked

MOST = 100
LONGEST = 100
"""The number of characters of a text that is looked for."""
FURTHEST = 10_000
"""The number of hits of one type after which nobody goes on."""
TITLES = ("title", "name", "text", "conclusion")
"""Where a record's title stands: in the first of these that has one."""


class RecordFound(msgspec.Struct, frozen=True):
    """A record that holds what was looked for. ``kind`` and ``title`` are empty where the record has none."""

    type: str
    id: str
    ref: str
    state: str
    kind: str
    title: str


class RecordsFound(msgspec.Struct, frozen=True):
    """A page of what was found, type by type, the best of each first. ``next`` is what to send as ``after`` for the next page."""

    items: list[RecordFound]
    next: str | None


@get("/search")
@reading
def search(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer which records hold these words, were on this day, or name the party of this name, as far as the caller may see."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        caller.must(READ)
        params.no_day("search-of-today")
        sought = params.one("q") or ""
        of = params.name("of")
        types = {of: caller.type(of)} if of else dict(sorted(caller.tenant.snapshot.types.items()))
        limit, after = params.whole("limit", 20, 1, MOST), params.one("after")
        params.done()
        if not folding.words(folding.folded(sought)) or len(sought) > LONGEST:
            raise RequestError(422, "bad-parameter", fields={"q": reason("no-words", most=LONGEST)})
        authority, say = caller.authority(), words(language_of(request))
        names = PartyNames(say, authority.day)
        first, skipped = _place(after, list(types))
        found = list[RecordFound]()
        for type in (kind for name, kind in types.items() if name >= first):
            meant = asked(names, caller.tenant.snapshot, authority.today, type, sought)
            offset = skipped if type.record_type == first else 0
            hits = finding.records(authority, type, meant, limit - len(found) + 1, offset)
            room = limit - len(found)
            found += _told(authority, say, type, hits[:room])
            if len(hits) > room:
                return tagged(request, RecordsFound(found, f"{type.record_type}:{offset + room}"))
    return tagged(request, RecordsFound(found, None))


def _place(after: str | None, types: list[str]) -> tuple[str, int]:
    """Return where a page begins: a type, and the hits of it that came before. Raises ``RequestError``."""
    if after is None:
        return types[0], 0
    type, _, number = after.partition(":")
    if type not in types or not (number.isascii() and number.isdigit() and len(number) < 6 and int(number) <= FURTHEST):
        raise RequestError(422, "bad-cursor", fields={"after": reason("bad-cursor")})
    return type, int(number)


def _told(authority: Authority, say: Words, type: type[Record], hits: list[Hit]) -> Iterator[RecordFound]:
    """Yield what a hit tells, without what its record keeps from this reader."""
    ids = [hit.record for hit in hits]
    rows = type.read(authority.session, type.those(authority.tenant.id, type.id.in_(ids))) if ids else []
    records = {record.id: record for record in rows}
    kept = {body: withheld(authority, type, body) for body in {record.body for record in records.values()}}
    for record in (records[id] for id in ids):
        values = {name: value for name, value in fields(record).items() if name not in kept[record.body]}
        title = next((values[name] for name in TITLES if values.get(name)), "")
        text = say.of(title) if isinstance(title, Mapping) else str(title)
        state, kind = record.standing(authority.today), str(values.get("kind") or "")
        yield RecordFound(type.record_type, record.id, record.ref, state, kind, text)


ROUTES = (search,)
RESERVED = frozenset({"search"})
"""The word that stands where a record type would."""
