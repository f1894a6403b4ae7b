"""Lists: what a page shows is what deciding record by record would show, in order, and the pages together are the whole."""

from __future__ import annotations

import base64
import stat
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, exists, insert, select, text
from tests.store.tables import Board, Step, Task

from steerco.store.cursors import Cursors
from steerco.store.engine import Store
from steerco.store.listing import BadCursor, Branch, Filter, Order, Scope, count, page, visible

ME = "me"
FOR_LAWS = Cursors(Path(tempfile.mkdtemp(prefix="steerco-cursors-")))
DAY = date(2021, 2, 1)
maybe = st.none() | st.sampled_from(["me", "you", "đồng chí"])
record = st.fixed_dictionaries(
    {
        "board": st.none() | st.sampled_from(["b1", "b2"]),
        "lead": maybe,
        "author": maybe,
        "due": st.none() | st.integers(0, 4),
        "title": st.sampled_from(["a", "b", "B", "ă"]),
        "steps": st.lists(st.sampled_from(["me", "you"]), max_size=3),
    }
)
WAYS = ("lead", "author", "step", "step and board", "pointed at")
scopes = st.fixed_dictionaries(
    {
        "whole": st.booleans(),
        "boards": st.frozensets(st.sampled_from(["b1", "b2"])),
        "ways": st.lists(st.sampled_from(WAYS), unique=True),
        "deny": st.lists(st.sampled_from(["lead", "step", "title"]), unique=True),
    }
)
keys = st.tuples(st.sampled_from(["due_on", "title", "lead", "id"]), st.booleans())
orders = st.one_of(
    st.builds(Order, st.sampled_from(["id", "due_on", "title", "lead"]), st.booleans()),
    st.lists(keys, min_size=2, max_size=4, unique_by=lambda key: key[0])
    .filter(lambda several: several[0][0] != "id")
    .map(lambda several: Order(*several[0], tuple(several[1:]))),
)
conditions = st.lists(
    st.sampled_from(
        [
            Filter("title", "eq", "a"),
            Filter("lead", "eq", None),
            Filter("title", "in", ["a", "B"]),
            Filter("due_on", "gte", DAY + timedelta(1)),
            Filter("due_on", "lte", DAY + timedelta(3)),
        ]
    ),
    max_size=2,
)


def branch(way: str, tenant: int) -> Branch:
    own = select(Task.id).where(Task.tenant_id == tenant)
    steps = select(Step.task_id).distinct().where(Step.tenant_id == tenant, Step.who == ME)
    return {
        "lead": Branch(own.where(Task.lead == ME), Task.id),
        "author": Branch(own.where(Task.author == ME), Task.id),
        "step": Branch(steps, Step.task_id),
        "step and board": Branch(steps, Step.task_id, Task.board_id == "b1"),
        # a record that another of its own type points to, by its author's field
        "pointed at": Branch(select(Task.author).distinct().where(Task.tenant_id == tenant, Task.lead == ME), Task.author),
    }[way]


def scope_of(given_scope: dict[str, Any], tenant: int) -> Scope:
    deny = {"lead": Task.lead == ME, "title": Task.title == "b"}
    deny["step"] = exists().where(Step.tenant_id == Task.tenant_id, Step.task_id == Task.id, Step.who == ME)
    return Scope(
        given_scope["whole"],
        branches=[
            *(
                Branch(select(Task.id).where(Task.tenant_id == tenant, Task.board_id == one), Task.id)
                for one in sorted(given_scope["boards"])
            ),
            *(branch(way, tenant) for way in given_scope["ways"]),
        ],
        deny=[deny[name] for name in given_scope["deny"]],
    )


def shown(rows: dict[str, dict[str, Any]], scope: dict[str, Any], filters: list[Filter]) -> set[str]:
    """The same, decided record by record."""

    def ok(ident: str, row: dict[str, Any]) -> bool:
        stepped = ME in row["steps"]
        ways = {
            "lead": row["lead"] == ME,
            "author": row["author"] == ME,
            "step": stepped,
            "step and board": stepped and row["board"] == "b1",
            "pointed at": any(r["author"] == ident and r["lead"] == ME for r in rows.values()),
        }
        bans = {"lead": row["lead"] == ME, "step": stepped, "title": row["title"] == "b"}
        seen = scope["whole"] or row["board"] in scope["boards"] or any(ways[way] for way in scope["ways"])
        return seen and not any(bans[ban] for ban in scope["deny"]) and all(held(row, one) for one in filters)

    return {ident for ident, row in rows.items() if ok(ident, row)}


def held(row: dict[str, Any], one: Filter) -> bool:
    value = due(row) if one.column == "due_on" else row[one.column]
    if one.op == "eq":
        return bool(value == one.value)
    if value is None:
        return False
    return bool(
        {"in": lambda: value in one.value, "gte": lambda: value >= one.value, "lte": lambda: value <= one.value}[one.op]()
    )


def due(row: dict[str, Any]) -> date | None:
    return None if row["due"] is None else DAY + timedelta(row["due"])


def in_order(rows: dict[str, dict[str, Any]], idents: set[str], order: Order) -> list[str]:
    """The ids in order: sorted by the last key first, since a stable sort keeps what the one before it did."""

    def value(ident: str, column: str) -> Any:
        return {"id": ident, "due_on": due(rows[ident])}.get(column, rows[ident].get(column))

    ordered = sorted(idents, reverse=order.keys[-1][1])
    for column, descending in reversed(order.keys):
        with_value = [one for one in ordered if value(one, column) is not None]
        without = [one for one in ordered if value(one, column) is None]
        ordered = [*sorted(with_value, key=lambda one, by=column: value(one, by), reverse=descending), *without]
    return ordered


def fill(store: Store, rows: dict[str, dict[str, Any]], tenant: int = 1) -> None:
    with store.unscoped() as session:
        for table in (Step, Task, Board):
            session.execute(table.__table__.delete())
    for own in (tenant, tenant + 1):  # the neighbour has the same records
        with store.write(own) as session:
            session.add_all(Board(tenant_id=own, id=one, name=one) for one in ("b1", "b2"))
            session.flush()
            for ident, row in rows.items():
                fields = {name: row[name] for name in ("title", "lead", "author")}
                session.add(Task(tenant_id=own, id=ident, board_id=row["board"], due_on=due(row), **fields))
            session.flush()
            for ident, row in rows.items():
                for number, who in enumerate(row["steps"]):
                    session.add(Step(tenant_id=own, id=f"{ident}-{number}", task_id=ident, who=who))


def all_pages(store: Store, scope: Scope, limit: int, order: Order, filters: list[Filter], *, full: bool = True) -> list[str]:
    found: list[str] = []
    after = None
    with store.read(1) as session:
        while True:
            one = page(session, Task, scope, ["title"], after, limit, order, filters)
            assert len(one.rows) <= limit
            found += [row.id for row in one.rows]
            if one.after is None:
                return found
            assert len(one.rows) == limit or not full
            after = one.after


names = st.sampled_from([*(f"t{n:02}" for n in range(12)), "me", "you"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(names, record, max_size=12),
    st.lists(st.tuples(scopes, orders, conditions, st.integers(1, 5)), min_size=1, max_size=10),
)
def test_pages_show_what_deciding_one_by_one_shows(
    shared_store: Store, rows: dict[str, dict[str, Any]], asked: list[tuple[Any, Order, list[Filter], int]]
) -> None:
    fill(shared_store, rows)
    for given_scope, order, filters, limit in asked:
        scope, expected = scope_of(given_scope, 1), shown(rows, given_scope, filters)
        assert all_pages(shared_store, scope, limit, order, filters) == in_order(rows, expected, order)
        with shared_store.read(1) as session:
            assert count(session, Task, scope, filters) == (len(expected), True)
            ids = visible(Task, 1, scope)
            assert set(session.scalars(ids) if ids is not None else ()) == shown(rows, given_scope, [])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(names, record, min_size=6, max_size=12),
    st.lists(st.tuples(scopes, orders, conditions, st.integers(1, 3)), min_size=1, max_size=8),
)
def test_short_pages_are_the_whole_list_too(
    shared_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    rows: dict[str, dict[str, Any]],
    asked: list[tuple[Any, Order, list[Filter], int]],
) -> None:
    """Where a page looks at two or three records at most, it can be short; together the pages are still the list, in order."""
    for name, most in (("FOUND", 3), ("STEPS", 3), ("LOOKUPS", 2)):
        monkeypatch.setattr(f"steerco.store.query_plans.{name}", most)
    fill(shared_store, rows)
    for given_scope, order, filters, limit in asked:
        expected = in_order(rows, shown(rows, given_scope, filters), order)
        assert all_pages(shared_store, scope_of(given_scope, 1), limit, order, filters, full=False) == expected


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(names, record, min_size=4, max_size=12),
    orders,
    st.integers(1, 3),
    st.lists(st.tuples(names, record), max_size=9),
)
def test_what_comes_in_between_moves_nothing(
    shared_store: Store, rows: dict[str, dict[str, Any]], order: Order, limit: int, coming: list[tuple[str, dict[str, Any]]]
) -> None:
    """While pages are read others write: whatever was there from the first page on is on exactly one, whatever came on one at
    most, and all in order."""
    fill(shared_store, rows)
    found, after, there = list[str](), None, dict(rows)
    while True:
        with shared_store.read(1) as session:
            one = page(session, Task, Scope(whole=True), ["title"], after, limit, order)
        found += [row.id for row in one.rows]
        if (after := one.after) is None:
            break
        for ident, row in coming[:1]:
            if f"new-{ident}" not in there:
                with shared_store.write(1) as session:
                    texts = {name: row[name] for name in ("title", "lead", "author")}
                    session.add(Task(tenant_id=1, id=f"new-{ident}", board_id=row["board"], due_on=due(row), **texts))
                there[f"new-{ident}"] = row
        coming = coming[1:]
    assert len(found) == len(set(found))
    assert set(rows) <= set(found)
    assert found == [one for one in in_order(there, set(there), order) if one in found]


def test_a_page_costs_the_page_and_not_the_list() -> None:
    """Counted in instructions of SQLite and not in time: ten times the records, the same work."""
    work: dict[int, list[int]] = {}
    for size in (2_000, 20_000):
        store = Store.memory()
        store.create_schema()
        many = [
            {
                "tenant_id": 1,
                "id": f"t{n:06}",
                "title": "a",
                "lead": "me" if n % 4 else "you",
                "due_on": DAY if n % 9 else None,
                "version": 1,
            }
            | ({"lead": "few"} if n % (size // 5) == 3 else {})
            for n in range(size)
        ]
        with store.write(1) as session:
            session.connection().execute(insert(Task.__table__), many)
        me, few = (
            Scope(branches=[Branch(select(Task.id).where(Task.tenant_id == 1, Task.lead == who), Task.id)])
            for who in ("me", "few")
        )
        lists = [(me, Order(), []), (me, Order(), [Filter("title", "eq", "b")]), (Scope(whole=True), Order("due_on", True), [])]
        lists += [(Scope(whole=True), Order("due_on"), [Filter("title", "eq", "b")]), (me, Order("lead"), [])]
        lists += [(few, Order(), []), (few, Order("due_on"), []), (few, Order("due_on", True), [])]
        work[size] = [instructions(store, *one) for one in lists]
        store.close()
    assert all(more <= 1.3 * less for less, more in zip(*work.values(), strict=True)), work


def instructions(store: Store, scope: Scope, order: Order, filters: list[Filter]) -> int:
    """How many hundreds of SQLite's instructions a page takes."""
    steps = [0]

    def tick() -> int:
        steps[0] += 1
        return 0

    with store.read(1) as session:
        raw: Any = session.connection().connection.driver_connection
        raw.set_progress_handler(tick, 100)
        page(session, Task, scope, list(Task.__table__.columns.keys()), limit=20, order=order, filters=filters)
        raw.set_progress_handler(None, 0)
    return steps[0]


@pytest.fixture
def seven(emptied: Store) -> Store:
    row = {"board": "b1", "lead": "me", "author": None, "due": 1, "title": "a", "steps": []}
    fill(emptied, {f"t{n}": row | {"due": n} for n in range(7)})
    return emptied


def test_a_page_brings_the_columns_asked_for(seven: Store) -> None:
    with seven.read(1) as session:
        found = page(session, Task, Scope(whole=True), ["title", "due_on"], limit=2)
    assert [(row.title, row.due_on, row.id) for row in found.rows] == [("a", DAY, "t0"), ("a", DAY + timedelta(1), "t1")]


def test_an_empty_scope_shows_nothing(seven: Store) -> None:
    with seven.read(1) as session:
        assert list(page(session, Task, Scope(), ["title"]).rows) == []
        assert count(session, Task, Scope()) == (0, True)


def test_a_count_stops_where_told(seven: Store) -> None:
    with seven.read(1) as session:
        assert count(session, Task, Scope(whole=True), at_most=5) == (5, False)
        assert count(session, Task, Scope(whole=True), at_most=7) == (7, True)


OTHERS: dict[str, dict[str, Any]] = {
    "another order": {"order": Order("due_on", descending=True)},
    "another column": {"order": Order("title")},
    "a further column": {"order": Order("due_on", then=(("title", False),))},
    "another filter": {"filters": [Filter("title", "eq", "a")]},
    "another type": {"table": Step},
}


@pytest.mark.parametrize("what", OTHERS)
def test_a_cursor_of_another_list_is_refused(seven: Store, what: str) -> None:
    arguments: dict[str, Any] = {"table": Task, "order": Order("due_on"), "filters": []}
    with seven.read(1) as session:
        after = _page(session, **arguments).after
        assert after is not None
        assert _page(session, **arguments, after=after).rows[0].id == "t2"
        with pytest.raises(BadCursor):
            _page(session, **(arguments | OTHERS[what]), after=after)
    with seven.read(2) as session, pytest.raises(BadCursor):
        _page(session, **arguments, after=after)


def _page(session: Any, table: Any, order: Order, filters: list[Filter], after: str | None = None) -> Any:
    order = order if table is Task else Order()
    return page(session, table, Scope(whole=True), ["id"], after, 2, order, filters)


@given(st.text(max_size=30))
def test_what_is_no_cursor_is_refused(shared_store: Store, text: str) -> None:
    with shared_store.read(1) as session, pytest.raises(BadCursor):
        page(session, Task, Scope(whole=True), ["id"], text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 200), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_cursor_with_one_character_changed_is_refused(seven: Store, at: int, character: str) -> None:
    with seven.read(1) as session:
        after = page(session, Task, Scope(whole=True), ["id"], None, 2, Order("due_on")).after
        assert after is not None
        at %= len(after)
        assume(character != after[at])
        changed = after[:at] + character + after[at + 1 :]
        with pytest.raises(BadCursor):
            page(session, Task, Scope(whole=True), ["id"], changed, 2, Order("due_on"))


def test_a_cursor_shows_nothing_of_a_record_that_is_hidden(emptied: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short page stands behind the last record looked at: here one that a ban hides, by its id and its day."""
    monkeypatch.setattr("steerco.store.query_plans.STEPS", 3)
    hidden = {"board": None, "lead": "me", "author": None, "due": 3, "title": "dismissal of the chair", "steps": []}
    fill(emptied, {f"secret{n}": hidden for n in range(8)})
    scope = Scope(whole=True, deny=[Task.lead == "me"])
    for order in (Order(), Order("due_on")):
        with emptied.read(1) as session:
            first = page(session, Task, scope, ["id"], order=order)
            assert (list(first.rows), page(session, Task, scope, ["id"], order=order).after) == ([], first.after)
        assert first.after is not None
        raw = base64.urlsafe_b64decode(first.after + "=" * (-len(first.after) % 4))
        assert not [told for told in (b"secret", b"2021", b"-02-04") if told in raw]
        assert len(first.after) == 107  # whatever the value's length


def test_cursors_are_good_in_every_process_of_an_installation_and_in_no_other(seven: Store, tmp_path: Path) -> None:
    with seven.read(1) as session:
        after = page(session, Task, Scope(whole=True), ["id"], limit=2).after
    assert after is not None
    key = seven.folder / "cursor.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [path.name for path in seven.folder.iterdir() if "cursor" in path.name] == ["cursor.key"]
    about, content = b"a list", b"a place"
    one = Cursors(seven.folder).sealed(content, about)
    assert Cursors(seven.folder).opened(one, about) == content
    with pytest.raises(ValueError, match="not a cursor"):
        Cursors(tmp_path).opened(one, about)
    assert key.read_bytes() not in (b"", (tmp_path / "cursor.key").read_bytes())


@given(st.binary(max_size=3000))
def test_a_cursor_gives_back_what_was_put_in(content: bytes) -> None:
    sealed = FOR_LAWS.sealed(content, b"list")
    assert FOR_LAWS.opened(sealed, b"list") == content
    with pytest.raises(ValueError, match="not a cursor"):
        FOR_LAWS.opened(sealed, b"another")


def test_lists_go_on_where_no_key_can_be_kept(tmp_path: Path) -> None:
    without = Cursors(tmp_path / "gone")
    assert without.opened(without.sealed(b"place", b"list"), b"list") == b"place"
    (tmp_path / "cursor.key").write_bytes(b"cut short")
    damaged = Cursors(tmp_path)
    assert damaged.opened(damaged.sealed(b"place", b"list"), b"list") == b"place"


def test_asking_for_what_is_not_there_is_an_error(seven: Store) -> None:
    asking: list[Callable[[Any], Any]] = [
        lambda s: page(s, Task, Scope(whole=True), ["nothing"]),
        lambda s: page(s, Task, Scope(whole=True), ["id"], order=Order("nothing")),
        lambda s: page(s, Task, Scope(whole=True), ["id"], filters=[Filter("nothing", "eq", 1)]),
        lambda s: page(s, Task, Scope(whole=True), ["id"], limit=0),
        lambda s: page(s, Task, Scope(whole=True), ["id"], limit=1001),
    ]
    for ask in asking:
        with seven.read(1) as session, pytest.raises(ValueError, match=r"no column|limit"):
            ask(session)


def test_no_list_reads_the_whole_tenant_where_nothing_matches() -> None:
    """The plan of a list by relations searches indexes and scans no table."""
    store = Store.memory()
    store.create_schema()
    scope = replace(scope_of({"whole": False, "boards": ["b1"], "ways": ["lead", "step"], "deny": ["lead"]}, 1))
    plans: list[str] = []

    @event.listens_for(store._reader, "after_cursor_execute")
    def explain(connection: Any, cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        raw = connection.connection.driver_connection
        plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", parameters))

    with store.read(1) as session:
        page(session, Task, scope, ["title"], limit=20)
    assert any("SEARCH test_task USING" in plan for plan in plans)
    assert not [plan for plan in plans if plan.startswith("SCAN test_")], plans
    assert not [plan for plan in plans if "ORDER BY" in plan and "TEMP B-TREE" in plan], plans


def test_no_list_reads_the_whole_tenant_on_postgresql(make_store: Callable[[str], Store]) -> None:
    """The same on PostgreSQL, as the role that serves, whose plans come from what the tables hold: a tenant of many tasks."""
    store = make_store("postgresql")
    lead = "CASE n % 500 WHEN 0 THEN 'me' ELSE 'you' END"
    many = f"SELECT 1, 't' || lpad(n::text, 6, '0'), 'T', {lead}, 1 FROM generate_series(1, 20000) n"
    with store.operator_connection() as connection:
        connection.execute(text(f"INSERT INTO test_task (tenant_id, id, title, lead, version) {many}"))
        connection.execute(text("ANALYZE test_task"))
    scope = scope_of({"whole": False, "boards": ["b1"], "ways": ["lead", "step"], "deny": ["lead"]}, 1)
    plans: list[str] = []

    @event.listens_for(store._reader, "after_cursor_execute")
    def explain(connection: Any, cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        raw = connection.connection.driver_connection
        plans.append("\n".join(row[0] for row in raw.execute(f"EXPLAIN {sql}", parameters).fetchall()))

    with store.read(1) as session:
        page(session, Task, scope, ["title"], limit=20)
        page(session, Task, Scope(whole=True), ["title"], limit=20)
        page(session, Task, Scope(whole=True), ["title"], filters=[Filter("lead", "eq", "me")], limit=20)
        page(session, Task, Scope(whole=True), ["title"], order=Order("due_on"), limit=20)
    assert any("test_task" in plan for plan in plans)
    assert not [plan for plan in plans if "Seq Scan on test_task" in plan], plans
