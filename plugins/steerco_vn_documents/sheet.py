"""A document as it stands on the page: the boxes of the decree's form, filled, in the order of reading.

``Sheet`` is all that a form prints; typst (``forms/paper.typ``) and Word (``word.py``) set the same sheet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import segno
from msgspec import Struct, to_builtins
from msgspec.structs import replace

from steerco.extension.api import Appendix as Attached
from steerco.extension.api import Block, DocumentContent, cells
from steerco.extension.api import Signature as Signed
from steerco_vn_documents import words

FONT = "Tinos"
"""The widths of Times New Roman, under a free licence."""
SHORT, LONG = 12, 30
"""Letters of a cell: up to ``SHORT`` a column stands in the middle; beyond ``LONG`` more letters give it no more width."""
PREFIXES = ("Phần", "Chương", "Mục", "Tiểu mục")


class Element(Struct, frozen=True):
    """One part of a body as it is printed.

    ``type`` is ``heading`` (of a ``level`` of the outline; ``middle`` or indented), ``centre`` (bold), ``para`` (``lead`` is
    bold), ``table`` (a width of 0: as wide as its texts), or ``dots`` (to be filled in by hand).
    """

    type: str
    text: str = ""
    lead: str = ""
    level: int = 0
    middle: bool = False
    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    centred: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Hand(Struct, frozen=True):
    """A place of signature: boxes 7a (``title``), the space of the hand, 7b (``office`` above ``name``)."""

    title: tuple[str, ...]
    office: tuple[str, ...]
    name: str
    note: str = ""


class Annex(Struct, frozen=True):
    """An appendix; ``own`` is a paper that a decision issues with itself, which has a head of its own (sample 1.3)."""

    label: str
    title: str
    note: str
    body: tuple[Element, ...]
    wide: bool = False
    level: int = 2
    own: bool = False


class Sheet(Struct, frozen=True):
    """The filled form. Names follow the boxes of the decree: 1 state, 2 issuer, 3 number, 4 dated, 5a kind and abstract, 5b
    about, 6 authority to body, 7 signers, 9a to, 9b recipients, 10 secrecy and urgency, 11 circulation, 13 contact.
    """

    title: str
    author: str
    keywords: tuple[str, ...]
    day: tuple[int, int, int]
    parent: tuple[str, ...]
    issuer: tuple[str, ...]
    number: str
    dated: str
    about: str
    urgency: tuple[Any, ...]
    secrecy: str
    circulation: str
    kind: str
    abstract: tuple[str, ...]
    ruled: bool
    to: tuple[str, ...]
    authority: str
    bases: tuple[str, ...]
    enacting: str
    body: tuple[Element, ...]
    signers: tuple[Hand, ...]
    recipients: tuple[str, ...]
    appendices: tuple[Annex, ...]
    contact: tuple[str, ...]
    code: str
    qr: str = ""
    font: str = FONT

    def data(self) -> dict[str, Any]:
        """Return it as the data of a form."""
        fixed = {"state": words.STATE, "motto": words.MOTTO, "to": words.TO, "recipients": words.RECIPIENTS}
        data: dict[str, Any] = {**to_builtins(self), "words": fixed}
        return data


def sheet(content: DocumentContent, *, electronic: bool = True) -> Sheet:
    """Return the document as it is printed. On an electronic one, number and day stay open on an appendix (III.1.c)."""
    text, kind = content.text, words.KINDS[content.kind]
    decides, minutes = content.kind == "decision", content.kind == "minutes"
    day = content.day or date(2000, 1, 1)
    return Sheet(
        title=_plain(f"{kind.name.capitalize()} {content.reference} {text.title}"),
        author=_plain(" ".join(content.issuer)),
        keywords=tuple(filter(None, (content.reference, content.code))),
        day=(day.year, day.month, day.day),
        parent=content.parent,
        issuer=content.issuer,
        number=words.number_words(content.number, content.symbol),
        dated="" if minutes else ", ".join(filter(None, (content.place, words.day_words(content.day)))),
        about=f"V/v {text.title}" if not kind.name else "",
        urgency=_urgency(content.urgency),
        secrecy=content.secrecy.upper(),
        circulation=content.circulation.upper() if _signed(content) else words.DRAFT,
        kind=kind.name,
        abstract=tuple(words.abstract(text.title, kind.name).splitlines()) if kind.name else (),
        ruled=not minutes,
        to=_to(content) if kind.addressed else (),
        authority=_authority(content) if decides else "",
        bases=_bases(text.bases, text.proposal),
        enacting="QUYẾT ĐỊNH:" if decides else "",
        body=_ended(_levelled(_parts(text.opening, text.blocks, text.closing), _top(content))),
        signers=tuple(_hand(each) for each in sorted(content.signatures, key=lambda each: each.role != "secretary")),
        recipients=_recipients(content, kind),
        appendices=tuple(_annexes(content, electronic)),
        contact=tuple(content.contact.splitlines()),
        code=_code(content),
        qr=segno.make(content.address, error="m").svg_inline(border=0) if content.address and _signed(content) else "",
    )


def _signed(content: DocumentContent) -> bool:
    return any(each.signed_at for each in content.signatures)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _urgency(word: str) -> tuple[Any, ...]:
    upper = word.upper().replace("HOẢ", "HỎA")
    return (words.URGENCIES.get(upper, 40), upper) if upper else ()


def _to(content: DocumentContent) -> tuple[str, ...]:
    if len(content.addressees) < 2:
        return tuple(one.rstrip(";.") for one in content.addressees)
    return words.dashed(content.addressees)


def _authority(content: DocumentContent) -> str:
    lines = content.signatures[0].lines if content.signatures else ()
    return words.authority(lines[0] if lines else "", content.issuer)


def _bases(bases: Sequence[str], proposal: str) -> tuple[str, ...]:
    """Return the grounds, a semicolon behind each and a full stop behind the last one."""
    lines = [base.strip().rstrip(";.") for base in (*bases, *([proposal] if proposal else ()))]
    return tuple(f"{line}{';' if i < len(lines) - 1 else '.'}" for i, line in enumerate(lines))


def _recipients(content: DocumentContent, kind: words.PaperKind) -> tuple[str, ...]:
    """Return box 9b, the file copy last with the drafter's mark behind it (box 12)."""
    lines = [line for line in content.text.recipients if line.strip()]
    if kind.addressed and content.addressees and not any(line.lstrip("- ").startswith(words.AS_ABOVE) for line in lines):
        lines.insert(0, words.AS_ABOVE)
    kept = "Hồ sơ" if content.kind == "minutes" else content.filed
    filed = ", ".join(filter(None, ("VT", kept.removeprefix("VT").lstrip(", "))))
    drafter = f" {content.drafter}" if content.drafter else ""
    return (*words.dashed(lines, ";"), f"- Lưu: {filed.rstrip('.')}.{drafter}")


def _hand(signed: Signed) -> Hand:
    return Hand(
        tuple(line.upper() for line in signed.lines), tuple(line.upper() for line in signed.offices), signed.name, note=""
    )


def _code(content: DocumentContent) -> str:
    if not content.code or not _signed(content):  # nobody looks up what nobody has signed
        return ""
    return f"Mã tra cứu: {content.code}" + (f"\n{content.address}" if content.address else "")


# The body


def _parts(opening: str, blocks: Iterable[Block], closing: str) -> tuple[Element, ...]:
    parts = [Element("para", line) for line in _lines(opening)]
    for block in blocks:
        parts.extend(_drawn(block))
    return (*parts, *(Element("para", line) for line in _lines(closing)))


def _top(content: DocumentContent) -> int:
    """Return the level of the first headings in the outline: the name of the type is above them, where there is one."""
    return 2 if words.KINDS[content.kind].name else 1


def _levelled(parts: Iterable[Element], top: int) -> tuple[Element, ...]:
    """Return the parts with levels that skip none, as assistive technology needs them."""
    found, levelled = 0, []
    for part in parts:
        if part.type == "heading":
            found = min(part.level, found + 1)
            part = replace(part, level=top + found - 1)
        levelled.append(part)
    return tuple(levelled)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _drawn(block: Block) -> Iterator[Element]:
    """Yield the parts of one block as the decree sets them (II.6.d to e)."""
    lines = _lines(block.text)
    first, rest = (lines[0], lines[1:]) if lines else ("", [])
    labelled = f"{block.label} {first}".strip()
    if block.kind == "heading":
        yield from _heading(block.label, first)
    elif block.kind == "subheading":
        yield Element("heading", labelled, level=2)
    elif block.kind == "article":
        yield _article(block.label, first, titled=bool(rest))
    elif block.kind == "table":
        yield _table([cells(line) for line in lines])
        return
    elif block.kind == "field":
        open_ = bool(first) and not first.strip(".… ")  # to be filled in by hand
        yield Element("dots" if open_ else "para", f"{block.label.rstrip(':')}: {'' if open_ else first}".rstrip())
    elif block.kind == "quote":
        yield Element("para", f"- {block.label}: {first}" if block.label else f"- {first}")
    else:
        yield Element("para", labelled)
    yield from (Element("para", line) for line in rest)


def _heading(label: str, title: str) -> Iterator[Element]:
    if label.startswith(PREFIXES):  # on a line of its own, the title below it, both in the middle
        yield Element("heading", label, level=1, middle=True)
        yield Element("centre", title.upper())
    else:
        yield Element("heading", f"{label} {title.upper()}".strip(), level=1)


def _article(label: str, first: str, *, titled: bool) -> Element:
    number = label.rstrip(".").removeprefix("Điều").strip()
    lead = f"Điều {number}." if number else ""
    return Element("para", lead=f"{lead} {first}") if titled else Element("para", first, lead=lead)


def _table(rows: list[list[str]]) -> Element:
    """Return a table. Columns of short texts take what they need and stand in the middle; the others share the rest by length."""
    if not rows:
        return Element("para")
    count = max(len(row) for row in rows)
    even = [tuple(row + [""] * (count - len(row))) for row in rows]
    widths = [_width(column) for column in zip(*even, strict=True)]
    centred = tuple(i for i, width in enumerate(widths) if not width)
    return Element("table", columns=even[0], rows=tuple(even[1:]), widths=tuple(widths), centred=centred)


def _width(column: tuple[str, ...]) -> int:
    head, texts = column[0], column[1:]
    if max((len(text) for text in texts), default=0) <= SHORT and len(head) <= SHORT:
        return 0
    longest = max((len(word) for text in column for word in text.split()), default=1)
    mean = sum(len(text) for text in texts) / max(1, len(texts))
    return max(longest + 2, min(round(mean), LONG)) + 6


def _ended(parts: tuple[Element, ...]) -> tuple[Element, ...]:
    """Return the parts with the sign that ends a paper behind the last text."""
    if parts and parts[-1].type == "dots":  # a form that somebody else fills in
        return parts
    if not parts or parts[-1].type != "para":
        return (*parts, Element("para", words.END))
    last = parts[-1]
    if last.text.endswith(words.END):
        return parts
    if not last.text:
        return (*parts[:-1], _lead_ended(last))
    return (*parts[:-1], Element("para", last.text.rstrip().rstrip(".;") + words.END, last.lead))


def _lead_ended(last: Element) -> Element:
    """Return a part that has a bold text alone, ended."""
    return Element("para", lead=last.lead.rstrip().rstrip(".;") + words.END)


# Appendices


def _annexes(content: DocumentContent, electronic: bool) -> Iterator[Annex]:
    issued = [_issued(content, each) for each in content.text.appendices]
    plain = [i for i, own in enumerate(issued) if not own]
    top = _top(content)
    for i, appendix in enumerate(content.text.appendices):
        body = _ended(_levelled(_parts("", appendix.blocks, ""), top + 1))
        if own := issued[i]:
            kind, title = own
            yield Annex(kind, title, f"({_with(content, 'Quyết định', electronic)})", body, appendix.landscape, top, own=True)
        else:
            number = f" {words.roman(plain.index(i) + 1)}" if len(plain) > 1 else ""
            note = f"({_with(content, 'Văn bản', electronic)})"
            yield Annex(f"Phụ lục{number}", appendix.title.upper(), note, body, appendix.landscape, top)


def _issued(content: DocumentContent, appendix: Attached) -> tuple[str, str] | None:
    """Return type and title of what a decision issues with itself; None for a mere appendix."""
    upper = appendix.title.upper()
    kind = next((each for each in words.ATTACHED if upper.startswith(each)), "") if content.kind == "decision" else ""
    title = appendix.title[len(kind) :].strip()
    return (kind, title[:1].upper() + title[1:]) if kind else None


def _with(content: DocumentContent, what: str, electronic: bool) -> str:
    if electronic or not content.number or content.day is None:
        return f"Kèm theo {what} số …/{content.symbol} ngày … tháng … năm … của …"
    return f"Kèm theo {what} số {content.reference} {words.day_words(content.day)} của {' '.join(content.issuer)}"
