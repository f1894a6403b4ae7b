"""Record types with kinds that one committee declares itself.

Such a type is a value of one tenant's snapshot: a subclass that is not mapped, which reads the rows of the program's own
type. Its actions take the further kinds; everything else is the program's.
"""

from __future__ import annotations

from copy import copy
from types import new_class
from typing import Annotated, Any, Literal

from msgspec import Meta

from steerco.records.part import stored
from steerco.records.record import Record
from steerco.store.lru_cache import LRUCache, Same

_types: LRUCache[tuple[Same[type[Record]], tuple[str, ...], bool], type[Record]] = LRUCache(512)
"""The types in use: tenants that declare the same kinds share one."""


def with_kinds(base: type[Record], own: tuple[str, ...], *, any_kind: bool = False) -> type[Record]:
    """Return the type ``base`` with further kinds. ``any_kind``: its actions take whatever kind a committee may declare, as the
    description of all committees needs it."""
    key = (Same(base), own, any_kind)
    return _types.get(key) or _types.put(key, _made(base, own, any_kind=any_kind))


def _made(base: type[Record], own: tuple[str, ...], *, any_kind: bool) -> type[Record]:
    columns, kinds = stored(base), (*base.kinds, *own)

    def as_own(cls: type[Record], row: Any) -> Any:
        row.__class__ = cls
        return row

    def new(cls: type[Record], *_: Any, **__: Any) -> Any:
        return as_own(cls, base())

    body: dict[str, Any] = {
        "__abstract__": True,  # not mapped: a way to read rows of ``base``
        "__module__": base.__module__,
        "__doc__": base.__doc__,
        "__new__": new,
        "as_own": classmethod(as_own),
        "stored": classmethod(lambda cls: columns),
        "kinds": () if any_kind else kinds,
        "kind_input": _any_of(base.kinds) if any_kind else Literal[kinds],
        "own_kinds": own,
        "actions": {},
    }
    made: type[Record] = new_class(base.__name__, (base,), {}, lambda namespace: namespace.update(body))
    for name, action in base.actions.items():
        made.actions[name] = copy(action)
        made.actions[name].record = made
        if "kind" in action.input.__struct_fields__:
            vars(made.actions[name]).pop("input", None)  # made anew, with the further kinds
    return made


def _any_of(kinds: tuple[str, ...]) -> Any:
    """Return the type of a kind in the description of all committees."""
    description = "One of the kinds shown, or of those that the committee's charter declares"
    return Annotated[str, Meta(min_length=1, max_length=80, description=description, examples=list(kinds))]
