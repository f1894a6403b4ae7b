"""The content of a document: its words, taken from its subject, on the day, as its author or signer may see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import select

from steerco.charter.model import NOT_STATED, Charter, Label, Parameter
from steerco.charter.rules import effective
from steerco.committee.documents.document import ABOUT, Document, DocumentBlock
from steerco.committee.documents.second_signature import asks, beside
from steerco.committee.documents.signing import NO_MARK, Signer, resolve, who_signs
from steerco.committee.members.directory import Day
from steerco.config.characters import cleaned
from steerco.configuration.party_names import PartyNames
from steerco.extension.documents import (
    Appendix,
    Block,
    DocumentContent,
    DocumentFacts,
    DocumentText,
    NamedParty,
    Signature,
)
from steerco.extension.facts import frozen
from steerco.i18n import words
from steerco.kernel.authority import Authority
from steerco.kernel.view import seen
from steerco.records import Do, Record

FOLLOWING = {
    "meeting": (("minutes", "meeting"), ("matter", "meeting"), ("task", "source")),
    "direction": (("task", "source"),),
    "consultation": (("consultation-reply", "consultation"),),
}
"""The types of records that belong to another record, each with the field that points to it."""
BEFORE = {"minutes": "meeting", "substitution": "meeting"}
"""To which record of a type one of another belongs, which its paper needs as well."""
PLACE = "document-place"
"""The named value with the place where documents are issued. A regulation's own ``place`` is one too."""
LABELLED = ("kind", "state", "class", "type", "timeliness", "position", "mode", "presence", "outcome")
"""The sections of the catalogue that a form may need words of."""


def facts(authority: Authority, document: Record, fields: Mapping[str, Any]) -> DocumentFacts:
    """Return from what a draft is worded: the record that it is about and those that belong to it, all parties in words."""
    language = authority.tenant.snapshot.settings.languages[0]
    records = tuple(frozen(seen(authority, each)) for each in _records(authority, fields.get("about")))
    addressees = tuple(fields.get("addressees") or ())
    named = {document.body, *addressees, *_texts(records)}
    catalogue = words(language)
    return DocumentFacts(
        kind=str(fields.get("kind") or ""),
        language=language,
        today=authority.today,
        time_zone=str(authority.tenant.snapshot.settings.time_zone),
        body=document.body,
        addressees=addressees,
        records=records,
        parties={id: party for id in sorted(named) if (party := named_party(authority, language, id))},
        labels={f"{section}.{key}": catalogue(section, key) for section in LABELLED for key in catalogue.keys(section)},
        bases=_bases(authority, language),
    )


def _records(authority: Authority, id: str | None) -> Iterator[Record]:
    """Yield the record that a document is about, then those that belong to it, as far as the reader may see them."""
    types = authority.tenant.snapshot.types
    about = next((found for name in ABOUT if id and (found := authority.find(types[name], id))), None)
    if about is None:
        return
    yield about
    if before := BEFORE.get(about.record_type):
        whole = authority.find(types[before], getattr(about, before))
        yield from [] if whole is None else [whole]
    for name, field in FOLLOWING.get(about.record_type, ()):
        type = types[name]
        mine = type.those(authority.tenant.id, getattr(type, field) == about.id).order_by(type.id)
        yield from (each for each in type.read(authority.session, mine) if authority.may(each, "read"))


def _texts(value: Any) -> Iterator[str]:
    """Yield every short text in a value."""
    if isinstance(value, str):
        if len(value) <= 100:
            yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def named_party(authority: Authority, language: str, id: str) -> NamedParty | None:
    """Return a party in words on the day; None where the id is none."""
    day, say = authority.day, words(language)
    resolved = day.resolve(id) if id not in day.all.persons else id
    if resolved is None:
        return None
    names = PartyNames(say, day)
    sort, person = day.sort(resolved), _one(day, resolved)
    if sort == "agency":
        return NamedParty(names(resolved), agency=names(resolved))
    if sort == "body":
        known = authority.regime.charter.body(resolved)
        return NamedParty(names(resolved), abbreviation=known.abbreviation if known else "")
    agency = day.agency(person or resolved)
    return NamedParty(
        names.personal(person) if person else names(resolved),
        seat=_title(authority, language, resolved, person),
        office="" if person is None else _office(names, person),
        agency=names(agency) if agency else "",
    )


def _one(day: Day, party: str) -> str | None:
    holders = day.holders(party)
    return holders[0] if len(holders) == 1 else None


def _title(authority: Authority, language: str, party: str, person: str | None) -> str:
    """Return the title of a seat, or of the only or first role that a person has in the bodies."""
    roles = authority.day.aims(party) or authority.day.roles(person or "")
    known = [found for role in sorted(roles) if (found := authority.regime.charter.role(role))]
    return words(language).of(known[0].label) if known else ""


def _office(names: PartyNames, person: str) -> str:
    office = names.office(person)
    return "" if office == names.personal(person) and not names.day.all.titles else office


def _bases(authority: Authority, language: str) -> tuple[str, ...]:
    say, instrument = words(language), authority.regime.charter.instrument
    every = [*((base.title, base.number) for base in instrument.legal_bases), (instrument.title, instrument.id)]
    return tuple(f"{say.of(title)} ({number})" if title != Label() else number for title, number in every)


def plain_text(facts: DocumentFacts) -> DocumentText:
    """Return the first words of a document where no plugin has any: the titles and texts of the records."""
    blocks = []
    for record in facts.records:
        for name in ("title", "text", "conclusion", "decision"):
            if text := record.get(name):
                blocks.append(Block("paragraph", str(text)))
    title = next((str(record["title"]) for record in facts.records if record.get("title")), "")
    return DocumentText(title=title, blocks=tuple(blocks))


def fitted(text: DocumentText) -> dict[str, Any]:
    """Return the words as a document keeps them: the appendices behind the body, each begun by a block with its title.

    A plugin may have taken them from anywhere: control characters, which a clerk could not send back either, are left out.
    """
    text = _cleaned(text)
    blocks = [block for block in text.blocks if block.text]
    for appendix in text.appendices:
        blocks += [_appendix(appendix), *(block for block in appendix.blocks if block.text)]
    kept = structs.asdict(text) | {"blocks": [_block(block) for block in blocks]}
    del kept["appendices"]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}


def _cleaned(text: DocumentText) -> DocumentText:
    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return cleaned(value)
        if isinstance(value, dict):
            return {name: clean(each) for name, each in value.items()}
        return [clean(each) for each in value] if isinstance(value, list | tuple) else value

    return msgspec.convert(clean(msgspec.to_builtins(text)), DocumentText)


def _appendix(appendix: Appendix) -> Any:
    return Block("appendix", appendix.title or "-", "landscape" if appendix.landscape else "")  # type: ignore[arg-type]


def _block(block: Block) -> dict[str, Any]:
    return {"kind": block.kind, "text": block.text, "label": block.label or None}


def content(authority: Authority, document: Document, do: Do) -> DocumentContent:
    """Return all that stands on a document, signed by whoever acts, as the signing rules have it."""
    signer = Signer(do.role, do.acting_for, do.parties.roles(do.actor))
    block = resolve(do.charter, do.layers, signer, document.kind, document.reach)
    language = authority.tenant.snapshot.settings.languages[0]
    me = named_party(authority, language, do.actor)
    signature = Signature(
        lines=block.lines if block else (),
        name=me.name if me else "",
        mark="" if block is None or block.mark == NO_MARK else block.mark,
        offices=tuple(filter(None, (me.office,))) if me and me.office != me.name else (),
        role="presiding" if document.second else "signer",
        signed_at=_timed(authority, do.at),
    )
    return written(authority, document, (signature, *_second(authority, document)))


def _timed(authority: Authority, at: datetime) -> str:
    return at.astimezone(authority.tenant.snapshot.settings.zone).isoformat(timespec="seconds")


def _second(authority: Authority, document: Document) -> Iterator[Signature]:
    """Yield the signature beside the signer's, where the document has one: under the title by which the layers ask for it."""
    if document.second is None:
        return
    language, regime = authority.tenant.snapshot.settings.languages[0], authority.regime
    said = beside((regime.charter, *regime.layers), document.body, document.kind)
    who = named_party(authority, language, document.second)
    yield Signature(
        lines=(words(language)("field", str(said.value)).upper(),) if asks(said) else (),
        name=who.name if who else "",
        role=str(said.value),
        signed_at=_timed(authority, document.second_signed_at) if document.second_signed_at else "",
    )


def planned(authority: Authority, document: Document) -> tuple[Signature, ...]:
    """Return the signature that a draft is to bear: of the signatory whom it names, else by the first rule on such documents."""
    regime, day, language = authority.regime, authority.day, authority.tenant.snapshot.settings.languages[0]
    rules = who_signs(regime.charter, regime.layers, document.kind, document.reach)
    roles = day.aims(document.signatory) if document.signatory else frozenset()
    by, _, block = next((rule for rule in rules if rule[0] in roles), rules[0] if rules else ("", False, None))
    if block is None:
        return ()
    signer = named_party(authority, language, document.signatory or by)
    offices = tuple(filter(None, (signer.office,))) if signer and signer.office != signer.name else ()
    role = "presiding" if document.second else "signer"
    return (Signature(block.lines, signer.name if signer else "", offices=offices, role=role), *_second(authority, document))


def as_it_stands(authority: Authority, document: Document) -> DocumentContent:
    """Return what stands on a document: what was signed, with number and day once it has them; of a draft what would.

    Raises ``FileNotFoundError`` where it was disposed of.
    """
    if document.content is None:
        return written(authority, document, planned(authority, document))
    with authority.tenant.files.open(authority.tenant.id, document.content) as file:
        signed = msgspec.json.decode(file.read(), type=DocumentContent)
    dated = {"number": document.number or "", "symbol": document.symbol or "", "day": document.issued_on}
    return structs.replace(signed, **dated)


def written(authority: Authority, document: Document, signatures: tuple[Signature, ...] = ()) -> DocumentContent:
    """Return all that stands on a document as it is now, with these signatures."""
    snapshot, charter = authority.tenant.snapshot, authority.regime.charter
    language = snapshot.settings.languages[0]
    say, body = words(language), charter.body(document.body)
    header = say.of(body.header) if body else ""
    label = say.of(body.label).upper() if body else document.body
    return DocumentContent(
        kind=document.kind,
        language=language,
        text=_text(authority, document),
        issuer=tuple((header or label).splitlines()),
        parent=tuple(say.of(body.parent).splitlines()) if body else (),
        number=document.number or "",
        symbol=document.symbol or "",
        place=_place(authority, document),
        day=document.issued_on,
        addressees=tuple(_addressed(authority, language, named) for named in document.addressees),
        signatures=signatures,
        filed=document.drafting_unit or (body.abbreviation if body else ""),
        secrecy=say("value", document.secrecy) if document.secrecy else "",
        urgency=say("value", document.urgency) if document.urgency else "",
        circulation=say("value", document.circulation) if document.circulation else "",
        code=document.id,
    )


def _place(authority: Authority, document: Document) -> str:
    """Return where a document is issued, by the layers; the place of the regulation itself is the charter's own value, for all
    documents of which no rule of it says another."""
    charter = authority.regime.charter
    own = Parameter(PLACE, charter.instrument.place or NOT_STATED, charter.instrument.cite)
    layers = (charter, Charter(charter.instrument, rules=(own,)), *authority.regime.layers)
    said = effective(PLACE, layers, {"body": document.body, "kind": document.kind})
    return str(said.value) if said.stated else ""


def _addressed(authority: Authority, language: str, named: str) -> str:
    """Return an addressee in words: an office or agency by its name, what is on no record as it was written."""
    party = authority.day.resolve(named)
    if party is None:
        return words(language)("value", named) if named in ("government", "prime-minister") else named
    return PartyNames(words(language), authority.day)(party)


def body_of(authority: Authority, document: Document) -> list[DocumentBlock]:
    """Return the parts of a document's body and of what is enclosed, in their order."""
    mine = select(DocumentBlock).where(DocumentBlock.tenant_id == document.tenant_id, DocumentBlock.document == document.id)
    return list(authority.session.scalars(mine.order_by(DocumentBlock.position)))


def _text(authority: Authority, document: Document) -> DocumentText:
    blocks, appendices = _parted(body_of(authority, document))
    return DocumentText(
        title=document.title or "",
        bases=tuple(document.bases),
        proposal=document.proposal or "",
        opening=document.opening or "",
        blocks=blocks,
        closing=document.closing or "",
        appendices=appendices,
        recipients=tuple(document.recipients),
    )


def _parted(rows: Sequence[DocumentBlock]) -> tuple[tuple[Block, ...], tuple[Appendix, ...]]:
    """Return the body, and the appendices that begin with a block of that kind."""
    parts: list[tuple[DocumentBlock | None, list[Block]]] = [(None, [])]
    for row in rows:
        if row.kind == "appendix":
            parts.append((row, []))
        else:
            parts[-1][1].append(Block(row.kind, row.text, row.label or ""))  # type: ignore[arg-type]
    appendices = [Appendix(head.text, tuple(body), head.label == "landscape") for head, body in parts if head is not None]
    return tuple(parts[0][1]), tuple(appendices)
