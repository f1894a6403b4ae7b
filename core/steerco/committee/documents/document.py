"""Documents of a body: drafted from a record, edited, signed by rule, issued under a number, replaced, recalled, archived.

What is printed is made outside the act (``kernel.printing``): its digest and its words come with ``do.prepared``. A signed
document does not change any more; what is wrong with it is put right by another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct
from sqlalchemy import Index, Select, select
from sqlalchemy.orm import Mapped

from steerco.charter.rules import Effective
from steerco.committee.documents import numbering
from steerco.committee.documents.second_signature import beside, hold, named_beside
from steerco.committee.documents.signing import REACHES, Signer, resolve
from steerco.committee.documents.transmission import KINDS, Kind
from steerco.committee.traits.graded import keeper
from steerco.committee.traits.publicity import Publishable
from steerco.records import Do, Facet, Held, Line, Part, Party, Relation, Text, Through, party, ref_to, refers, written

ABOUT = (
    *("meeting", "minutes", "direction", "task", "matter", "programme", "proposal", "amendment", "commendation", "review"),
    *("consultation", "information-request", "check", "guidance", "inspection", "report"),
    *("mobilisation", "authority-delegation", "substitution"),
)
"""The types of records that a document can be about."""
BlockKind = Literal["heading", "subheading", "article", "paragraph", "item", "point", "table", "quote", "field", "appendix"]
Lines = Annotated[list[Line], Meta(max_length=200)]
Secrecy = Literal["restricted", "confidential", "secret", "top-secret"]
GRADED = ("confidential", "secret", "top-secret")
"""Grades of secrets of the state: what such a document says is not kept here, unless somebody answers for that."""
Urgency = Literal["urgent", "very-urgent", "express"]
Circulation = Literal["internal", "return-after-reading"]
Letters = Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^\S+$(?!\n)", extra={"text": "line"})]
"""The letters of a unit, without spaces; capitals, and no stroke, which parts number and symbol (``numbering.in_letters``)."""


class Document(
    Publishable,
    type="document",
    states="drafted signed issued replaced recalled archived disposed",
    kinds=KINDS,
    prefix="DOC",
):
    """``about`` is the record that it was drafted from, ``signatory`` who is meant to sign, ``reach`` how far it goes
    (``signing.REACHES``).

    ``signed_by`` is the party that signed, ``signed_as`` the role, ``mark``, ``lines`` and ``cites`` how and by which clauses;
    ``paper`` is the digest (SHA-256) of the file that was signed, ``content`` of what stood on it, ``printed`` of the file as it
    was issued with number and day. ``dossier`` is the file in which it is kept.
    ``drafting_unit`` is the unit that drafts it, in the letters in which its number and its file copy name it.
    ``second`` is who signs beside the signer, where one is asked for.
    """

    ledger_fields = ("published",)
    kind: Mapped[str]
    title: Mapped[str | None]
    about: Mapped[str | None]
    addressees: Mapped[list[str]]
    signatory: Mapped[str | None] = party()
    reach: Mapped[str]
    bases: Mapped[list[str]]
    proposal: Mapped[str | None]
    opening: Mapped[str | None] = written()
    closing: Mapped[str | None] = written()
    recipients: Mapped[list[str]]
    secrecy: Mapped[str | None]
    urgency: Mapped[str | None]
    circulation: Mapped[str | None]
    drafting_unit: Mapped[str | None]
    second: Mapped[str | None] = party()
    second_signed_at: Mapped[datetime | None]
    signed_by: Mapped[str | None] = party()
    signed_as: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    mark: Mapped[str | None]
    lines: Mapped[list[str]]
    cites: Mapped[list[str]]
    content: Mapped[str | None]
    paper: Mapped[str | None]
    printed: Mapped[str | None]
    series: Mapped[str | None]
    serial: Mapped[int | None]
    number: Mapped[str | None]
    symbol: Mapped[str | None]
    issued_on: Mapped[date | None]
    replaced_by: Mapped[str | None] = refers("document")
    reason: Mapped[str | None]
    dossier: Mapped[str | None]
    archived_on: Mapped[date | None]
    disposed_on: Mapped[date | None]
    disposal: Mapped[str | None]

    # The archive runs by day of issue: of all, of one kind, of one file.
    listed_by: ClassVar[tuple[tuple[str, ...], ...]] = (("issued_on",), ("kind", "issued_on"), ("dossier", "issued_on"))
    signatory_ = Relation("signatory", Held("signatory"))
    second_ = Relation("second-signatory", Held("second"))
    signed = Relation("signer", Held("signed_by"))
    addressee = Relation("addressee", Through("document.sent", "document", Held("who")))

    def told_to(self, act: str, today: date) -> Literal["readers", "doer", "nobody"]:
        """Return to whom an act's input is told: of one that was disposed of its words are told to nobody any more."""
        return "nobody" if self.state == "disposed" and act in ("draft", "edit") else "readers"

    to_ = Facet("to", "reach", values=REACHES[:-1], default="none")

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the words as they stand."""
        if action != "edit":
            return {}
        kept = BlockInput.__struct_fields__
        blocks = [{name: row[name] for name in kept} for row in sorted(content["blocks"], key=lambda row: int(row["position"]))]
        return {name: content[name] for name in (*WORDS, *MARKS)} | {"blocks": blocks}

    @classmethod
    def issued_between(cls, tenant_id: int, first: date, last: date) -> Select[Document]:
        """Return the statement of every document that was issued in a period, in the order of their making."""
        days = (cls.issued_on >= first, cls.issued_on <= last)
        return select(cls).where(cls.tenant_id == tenant_id, *days).order_by(cls.id)

    @classmethod
    def kept_in(cls, tenant_id: int, dossier: str) -> Select[Document]:
        """Return the statement of every issued document in one file of the archive, in the order of their making."""
        return select(cls).where(cls.tenant_id == tenant_id, cls.dossier == dossier, cls.issued_on.is_not(None)).order_by(cls.id)


Index(None, Document.tenant_id, Document.series, Document.serial, unique=True)
Index(None, Document.tenant_id, Document.about, Document.id)
Index(None, Document.tenant_id, Document.public_on, Document.id)
WORDS = ("title", "addressees", "signatory", "bases", "proposal", "opening", "closing", "recipients", "secrecy", "urgency")
MARKS = ("circulation", "drafting_unit")


class DocumentBlock(Part, of="document", name="blocks"):
    """A part of the body, in its order (counted from 1); those after an ``appendix`` belong to it."""

    document: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    label: Mapped[str | None]
    text: Mapped[str]


class DocumentPaper(Part, of="document", name="files"):
    """A file of the document: what was ``signed``, the ``content`` that stood on it, what was ``issued``. ``size`` in bytes."""

    document: Mapped[str]
    role: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


class SentTo(Part, of="document", name="sent"):
    """One party on record to whom it went when it was issued: from then on it may be theirs to read."""

    index_on = ("document", "who")
    document: Mapped[str]
    who: Mapped[str] = party()


class BlockInput(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the body as it is handed in. Of a table each line is a row, its cells parted by a stroke."""

    text: Text
    kind: BlockKind = "paragraph"
    label: Annotated[str, Meta(max_length=100, extra={"text": "line"})] | None = None


Blocks = Annotated[list[BlockInput], Meta(max_length=3000)]


def reach_of(do: Do, addressees: list[str]) -> str:
    """Return how far a document to these goes. A name that is nobody's on record is another body's, outside."""
    reached = {_reach(do, named) for named in addressees}
    return next((reach for reach in REACHES if reach in reached), REACHES[-1])


def _reach(do: Do, named: str) -> str:
    if named in REACHES:
        return named
    party = do.parties.resolve(named)
    if party is None:
        return "other-body"
    return do.parties.reach(party)


def _say(do: Do, d: Document, given: Mapping[str, Any], blocks: list[BlockInput] | None) -> None:
    """Put the words that were given in place of those before."""
    for name, value in given.items():
        if value is not None:
            setattr(d, name, value)
    if blocks is not None:
        do.drop(do.parts(d, DocumentBlock))
        for position, block in enumerate(blocks, 1):
            do.add(d, DocumentBlock(position=position, kind=block.kind, label=block.label, text=block.text))
    unit = do.given.get("drafting_unit")
    if unit and not numbering.in_letters(unit):
        do.invalid("drafting_unit", "not-letters-of-unit")
    d.second = named_beside(do, _beside(do, d), d.about, do.given.get("second"), d.second)
    if d.secrecy in GRADED and not keeper((do.charter, *do.layers)):
        do.invalid("secrecy", "graded-not-kept")
    d.reach = reach_of(do, d.addressees)


@Document.action(to="drafted")
def draft(
    do: Do,
    d: Document,
    *,
    kind: Kind,
    title: Line | None = None,
    about: ref_to(*ABOUT) | None = None,  # type: ignore[valid-type]
    addressees: Lines = [],  # noqa: B006  # a msgspec default
    signatory: Party | None = None,
    blocks: Blocks = [],  # noqa: B006  # a msgspec default
    recipients: Lines = [],  # noqa: B006  # a msgspec default
    bases: Lines = [],  # noqa: B006  # a msgspec default
    proposal: Line | None = None,
    opening: Text | None = None,
    closing: Text | None = None,
    secrecy: Secrecy | None = None,
    urgency: Urgency | None = None,
    circulation: Circulation | None = None,
    drafting_unit: Letters | None = None,
    second: Party | None = None,
    body: Party | None = None,
) -> None:
    """Begin a document. What is left out of its words is taken from the record that it is about."""
    words = do.prepared.get("text", {})
    d.kind, d.about, d.lines, d.cites = kind, about, [], []
    d.addressees, d.bases, d.recipients = addressees, bases or words.get("bases", []), recipients or words.get("recipients", [])
    given = {
        "title": title or words.get("title") or None,
        "proposal": proposal or words.get("proposal") or None,
        "opening": opening or words.get("opening") or None,
        "closing": closing or words.get("closing") or None,
        "signatory": signatory,
        "secrecy": secrecy,
        "urgency": urgency,
        "circulation": circulation,
        "drafting_unit": drafting_unit or numbering.unit((do.charter, *do.layers), d.body, kind) or None,
    }
    _say(do, d, given, blocks or [BlockInput(**block) for block in words.get("blocks", ())])
    do.tell(*filter(None, (signatory, d.second)))


@Document.action("drafted")
def edit(
    do: Do,
    d: Document,
    *,
    title: Line | None = None,
    addressees: Lines | None = None,
    signatory: Party | None = None,
    blocks: Blocks | None = None,
    recipients: Lines | None = None,
    bases: Lines | None = None,
    proposal: Line | None = None,
    opening: Text | None = None,
    closing: Text | None = None,
    secrecy: Secrecy | None = None,
    urgency: Urgency | None = None,
    circulation: Circulation | None = None,
    drafting_unit: Letters | None = None,
    second: Party | None = None,
) -> None:
    """Put other words in place of the draft's; what is left out stays. A second signature that was given is to be given anew."""
    d.second_signed_at = None
    given = {name: value for name, value in do.given.items() if name not in ("blocks", "second")}
    _say(do, d, given, blocks)


@Document.action("drafted", name="sign-beside", awaited="")
def sign_beside(do: Do, d: Document) -> None:
    """Sign it beside the signer, before them: whoever signs then signs what both have read."""
    if d.second is None:
        do.out_of_order("no-second-signatory")
    d.second_signed_at = do.at
    do.tell(d.author, *([d.signatory] if d.signatory else []))


def _beside(do: Do, d: Document) -> Effective:
    return beside((do.charter, *do.layers), d.body, d.kind)


@Document.action("drafted", to="signed")
def sign(do: Do, d: Document) -> None:
    """Sign it, in the capacity and with the mark that the signing rules give; from now on it does not change."""
    signer = Signer(do.role, do.acting_for, do.parties.roles(do.actor))
    block = resolve(do.charter, do.layers, signer, d.kind, d.reach)
    if block is None:
        do.out_of_order("signing-not-stated", kind=d.kind)
    hold(do, _beside(do, d), d.about, d.second, d.second_signed_at is not None)
    d.signed_by, d.signed_as, d.signed_at = do.me(d.body), do.acting_for or do.role, do.at
    d.mark, d.lines, d.cites = block.mark, list(block.lines), list(dict.fromkeys((*do.because, *block.cites)))
    d.content, d.paper = _keep(do, d, "content"), _keep(do, d, "signed")
    do.tell(d.author)


def _keep(do: Do, d: Document, role: str) -> str | None:
    """Put a file that was made for the act on record, and return its digest; None where none was made."""
    made = do.prepared.get(role)
    if made is None:
        return None
    do.add(d, DocumentPaper(role=role, file_name=f"{d.ref}-{role}{made['suffix']}", digest=made["digest"], size=made["size"]))
    return str(made["digest"])


@Document.action("signed", to="issued", clocked=True)
def issue(do: Do, d: Document) -> None:
    """Issue it: it gets its number and its day, once."""
    layers = (do.charter, *do.layers)
    d.series = numbering.series(layers, d.body, d.kind, do.today.year)
    d.serial = numbering.next_number(do.session, d.series)
    d.number, d.symbol = numbering.written(d.serial), numbering.symbol(layers, d.body, d.kind, d.drafting_unit or "")
    d.issued_on = do.today
    to = dict.fromkeys(party for named in d.addressees if (party := do.parties.resolve(named)))
    for party_ in to:
        do.add(d, SentTo(who=party_))
    do.tell(d.author, *to)


@Document.action("issued", "replaced", "recalled", "archived", platform=True)
def print_(do: Do, d: Document) -> None:
    """Keep the file as it was printed from what was signed, with number and day."""
    if d.printed is not None:
        do.out_of_order("already-printed")
    d.printed = _keep(do, d, "issued")


@Document.action("issued", to="replaced")
def replace(do: Do, d: Document, *, by: ref_to("document", states={"document": "issued"}), reason: Line) -> None:  # type: ignore[valid-type]
    """Put another document of the same kind and body in its place."""
    other = do.get(Document, by)
    if other.id == d.id:
        do.invalid("by", "is-itself")
    if (other.kind, other.body) != (d.kind, d.body):
        do.invalid("by", "other-kind")
    if other.state != "issued":
        do.out_of_order("replacement-not-issued", state=other.state)
    d.replaced_by, d.reason = other.id, reason
    do.tell(d.author, *(party for named in d.addressees if (party := do.parties.resolve(named))))


@Document.action("signed", "issued", to="recalled")
def recall(do: Do, d: Document, *, reason: Line) -> None:
    """Call it back: it counts no more, and keeps the number that it had."""
    d.reason = reason
    do.tell(d.author, *(party for named in d.addressees if (party := do.parties.resolve(named))))


@Document.action("issued", "replaced", "recalled", to="archived")
def archive(do: Do, d: Document, *, dossier: Line) -> None:
    """Put it into a file of the archive; from there it goes only by a recorded decision."""
    d.dossier, d.archived_on = dossier, do.today


@Document.action("archived", to="disposed")
def dispose(do: Do, d: Document, *, decision: Line) -> None:
    """Destroy what it says, by a decision that is named. Its entry stays: number, day, signer, and the digests."""
    do.drop([*do.parts(d, DocumentBlock), *do.parts(d, DocumentPaper)])
    d.opening = d.closing = d.proposal = None
    d.bases, d.recipients, d.addressees = [], [], []
    d.disposal, d.disposed_on = decision, do.today
