"""Rows of a form, one after the other: added, opened, moved and dropped on what was posted, before it means anything.

A row is a beginning of names: ``tasks-2`` stands in ``with.tasks-2-title`` and, as the row itself, in ``row.tasks-2``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from steerco.web.pages.forms.posted import ORDER, PICK, PREFIXES, ROW, SOUGHT, VALUE, KeptFile, Posted
from steerco.web.pages.forms.shapes import Shape

OPEN, CLOSED = "open", "closed"
SHORT = 3
"""Rows of so few fields are all open, as a table; of others one is open at a time."""
_AT = re.compile(r"(.*)-(\d{1,4})")


def is_table(shape: Shape) -> bool:
    """Return whether the rows of a field stand open side by side: they have few fields, none of them long."""
    short = [each for each in shape.members if each.kind not in ("text", "rows", "group", "pairs", "files", "file", "parties")]
    return len(shape.members) <= SHORT + 1 and len(short) == len(shape.members)


def _moved(posted: Posted, list_: str, places: Mapping[int, int]) -> None:
    """Give the rows of a list new numbers; those without one go."""
    name = re.compile(rf"((?:{'|'.join(map(re.escape, PREFIXES))})|){re.escape(list_)}-(\d{{1,4}})(-.*)?")

    def renamed(old: str) -> str:
        if not (found := name.fullmatch(old)):
            return old
        new = places.get(int(found[2]))
        return "" if new is None else f"{found[1]}{list_}-{new}{found[3] or ''}"

    posted.fields = {new: values for old, values in posted.fields.items() if (new := renamed(old))}
    posted.files = {new: files for old, files in posted.files.items() if (new := renamed(old))}


def _ordered(posted: Posted, list_: str) -> list[int]:
    """Return the rows by the numbers that were typed for them; without one, where they stand."""

    def place(row: int) -> tuple[float, int]:
        typed = posted.text(f"{ORDER}{list_}-{row}")
        number = int(typed) if typed.isdecimal() and len(typed) < 6 else row + 1
        return (number - 0.5 if number <= row else number + 0.5 if number > row + 1 else number, row)

    return sorted(posted.rows(list_), key=place)


def in_order(posted: Posted, shapes: Sequence[Shape]) -> None:
    """Put the rows of every list into the order of the numbers that were typed, counted from 0 without gaps."""
    for shape in shapes:
        if shape.kind in ("rows", "pairs"):
            rows = _within(shape, _ordered(posted, shape.name))
            if rows != posted.rows(shape.name) or rows != list(range(len(rows))):
                _moved(posted, shape.name, {row: at for at, row in enumerate(rows)})
            for name in [name for name in posted.fields if name.startswith(f"{ORDER}{shape.name}-")]:
                del posted.fields[name]


def drop_empty_rows(posted: Posted, shapes: Sequence[Shape]) -> None:
    """Take the rows out of every list in which nothing was filled in."""
    for shape in shapes:
        if shape.kind in ("rows", "pairs"):
            full = _within(shape, _filled(posted, shape.name))
            _moved(posted, shape.name, {row: at for at, row in enumerate(full)})


def _within(shape: Shape, rows: list[int]) -> list[int]:
    """Return the rows that a list can have, and one more, by which it is told that there were too many."""
    return rows if shape.most is None else rows[: int(shape.most) + 1]


def _filled(posted: Posted, list_: str) -> list[int]:
    """Return the rows in which something was filled in. All fields are looked at once: there may be many rows."""
    name = re.compile(rf"({re.escape(VALUE)}|{re.escape(SOUGHT)}|){re.escape(list_)}-(\d{{1,4}})-")
    fields = [found for each in posted.fields if (found := name.match(each)) and found[1] and posted.text(each)]
    files = [found for each in posted.files if (found := name.match(each)) and not found[1]]
    return sorted({int(found[2]) for found in (*fields, *files)})


def _open_alone(posted: Posted, list_: str, row: int) -> None:
    for each in posted.rows(list_):
        posted.fields[f"{ROW}{list_}-{each}"] = [OPEN if each == row else CLOSED]


def _add(posted: Posted, list_: str, _: int) -> str:
    rows = posted.rows(list_)
    new = rows[-1] + 1 if rows else 0
    posted.fields[f"{ROW}{list_}-{new}"] = [OPEN]
    _open_alone(posted, list_, new)
    return f"row-{list_}-{new}"


def _edit(posted: Posted, list_: str, row: int) -> str:
    _open_alone(posted, list_, row)
    return f"row-{list_}-{row}"


def _close(posted: Posted, list_: str, row: int) -> str:
    posted.fields[f"{ROW}{list_}-{row}"] = [CLOSED]
    return f"row-{list_}-{row}"


def _swap(by: int) -> Callable[[Posted, str, int], str]:
    def swap(posted: Posted, list_: str, row: int) -> str:
        rows = posted.rows(list_)
        at = rows.index(row)
        other = min(max(0, at + by), len(rows) - 1)
        rows[at], rows[other] = rows[other], rows[at]
        _moved(posted, list_, {each: place for place, each in enumerate(rows)})
        return f"row-{list_}-{other}"

    return swap


def _drop(posted: Posted, list_: str, row: int) -> str:
    left = [each for each in posted.rows(list_) if each != row]
    _moved(posted, list_, {each: at for at, each in enumerate(left)})
    return f"f-{list_}"


STEPS: Mapping[str, Callable[[Posted, str, int], str]] = {
    "edit": _edit,
    "close": _close,
    "up": _swap(-1),
    "down": _swap(+1),
    "drop": _drop,
}


def settle(posted: Posted) -> None:
    """Put each hit that was chosen into its field, unless another text was typed since the hits were shown."""
    for name in [name for name in posted.fields if name.startswith(PICK)]:
        flat, pick = name.removeprefix(PICK), posted.text(name)
        if pick and posted.text(SOUGHT + flat) in (posted.value(flat), ""):
            posted.fields[VALUE + flat] = [pick]
            posted.fields.pop(SOUGHT + flat, None)
        del posted.fields[name]


def stepped(posted: Posted, shapes: Sequence[Shape]) -> str | None:
    """Carry out the button of a row, of a file or of a search that was pressed; the id of the element to go on at. None: it was
    the main button, or one that no form has."""
    step, path = posted.step
    settle(posted)
    in_order(posted, shapes)
    lists = {shape.name: shape for shape in shapes if shape.kind in ("rows", "pairs")}
    if step == "add" and path in lists:
        most = lists[path].most
        return _add(posted, path, 0) if most is None or len(posted.rows(path)) < most else f"f-{path}"
    if (found := _AT.fullmatch(path)) and found[1] in lists and step in STEPS and int(found[2]) in posted.rows(found[1]):
        return STEPS[step](posted, found[1], int(found[2]))
    if step == "all" and (said := re.fullmatch(r"([a-z_]+)\.([a-z_]+)=([a-z0-9-]+)", path)) and said[1] in lists:
        for row in posted.rows(said[1]):
            posted.fields[f"{VALUE}{said[1]}-{row}-{said[2]}"] = [said[3]]
        return f"f-{said[1]}"
    if step == "file" and found and found[1] in posted.files:
        kept: list[KeptFile] = posted.files[found[1]]
        posted.files[found[1]] = [file for at, file in enumerate(kept) if at != int(found[2])]
        return f"f-{found[1]}"
    if step in ("find", "change", "save"):
        return _searched(posted, step, path)
    return None


def _searched(posted: Posted, step: str, path: str) -> str:
    if step == "change":
        for prefix in (VALUE, SOUGHT):
            posted.fields.pop(prefix + path, None)
    posted.fields["find"] = [path] if step == "find" else []
    return f"f-{path}" if path else ""
