"""The answers that a plugin gives. Nothing that decides can be made without the clause that it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from steerco.charter.model import Label

Cites = tuple[str, ...]
ANSWERS = range(200, 600)
EMPTY = (204, 205, 304)
KEY = re.compile(r"[0-9a-f]{64}")
HEADER, SAYS = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"), re.compile(r"[ -~]*")
"""What a header's name and its value are made of (RFC 9110; of values only what every client reads alike)."""


class Unfounded(ValueError):
    """A result without the clauses that it rests on."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs a basis: cite the clauses that it rests on, for example cite=('my-circular:4.1',)")


def check_types(what: str, **fields: tuple[object, type | tuple[type, ...]]) -> None:
    """Every field is of its type: a result that is not would fail later, where nobody knows whose it is. Raises ``TypeError``."""
    for name, (value, wanted) in fields.items():
        if not isinstance(value, wanted):
            expected = " or ".join(type_.__name__ for type_ in (wanted if isinstance(wanted, tuple) else (wanted,)))
            raise TypeError(f"{what}: {name} must be {expected}, and is {type(value).__name__}")


def check_callable(what: str, name: str, value: object) -> None:
    if not callable(value):
        raise TypeError(f"{what}: {name} must be a function, and is {type(value).__name__}")


def check_founded(what: str, cite: Cites) -> None:
    if isinstance(cite, str) or not cite or not all(isinstance(clause, str) and clause for clause in cite):
        raise Unfounded(what)


class Ruling(Struct, frozen=True):
    """A rule's answer on one act: it is refused (nobody may do it so), or out of order (it may be done later).

    ``code`` is stable and meant for scripts; ``say`` tells people why, in the tenant's languages; ``cite`` are clauses of the
    rule that ruled, or of a named value that it was told of.
    """

    outcome: Literal["refused", "out-of-order"]
    code: str
    cite: Cites
    say: Label = Label()

    def __post_init__(self) -> None:
        check_founded("a ruling", self.cite)
        check_types("a ruling", code=(self.code, str), say=(self.say, Label), vi=(self.say.vi, str), en=(self.say.en, str))


class LayerText(Struct, frozen=True):
    """A law, circular or other instrument beside the charter, in the form of ``law/<id>.toml``. ``file`` names it in findings."""

    file: str
    text: str

    def __post_init__(self) -> None:
        check_types("a layer", file=(self.file, str), text=(self.text, str))


class PolicyText(Struct, frozen=True):
    """Policy lines in the form of ``policies/<slug>.csv``; their clauses may be those of the plugin's own instruments."""

    file: str
    text: str

    def __post_init__(self) -> None:
        check_types("policy lines", file=(self.file, str), text=(self.text, str))


class Advice(Struct, frozen=True):
    """Something that an administrator should know of the tenant's configuration: a warning of ``tenant check``."""

    code: str
    message: str
    cite: Cites

    def __post_init__(self) -> None:
        check_founded("advice", self.cite)
        check_types("advice", code=(self.code, str), message=(self.message, str))


class Fragment(Struct, frozen=True):
    """A piece of a page. ``html`` is trusted as it stands: escape what people wrote (``api.escape``)."""

    html: str

    def __post_init__(self) -> None:
        check_types("a fragment", html=(self.html, str))


class Answer(Struct, frozen=True):
    """What a route answers. ``content`` is a text or bytes; HTML pages are put into the tenant's frame unless ``bare``."""

    content: str | bytes
    media: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = {}
    title: str = ""
    bare: bool = False

    def __post_init__(self) -> None:
        what = "an answer"
        check_types(
            what,
            content=(self.content, (str, bytes)),
            media=(self.media, str),
            status=(self.status, int),
            title=(self.title, str),
        )
        check_types(what, headers=(self.headers, Mapping))
        if isinstance(self.content, str):
            self.content.encode()  # what is no text is told here, as the plugin's own mistake
        if self.status not in ANSWERS:
            raise ValueError(f"{what}: the status {self.status} says nothing that a page can: give one of 200 to 599")
        if self.status in EMPTY and self.content:
            raise ValueError(f"{what}: one of status {self.status} has no content")
        for name, value in [*self.headers.items(), ("Content-Type", self.media)]:
            check_types(what, header=(name, str), value=(value, str))
            if not HEADER.fullmatch(name) or not SAYS.fullmatch(value):
                raise ValueError(f"{what}: the header {name!r} cannot be sent; visible ASCII in one line")


class Exporter(Struct, frozen=True):
    """A form in which a list of records can be taken away.

    ``write`` is given the fields' names and the records that the caller may see, one by one, and gives the file in pieces.
    """

    name: str
    media: str
    write: Callable[[tuple[str, ...], Iterable[Mapping[str, Any]]], Iterable[bytes]]

    def __post_init__(self) -> None:
        check_types("an exporter", name=(self.name, str), media=(self.media, str))
        check_callable("an exporter", "write", self.write)
        if not re.fullmatch(r"[a-z0-9-]+", self.name) or not SAYS.fullmatch(self.media):
            raise ValueError(f"the exporter {self.name!r}: its name is small letters, digits and hyphens; its media type ASCII")


class Handover(Struct, frozen=True):
    """One entry of a committee's log on its way to a committee of another installation.

    ``proof`` tells whose entry it is (committee, addressee, act, time, digest, key); ``content`` is what it hands over, with
    each file as ``name`` and ``base64``; ``there`` the record's id at the addressee's, as far as that is known. ``signature`` is
    that of the sender's installation over the three.
    """

    proof: Mapping[str, Any]
    content: Mapping[str, Any]
    there: str = ""
    signature: str = ""

    def __post_init__(self) -> None:
        what = "a handover"
        check_types(what, proof=(self.proof, Mapping), content=(self.content, Mapping))
        check_types(what, there=(self.there, str), signature=(self.signature, str))


class Correspondent(Struct, frozen=True):
    """A committee of another installation, with which documents pass in packages.

    ``committee`` is its name there and ``keys`` the public keys (Ed25519, hexadecimal) of its installation: what comes has to
    be signed by one of them. ``write`` makes a package, whose file has this ``suffix``; ``read`` takes one apart, and raises
    ``ValueError`` for what is none, or none between these two committees.
    """

    committee: str
    keys: tuple[str, ...]
    write: Callable[[Handover], bytes]
    read: Callable[[bytes], Handover]
    suffix: str

    def __post_init__(self) -> None:
        what = "a correspondent"
        check_types(what, committee=(self.committee, str), keys=(self.keys, tuple), suffix=(self.suffix, str))
        check_callable(what, "write", self.write)
        check_callable(what, "read", self.read)
        if not self.keys or not all(isinstance(key, str) and KEY.fullmatch(key) for key in self.keys):
            raise ValueError(f"{what}: {self.committee!r} needs public keys of 64 hexadecimal digits each")
        if not re.fullmatch(r"\.[a-z0-9]+", self.suffix):
            raise ValueError(f"{what}: the suffix {self.suffix!r} is not a dot with small letters and digits")
