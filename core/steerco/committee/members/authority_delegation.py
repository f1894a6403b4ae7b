"""Powers that one officer gives another for a time, in writing."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta
from sqlalchemy.orm import Mapped, mapped_column

from steerco.records import Do, Facet, Held, Line, Party, Record, Relation, Text, party, party_of

Scope = Annotated[str, Meta(pattern=r"^([a-z-]+\.([a-z-]+|\*)|acting)$(?!\n)", max_length=80)]
"""An action (``document.sign``), all of a type (``document.*``), or ``acting``: to act while the officer is absent."""


class AuthorityDelegation(Record, type="authority-delegation", states="granted revoked", prefix="AD"):
    """``by`` lets ``to`` use the powers of ``scope`` from its first to its last day. It cannot be passed on.

    ``text`` says in words what is entrusted, as it stands on the paper; ``scope`` is what the program lets ``to`` do by it.
    ``cites`` are the clauses by which it was granted: what is then done by it names them too. It ends when ``giver``, or each of
    ``receivers`` for themselves, leaves the seat in which it was given.
    """

    directory = True
    by: Mapped[str] = party()
    to: Mapped[str] = party()
    scope: Mapped[list[str]]
    from_: Mapped[date] = mapped_column("from")
    to_day: Mapped[date]
    instrument: Mapped[str | None]
    text: Mapped[str | None]
    reason: Mapped[str | None]
    cites: Mapped[list[str]]
    giver: Mapped[str] = party()
    receivers: Mapped[list[str]]
    given_on: Mapped[date]

    holder = Relation("holder", Held("by"))
    addressee = Relation("addressee", Held("to"))
    by_ = Facet("by", "by", of="party", values=("person",))
    to_ = Facet("to", "to", of="party", values=("person",))
    scope_ = Facet("scope", "scope", of="act", values=("acting",))


@AuthorityDelegation.action(to="granted")
def grant(
    do: Do,
    d: AuthorityDelegation,
    *,
    by: party_of("seat", "office", "person"),  # type: ignore[valid-type]
    to: Party,
    scope: Annotated[list[Scope], Meta(min_length=1, max_length=50)],
    from_: date,
    to_day: date,
    instrument: Line | None = None,
    text: Text | None = None,
) -> None:
    """Give one's own powers for a time. Nobody gives to themselves, and what was received is not passed on."""
    if to_day < from_:
        do.invalid("to_day", "before-from")
    if set(do.parties.holders(by)) & set(do.parties.holders(to)):
        do.invalid("to", "is-the-giver")
    if do.acting_for:
        do.out_of_order("no-re-delegation")
    if not do.is_me(by):
        do.invalid("by", "not-own-powers")
    d.by, d.to, d.scope, d.from_, d.to_day, d.instrument = by, to, list(dict.fromkeys(scope)), from_, to_day, instrument
    d.text, d.cites, d.giver, d.given_on = text, list(do.because), do.actor, do.today
    d.receivers = list(do.parties.on(max(from_, do.today)).holders(to))
    do.tell(to)


@AuthorityDelegation.action("granted", to="revoked", awaited="")
def revoke(do: Do, d: AuthorityDelegation, *, reason: Line | None = None) -> None:
    """Take the powers back, from now on."""
    d.reason = reason
    do.tell(d.to)
