"""The input that a filled form means, and the fields that an input fills: each undoes the other.

What cannot be read is told by the path of its field; the rest is typed by the kernel as the API has it, so that a form and the
API refuse the same with the same reasons.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from steerco.kernel.act import converted
from steerco.records import Invalid, Reason, reason
from steerco.web.pages.forms.candidates import search
from steerco.web.pages.forms.desk import FormDesk
from steerco.web.pages.forms.posted import CLOCK, GROUP, OF, ROW, SOUGHT, VALUE, KeptFile, Posted, of_query, path_of
from steerco.web.pages.forms.rows import drop_empty_rows, settle
from steerco.web.pages.forms.shapes import Shape
from steerco.web.pages.forms.typed import read_clock
from steerco.web.pages.frame import dates

EMPTY: Any = None


class Meaning(NamedTuple):
    """The input of the act, and what is wrong with it, by path (``tasks[2].due_on``; ``""``: the form as a whole)."""

    input: dict[str, Any]
    errors: dict[str, Reason]


@dataclass
class FormReading:
    """The reading of one form."""

    desk: FormDesk
    posted: Posted
    errors: dict[str, Reason] = field(default_factory=dict)

    def fields(self, shapes: Sequence[Shape], before: str = "") -> dict[str, Any]:
        """Return the values of these fields that have one; ``before`` is the beginning of their names."""
        values = {shape.name: self.value(shape, before + shape.name) for shape in shapes}
        return {name: value for name, value in values.items() if value is not EMPTY}

    def value(self, shape: Shape, flat: str) -> Any:
        """Return the value of a field, None where it has none."""
        match shape.kind:
            case "rows":
                return self._listed(shape, [self._row(shape, f"{flat}-{n}") for n in self.posted.rows(flat)])
            case "group":
                return self.fields(shape.members, f"{flat}-") or ({} if shape.required else EMPTY)
            case "pairs":
                return self._pairs(shape, flat)
            case "parties":
                return self._listed(shape, [self._party(text, shape, flat) for text in self._texts(flat)])
            case "choices":
                return self._listed(shape, self.posted.values(flat))
            case "lines":
                lines = [line.strip() for text in self.posted.values(flat) for line in text.split("\n") if line.strip()]
                return self._listed(shape, [self._scalar(line, shape.members[0], flat) for line in lines])
            case "files":
                return self._listed(shape, [self._file(kept) for kept in self.posted.files.get(flat, [])])
            case "file":
                kept = self.posted.files.get(flat, [])
                return self._file(kept[-1]) if kept else EMPTY
        return self._one(shape, flat)

    def _listed(self, shape: Shape, values: list[Any]) -> Any:
        return values if values or shape.required else EMPTY

    def _row(self, shape: Shape, flat: str) -> dict[str, Any]:
        return self.fields(shape.members, f"{flat}-")

    def _pairs(self, shape: Shape, flat: str) -> Any:
        rows = [self.fields(shape.members, f"{flat}-{n}-") for n in self.posted.rows(flat)]
        pairs: dict[str, Any] = {}
        for n, row in zip(self.posted.rows(flat), rows, strict=True):
            if (key := str(row.get("key", ""))) in pairs:
                self._wrong(f"{flat}-{n}-key", "repeated")
            if row:
                pairs[key] = row.get("value", "")
        return pairs if pairs or shape.required else EMPTY

    def _texts(self, flat: str) -> list[str]:
        """Return the texts of a field of several parties: those ticked, and what stands in the search."""
        sought = self.posted.text(SOUGHT + flat)
        group = self.desk.parties.groups.get(self.posted.text(GROUP + flat), ())
        return list(dict.fromkeys([*self.posted.values(flat), *group, *([sought] if sought else [])]))

    def _one(self, shape: Shape, flat: str) -> Any:
        text = self.posted.value(flat)
        if shape.kind == "period":
            return self._period(flat)
        if shape.kind == "time":
            return self._time(text, self.posted.text(CLOCK + flat), flat)
        return self._scalar(text, shape, flat) if text else EMPTY

    def _scalar(self, text: str, shape: Shape, flat: str) -> Any:
        match shape.kind:
            case "day":
                return self._day(text, flat)
            case "yes-no":
                return {"yes": True, "no": False}.get(text, text)
            case "whole" | "decimal":
                return self._number(text, flat, whole=shape.kind == "whole")
            case "party":
                return self._party(text, shape, flat)
            case "record":
                return self._record(text, shape, flat)
        return text

    def _number(self, text: str, flat: str, *, whole: bool) -> int | float | None:
        """Return the number that a text means: with blanks or points between thousands, and a comma before what is less than
        one."""
        bare = re.sub(r"(?<=\d)[ .](?=\d{3}\b)", "", text) if whole else text.replace(",", ".")
        if not re.fullmatch(r"[+-]?[0-9]{1,18}" if whole else r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", bare):
            return self._wrong(flat, "no-number", given=text[:40])  # type: ignore[no-any-return]  # typed by its field
        return int(bare) if whole else float(bare)

    def _wrong(self, flat: str, code: str, **params: Any) -> Any:
        self.errors.setdefault(path_of(flat), reason(code, **params))
        return EMPTY

    def _day(self, text: str, flat: str) -> str | None:
        try:
            return dates.read_day(text, self.desk.today, self.desk.calendar).isoformat()
        except dates.DayUnreadable as unreadable:
            self.errors.setdefault(path_of(flat), unreadable.reason)
            return None

    def _time(self, text: str, clock: str, flat: str) -> str | None:
        if not text and not clock:
            return None
        if not text or not clock:
            return self._wrong(flat, "time-needed" if text else "day-needed")  # type: ignore[no-any-return]  # typed by its field
        day, hour = self._day(text, flat), read_clock(clock)
        if isinstance(hour, Reason):
            self.errors.setdefault(path_of(flat), hour)
            return None
        return datetime.combine(date.fromisoformat(day), hour).isoformat() if day else None

    def _period(self, flat: str) -> str | None:
        year, kind = self.posted.value(flat), self.posted.text(OF + flat)
        if not year and not kind:
            return None
        if not re.fullmatch(r"\d{4}", year):
            return self._wrong(flat, "no-year", given=year[:10])  # type: ignore[no-any-return]  # typed by its field
        return f"{year}-{kind}" if kind and kind != "year" else year

    def _party(self, text: str, shape: Shape, flat: str) -> str | None:
        known = self.desk.parties.exactly(text, shape)
        if known is not None:
            return known.name
        found = search(text, self.desk.parties.of(shape))
        code = "choose-one" if found.hits else "nobody-found"
        return self._wrong(flat, code, given=text[:80], n=len(found.hits) + found.more)  # type: ignore[no-any-return]

    def _record(self, text: str, shape: Shape, flat: str) -> str | None:
        if record := self.desk.records.named(text, shape):
            return record.ref
        found = self.desk.records.search(text, shape)
        if len(found.hits) == 1 and not found.more:
            return found.hits[0].name
        code = "choose-record" if found.hits else "no-record-found"
        return self._wrong(flat, code, given=text[:80], n=len(found.hits) + found.more)  # type: ignore[no-any-return]

    def _file(self, kept: KeptFile) -> dict[str, str]:
        tenant = self.desk.visit.tenant
        with tenant.files.open(tenant.id, kept.digest) as file:
            return {"name": kept.name, "base64": b64encode(file.read()).decode()}


def to_input(desk: FormDesk, posted: Posted, own: Collection[str] = ()) -> Meaning:
    """Return the input that a form means, with everything that is wrong with it at its field. Rows in which nothing stands leave
    the form. ``own``: names of fields that the act's page has beside those of the input."""
    settle(posted)
    drop_empty_rows(posted, desk.shapes)
    reading = FormReading(desk, posted)
    given = reading.fields(desk.shapes)
    errors = {**posted.problems, **reading.errors}
    if strange := [*_strange(desk, posted), *posted.unknown(own)]:
        errors.setdefault("", reason("unknown-fields", names=", ".join(name[:60] for name in strange[:5])))
    try:
        converted(given, desk.action.input)
    except Invalid as invalid:
        told = tuple(errors)
        for path, why in invalid.fields.items():
            if not any(path == known or path.startswith((f"{known}[", f"{known}.")) for known in told if known):
                errors.setdefault(path, why)
    return Meaning(given, errors)


def _strange(desk: FormDesk, posted: Posted) -> list[str]:
    """Return the fields of the input that were sent and that the action does not have: no browser sends them by itself."""
    known = {shape.name for shape in desk.shapes}
    sent = [name.removeprefix(VALUE) for name in posted.fields if name.startswith(VALUE)]
    return [name for name in sent if name.partition("-")[0] not in known]


def from_input(desk: FormDesk, given: Mapping[str, Any]) -> Posted:
    """Return the fields as they would be sent if the form were filled in with this input. Files are left out."""
    filling = _Filling(desk)
    for shape in desk.shapes:
        if given.get(shape.name) is not None:
            filling.fill(shape, shape.name, given[shape.name])
    return filling.posted


def begun(desk: FormDesk) -> Posted:
    """Return the fields of a form that is opened: what is to be changed as it stands, and what the address gives."""
    start = desk.record.begins(desk.action.name, desk.content) if desk.record is not None else {}
    posted = from_input(desk, start)
    posted.fields |= of_query(desk.visit.query.given).fields
    return posted


class _Filling:
    """Writes an input into the fields of a form."""

    def __init__(self, desk: FormDesk) -> None:
        self.desk, self.posted = desk, Posted()
        self.parties, self.records = desk.parties, desk.records

    def fill(self, shape: Shape, flat: str, value: Any) -> None:
        match shape.kind:
            case "rows":
                for at, row in enumerate(value):
                    self.posted.fields[f"{ROW}{flat}-{at}"] = ["closed"]
                    self._members(shape, f"{flat}-{at}", row)
            case "group":
                self._members(shape, flat, value)
            case "pairs":
                for at, (key, each) in enumerate(value.items()):
                    self.posted.fields[f"{ROW}{flat}-{at}"] = ["closed"]
                    self._members(shape, f"{flat}-{at}", {"key": key, "value": each})
            case "lines":
                self._put(flat, "\n".join(self._written(shape.members[0], each) for each in value))
            case "parties" | "choices":
                self.posted.fields[VALUE + flat] = [self._written(shape, each) for each in value]
            case "time":
                at_ = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
                local = at_.astimezone(self.desk.authority.tenant.snapshot.settings.zone) if at_.tzinfo else at_
                self._put(flat, dates.day(self.desk.say, local.date()))
                self.posted.fields[CLOCK + flat] = [f"{local:%H:%M}"]
            case "period":
                year, _, kind = str(value).partition("-")
                self._put(flat, year)
                self.posted.fields[OF + flat] = [kind or "year"]
            case "files" | "file":
                pass
            case _:
                self._put(flat, self._written(shape, value))

    def _members(self, shape: Shape, flat: str, row: Any) -> None:
        values = msgspec.to_builtins(row) if isinstance(row, msgspec.Struct) else row
        for member in shape.members:
            if values.get(member.name) is not None:
                self.fill(member, f"{flat}-{member.name}", values[member.name])

    def _put(self, flat: str, text: str) -> None:
        self.posted.fields[VALUE + flat] = [text]

    def _written(self, shape: Shape, value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if shape.kind == "day":
            return dates.day(self.desk.say, value if isinstance(value, date) else date.fromisoformat(str(value)))
        if shape.kind in ("party", "parties"):
            return self.parties.labelled(str(value))
        if shape.kind == "record":
            found = self.records.named(str(value), shape)
            return found.ref if found else str(value)
        return str(value)
