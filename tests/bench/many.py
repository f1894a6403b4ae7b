"""Tenants and tasks in bulk: rows as acts would have left them, written without acts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from steerco.cases.world import seed
from steerco.committee.work.task import Task
from steerco.committee.work.task_history import Coordinator
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.store.engine import Store

HOME = Home(Path(__file__).parents[2])
SLUG = "national-committee"
TASK: Any = Task.__table__
COORDINATOR: Any = Coordinator.__table__
CHUNK = 10_000
FEW = 20
"""How many tasks the least of the agencies leads."""
LABEL = re.compile(r'(\b(?:vi|en) = "[^"\n]+)"')
"""A text in one of the languages."""


def content(slug: str) -> dict[str, str]:
    """The files of the committee under another name."""
    return {
        path.replace(f"tenants/{SLUG}/", f"tenants/{slug}/"): text.replace(f'slug = "{SLUG}"', f'slug = "{slug}"')
        for path, text in HOME.content(SLUG).items()
    }


def own(slug: str, number: int) -> dict[str, str]:
    """The same under another name, as the committee of that number that nobody shares a text with: each label and gloss is its
    own, and so is each line of its policy, by its place. What it calls its roles and its clauses others call so too."""

    def its(words: re.Match[str]) -> str:
        return f'{words[1]} {slug}"'

    return {
        path: "#\n" * (number + 1) + text if path.endswith(".csv") else LABEL.sub(its, f"# {slug}\n{text}")
        for path, text in content(slug).items()
    }


def tenant(installation: Installation, slug: str, at: datetime) -> Tenant:
    """The committee under another name, applied with its people."""
    return installation.apply(slug, content(slug), at=at, who="bench", why="bench", seed=seed)


def id_of(number: int) -> str:
    """The id of a task."""
    return f"0176{number:028x}"


def tasks(store: Store, sizes: Mapping[int, int]) -> None:
    """So many tasks in each of these tenants (by number). Indexes are made afterwards, which is faster."""
    indexes = [*TASK.indexes, *COORDINATOR.indexes]
    with store.operator_connection() as connection:
        for index in indexes:
            index.drop(connection)
    with store.operator_connection() as connection:
        for tenant_id, size in sizes.items():
            columns, values = _expressions(connection.dialect.name, tenant_id, size)
            source = _numbers(connection.dialect.name, size)
            connection.execute(text(f"INSERT INTO task ({columns}) {source.format(values)}"))
            _coordinators(connection, tenant_id, size)
    with store.operator_connection() as connection:
        for index in indexes:
            index.create(connection)
        if connection.dialect.name == "postgresql":
            for table in ("task", "task_coordinators"):
                connection.execute(text(f"ANALYZE {table}"))


def _numbers(dialect: str, size: int) -> str:
    if dialect == "postgresql":
        return f"SELECT {{}} FROM generate_series(0, {size - 1}) AS n(i)"
    return f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {size - 1}) SELECT {{}} FROM n"


def _expressions(dialect: str, tenant_id: int, size: int) -> tuple[str, str]:
    """Columns and values: a quarter led by one agency, twenty by another; ten canceled, ten overdue for long."""
    postgres, few, ten = dialect == "postgresql", size // FEW, size // 10
    day = (
        "CAST('2021-01-01' AS date) + CAST(i / 3 % 700 AS int)"
        if postgres
        else "date('2021-01-01', '+' || (i / 3 % 700) || ' days')"
    )
    at = "CAST('2021-01-05 02:00:00+00' AS timestamptz)" if postgres else "'2021-01-05 02:00:00.000000'"
    long_ago = "CAST('2020-05-05' AS date)" if postgres else "'2020-05-05'"
    number = "lpad(to_hex(i), 28, '0')" if postgres else "printf('%028x', i)"
    lead = f"CASE WHEN i % {few} = 7 THEN 'bo-y-te' WHEN i % 4 = 1 THEN 'ubnd-tp-da-nang' ELSE 'agency-' || (i * 31 % 97) END"
    values = {
        "tenant_id": str(tenant_id),
        "id": f"'0176' || {number}",
        "ref": "'T-2021-' || i",
        "body": "'committee'",
        "state": f"CASE WHEN i % {ten} = 3 THEN 'canceled' WHEN i % 10 < 6 THEN 'assigned' ELSE 'done' END",
        "version": "1",
        "author": "'thu-tuong'",
        "author_as": "'chair'",
        "created_at": at,
        "changed_at": at,
        "title": "'Task ' || i",
        '"to"': lead,
        "lead": lead,
        "accountable": "'person-' || (i % 211)",
        "due_on": f"CASE WHEN i % {ten} = 5 THEN {long_ago} WHEN i % 9 = 0 THEN NULL ELSE {day} END",
    }
    return ", ".join(values), ", ".join(values.values())


def _coordinators(connection: Connection, tenant_id: int, size: int) -> None:
    rows = [
        {"tenant_id": tenant_id, "id": f"c{number:012}", "task": id_of(number), "who": "bo-tu-phap"}
        for number in range(0, size, 10)
    ]
    for start in range(0, len(rows), CHUNK):
        connection.execute(insert(COORDINATOR), rows[start : start + CHUNK])
