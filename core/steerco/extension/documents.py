"""A document between core and the plugin that knows the forms of a jurisdiction: two values in, two values out.

Core decides what a paper says of itself: its number, who signs in which capacity, to whom it goes, how it is graded. The plugin
words a draft from the records (``compose_document``) and sets the page (``render_document``). Between the two, a clerk edits::

    DocumentFacts -> compose_document -> DocumentText -> (a clerk edits, somebody signs) -> DocumentContent -> render_document

All texts are NFC, hold no control characters and are never markup: a form prints them letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from steerco.extension.results import check_types

DocumentForm = Literal["pdf", "docx", "html"]
"""What a document is rendered as. ``pdf`` is what is signed; ``docx`` a copy to work on; ``html`` core's own plain form."""
BlockKind = Literal["heading", "subheading", "article", "paragraph", "item", "point", "table", "quote", "field"]
"""The parts of a body, in the words of any office:

``heading`` a part with its title (I., Part one); ``subheading`` one below it (1., Section 1); ``article`` a numbered rule of a
decision with its text; ``paragraph`` running text; ``item`` a row of a list, ``point`` one below it; ``table`` rows of cells,
the first row its head; ``quote`` what somebody said, in the order of the events; ``field`` a name with its value ("Time: ...").
"""


class Block(Struct, frozen=True, forbid_unknown_fields=True):
    """One part of a body, as a clerk edits it.

    ``label`` is its number or mark as printed (``I.``, ``1.``, ``a)``, ``-``), of a field its name, of a quote the speaker; empty
    where it has none. ``text`` is what it says; of a table each line is a row, its cells parted by ``|`` (``cells``).
    """

    kind: BlockKind = "paragraph"
    text: str = ""
    label: str = ""


class Appendix(Struct, frozen=True, forbid_unknown_fields=True):
    """What is attached in the same file: its title and its body. Their order gives their numbers."""

    title: str
    blocks: tuple[Block, ...] = ()
    landscape: bool = False


class NamedParty(Struct, frozen=True):
    """A party that the facts name by id, in words, on the day of the document.

    ``name`` is the person's, agency's or body's name; ``seat`` the person's title in the body, ``office`` the title outside of it
    (of an office its own), ``agency`` the name of the agency, ``abbreviation`` that of an agency or body; empty where unknown.
    """

    name: str
    seat: str = ""
    office: str = ""
    agency: str = ""
    abbreviation: str = ""


class DocumentFacts(Struct, frozen=True):
    """From what a draft is worded. ``records`` are facts of the record that the document is about, as the drafter may see it
    (``{"type", "ref", "state", … , parts}``), first; then those that belong to it (a meeting's minutes and tasks, a direction's
    tasks), each with its ``type``. Parties stand in them by id; ``parties`` has each in words.
    """

    kind: str
    """One of ``words.toml``'s kinds of document: ``invitation``, ``minutes``, ``conclusion-notice``, …"""
    language: str
    today: date
    time_zone: str
    body: str
    """The id of the issuing body; its name is in ``parties``."""
    addressees: tuple[str, ...] = ()
    records: tuple[Mapping[str, Any], ...] = ()
    parties: Mapping[str, NamedParty] = {}
    labels: Mapping[str, str] = {}
    """Words of the catalogue in ``language`` for kinds, states and classes in the records: ``kind.regular``, ``state.done``."""
    bases: tuple[str, ...] = ()
    """The legal bases that the charter's instrument names, and the instrument itself, each as one line."""


class DocumentText(Struct, frozen=True, forbid_unknown_fields=True):
    """The words of a document: all that a clerk edits before it is signed.

    ``title`` is what it is about in one line (the abstract); ``bases`` the instruments on which it rests, ``proposal`` on whose
    proposal it is issued; ``opening`` comes before the parts, ``closing`` after them.
    """

    title: str = ""
    bases: tuple[str, ...] = ()
    proposal: str = ""
    opening: str = ""
    blocks: tuple[Block, ...] = ()
    closing: str = ""
    appendices: tuple[Appendix, ...] = ()
    recipients: tuple[str, ...] = ()
    """Who gets it, each as one line, without the file copy (``DocumentContent.filed``)."""

    def __post_init__(self) -> None:
        check_types("a text", title=(self.title, str), blocks=(self.blocks, tuple), bases=(self.bases, tuple))


class Signature(Struct, frozen=True):
    """Who signs, as the signing rules resolve it. Printed from above: ``lines``, the space of the hand, ``offices``, ``name``.

    ``lines`` begin with the mark where there is one (by order of whom, then the signer's own title); ``offices`` are the
    signer's titles outside the body, to stand above the name; ``role`` tells two signatures of one paper apart: ``signer``, or of
    minutes ``presiding`` and ``secretary``. ``signed_at`` is the time with its zone (ISO 8601), empty while it is unsigned.
    """

    lines: tuple[str, ...]
    name: str
    mark: str = ""
    offices: tuple[str, ...] = ()
    role: str = "signer"
    signed_at: str = ""


class DocumentContent(Struct, frozen=True):
    """All that stands on a document: given to ``render_document``, and kept as it was when it was signed."""

    kind: str
    language: str
    text: DocumentText
    issuer: tuple[str, ...]
    """The lines of the issuing body's name in the head, in the case in which they are to be printed."""
    parent: tuple[str, ...] = ()
    """The lines of the body above it, printed first; none where the charter names none."""
    number: str = ""
    """``01``, ``15``; empty until it is issued."""
    symbol: str = ""
    """What follows the number behind a stroke: ``TB-SC``."""
    place: str = ""
    """Empty where it is not stated."""
    day: date | None = None
    """The day of issue; None until then."""
    addressees: tuple[str, ...] = ()
    """To whom it is directed, each as one line; not the recipients."""
    signatures: tuple[Signature, ...] = ()
    filed: str = ""
    """The units that keep it, and the copies: ``Records, Board (3)``. Without the words that an office puts before it."""
    secrecy: str = ""
    """A grade in words; empty for none. So with ``urgency`` and ``circulation``."""
    urgency: str = ""
    circulation: str = ""
    drafter: str = ""
    """The drafter's initials and the number of copies."""
    contact: str = ""
    """Address, telephone, e-mail of the issuing body, for the foot of the first page."""
    code: str = ""
    """By which anyone looks the document up; empty until it is signed. ``address`` is where."""
    address: str = ""
    replaces: str = ""
    """Number and day of the document that this one replaces, in words."""
    facts: Mapping[str, Any] = {}
    """Short values of the record that a form may need beyond the text (times of a meeting's minutes); often empty."""

    @property
    def reference(self) -> str:
        """Number and symbol as they are printed: ``01/TB-SC``."""
        return "/".join(part for part in (self.number, self.symbol) if part)


class Misprint(Struct, frozen=True):
    """Why a document cannot be printed: ``field`` of the content (``text.blocks[3].text``), and what to do, in both languages."""

    field: str
    en: str
    vi: str = ""


class DocumentFile(Struct, frozen=True):
    """A rendered document, or what stops it (``misprints``: characters that the font lacks, a text that is too long).

    The same content gives the same bytes. ``suffix`` ends the file's name (``.pdf``), ``pages`` counts them where it is known.
    """

    content: bytes = b""
    media: str = "application/pdf"
    suffix: str = ".pdf"
    pages: int | None = None
    misprints: tuple[Misprint, ...] = ()

    def __post_init__(self) -> None:
        check_types("a rendered document", content=(self.content, bytes), media=(self.media, str), suffix=(self.suffix, str))
        if not self.content and not self.misprints:
            raise TypeError("a rendered document: content is empty, and no misprint says why")


def cells(row: str) -> list[str]:
    """Return the cells of one line of a table. ``\\|`` is a stroke inside a cell."""
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", row)]


def row(*texts: str) -> str:
    """Return one line of a table with these cells; ``cells`` reads it back."""
    return " | ".join(" ".join(text.split()).replace("|", "\\|") for text in texts)
