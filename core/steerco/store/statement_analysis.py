"""Statement analysis: parse a compiled statement and report the rows and tenants that it can touch.

The parser reads the SQL text that SQLAlchemy is about to send, not the expression tree: the ORM adds its criteria while it
writes the text, and a check of the tree refused good statements (measured: 8 of 43 forms). The parser knows only the shapes
that SQLAlchemy writes. It counts everything else as unbound, so a gap in the parser refuses a statement and never passes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

Node = Any
"""A token (str) or a parenthesised group (list of nodes)."""

_TOKEN = re.compile(
    r"""\s+ | (?P<string>'(?:[^']|'')*') | (?P<quoted>"(?:[^"]|"")*") | (?P<bind>:(?!:)\w+|%\(\w+\)s) | (?P<cast>::)
    | (?P<post>__\[POSTCOMPILE_[^\]]*\]) | (?P<word>[A-Za-z_]\w*) | (?P<number>\d[\d.eE]*) |
    (?P<sign>[<>=!|+\-*/&~@\#?^]+|%+|[.,;()\[\]])""",
    re.VERBOSE,
)
_COMPOUND = {"UNION", "INTERSECT", "EXCEPT"}
_CLAUSE = {"SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "WINDOW", "RETURNING"}
_CLAUSE |= {"SET", "VALUES", "UPDATE", "DELETE", "INSERT", "INTO", "USING", "DEFAULT"}
_JOIN = {"JOIN", "LEFT", "INNER", "OUTER", "FULL", "CROSS", "RIGHT", "NATURAL", "LATERAL", "ONLY"}
_WORDS = _CLAUSE | _COMPOUND | _JOIN | {"AND", "OR", "ON", "AS", "CASE", "END", "WITH", "MATERIALIZED"}
_QUERY = {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"}


class Unreadable(Exception):
    """The statement has a shape that no tenant's session sends. The message names it."""


class StatementReach(Struct):
    """The tables and tenants that a statement touches.

    ``unbound`` names the tables (as ``table`` or ``table AS alias``) that no condition ties to a tenant; ``added`` those that
    get new rows; ``changed`` those whose rows are changed or deleted.
    """

    binds: set[str] = field(default_factory=set)
    unbound: list[str] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)


class _Scope(Struct):
    """One SELECT, UPDATE or DELETE: its tables by name or alias, and the equalities of tenants in its conditions."""

    tables: dict[str, str] = field(default_factory=dict)
    facts: list[tuple[str, str]] = field(default_factory=list)


class _Around(Struct, frozen=True):
    """The surroundings of a query: the names of outer queries and whether they are bound, and the names of CTEs."""

    bound: dict[str, bool]
    names: frozenset[str]
    owned: frozenset[str]
    reading: StatementReach


def read(sql: str, owned: frozenset[str]) -> StatementReach:
    """Parse one compiled statement. ``owned``: the names of the tables whose rows belong to a tenant.

    Raises :class:`Unreadable` for shapes that a tenant's session never needs (INSERT from SELECT, several statements).
    """
    reading = StatementReach()
    _query(_tree(sql), _Around({}, frozenset(), owned, reading))
    return reading


def _tree(sql: str) -> list[Node]:
    """Nest by parentheses, and CASE ... END as well: an AND inside them is not the statement's AND."""
    stack: list[list[Node]] = [[]]
    at, before = 0, ""
    while at < len(sql):
        match = _TOKEN.match(sql, at)
        if not match:
            raise Unreadable(f"unknown text at {sql[at : at + 20]!r}")
        at, kind, text = match.end(), match.lastgroup, match.group().strip()
        if kind == "word" and before != "." and text.upper() in _WORDS:
            text = text.upper()
        before = text or before
        if kind in ("quoted", "string"):
            stack[-1].append(text.replace('"', "") if kind == "quoted" else text)
        elif text in ("(", "CASE"):
            inner: list[Node] = [] if text == "(" else ["CASE"]
            stack[-1].append(inner)
            stack.append(inner)
        elif text in (")", "END"):
            if len(stack) == 1:
                raise Unreadable("unbalanced parentheses")
            stack.pop()
        elif text == ";":
            raise Unreadable("several statements in one")
        elif text:
            stack[-1].append(text)
    if len(stack) != 1:
        raise Unreadable("unbalanced parentheses")
    return stack[0]


def _split(nodes: Sequence[Node], at: set[str]) -> Iterator[list[Node]]:
    part: list[Node] = []
    for node in nodes:
        if _is(node, at):
            yield part
            part = []
        else:
            part.append(node)
    yield part


def _clauses(nodes: Sequence[Node]) -> list[tuple[str, list[Node]]]:
    """Cut a query at its clause words. The text before the first one goes under ''."""
    out: list[tuple[str, list[Node]]] = [("", [])]
    before = ""
    for position, node in enumerate(nodes):
        following = nodes[position + 1] if position + 1 < len(nodes) else None
        if node == "ON" and isinstance(following, str) and following.upper() == "CONFLICT":
            out.append(("CONFLICT", []))
        # "UPDATE" and "SET" after DO, "FOR UPDATE", "IS DISTINCT FROM" are not clauses of their own
        elif (
            isinstance(node, str)
            and node in _CLAUSE
            and not (
                (node == "FROM" and before.upper() == "DISTINCT") or (node == "UPDATE" and before.upper() in ("DO", "FOR", "KEY"))
            )
        ):
            out.append((node, []))
        else:
            out[-1][1].append(node)
        before = node if isinstance(node, str) else ""
    return out


def _query(nodes: Sequence[Node], around: _Around) -> None:
    """Check one query with its subqueries."""
    nodes, around = _common(list(nodes), around)
    for part in _split(nodes, _COMPOUND):
        clauses = _clauses(part)
        if any(word == "INSERT" for word, _ in clauses):
            _insert(clauses, around.reading)
            inside = around
        else:
            inside = replace(around, bound=around.bound | _select(clauses, around))
        for node in part:
            _nested(node, inside)


def _common(nodes: list[Node], around: _Around) -> tuple[list[Node], _Around]:
    """Check the common table expressions before a query. Return the query itself, and surroundings with their names."""
    if not nodes or nodes[0] != "WITH":
        return nodes, around
    position = 1
    if isinstance(nodes[position], str) and nodes[position].upper() == "RECURSIVE":
        position += 1
    bodies: list[Node] = []
    names: set[str] = set()
    while True:
        names.add(nodes[position])
        while not (isinstance(nodes[position], list) and nodes[position - 1] in ("AS", "MATERIALIZED")):
            position += 1
        bodies.append(nodes[position])
        position += 1
        if position >= len(nodes) or nodes[position] != ",":
            break
        position += 1
    around = replace(around, names=around.names | names)
    for body in bodies:
        _query(body, around)
    return nodes[position:], around


def _is_query(nodes: Sequence[Node]) -> bool:
    return _is(nodes[0] if nodes else "", _QUERY) or any(_is(node, _COMPOUND) for node in nodes)


def _is(node: Node, words: set[str]) -> bool:
    return isinstance(node, str) and node in words


def _nested(node: Node, around: _Around) -> None:
    if not isinstance(node, list):
        return
    if _is_query(node):
        _query(node, around)
        return
    for inner in node:
        _nested(inner, around)


def _insert(clauses: list[tuple[str, list[Node]]], reading: StatementReach) -> None:
    """Check an INSERT: the tenant of every row must be a bound value, so INSERT ... SELECT is refused."""
    into = next(body for word, body in clauses if word == "INTO")
    values = next((body for word, body in clauses if word == "VALUES"), None)
    columns = into[1] if len(into) > 1 else None
    if values is None or not isinstance(columns, list) or any(word == "SELECT" for word, _ in clauses):
        raise Unreadable("INSERT without VALUES")
    reading.tables.add(into[0])
    reading.added.add(into[0])
    if any(word == "SET" for word, _ in clauses):  # ON CONFLICT … DO UPDATE
        reading.changed.add(into[0])
    order = [part[0] for part in _split(columns, {","})]
    if "tenant_id" not in order:
        reading.unbound.append(into[0])
        return
    at = order.index("tenant_id")
    for row in (node for node in values if isinstance(node, list)):
        value = _bind(list(_split(row, {","}))[at])
        if value is None:
            reading.unbound.append(into[0])
        else:
            reading.binds.add(value)
    _settings(next((body for word, body in clauses if word == "SET"), []), into[0], reading)


def _settings(body: list[Node], table: str, reading: StatementReach) -> None:
    """Check a SET: it may set a row's tenant to the session's tenant, never to another."""
    for part in _split(body, {","}):
        if "tenant_id" in part[: part.index("=") if "=" in part else 0]:
            value = _bind(part[part.index("=") + 1 :])
            if value is None:
                reading.unbound.append(table)
            else:
                reading.binds.add(value)


def _select(clauses: list[tuple[str, list[Node]]], around: _Around) -> dict[str, bool]:
    """Collect tables and conditions of one SELECT, UPDATE or DELETE. Return for each name whether it is bound."""
    scope, reading = _Scope(), around.reading
    for word, body in clauses:
        if word in ("FROM", "UPDATE", "USING"):
            for item in _split(body, {","}):
                _joined(item, scope)
        if word == "WHERE":
            scope.facts += _facts(body, None)
        if word == "UPDATE" or (word == "FROM" and ("DELETE", []) in clauses):
            reading.changed.add(next(iter(scope.tables.values()), "?"))
        if word == "SET":
            _settings(body, next(iter(scope.tables.values()), "?"), reading)
    bound = {name for name, so in around.bound.items() if so and name not in scope.tables}
    grown = True
    while grown:
        tied = {table_name for table_name, value in scope.facts if _is_bind(value) or value in bound}
        grown = not tied <= bound
        bound |= tied
    for name, table in scope.tables.items():
        if table and table not in around.names:
            reading.tables.add(table)
            if table in around.owned and name not in bound:
                reading.unbound.append(table if name == table else f"{table} AS {name}")
    reading.binds |= {value for _, value in scope.facts if _is_bind(value)}
    return {name: name in bound for name in scope.tables}


def _joined(item: list[Node], scope: _Scope) -> list[str]:
    """Parse ``a JOIN b ON ... LEFT OUTER JOIN c ON ...`` and return its names."""
    names: list[str] = []
    position, kind = 0, ""
    while position < len(item):
        node = item[position]
        if _is(node, _JOIN):
            kind = "" if node in ("INNER", "CROSS") else node if node in ("LEFT", "FULL", "RIGHT", "NATURAL") else kind
            position += 1
            continue
        end = position
        while end < len(item) and not _is(item[end], _JOIN - {"ONLY", "LATERAL"}):
            end += 1
        names += _one(item[position:end], kind, scope)
        position, kind = end, ""
    return names


def _one(part: list[Node], kind: str, scope: _Scope) -> list[str]:
    """Parse one table, function, subquery or bracketed join, with the ON after it."""
    on = part.index("ON") if "ON" in part else len(part)
    table, condition = part[:on], part[on + 1 :]
    alias = table[table.index("AS") + 1] if "AS" in table else None
    first = table[0]
    if isinstance(first, list):
        inside = not _is_query(first) and first[:1] != ["VALUES"]
        names = _joined(first, scope) if inside else [str(alias)]
        if not inside:
            scope.tables[str(alias)] = ""
    elif len(table) > 1 and isinstance(table[1], list):  # a function that gives rows
        names = [str(alias or first)]
        scope.tables[names[0]] = ""
    else:
        full_name = "".join(table[: table.index("AS")] if alias else table)
        names = [str(alias or full_name)]
        scope.tables[names[0]] = full_name
    if kind in ("", "LEFT"):
        scope.facts += _facts(condition, set(names) if kind else None)
    return names


def _facts(condition: Sequence[Node], only: set[str] | None) -> list[tuple[str, str]]:
    """Return the certain equalities of tenants in a condition: ``(name, bind)`` or ``(name, other name)``.

    ``only`` limits the names (an outer join's condition says nothing of the rows on its left).
    """
    if "OR" in condition:
        return []
    facts: list[tuple[str, str]] = []
    for part in _split(condition, {"AND"}):
        if len(part) == 1 and isinstance(part[0], list) and part[0][:1] != ["CASE"]:
            facts += _facts(part[0], only)
        if "=" not in part:
            continue
        left, right = part[: part.index("=")], part[part.index("=") + 1 :]
        for left_side, right_side in ((left, right), (right, left)):
            name, value = _tenant_of(left_side), _bind(right_side) or _tenant_of(right_side)
            if name and value and (only is None or name in only):
                facts.append((name, value))
    return facts


def _tenant_of(nodes: Sequence[Node]) -> str | None:
    return str(nodes[0]) if len(nodes) == 3 and nodes[1] == "." and nodes[2] == "tenant_id" else None


def _is_bind(value: str) -> bool:
    return value[:1] in (":", "%")


def _bind(nodes: Sequence[Node]) -> str | None:
    """Return the bind if it stands alone here, with or without the cast of PostgreSQL's dialect."""
    if not nodes or not isinstance(nodes[0], str) or nodes[0][0] not in ":%" or nodes[0] in ("%", "::"):
        return None
    return nodes[0] if len(nodes) == 1 or (len(nodes) == 3 and nodes[1] == "::") else None
