"""The tenant fence: refuse every statement of a tenant's session that is not bound to that tenant.

Pattern: an interceptor in two layers. The first adds the tenant's criteria to every ORM statement, so that ``select(Task)``
means this tenant's tasks. The second reads the compiled SQL just before the driver sends it (``statement_analysis``), and
raises :class:`CrossTenant` where

- a table of a tenant has no condition on ``tenant_id``,
- a bound value names another tenant, or
- SQLAlchemy did not compile the text itself.

Example: in a session of tenant 7, ``session.execute(text("SELECT * FROM task"))`` raises ``CrossTenant: raw text: SELECT * FROM
task``, and ``select(Task)`` goes out as ``… WHERE task.tenant_id = :tenant_id_1``.

Rule: criteria serve convenience, the check serves safety; criteria alone leaked 16 of 43 forms of statement (measured).
Only operators' connections carry the execution option ``unscoped``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ReleaseSavepointClause, RollbackToSavepointClause, SavepointClause, TextClause

from steerco.store.base import Base, Tenanted, is_owned
from steerco.store.statement_analysis import StatementReach, Unreadable, read

_SAVEPOINTS = (SavepointClause, RollbackToSavepointClause, ReleaseSavepointClause)
_readings: WeakKeyDictionary[Compiled, StatementReach | str] = WeakKeyDictionary()


class CrossTenant(Exception):
    """A statement was not bound to the session's tenant, or would change a table that the session may not change.

    The statement was not sent. The cause is always a mistake in a program.
    """


def guard(engine: Engine) -> None:
    """Check every statement that the engine sends, and refuse to move a connection to another tenant."""
    event.listen(engine, "before_cursor_execute", _check)
    event.listen(engine, "set_connection_execution_options", _keep)


def guard_sessions(sessions: type[Session]) -> None:
    """Add the tenant's criteria to every ORM statement of these sessions."""
    event.listen(sessions, "do_orm_execute", _add_criteria)


@lru_cache(maxsize=4096)
def _criteria(tenant: int) -> Any:
    return with_loader_criteria(Tenanted, lambda cls: cls.tenant_id == tenant, include_aliases=True)


def _add_criteria(state: ORMExecuteState) -> None:
    tenant = state.session.info.get("tenant")
    if tenant is None or state.is_insert or state.is_column_load or state.is_relationship_load:
        return
    state.statement = state.statement.options(_criteria(tenant))


OPEN = object()
"""The value of the option ``unscoped`` that lets a single statement pass. Only code that imports this module can hold it."""
OURS = frozenset({"tenant", "mode", "only", "unscoped"})
"""The options that make a connection a tenant's or an operator's."""


def _keep(connection: Connection, options: dict[str, Any]) -> None:
    """Refuse to change the tenant of a connection, since code that holds a session can reach its connection too."""
    if "tenant" in connection.get_execution_options() and OURS.intersection(options):
        raise CrossTenant("the tenant of a connection cannot be changed")


def _check(connection: Connection, cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
    options = connection.get_execution_options()
    if context.execution_options.get("unscoped") is OPEN or (options.get("unscoped") and "tenant" not in options):
        return
    compiled: Compiled | None = context.compiled
    if compiled is None:
        raise CrossTenant("raw SQL in a tenant's session" if not context.isddl else "DDL in a tenant's session")
    if isinstance(compiled.statement, _SAVEPOINTS):
        return
    tenant = options.get("tenant")
    if tenant is None:
        raise CrossTenant("no tenant is set on this connection")
    reading = _readings.get(compiled)
    if reading is None:
        reading = _readings[compiled] = _read(compiled)
    if isinstance(reading, str):
        raise CrossTenant(f"{reading}: {compiled.string}")
    only = options.get("only")
    if only and (foreign := sorted(name for name in reading.changed | reading.added if not name.startswith(only))):
        raise CrossTenant(f"only tables {only}… can be changed here, not {', '.join(foreign)}")
    for values in context.compiled_parameters:
        for name in reading.binds:
            if values[name] != tenant:
                raise CrossTenant(f"tenant {values[name]} in a session of tenant {tenant}: {compiled.string}")


def _read(compiled: Compiled) -> StatementReach | str:
    """Return the reach of a compiled statement, with its binds named as in the parameters, or the reason to refuse it."""
    statement = compiled.statement
    if statement is None or any(isinstance(part, TextClause) for part in visitors.iterate(statement)):
        return "raw text"
    tables = Base.metadata.tables
    try:
        reading = read(compiled.string, frozenset(name for name, table in tables.items() if is_owned(table)))
    except (Unreadable, IndexError, ValueError, StopIteration) as error:
        return str(error) or "a form of statement that cannot be checked"
    for name in sorted(reading.tables):
        if name not in tables:
            return f"table {name} is not one of the store's"
        if not is_owned(tables[name]):
            return f"table {name} belongs to no tenant"
        if tables[name].info.get("append_only") and name in reading.changed:
            return f"table {name} can only be added to"
    if reading.unbound:
        return "no tenant condition on " + ", ".join(reading.unbound)
    reading.binds = {_plain(bind) for bind in reading.binds}
    return reading


def _plain(bind: str) -> str:
    return bind[1:] if bind[0] == ":" else bind[2:-2]
