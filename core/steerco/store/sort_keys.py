"""Orders of lists: by one column along an index, or by several.

An order by one column runs along an index (``query_plans``). No index has the rows of two columns in the directions that somebody
happens to ask for, so an order by several is sorted, for a bounded number of records. Its pages go on by keyset too: a row stands
after a position if it is beyond it in one key, and the same in every key before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_

Key = tuple[str, bool]
"""A column of an order, and whether the order descends by it."""


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: by ``column``, by the further keys of ``then``, and last by id, in the direction of the last key. Rows
    without a value come last in both directions."""

    column: str = "id"
    descending: bool = False
    then: tuple[Key, ...] = ()

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return every key but the id."""
        return ((self.column, self.descending), *self.then)


def sorted_by(order: Order, columns: Any) -> list[Any]:
    """Return the ORDER BY of an order with several keys, over ``columns`` by name (of a table or a subselect)."""
    by = [_directed(columns[name], descending).nulls_last() for name, descending in order.keys]
    return [*by, _directed(columns["id"], order.keys[-1][1])]


def beyond(order: Order, columns: Any, lacking: tuple[bool, ...]) -> ColumnElement[bool]:
    """Return the condition that a row stands after a position, in an order with several keys.

    ``lacking`` tells for each key whether the position has no value in it. The others are bound as ``last_<number>``, its id as
    ``last_id``.
    """
    same, further = list[ColumnElement[bool]](), list[ColumnElement[bool]]()
    for at, (name, descending) in enumerate(order.keys):
        column = columns[name]
        if lacking[at]:  # nothing comes after the rows without a value
            same.append(column.is_(None))
            continue
        place = bindparam(f"last_{at}", type_=column.type)
        further.append(and_(*same, or_(column < place if descending else column > place, column.is_(None))))
        same.append(column == place)
    id_, ident = columns["id"], bindparam("last_id", type_=columns["id"].type)
    further.append(and_(*same, id_ < ident if order.keys[-1][1] else id_ > ident))
    return or_(*further)


def _directed(column: Any, descending: bool) -> Any:
    return column.desc() if descending else column.asc()
