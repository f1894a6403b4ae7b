"""Requests as they come in: query, body and headers of a request, checked before anything is done with them.

Whatever a database, a calendar or a parser could choke on (NUL, half a surrogate pair, an integer of a thousand digits, the
year 9999 in another zone, a list a thousand levels deep) is found here and answered with where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from steerco.config.characters import composed
from steerco.kernel.act import FIRST_YEAR, LAST_YEAR
from steerco.records import File, Invalid
from steerco.records.misfit import explain_invalid
from steerco.records.reason import Reason, reason, unknown
from steerco.web.http.problems import Anywhere, RequestError

S = TypeVar("S", bound=msgspec.Struct)
MOST_WHOLE = 2**63 - 1
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
"""The years that a committee deals with; beyond them, calendars and zones overflow."""
AHEAD = timedelta(days=5 * 366)
"""The distance from today up to which anything is reckoned: each period until then costs time, for which other requests wait."""
KEY = 200


def query(request: Anywhere) -> dict[str, list[str]]:
    """Return the parameters of the query, each with all its values in order."""
    raw: bytes = request.scope["query_string"]
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except (UnicodeDecodeError, ValueError):
        raise RequestError(400, "bad-parameter", fields={"": reason("bad-query", most=100)}) from None
    parameters: dict[str, list[str]] = {}
    for name, value in pairs:
        if "\x00" in name or "\x00" in value:
            raise RequestError(422, "bad-parameter", fields={name.replace("\x00", ""): reason("unstorable")})
        parameters.setdefault(name, []).append(composed(value))
    return parameters


class QueryParams:
    """A query's parameters, each taken once; what nobody has taken at the end is unknown."""

    def __init__(self, request: Anywhere) -> None:
        self.rest = query(request)
        self.known: set[str] = set()

    def one(self, name: str) -> str | None:
        """Return the value of a parameter that stands at most once."""
        self.known.add(name)
        values = self.rest.pop(name, None)
        if values is None:
            return None
        if len(values) > 1:
            raise RequestError(400, "bad-parameter", fields={name: reason("repeated")})
        return values[0]

    def name(self, name: str) -> str | None:
        """Return a parameter that is a short name."""
        value = self.one(name)
        if value is not None and not 1 <= len(value) <= 80:
            raise RequestError(400, "bad-parameter", fields={name: reason("length", least=1, most=80)})
        return value

    def choice(self, name: str, among: Sequence[str]) -> str:
        """Return one of ``among``; empty where the parameter is left out. Raises ``RequestError``."""
        value = self.one(name)
        if value is not None and value not in among:
            raise RequestError(400, "bad-parameter", fields={name: reason("not-one-of", known=list(among))})
        return value or ""

    def flag(self, name: str) -> bool:
        """Return whether a parameter is 1 (0 or left out: False). Raises ``RequestError``."""
        value = self.one(name)
        if value not in (None, "0", "1"):
            raise RequestError(400, "bad-parameter", fields={name: reason("not-one-of", known=["1", "0"])})
        return value == "1"

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number within bounds. Raises ``RequestError``."""
        value = self.one(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 19 and least <= int(value) <= most):
            raise RequestError(400, "bad-parameter", fields={name: reason("not-whole", least=least, most=most)})
        return int(value)

    def offset(self, limit: int, most: int) -> slice:
        """Return the part of a list that is computed as a whole: ``limit`` items (by default so many) from ``after`` on. Raises
        ``RequestError``."""
        size, after = self.whole("limit", limit, 1, most), self.whole("after", 0, 0, 10**9)
        return slice(after, after + size)

    def day(self, name: str, status: int = 400) -> date | None:
        """Return a day, as 2021-02-03. Raises ``RequestError`` with ``status`` for any other text."""
        value = self.one(name)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value) if len(value) == 10 else None
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            raise RequestError(
                status,
                "bad-parameter",
                fields={name: reason("bad-day-of-years", first=YEARS.start, last=YEARS.stop - 1)},
            )
        return day

    def no_day(self, why: str) -> None:
        """A day cannot be asked for: ``why`` is the reason, which says what to ask instead. Raises ``RequestError``."""
        if "at" in self.rest:
            raise RequestError(400, "bad-parameter", fields={"at": reason(why)})

    def done(self) -> None:
        """Every parameter has been taken. Raises ``RequestError`` for those that nobody knows."""
        if self.rest:
            raise RequestError(400, "bad-parameter", fields=dict.fromkeys(self.rest, unknown(self.known)))


def next_offset(items: Sequence[Any], page: slice) -> str | None:
    """Return what to send as ``after`` for the page after this one; None on the last."""
    return str(page.stop) if page.stop < len(items) else None


def fitting(members: Mapping[str, Any], sort: type[S]) -> S:
    """Return members of a body as a value of that type. Raises ``RequestError``, by path."""
    try:
        return msgspec.convert(members, sort)
    except msgspec.ValidationError:
        raise RequestError(422, "bad-parameter", fields=explain_invalid(members, sort)) from None


FIELDS = 200


def typed_form(request: Anywhere, body: bytes) -> dict[str, str]:
    """Return the fields of a form, each with its last value. Raises ``RequestError`` for a body that no form of a page gives."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and kind != "application/x-www-form-urlencoded":
        raise RequestError(
            415, "wrong-content-type", headers={"Accept": "application/x-www-form-urlencoded"}, sent=kind[:100] or "nothing"
        )
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise RequestError(400, "bad-parameter", fields={"": reason("bad-query", most=FIELDS)}) from None
    return {name: composed(value).replace("\x00", "") for name, value in pairs}


def json_body(request: Anywhere, body: bytes, depth: int) -> dict[str, Any]:
    """Return the object in a JSON body; an empty body is an empty object."""
    if not body:
        return {}
    sent = request.headers.get("content-type", "")
    kind = sent.partition(";")[0].strip().lower()
    charset = sent.lower().partition("charset=")[2].strip(' "')
    if kind != "application/json" or charset not in ("", "utf-8"):
        raise RequestError(415, "wrong-content-type", headers={"Accept": "application/json"}, sent=sent[:100] or "nothing")
    return parsed(body, depth)


def parsed(body: bytes | str, depth: int) -> dict[str, Any]:
    """Return the object in a JSON text. Raises ``RequestError`` for what is no JSON, no object, or nested too deeply."""
    try:
        decoded = msgspec.json.decode(body)
    except RecursionError:
        raise RequestError(400, "too-deep", limit=depth) from None
    except (msgspec.MsgspecError, UnicodeError, ValueError) as error:
        raise RequestError(400, "malformed-json", reason=str(error)) from None
    if not isinstance(decoded, dict):
        raise RequestError(400, "not-an-object", found=type(decoded).__name__)
    problems = dict(_unsound(decoded, "", depth))
    if problems:
        raise Invalid(problems)
    return decoded


ENTERED_FOR = "entered_for"
"""The member of an act's body, beside the input, that says for whom it is entered."""


class EnteredFor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The actor of an act that another enters: ``who`` (a person, or a role, seat or office with one holder) did it on paper;
    ``evidence`` is that signed paper. The act is theirs, by their power; the event names both."""

    who: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    evidence: File


def entered_for(body: dict[str, Any]) -> EnteredFor | None:
    """For whom an act is entered, taken out of its body. Raises ``Invalid``, by path."""
    if (member := body.pop(ENTERED_FOR, None)) is None:
        return None
    try:
        entered = msgspec.convert(member, EnteredFor)
    except msgspec.ValidationError as error:
        wrong = explain_invalid(member, EnteredFor) or {"": Reason("text", {"text": str(error)})}
        raise Invalid({f"{ENTERED_FOR}.{path}".rstrip("."): why for path, why in wrong.items()}) from None
    if unfit := entered.evidence.wrong():
        raise Invalid({f"{ENTERED_FOR}.evidence": unfit})
    return entered


def _unsound(value: Any, path: str, depth: int) -> Iterator[tuple[str, Reason]]:
    """Yield every value that cannot be kept, with its path."""
    if isinstance(value, str):
        if "\x00" in value:
            yield path, reason("unstorable")
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if not -MOST_WHOLE <= value <= MOST_WHOLE:
            yield path, reason("too-great", most=MOST_WHOLE)
    elif isinstance(value, dict | list):
        if depth <= 0:
            raise RequestError(400, "too-deep", limit="so many")
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            inner = f"{path}[{key}]" if isinstance(value, list) else f"{path}.{key}" if path else str(key)
            if isinstance(key, str) and "\x00" in key:
                yield inner.replace("\x00", ""), reason("name-unstorable")
            yield from _unsound(item, inner, depth - 1)


def version_wanted(request: Anywhere) -> int | None:
    """Return the version that ``If-Match`` names (RFC 9110, 13.1.1); None where there is no such header, or it is ``*``.

    The version is what stands before the dot of an ETag; what follows it tells two renderings apart. A weak tag is taken too:
    proxies weaken tags when they compress.
    """
    tag = request.headers.get("if-match")
    if tag is None or tag.strip() == "*":
        return None
    bare = tag.strip().removeprefix("W/").strip('"')
    number = bare.partition(".")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19) or "," in tag:
        raise RequestError(400, "bad-if-match")
    return int(number)


def idempotency_key(request: Anywhere) -> str | None:
    """Return the client's key for an act, if it sent one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    bare = key.strip().strip('"')
    if not bare or len(bare) > KEY or not bare.isascii() or not bare.isprintable():
        raise RequestError(400, "bad-idempotency-key")
    return bare


def strings(members: Mapping[str, Any], *names: str) -> dict[str, str | None]:
    """Members of an object that must be texts where they are there."""
    odd = {n: type(members[n]).__name__ for n in names if members.get(n) is not None and not isinstance(members[n], str)}
    wrong = {name: reason("wrong-type", wanted="str", got=type_name) for name, type_name in odd.items()}
    if wrong:
        raise Invalid(wrong)
    return {name: members.get(name) for name in names}
