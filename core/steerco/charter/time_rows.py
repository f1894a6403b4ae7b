"""Rows on time as they are written, in the one form that the rest of the program reads: short spellings become long ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REQUIRED = "required"
SHORT = ("before", "after")


def length(written: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return a length of time as value and unit: of a table, or of words such as ``2 weeks`` and ``3 working days``."""
    if not isinstance(written, str):
        return dict(written)
    value, _, unit = written.partition(" ")
    sort, _, days = unit.partition(" ")
    return {"value": int(value), "unit": sort if days else unit}


def clock(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a clock. ``before = "2 weeks"`` stands for side, value and unit. Raises ValueError for two of them."""
    fields = dict(row)
    given = [side for side in SHORT if side in fields]
    if len(given) > 1 or (given and fields.keys() & {"side", "value", "unit"}):
        raise ValueError(f"clock '{fields['id']}': write 'before' or 'after', or 'side', 'value' and 'unit'")
    for side in given:
        fields |= {"side": side, **length(fields.pop(side))}
    fields["shorten"] = [_shortening(each) for each in fields.get("shorten", ())]
    return fields


def cadence(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a cadence. ``every = { count = 2, per = "month" }`` stands for at least two a month."""
    fields = {"every": "not-stated", **row}
    if isinstance(asked := fields.get("or_on_request"), Mapping) and "within" in asked:
        fields["or_on_request"] = {**asked, "within": length(asked["within"])}
    if isinstance(every := fields.get("every"), Mapping):
        if "at_least" in fields:
            raise ValueError(f"cadence '{fields['id']}': 'every' has a count already; leave out 'at_least'")
        fields |= {"every": every["per"], "at_least": every["count"]}
    return fields


def lifetime(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a lifetime, its lengths as value and unit. Raises ValueError for one that says too much."""
    fields = dict(row)
    if isinstance(ends := fields.get("ends"), Mapping):
        if len(ends.keys() & {"after", "on", "event"}) != 1:
            raise ValueError(f"lifetime of '{fields['body']}': ends needs one of 'after', 'on' and 'event'")
        fields["ends"] = {key: length(value) if key == "after" else value for key, value in ends.items()}
    fields["review"] = [{**each, "every": length(each["every"])} for each in fields.get("review", ())]
    fields["establishment"] = [_step(each, fields["body"]) for each in fields.get("establishment", ())]
    return fields


def _step(row: Mapping[str, Any], body: str) -> dict[str, Any]:
    given = [key for key in ("before", "within", "after") if key in row]
    if len(given) != 1:
        raise ValueError(f"lifetime of '{body}', establishment: a step needs one of 'before', 'within' and 'after'")
    plain = {key: value for key, value in row.items() if key not in given}
    return {**plain, "before" if given == ["before"] else "within": length(row[given[0]])}


def _shortening(row: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(row)
    fields["to"] = "none" if fields["to"] == "none" else length(fields["to"])
    reason = fields.get("reason", False)
    if isinstance(reason, str) and reason != REQUIRED:  # the cause, by the older name of its key
        fields.setdefault("cause", reason)
        reason = False
    fields["reason"] = bool(reason)
    return fields
