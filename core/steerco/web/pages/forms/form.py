"""A form as a page shows it: the fields of an action's input, each with its control, filled with what was sent so far.

``form_of`` makes it; the macros of ``forms/fields.html`` draw it. Nothing on it is JSON, an id or a path of a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from steerco.records import Reason
from steerco.web.pages.forms.candidates import MOST_LISTED, SearchHits, search
from steerco.web.pages.forms.desk import FormDesk
from steerco.web.pages.forms.posted import CLOCK, GROUP, OF, ROW, SOUGHT, KeptFile, Posted, flat_of
from steerco.web.pages.forms.rows import OPEN, is_table
from steerco.web.pages.forms.shapes import Shape
from steerco.web.pages.forms.typed import told_day
from steerco.web.pages.frame import dates

AT_ONCE = 4
"""So many optional fields stand open; those after them in a fold."""
FEW = 6
"""A choice of so many is made with radios, of more in a list."""
PERIOD_KINDS = ("year", "H1", "H2", "Q1", "Q2", "Q3", "Q4", *(f"{month:02}" for month in range(1, 13)))


class FormOption(NamedTuple):
    """One value that may be chosen: what is sent, what is read, whether it is chosen."""

    value: str
    label: str
    chosen: bool


class FormRow(NamedTuple):
    """One row of a list: its place and name, its fields (``further`` are those in a fold), and, where it is closed, what stands
    in it in one line."""

    flat: str
    number: int
    name: str
    open: bool
    summary: str
    first: tuple[FieldControl, ...]
    further: tuple[FieldControl, ...]
    error: bool

    @property
    def controls(self) -> tuple[FieldControl, ...]:
        """All its fields."""
        return (*self.first, *self.further)

    @property
    def fold_open(self) -> bool:
        """Whether the fold has to be open: something is filled in there, or wrong."""
        return any(each.filled for each in self.further)


@dataclass
class FieldControl:
    """One field on a page. ``flat`` is the end of its names (``tasks-2-title``), ``value`` and ``values`` what stands in it,
    ``told`` what was understood of that, ``found`` the hits to choose from where it has not one meaning yet, ``listed`` the id of
    the browser's own list."""

    kind: str
    flat: str
    label: str
    hint: str = ""
    required: bool = False
    error: str = ""
    value: str = ""
    second: str = ""
    values: tuple[str, ...] = ()
    told: str = ""
    options: tuple[FormOption, ...] = ()
    listed: str = ""
    groups: tuple[str, ...] = ()
    found: SearchHits | None = None
    chosen: str = ""
    only: bool = False
    rows: tuple[FormRow, ...] = ()
    table: bool = False
    ordered: bool = False
    adds: str = ""
    for_all: tuple[FormOption, ...] = ()
    members: tuple[FieldControl, ...] = ()
    files: tuple[KeptFile, ...] = ()
    most: int | float | None = None
    single: bool = False

    @property
    def id(self) -> str:
        """The id of its element: where a link of the error summary leads."""
        return f"f-{self.flat}"

    @property
    def describes(self) -> str:
        """The ids of its hint and its error, for ``aria-describedby``."""
        parts = [("hint", self.hint), ("error", self.error), ("told", self.told)]
        return " ".join(f"{name}-{self.id}" for name, text in parts if text)

    @property
    def wrong(self) -> bool:
        """Whether it, or something inside it, has an error."""
        return bool(self.error) or any(each.wrong for each in self.members) or any(row.error for row in self.rows)

    @property
    def filled(self) -> bool:
        """Whether something stands in it, or is wrong with it."""
        return bool(self.wrong or self.value or self.values or self.rows or self.files)


class FormError(NamedTuple):
    """One line of the summary of errors: where it is, what is wrong, and the field that it leads to (empty: none)."""

    label: str
    text: str
    id: str


@dataclass
class Form:
    """The form of an action. ``first`` are the fields that stand open, ``further`` those in the fold."""

    desk: FormDesk
    key: str
    version: int | None
    first: tuple[FieldControl, ...]
    further: tuple[FieldControl, ...]
    errors: tuple[FormError, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_files: bool = False
    controls: Mapping[str, FieldControl] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """The token that binds it to the reader's sign-in."""
        return self.desk.visit.reader.form_token if self.desk.visit.reader else ""

    @property
    def fold_open(self) -> bool:
        """Whether the fold has to be open: something is filled in there, or wrong."""
        return any(each.filled for each in self.further)


def form_of(desk: FormDesk, posted: Posted, key: str, errors: Mapping[str, Reason] | None = None) -> Form:
    """Return the form of the desk's action with what was posted so far, and what is wrong with it by path."""
    desk.choose(posted)
    drawing = _Drawing(desk, posted, errors or {})
    controls = drawing.controls(desk.shapes)
    first, further = folded(controls)
    version = posted.version if posted.version is not None else desk.record.version if desk.record is not None else None
    return Form(
        desk,
        key,
        version,
        first,
        further,
        drawing.summary(controls),
        {id: labels for labels, id in drawing.lists.items()},
        any(shape.kind in ("files", "file") for shape in desk.shapes),
        {each.flat: each for each in controls},
    )


def folded(controls: Sequence[FieldControl]) -> tuple[tuple[FieldControl, ...], tuple[FieldControl, ...]]:
    """Return the fields that stand open, and those in the fold: all optional ones after the fourth, if they are several."""
    optional = [each.flat for each in controls if not each.required]
    inside = set(optional[AT_ONCE:]) if len(optional) > AT_ONCE + 1 else set()
    return tuple(each for each in controls if each.flat not in inside), tuple(each for each in controls if each.flat in inside)


class _Drawing:
    """Makes the controls of one form."""

    def __init__(self, desk: FormDesk, posted: Posted, errors: Mapping[str, Reason]) -> None:
        self.desk, self.posted = desk, posted
        self.errors = {flat_of(path): why for path, why in errors.items()}
        self.parties, self.records = desk.parties, desk.records
        self.lists: dict[tuple[str, ...], str] = {}

    def _listed(self, labels: tuple[str, ...]) -> str:
        """Return the id of the list of these labels: fields that offer the same have one."""
        return self.lists.setdefault(labels, f"list-{len(self.lists) + 1}") if 0 < len(labels) <= MOST_LISTED else ""

    def controls(self, shapes: Sequence[Shape], before: str = "", of: str = "") -> tuple[FieldControl, ...]:
        """Return the controls of these fields, whose names begin with ``before``; ``of`` is the list that they are in."""
        return tuple(self._control(shape, before + shape.name, of) for shape in shapes)

    def _control(self, shape: Shape, flat: str, of: str) -> FieldControl:
        say, why = self.desk.say, self.errors.get(flat)
        control = FieldControl(
            shape.kind,
            flat,
            self.desk.label(shape.name, of),
            self.desk.hint(shape, of),
            shape.required,
            self.desk.reason(why) if why else "",
            self.posted.value(flat),
            most=shape.most if shape.kind in ("line", "text") else None,
        )
        offered = self.desk.offered(shape)
        match shape.kind:
            case "choice" | "choices" | "line" | "lines" if offered:
                self._choice(control, shape, offered)
            case "yes-no":
                chosen = control.value
                control.options = tuple(FormOption(each, say("word", each), each == chosen) for each in ("yes", "no"))
            case "day" | "time":
                self._day(control)
            case "period":
                self._period(control)
            case "party" | "parties":
                self._party(control, shape)
            case "record":
                self._record(control, shape)
            case "files" | "file":
                control.files, control.single = tuple(self.posted.files.get(flat, ())), shape.kind == "file"
            case "group":
                control.members = self.controls(shape.members, f"{flat}-", f"{of}{shape.name}.")
            case "rows" | "pairs":
                self._rows(control, shape, of)
        return control

    def _choice(self, control: FieldControl, shape: Shape, offered: tuple[str, ...]) -> None:
        sent = [line for text in self.posted.values(control.flat) for line in text.split("\n")]
        chosen = sent or ([str(shape.default)] if shape.default else [])
        if shape.kind in ("choices", "lines"):
            control.kind, control.values = "choices", tuple(chosen)
        else:
            control.kind = "radios" if len(offered) <= FEW else "select"
        control.options = tuple(FormOption(each, self.desk.option(each), each in chosen) for each in offered)
        control.hint = control.hint if shape.options else ""

    def _day(self, control: FieldControl) -> None:
        control.second = self.posted.text(CLOCK + control.flat)
        if control.value and not control.error:
            with suppress(dates.DayUnreadable):
                day = dates.read_day(control.value, self.desk.today, self.desk.calendar)
                control.told = told_day(self.desk.say, day, self.desk.today, self.desk.calendar)

    def _period(self, control: FieldControl) -> None:
        chosen = self.posted.text(OF + control.flat)
        control.options = tuple(FormOption(each, self.desk.say("forms.period", each), each == chosen) for each in PERIOD_KINDS)
        if control.value and chosen and not control.error:
            name = control.value if chosen == "year" else f"{control.value}-{chosen}"
            control.told = dates.period(self.desk.say, name)

    def _party(self, control: FieldControl, shape: Shape) -> None:
        offered = self.parties.of(shape)
        control.only = self.parties.narrowed(shape)
        control.listed = self._listed(tuple(each.label for each in offered))
        if shape.kind == "parties":
            group = self.parties.groups.get(self.posted.text(GROUP + control.flat), ())
            control.values = tuple(dict.fromkeys((*self.posted.values(control.flat), *group)))
            control.groups = tuple(self.parties.groups) if not shape.sorts else ()
        sought = self.posted.text(SOUGHT + control.flat) if shape.kind == "parties" else control.value
        pressed = self.posted.text("find") == control.flat
        if sought and self.parties.exactly(sought, shape) is None:
            control.found, control.second = search(sought, offered), sought
        elif pressed and not sought:
            control.found = search("", offered)
        elif sought and shape.kind == "party" and (known := self.parties.exactly(sought, shape)):
            control.value = known.label
        elif sought and (known := self.parties.exactly(sought, shape)):
            control.values = tuple(dict.fromkeys((*control.values, known.label)))

    def _record(self, control: FieldControl, shape: Shape) -> None:
        if control.value and (record := self.records.named(control.value, shape)):
            control.value, control.chosen = record.ref, self.records.labelled(record).label
            return
        control.found = self.records.search(control.value, shape) if control.value else self.records.newest(shape)

    def _rows(self, control: FieldControl, shape: Shape, of: str) -> None:
        inner = f"{of}{shape.name}."
        control.table = is_table(shape) or shape.kind == "pairs"
        control.adds = self.desk.adds(shape.name, of)
        control.for_all = self._for_all(shape) if control.table else ()
        control.rows = tuple(self._row(control, shape, n, inner) for n in self.posted.rows(control.flat))
        control.ordered = shape.kind == "rows" and not any(each.kind == "fixed" for row in control.rows for each in row.first)

    def _row(self, control: FieldControl, shape: Shape, n: int, inner: str) -> FormRow:
        flat = f"{control.flat}-{n}"
        members = self.controls(shape.members, f"{flat}-", inner)
        for member in members:
            if control.table and member.kind == "radios" and not member.required:
                member.kind = "select"
            if control.table and member.kind == "party" and member.required and member.value and member.found is None:
                member.kind, member.chosen = "fixed", member.value  # whose row it is: another's is another row
        whose = next((member.chosen for member in members if member.kind == "fixed"), "")
        wrong = any(each.wrong for each in members)
        is_open = control.table or wrong or self.posted.text(ROW + flat) == OPEN
        first, further = (members, ()) if control.table else folded(members)
        name = whose or self.desk.item(shape.name, n + 1, inner.removesuffix(f"{shape.name}."))
        return FormRow(flat, n + 1, name, is_open, "" if is_open else _summary(members), first, further, wrong)

    def _for_all(self, shape: Shape) -> tuple[FormOption, ...]:
        """Return what all rows of a table can be given at once: the few values of its first required choice."""
        choice = next((each for each in shape.members if each.kind == "choice" and each.required), None)
        if choice is None or len(choice.options) > FEW:
            return ()
        say = self.desk.say
        steps = [(f"{shape.name}.{choice.name}={value}", self.desk.option(value)) for value in choice.options]
        return tuple(FormOption(step, say("forms.form", "all", what=label), False) for step, label in steps)

    def summary(self, controls: Sequence[FieldControl]) -> tuple[FormError, ...]:
        """Return the errors in the order of the fields; those that no field shows come last."""
        shown: dict[str, FormError] = {}
        for control, label in _all(controls):
            if control.error:
                shown[control.flat] = FormError(label, control.error, control.id)
        rest = [FormError("", self.desk.reason(why), "") for flat, why in self.errors.items() if flat not in shown]
        return (*shown.values(), *rest)


def _all(controls: Sequence[FieldControl], before: str = "") -> list[tuple[FieldControl, str]]:
    found: list[tuple[FieldControl, str]] = []
    for each in controls:
        label = f"{before}{each.label}"
        found += [(each, label), *_all(each.members, f"{label}, ")]
        for row in each.rows:
            found += _all(row.controls, f"{row.name}, ")
    return found


def _summary(members: Sequence[FieldControl]) -> str:
    """Return what stands in a row, in one line."""
    texts = []
    for each in members:
        chosen = [option.label for option in each.options if option.chosen]
        texts.append(", ".join(chosen or each.values) or each.told or each.chosen or each.value)
    line = " · ".join(text.replace("\n", " ") for text in texts if text)
    return line if len(line) <= 160 else f"{line[:159].rstrip()}…"
