"""Forms made from declarations: every action has one, and what a person sends with it is the input that the API takes."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.conftest import MOST, NATIONAL
from tests.web.form_room import actions, desk_of, page_of, resent, sent, visit

from steerco.committee.meetings.meeting import Meeting
from steerco.committee.members.people import LocalName
from steerco.committee.work.programme import Period
from steerco.kernel.act import converted
from steerco.records import Action, Do, File, Invalid, Line, Party, Text
from steerco.records.record import SHORTEN
from steerco.web.pages.forms.desk import FormDesk
from steerco.web.pages.forms.meaning import from_input, to_input
from steerco.web.pages.forms.posted import Posted, flat_of, path_of
from steerco.web.pages.forms.shapes import Shape, shapes_of

PLACES = [(slug, language) for slug in (NATIONAL, MOST) for language in ("vi", "en")]
RAW_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}")
PATH = re.compile(r"\b(?:tenants|policies|core|plugins)/|\.(?:toml|csv|py)\b")
WORDS = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyÀẾỐ 0123456789.,;:!?()'\"<>&/-+=%"), min_size=1, max_size=60)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def _text(lines: bool, least: int, most: int) -> st.SearchStrategy[str]:
    line = WORDS.map(str.strip).filter(bool)
    text = st.lists(line, min_size=1, max_size=4).map("\n".join) if lines else line
    return text.map(lambda each: each[:most].strip()).filter(lambda each: len(each) >= least)


def _value(desk: FormDesk, shape: Shape) -> st.SearchStrategy[Any]:
    """What a person can mean with a field, as the API would be given it."""
    offered = desk.offered(shape)
    if offered and shape.kind in ("choice", "line"):
        return st.sampled_from(offered)
    match shape.kind:
        case "choices":
            some = st.lists(st.sampled_from(shape.options), unique=True)
            return some.map(lambda chosen: sorted(chosen, key=shape.options.index))
        case "yes-no":
            return st.booleans()
        case "whole":
            return st.integers(int(shape.least or 0), int(shape.most or 10**6))
        case "decimal":
            return st.integers(0, 10**6).map(lambda n: n / 4)
        case "day":
            return DAYS.map(str)
        case "time":
            return st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(
                lambda at: at.replace(second=0, microsecond=0).isoformat()
            )
        case "period":
            return st.tuples(st.integers(1900, 2200), st.sampled_from(["", "-H1", "-Q4", "-07"])).map(lambda p: f"{p[0]}{p[1]}")
        case "party":
            return st.sampled_from([each.name for each in desk.parties.of(shape)])
        case "parties":
            names = [each.name for each in desk.parties.of(shape)]
            return st.lists(st.sampled_from(names), min_size=int(shape.least or 0), max_size=4, unique=True)
        case "record":
            found = desk.records.newest(shape).hits
            return st.sampled_from([each.name for each in found]) if found else st.nothing()
        case "rows":
            return st.lists(_struct(desk, shape.members), min_size=int(shape.least or 0), max_size=3)
        case "group":
            return _struct(desk, shape.members)
        case "pairs":
            return st.dictionaries(
                st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True), _text(False, 1, 100), max_size=3
            )
        case "lines":
            each = st.sampled_from(offered) if offered else _value(desk, shape.members[0])
            some = st.lists(each, min_size=int(shape.least or 0), max_size=4, unique=True)
            return some.map(lambda chosen: sorted(chosen, key=offered.index)) if offered else some  # ticked in the page's order
        case "files":
            return st.just([])
    least, most = int(shape.least or 1), int(shape.most or 200)
    if shape.pattern:
        fitting = st.from_regex(shape.pattern.removesuffix(r"(?!\n)"), fullmatch=True)
        return fitting.map(str.strip).filter(lambda text: least <= len(text) <= most and text.isprintable())
    return _text(shape.kind == "text", least, most)


def _struct(desk: FormDesk, shapes: tuple[Shape, ...]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {shape.name: _value(desk, shape) for shape in shapes if shape.kind != "file"}
    askable = {name: value for name, value in fields.items() if not value.is_empty}
    needed = {shape.name: askable[shape.name] for shape in shapes if shape.required and shape.name in askable}
    return st.fixed_dictionaries(needed, optional={name: value for name, value in askable.items() if name not in needed})


def _without_nothing(value: Any, shapes: tuple[Shape, ...]) -> Any:
    """An input without its empty lists that may be left out: a form says nothing there, which means the same."""
    known = {shape.name: shape for shape in shapes}
    kept = {}
    for name, each in value.items():
        shape = known[name]
        if not shape.required and each in ([], {}):
            continue
        if shape.kind == "rows":
            each = [_without_nothing(row, shape.members) for row in each]
        if shape.kind == "group":
            each = _without_nothing(each, shape.members)
        kept[name] = each
    return kept


def _with_defaults(value: dict[str, Any], shapes: tuple[Shape, ...], desk: FormDesk) -> dict[str, Any]:
    """An input with the choices that stand chosen when the form, or one of its rows, is opened."""
    rows = {shape.name: shape.members for shape in shapes if shape.kind == "rows"}
    given = {
        name: [_with_defaults(row, rows[name], desk) for row in each] if name in rows else each for name, each in value.items()
    }
    return {**{shape.name: shape.default for shape in shapes if shape.default and desk.offered(shape)}, **given}


@pytest.mark.parametrize(("slug", "language"), PLACES)
def test_every_action_has_a_form_without_json_ids_or_paths(slug: str, language: str) -> None:
    with visit(slug, language) as opened:
        assert len(actions(opened)) > 60
        for action in actions(opened):
            page = page_of(desk_of(opened, action), Posted())
            seen = re.sub(r'(?:name|id|for|value|list|aria-describedby|href)="[^"]*"', "", page)
            assert "json" not in seen.lower(), action.id
            assert not RAW_ID.search(seen), action.id
            assert not PATH.search(seen), action.id
            assert page.count("<form") == 1
            for shape in shapes_of(action.input):
                if shape.name == SHORTEN:  # these texts let no clock be shortened, so nothing is asked
                    assert f'id="f-{shape.name}"' not in page
                    continue
                assert f'id="f-{shape.name}"' in page, (action.id, shape.name)


def _round(desk: FormDesk) -> None:
    """Hold, for inputs of an action, that its form filled with one and sent as it stands means the same."""

    @settings(max_examples=4, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(_struct(desk, desk.shapes))
    def holds(wanted: dict[str, Any]) -> None:
        page = page_of(desk, from_input(desk, wanted))
        meaning = to_input(desk, resent(page))
        assert meaning.input == _with_defaults(_without_nothing(wanted, desk.shapes), desk.shapes, desk), (desk.action.id, page)
        needed = [shape for shape in desk.shapes if shape.required]
        lacking = {shape.name for shape in needed if shape.kind == "files" or shape.name not in meaning.input}
        assert set(meaning.errors) == lacking, (desk.action.id, meaning.errors)

    holds()


@pytest.mark.parametrize(("slug", "language"), PLACES)
def test_what_a_person_sends_is_the_input_that_the_api_takes(slug: str, language: str) -> None:
    with visit(slug, language) as opened:
        for action in actions(opened):
            _round(desk_of(opened, action))


def test_names_of_fields_and_paths_of_inputs_say_the_same() -> None:
    for path in ("title", "tasks[2].due_on", "tasks[0].coordinators[3]", "name.vi", "a[1].b[2].c"):
        assert path_of(flat_of(path)) == path
    assert flat_of("tasks[2].due_on") == "tasks-2-due_on"


def test_the_reasons_of_a_form_are_those_of_the_api_at_the_same_paths() -> None:
    """Where every field can be read, what is wrong with the input is told as the API tells it."""
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "meeting.conclude")
        posted = sent(
            b"with.text=&row.tasks-0=open&with.tasks-0-to=B%E1%BB%99+T%C3%A0i+ch%C3%ADnh&with.tasks-0-due_on=1%2F2%2F2022"
        )
        meaning = to_input(desk, posted)
        assert meaning.input == {"tasks": [{"to": "bo-tai-chinh", "due_on": "2022-02-01"}]}
        with pytest.raises(Invalid) as refused:
            converted(meaning.input, desk.action.input)
        assert meaning.errors == dict(refused.value.fields)
        assert set(meaning.errors) == {"text", "tasks[0].title"}


# A plugin's type, with everything that an input can have


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row with a row's own list of parties, a time, and a name in two languages."""

    title: Line
    owner: Party
    starts: datetime | None = None
    helpers: list[Party] = []
    name: LocalName | None = None
    text: Text | None = None


def everything(
    do: Do,
    m: Meeting,
    *,
    reason: Line,
    urgent: bool,
    sure: bool | None = None,
    ratio: float | None = None,
    level: Literal["low", "high", "middle"] = "middle",
    parts: list[Literal["first", "last"]] = [],  # noqa: B006
    days: list[date] = [],  # noqa: B006
    name: LocalName,
    notes: dict[str, Line] = {},  # noqa: B006
    stages: list[Stage] = [],  # noqa: B006
    period: Period | None = None,
    paper: File | None = None,
    free: Any = None,
) -> None:
    """An action with a field of every kind."""


EVERYTHING = Action(Meeting, "everything", everything, ("new",), None)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_input_of_every_kind_is_a_form_and_comes_back(language: str) -> None:
    with visit(NATIONAL, language) as opened:
        desk = desk_of(opened, EVERYTHING)
        kinds = {shape.name: shape.kind for shape in desk.shapes}
        assert kinds == {
            "reason": "line",
            "urgent": "yes-no",
            "sure": "yes-no",
            "ratio": "decimal",
            "level": "choice",
            "parts": "choices",
            "days": "lines",
            "name": "group",
            "notes": "pairs",
            "stages": "rows",
            "period": "period",
            "paper": "file",
            "free": "pairs",
        }
        assert next(shape for shape in desk.shapes if shape.name == "level").options == ("low", "high", "middle"), "as declared"
        _round(desk)


def test_what_is_not_answered_is_not_said() -> None:
    """Yes, no, and nothing are three answers."""
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, EVERYTHING)
        meaning = to_input(desk, resent(page_of(desk, Posted())))
        assert "urgent" not in meaning.input
        assert "sure" not in meaning.input
        assert desk.reason(meaning.errors["urgent"]) == "Cần điền mục này."
        said = resent(page_of(desk, Posted()), **{"with.urgent": "no", "with.sure": "yes"})
        assert (to_input(desk, said).input["urgent"], to_input(desk, said).input["sure"]) == (False, True)


def test_a_whole_group_unfolds_into_its_members_who_can_be_taken_away_again() -> None:
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "meeting.set-attendees")
        group, members = max(desk.parties.groups.items(), key=lambda each: len(each[1]))
        assert group.endswith(f", {len(members)}")
        page = page_of(desk, resent(page_of(desk, Posted()), **{"group.attendees": group}))
        assert page.count('name="with.attendees"') == len(members) > 2
        meaning = to_input(desk, resent(page))
        assert [desk.parties.labelled(name) for name in meaning.input["attendees"]] == list(members)
        at_once = to_input(desk, resent(page_of(desk, Posted()), **{"group.attendees": group}))
        assert at_once.input == meaning.input
