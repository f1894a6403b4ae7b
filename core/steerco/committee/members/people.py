"""Who there is beside the seats: persons, agencies (outside organisations and their units), offices of agencies."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import asdict
from sqlalchemy.orm import Mapped

from steerco.charter.model import Charter
from steerco.charter.tables.own_kinds import kinds_of_agencies
from steerco.config.people import AGENCY_KINDS
from steerco.records import Do, Held, Line, Personal, Record, Relation, party, party_of

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=60)]
"""An id that people choose: small Latin letters, digits and hyphens."""


UNIT = "unit"
"""The sort of an agency that is a unit of an organisation."""
Attrs = Annotated[dict[Slug, Personal], Meta(max_length=20)]
"""Facts about a person that rules may ask for (a company), by name."""


class LocalName(Struct, frozen=True, forbid_unknown_fields=True):
    """A name in the tenant's languages."""

    vi: Line
    en: Line = ""


class Person(Record, type="person", states="known", prefix="P"):
    """A person of this tenant. Name and e-mail are personal data: the log only refers to them."""

    directory = True
    name: Mapped[dict[str, Any]]
    email: Mapped[str | None]
    attrs: Mapped[dict[str, str]]
    self_ = Relation("self", Held("id"))


class Agency(Record, type="agency", states="known", prefix="AG"):
    """An outside organisation, or a unit of one (``parent``)."""

    directory = True
    name: Mapped[dict[str, Any]]
    parent: Mapped[str | None] = party()
    sort: Mapped[str | None]

    def choices(self, action: str, field: str, charter: Charter) -> tuple[str, ...]:
        """Return the kinds of agencies that the charter declares."""
        return (
            tuple(sorted(kinds_of_agencies([charter.own_kinds]))) if field == "kind" else super().choices(action, field, charter)
        )


class Office(Record, type="office", states="known", prefix="O"):
    """An office in an agency. A seat that the charter ties to it follows its holder."""

    directory = True
    title: Mapped[dict[str, Any]]
    agency: Mapped[str] = party()


@Person.action(to="known")
def add(
    do: Do,
    p: Person,
    *,
    name: Personal,
    id: Slug | None = None,
    name_en: Personal | None = None,
    email: Personal | None = None,
    attrs: Attrs = {},  # noqa: B006  # a msgspec default; each input gets its own dict
) -> None:
    """Enter a person; what they may do comes with an appointment."""
    p.name, p.email, p.attrs = {"vi": name, "en": name_en or name}, email, attrs


@Agency.action(to="known", name="add")
def add_agency(
    do: Do,
    a: Agency,
    *,
    name: LocalName,
    id: Slug | None = None,
    parent: party_of("agency") | None = None,  # type: ignore[valid-type]
    kind: Line | None = None,
) -> None:
    """Enter an agency, or a unit of one; of a kind that the charter declares, where it declares any."""
    known = kinds_of_agencies(text.own_kinds for text in (do.charter, *do.layers))
    if kind is not None and known and kind not in known.union(AGENCY_KINDS):
        do.invalid("kind", "not-one-of", known=sorted(known.union(AGENCY_KINDS)))
    a.name, a.parent, a.sort = asdict(name), parent, kind


@Office.action(to="known", name="add")
def add_office(
    do: Do,
    o: Office,
    *,
    title: LocalName,
    agency: party_of("agency"),  # type: ignore[valid-type]
    id: Slug | None = None,
) -> None:
    """Enter an office of an agency."""
    o.title, o.agency = asdict(title), agency
