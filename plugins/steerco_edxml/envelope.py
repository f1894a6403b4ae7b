"""A passage as an edXML package, and back: what a reader of such packages shows stands in the envelope, what is proven in the
first attachment, and each file of the document in one of its own.

The envelope says nothing that the proven part does not say; a package whose envelope says something else is none.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lxml import etree

from steerco.extension.api import Handover
from steerco_edxml.parsing import Leaf, leaves, under

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
PROVEN, PROVEN_TYPE = "passage.json", "application/json"
SUBJECT, CONTENT = 500, 500
STATUS = {"transmission.arrive": "01", "transmission.refuse": "02", "transmission.receive": "03"}
"""The codes by which a receiver says what became of a document: arrived, refused, taken on."""


class Organ(NamedTuple):
    """A body as packages name it."""

    id: str
    name: str


def write(sender: Organ, to: Organ, zone: ZoneInfo, passage: Handover) -> bytes:
    """Return the package of a passage between two bodies; times are those of ``zone``."""
    files = [dict(file) for file in passage.content.get("files", ())]
    root = etree.Element(_tag("edXML"), nsmap={None: NAMESPACE, "edXML": NAMESPACE})
    envelope = _add(root, "edXMLEnvelope")
    header = _add(envelope, "edXMLHeader")
    _message(_add(header, "MessageHeader"), sender, to, zone, passage)
    trace = _add(_add(header, "TraceHeaderList"), "TraceHeader")
    _add(trace, "OrganId", sender.id)
    _add(trace, "Timestamp", _local(passage, zone).strftime("%Y/%m/%d %H:%M:%S"))
    manifest = _add(_add(envelope, "edXMLBody"), "edXMLManifest")
    manifest.set("version", "1.0")
    encoded = _add(root, "AttachmentEncoded")
    proven = {
        "proof": dict(passage.proof),
        "content": {**passage.content, **({"files": [file["name"] for file in files]} if files else {})},
        "there": passage.there,
        "signature": passage.signature,
    }
    text = json.dumps(proven, ensure_ascii=False, sort_keys=True)
    attached = [(PROVEN, PROVEN_TYPE, b64encode(text.encode()).decode())]
    attached += [(file["name"], "application/octet-stream", file["base64"]) for file in files]
    for number, (name, media, content) in enumerate(attached):
        told = {"ContentId": f"cid:{number}", "ContentType": media, "AttachmentName": name}
        reference, attachment = _add(manifest, "Reference"), _add(encoded, "Attachment")
        for tag, value in told.items():
            _add(reference, tag, value)
            _add(attachment, tag, value)
        _add(attachment, "ContentTransferEncoded", content)
    package: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return package


def _message(header: Any, sender: Organ, to: Organ, zone: ZoneInfo, passage: Handover) -> None:
    """Fill in the header that readers of packages show. Code and number are those of the entry of the sender's log: the number of
    a document stands on the document itself."""
    day, seq = _local(passage, zone).strftime("%Y/%m/%d"), str(passage.proof["seq"])
    for role, organ in (("From", sender), ("To", to)):
        party = _add(header, role)
        _add(party, "OrganId", organ.id)
        _add(party, "OrganName", organ.name)
    notation = passage.proof["action"]
    _add(header, "DocumentId", f"{sender.id},{day},{seq}/{notation}")
    code = _add(header, "Code")
    _add(code, "CodeNumber", seq)
    _add(code, "CodeNotation", notation)
    _add(_add(header, "PromulgationInfo"), "PromulgationDate", day)
    for name, text in _shown(passage).items():
        _add(header, name, text)


def _shown(passage: Handover) -> dict[str, str]:
    """Return what the envelope shows of the content."""
    content, action = passage.content, passage.proof["action"]
    shown = {"Subject": _plain(content.get("title") or action, SUBJECT)}
    shown["Content"] = _plain(content.get("text") or content.get("reason") or "", CONTENT)
    return {**shown, **({"StatusCode": STATUS[action]} if action in STATUS else {})}


def _plain(text: str, most: int) -> str:
    """Return the beginning of a text in one line, without what XML has no sign for."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:most].strip()


def read(sender: Organ, to: Organ, package: bytes) -> Handover:
    """Return the passage in a package from ``sender`` to ``to``. Raises ``ValueError`` for anything else."""
    found = leaves(package, NAMESPACE)
    for role, organ in (("From", sender), ("To", to)):
        if list(under(found, "MessageHeader", role, "OrganId")) != [organ.id]:
            raise ValueError(f"it is not {role.lower()} {organ.id}")
    attached = _attachments(found)
    try:
        name, first = attached[0]
        said = json.loads(_decoded(first))
        content = dict(said["content"])
        names = [str(file) for file in content.pop("files", ())]
        passage = Handover(dict(said["proof"]), content, said["there"], said["signature"])
    except (IndexError, KeyError, TypeError, ValueError, RecursionError):
        raise ValueError(f"its first attachment is not the {PROVEN} of this program") from None
    if name != PROVEN or names != [name for name, _ in attached[1:]]:
        raise ValueError("its attachments are not those of what is proven")
    if names:
        content["files"] = [{"name": name, "base64": text} for name, text in attached[1:]]
    _hold(found, passage)
    return passage


def _attachments(found: list[Leaf]) -> list[tuple[str, str]]:
    """Return name and text of each attachment, in order."""
    parts: dict[int, dict[str, str]] = defaultdict(dict)
    for leaf in found:
        if leaf.path[-3:-1] == ("AttachmentEncoded", "Attachment"):
            parts[leaf.parent][leaf.path[-1]] = leaf.text
    return [(each.get("AttachmentName", ""), "".join(each.get("ContentTransferEncoded", "").split())) for each in parts.values()]


def _decoded(text: str) -> str:
    return b64decode(text, validate=True).decode()


def _hold(found: list[Leaf], passage: Handover) -> None:
    """Raise ``ValueError`` where the envelope shows something else than what is proven."""
    try:
        shown = _shown(passage)
    except (AttributeError, KeyError, TypeError):
        raise ValueError(f"its first attachment is not the {PROVEN} of this program") from None
    for name in ("Subject", "Content", "StatusCode"):
        if list(under(found, "MessageHeader", name)) != ([shown[name]] if name in shown else []):
            raise ValueError(f"its envelope shows another {name} than what is proven")


def _local(passage: Handover, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(str(passage.proof["at"]).replace("Z", "+00:00")).astimezone(zone)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: Any, name: str, text: str | None = None) -> Any:
    element = etree.SubElement(parent, _tag(name))
    element.text = text
    return element
