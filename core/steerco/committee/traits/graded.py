"""Content that is graded as a secret of the state: whether it may be kept here, and who answers for that."""

from __future__ import annotations

from collections.abc import Collection

from steerco.charter.model import Charter
from steerco.charter.rules import effective
from steerco.charter.values import GRADED_KEPT_BY


def keeper(layers: Collection[Charter]) -> str:
    """Return who answers for keeping graded content; empty where nobody does, so that none is kept."""
    value = effective(GRADED_KEPT_BY, tuple(layers), {})
    return str(value.value) if value.stated else ""
