"""Instruments beside the charter: their clauses are cited with the instrument before them, so that no number means two things."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from steerco.charter.model import Charter


def qualified(layer: Charter) -> Charter:
    """A law (or terms) with what it says citing its own clauses as ``<law>:<clause>``. Charter and house rules stay so."""
    if not layer.instrument.apart:
        return layer
    own = {clause.id for clause in layer.clauses}
    mark = f"{layer.instrument.id}:"

    def cited(item: Any) -> Any:
        return structs.replace(item, cite=tuple(mark + each if each in own else each for each in item.cite))

    changed = {
        field: tuple(cited(item) if hasattr(item, "cite") else item for item in value)
        for field in layer.__struct_fields__
        if isinstance(value := getattr(layer, field), tuple)
    }
    return structs.replace(layer, **changed)
