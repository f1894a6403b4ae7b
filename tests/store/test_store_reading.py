"""The reader of compiled SQL is sound: what it lets through gives the same with and without the other tenants' rows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import and_, case, exists, func, not_, or_, select, union
from sqlalchemy.exc import SAWarning
from tests.store.tables import Board, Step, Task

from steerco.store.engine import Store
from steerco.store.fence import CrossTenant
from steerco.store.statement_analysis import Unreadable, read
from steerco.store.tables import Token

USUALLY = st.sampled_from([True] * 7 + [False])
TABLES = {"b": Board.__table__, "t": Task.__table__, "s": Step.__table__}


def stored(*tenants: int) -> Store:
    store = Store.memory()
    store.create_schema()
    for tenant in tenants:
        with store.write(tenant) as session:
            for ident in "xy":
                session.add(Board(tenant_id=tenant, id=ident, name=f"{tenant}{ident}"))
                session.flush()
                session.add(Task(tenant_id=tenant, id=ident, board_id=ident, title=f"{tenant}{ident}", lead="me"))
                session.flush()
                session.add(Step(tenant_id=tenant, id=ident, task_id=ident, who="me"))
            session.add(Board(tenant_id=tenant, id=f"only{tenant}", name="z"))
    return store


@pytest.fixture(scope="module")
def alone() -> Store:
    return stored(1)


@pytest.fixture(scope="module")
def crowded() -> Store:
    return stored(1, 2)


@st.composite
def conditions(draw: st.DrawFn, names: dict[str, Any], depth: int = 0) -> Any:
    """A condition over the tables ``names``; often, but not always, one that ties a tenant."""
    one, other = (draw(st.sampled_from(sorted(names))) for _ in range(2))
    a, b = names[one], names[other]
    kinds = ["tie", "tie", "tie", "link", "link", "id", "equal ids"]
    if depth < 3:
        kinds += ["and", "and", "or", "not", "case", "exists", "in"]
    kind = draw(st.sampled_from(kinds))
    if kind == "tie":
        return a.c.tenant_id == 1
    if kind == "link":
        return a.c.tenant_id == b.c.tenant_id
    if kind == "id":
        return a.c.id == draw(st.sampled_from(["x", "only1", "only2"]))
    if kind == "equal ids":
        return a.c.id == b.c.id
    if kind in ("and", "or", "case"):
        left, right = (draw(conditions(names, depth + 1)) for _ in range(2))
        return (
            {"and": and_, "or": or_}[kind](left, right)
            if kind != "case"
            else case((left, 1), else_=0) == case((right, 1), else_=0)
        )
    if kind == "not":
        return not_(draw(conditions(names, depth + 1)))
    inner = TABLES[draw(st.sampled_from("bts"))].alias(f"i{depth}_{draw(st.integers(0, 9))}")
    inside = and_(*draw(st.lists(conditions(names | {"zz": inner}, depth + 1), min_size=1, max_size=3)))
    if draw(USUALLY):
        inside = and_(inside, inner.c.tenant_id == draw(st.sampled_from([1, a.c.tenant_id])))
    if kind == "exists":
        return exists().where(inner.c.id == a.c.id, inside)
    return a.c.id.in_(select(inner.c.id).where(inside))


@st.composite
def selects(draw: st.DrawFn, depth: int = 0) -> Any:
    """A SELECT over one to three tables, plainly joined, joined outside, or behind a subquery, a CTE or a UNION."""
    names = {
        f"{key}{n}": TABLES[key].alias(f"{key}{depth}{n}")
        for n, key in enumerate(draw(st.lists(st.sampled_from("bts"), min_size=1, max_size=3)))
    }
    joined, sofar = None, {}
    for name, table in names.items():
        sofar[name] = table
        if joined is None:
            joined = table
        else:
            on = and_(*draw(st.lists(conditions(dict(sofar)), min_size=1, max_size=3)))
            joined = joined.join(table, on, isouter=draw(st.booleans()), full=draw(st.sampled_from([False] * 5 + [True])))
    first = next(iter(names.values()))
    made = select(first.c.id).select_from(joined)
    for condition in draw(st.lists(conditions(names), max_size=4)):
        made = made.where(condition)
    for table in names.values():
        if draw(USUALLY):
            made = made.where(table.c.tenant_id == 1)
    shape = draw(st.sampled_from(["plain", "plain", "plain", "sub", "cte", "union", "count"])) if depth == 0 else "plain"
    if shape == "sub":
        return select(made.subquery())
    if shape == "cte":
        return select(made.cte())
    if shape == "union":
        return union(made, draw(selects(depth=1)))
    return select(func.count()).select_from(made.subquery()) if shape == "count" else made


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(selects())
def test_what_is_let_through_does_not_see_the_others(alone: Store, crowded: Store, statement: Any) -> None:
    assert SAWarning
    try:
        with crowded.read(1) as session:
            seen = sorted(map(repr, session.connection().execute(statement).all()))
    except CrossTenant:
        seen = None
    event("refused" if seen is None else "let through")
    with alone.read(1) as session:
        assert seen is None or seen == sorted(map(repr, session.connection().execute(statement).all()))


def test_rows_out_of_a_json_list_are_read(store: Store) -> None:
    from datetime import UTC, datetime

    for tenant in (1, 2):
        with store.write(tenant) as session:
            session.add(
                Token(tenant_id=tenant, id="t", person="p", hash="h", scopes=["a", f"of {tenant}"], created_at=datetime.now(UTC))
            )
    unnest = func.json_each if store.dialect == "sqlite" else func.jsonb_array_elements_text
    each = unnest(Token.scopes).table_valued("value", joins_implicitly=True)
    with store.read(1) as session:
        found = session.execute(select(Token.id, each.c.value).select_from(Token, each)).all()
        assert [tuple(row) for row in found] == [("t", "a"), ("t", "of 1")]


OWNED = frozenset({"a", "b"})


@pytest.mark.parametrize(
    ("sql", "unbound"),
    [
        ("SELECT a.x FROM a WHERE a.tenant_id = :t", []),
        ("SELECT a.x FROM a WHERE :t = a.tenant_id AND a.x = ')'", []),
        ("SELECT a.x FROM a WHERE (a.tenant_id = :t AND a.y = 1) AND a.z = 2", []),
        ('SELECT "a"."from" FROM "a" WHERE "a".tenant_id = :t AND "a"."or" = 1', []),
        ("SELECT a.x FROM a WHERE a.tenant_id = %(t)s::BIGINT AND a.at = %(at)s::TIMESTAMP WITH TIME ZONE", []),
        ("SELECT a.x FROM a WHERE a.at = %(at)s::TIMESTAMP WITH TIME ZONE AND a.tenant_id = %(t)s::BIGINT", []),
        ("SELECT a.x FROM a LEFT OUTER JOIN b ON b.tenant_id = a.tenant_id WHERE a.tenant_id = :t", []),
        ("SELECT a.x FROM b LEFT OUTER JOIN a ON b.tenant_id = :t AND a.tenant_id = :t", ["b"]),
        ("SELECT a.x FROM b JOIN a ON b.tenant_id = a.tenant_id WHERE b.tenant_id IS DISTINCT FROM :t", ["b", "a"]),
        ("SELECT a.x FROM a FULL OUTER JOIN b ON a.tenant_id = :t AND b.tenant_id = :t", ["a", "b"]),
        ("SELECT a.x FROM a WHERE a.tenant_id = :t OR a.x = 1", ["a"]),
        ("SELECT a.x FROM a WHERE a.x = 1 OR a.y = 2 AND a.tenant_id = :t", ["a"]),
        ("SELECT a.x FROM a WHERE a.x = CASE WHEN a.y = 1 AND a.tenant_id = :t AND a.z = 1 THEN 1 END", ["a"]),
        ("SELECT a.x FROM a WHERE CASE WHEN a.y = 1 AND a.tenant_id = :t AND a.z = 1 THEN 1 ELSE 1 END", ["a"]),
        ("SELECT 1 FROM a WHERE a.tenant_id = :t AND EXISTS (SELECT 1 FROM a WHERE a.x = 1)", ["a"]),
        ("SELECT a.x FROM a WHERE a.x = 1 AND NOT (a.tenant_id = :t)", ["a"]),
        ("SELECT a.x FROM a WHERE a.tenant_id = :t + 1", ["a"]),
        ("SELECT a.x FROM a WHERE a.tenant_id = a.tenant_id", ["a"]),
        ("SELECT a.x FROM a WHERE 'a.tenant_id = :t' = a.x", ["a"]),
        ("SELECT a.x FROM a HAVING a.tenant_id = :t", ["a"]),
        ("SELECT a.x FROM a AS c WHERE a.tenant_id = :t", ["a AS c"]),
        ("SELECT 1 FROM a WHERE a.tenant_id = :t UNION SELECT 1 FROM b", ["b"]),
        ("SELECT (SELECT max(b.x) FROM b) FROM a WHERE a.tenant_id = :t", ["b"]),
        ("SELECT (SELECT max(b.x) FROM b WHERE b.tenant_id = a.tenant_id) FROM a WHERE a.tenant_id = :t", []),
        ("WITH c AS (SELECT a.x FROM a) SELECT c.x FROM c", ["a"]),
        ("SELECT a.x FROM a WHERE a.tenant_id = :t ORDER BY (SELECT b.x FROM b)", ["b"]),
        ("DELETE FROM a", ["a"]),
        ("UPDATE a SET x=:x WHERE a.tenant_id = :t", []),
        ("UPDATE a SET x=(SELECT b.x FROM b) WHERE a.tenant_id = :t", ["b"]),
        ("INSERT INTO a (x) VALUES (:x)", ["a"]),
        ("INSERT INTO a (tenant_id, x) VALUES (:t, :x), (1, :y)", ["a"]),
    ],
)
def test_each_shape_is_read_for_what_it_says(sql: str, unbound: list[str]) -> None:
    assert read(sql, OWNED).unbound == unbound


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; DROP TABLE a",
        "SELECT (1",
        "SELECT 1)",
        "INSERT INTO a (tenant_id) SELECT 1",
        "SELECT a.x FROM a WHERE a.tenant_id = :t -- AND `x`",
    ],
)
def test_what_cannot_be_read_is_not_sent(sql: str) -> None:
    with pytest.raises(Unreadable):
        read(sql, OWNED)
