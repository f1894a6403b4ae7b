"""The text of a Word file (.docx), with the numbers that Word itself puts before its paragraphs.

A numbered paragraph holds no number: the file says by which list and level it is counted. Insertions are taken as accepted and
deletions as made, hidden text and fields' instructions are left out.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from msgspec import Struct, field

from steerco.charter.text.outline import Unsure
from steerco.charter.text.sources.refused import CannotRead

MOST_UNPACKED = 50 * 1024 * 1024
"""Bytes that the parts of a file may have together, unpacked."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "footnoteReference", "pPr", "sectPr")}


class _WordLevel(Struct):
    start: int = 1
    text: str = ""
    form: str = "decimal"
    decimal_only: bool = False


class _Numbering(Struct):
    """The lists of a file. Lists made from one pattern share its counters, until one starts anew."""

    patterns: dict[str, dict[int, _WordLevel]] = field(default_factory=dict)
    lists: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, list_id: str, level: int) -> str:
        """Return the number of the next paragraph of a list at ``level``, as Word shows it; "" where it shows none."""
        if list_id not in self.lists:
            return ""
        pattern, starts = self.lists[list_id]
        levels = self.patterns.get(pattern, {})
        if level not in levels:
            return ""
        count = self.counters.setdefault(pattern, {})
        if (list_id, level) not in self.begun and level in starts:
            count[level] = starts[level] - 1
        self.begun.add((list_id, level))
        count[level] = count.get(level, levels[level].start - 1) + 1
        for deeper in [n for n in count if n > level]:
            del count[deeper]
        text = levels[level].text
        for n in range(level + 1):
            count.setdefault(n, levels[n].start if n in levels else 1)
            form = "decimal" if levels[level].decimal_only and n < level else levels[n].form if n in levels else "decimal"
            text = text.replace(f"%{n + 1}", _written(count[n], form))
        return text


def read_word(raw: bytes) -> tuple[str, list[Unsure]]:
    """Return the text of a .docx, a paragraph a line with a blank line after each, and what to compare. Raises ``CannotRead``."""
    parts = _unpacked(raw)
    numbering = _numbering(parts.get("word/numbering.xml"))
    styles = _styles(parts.get("word/styles.xml"))
    body = ElementTree.fromstring(parts["word/document.xml"])
    lines: list[str] = []
    unsure: list[Unsure] = []
    row_before = False
    for block in _blocks(body):
        row = block.tag == f"{_W}tr"
        if row and not row_before:
            message = "a table: a line each row, its cells between strokes; compare it, and write it as sentences"
            unsure.append(Unsure(len(lines) + 1, "table", message))
        if row_before and not row:
            lines.append("")
        row_before = row
        if row:
            lines.append(_row(block, numbering, styles))
            continue
        label, text = _paragraph(block, numbering, styles)
        for n, piece in enumerate(text.split("\n")):
            lines.append(f"{label} {piece}".strip() if n == 0 else piece)
            unsure += _doubts(label if n == 0 else "", len(lines))
        lines.append("")
    if any(True for _ in body.iter(f"{_W}ins")) or any(True for _ in body.iter(f"{_W}del")):
        unsure.append(Unsure(1, "tracked", "the file has tracked changes: insertions were taken and deletions left out"))
    return "\n".join(lines), unsure


def _blocks(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Yield paragraphs and the rows of tables in the order of the text; a table inside a row is part of it."""
    for child in element:
        if child.tag == f"{_W}tr":
            yield child
            continue
        if child.tag == f"{_W}p":
            yield child
        yield from _blocks(child)


def _paragraph(paragraph: ElementTree.Element, numbering: _Numbering, styles: dict[str, tuple[str, str, int]]) -> tuple[str, str]:
    """Return the number that Word puts before a paragraph, and its text."""
    list_id, level = _listed(paragraph, styles)
    text = " ".join("".join(_texts(paragraph)).split(" ")).strip()
    return numbering.label(list_id, level) if list_id and text else "", text


def _row(row: ElementTree.Element, numbering: _Numbering, styles: dict[str, tuple[str, str, int]]) -> str:
    """Return a row of a table as one line: ``| cell | cell |``."""
    cells = []
    for cell in row.iter(f"{_W}tc"):
        pieces = [" ".join(_paragraph(each, numbering, styles)) for each in cell if each.tag == f"{_W}p"]
        cells.append(" ".join(" ".join(pieces).split()))
    return f"| {' | '.join(cells)} |"


def _unpacked(raw: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as file:
            wanted = [info for info in file.infolist() if info.filename.startswith("word/") and info.filename.endswith(".xml")]
            if sum(info.file_size for info in file.infolist()) > MOST_UNPACKED:
                raise CannotRead("too-large", "unpacks to more than a regulation needs")
            parts = {info.filename: file.read(info) for info in wanted}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise CannotRead("not-word", f"is no whole Word file ({error})") from None
    if "word/document.xml" not in parts:
        raise CannotRead("not-word", "is a packed file, and no Word file")
    if any(b"<!DOCTYPE" in part[:4096] or b"<!ENTITY" in part for part in parts.values()):
        raise CannotRead("not-word", "declares entities, which no Word file does")
    return parts


def _numbering(part: bytes | None) -> _Numbering:
    found = _Numbering()
    if part is None:
        return found
    root = ElementTree.fromstring(part)
    for pattern in root.iter(f"{_W}abstractNum"):
        levels = found.patterns.setdefault(_attr(pattern, "abstractNumId"), {})
        for level in pattern.iter(f"{_W}lvl"):
            levels[int(_attr(level, "ilvl") or 0)] = _WordLevel(
                start=int(_value(level, "start") or 1),
                text=_value(level, "lvlText"),
                form=_value(level, "numFmt") or "decimal",
                decimal_only=level.find(f"{_W}isLgl") is not None,
            )
    for each in root.iter(f"{_W}num"):
        starts = {
            int(_attr(over, "ilvl") or 0): int(_value(over, "startOverride"))
            for over in each.iter(f"{_W}lvlOverride")
            if _value(over, "startOverride")
        }
        found.lists[_attr(each, "numId")] = (_value(each, "abstractNumId"), starts)
    return found


def _styles(part: bytes | None) -> dict[str, tuple[str, str, int]]:
    """Return, by the id of a style, the style that it is based on and its list and level ("" for none)."""
    if part is None:
        return {}
    found = {}
    for style in ElementTree.fromstring(part).iter(f"{_W}style"):
        list_id, level = _own_list(style)
        found[_attr(style, "styleId")] = (_value(style, "basedOn"), list_id, level)
    return found


def _listed(paragraph: ElementTree.Element, styles: dict[str, tuple[str, str, int]]) -> tuple[str, int]:
    """Return list and level of a paragraph: its own, else its style's, else those of the style below."""
    list_id, level = _own_list(paragraph)
    if list_id:
        return ("", 0) if list_id == "0" else (list_id, level)
    style = next((_attr(each, "val") for each in paragraph.iter(f"{_W}pStyle")), "")
    for _ in range(20):
        if style not in styles:
            break
        style, list_id, level = styles[style]
        if list_id:
            return ("", 0) if list_id == "0" else (list_id, level)
    return "", 0


def _own_list(element: ElementTree.Element) -> tuple[str, int]:
    numbered = next(element.iter(f"{_W}numPr"), None)
    if numbered is None:
        return "", 0
    return _value(numbered, "numId"), int(_value(numbered, "ilvl") or 0)


def _texts(element: ElementTree.Element) -> Iterator[str]:
    """Yield the visible texts of a paragraph, tabs as spaces, line breaks as such."""
    for child in element:
        if child.tag in _SKIPPED or child.tag == f"{_W}p":
            continue
        if child.tag == f"{_W}r" and any(
            hidden.get(f"{_W}val", "1") not in ("0", "false") for hidden in child.iter(f"{_W}vanish")
        ):
            continue
        if child.tag == f"{_W}t":
            yield (child.text or "").replace("\u00a0", " ").replace("\u2011", "-")
        elif child.tag == f"{_W}tab":
            yield " "
        elif child.tag == f"{_W}br" and child.get(f"{_W}type", "textWrapping") == "textWrapping":
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        else:
            yield from _texts(child)


def _doubts(label: str, line: int) -> Iterator[Unsure]:
    letter = label.strip("().")
    if len(letter) == 1 and "d" < letter <= "z":
        message = f"Word counts this point by itself as {letter}, in an alphabet without \u0111: compare with the printed copy"
        yield Unsure(line, "automatic-letter", message)


def _attr(element: ElementTree.Element, name: str) -> str:
    return element.get(f"{_W}{name}", "")


def _value(element: ElementTree.Element, name: str) -> str:
    """Return the value of the first child (however deep) that is called ``name``."""
    child = next(element.iter(f"{_W}{name}"), None)
    return "" if child is None else _attr(child, "val")


def _written(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman.upper() if form == "upperRoman" else roman
    if form == "decimalZero":
        return f"{number:02}"
    return "" if form in ("none", "bullet") else str(number)


def _roman(number: int) -> str:
    written = "c" * (number // 100)
    rest = number % 100
    written += ["", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc"][rest // 10]
    return written + ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"][rest % 10]
