"""A consultation: a question put to several parties, the answer of each, what was done with it, and the table of them all.

Each party's answer is a record of its own (``consultation_reply``); people act on the consultation. Silence is no answer: who
has not answered holds no position, whatever the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, to_builtins
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from steerco.charter.model import Charter
from steerco.charter.rules import effective
from steerco.committee.traits.addressed import Files, enclose
from steerco.committee.traits.wording import first_line
from steerco.committee.work.consultation_reply import WAITING, ConsultationReply, KeptPaper, TakenUp, tabulated
from steerco.records import Do, Facet, Held, Line, Part, Parties, Party, Record, Relation, Text, Through, party, reason

POSITIONS = "positions"
"""The named value that lists, with spaces between them, the positions that an answer may take; else the three below."""
OTHER = "other"
USUAL = ("agree", "disagree", OTHER)
NOT_SAID = "not-said"
CHOSEN_IN = ("new", "prepared")
"""States in which it is still being chosen who is asked, and about what."""

Concerns = Literal["plan", "scheme", "project", "other"]
Position = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=60)]


class AskedOf(Facet):
    """Whom an act asks: each party, and of an agency also who answers for it (``accountable``). Once asked, nobody is chosen."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        if record is None or record.state not in CHOSEN_IN:
            return [frozenset()]
        named = given.get(self.field) or getattr(record, self.field, None) or ()
        return [self._of(str(each), parties) for each in dict.fromkeys(named)] or [frozenset()]

    def _of(self, each: str, parties: Parties) -> frozenset[str]:
        values = frozenset(f"{self.name}={aim}" for aim in parties.aims(each))
        if parties.sort(each) != "agency":
            return values
        return values | {f"accountable={aim}" for aim in parties.aims(parties.answerable(each))}


class ToldBy(Facet):
    """A facet whose values another one gives, since both tell of the same party."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        return [frozenset()]


class AboutWhat(Facet):
    """What sort of work the question concerns, while that is still being chosen."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        chosen = record is None or record.state in CHOSEN_IN
        return super().of_request(given, record, parties) if chosen else [frozenset()]


class Consultation(Record, type="consultation", states="prepared open closed canceled", prefix="CS"):
    """``to`` are those whom it asks, ``due_on`` is the day for their answers, ``opened_by`` who put the question to them.

    ``tabulation`` keeps the figures as they stood when it was closed.
    """

    title: Mapped[str]
    question: Mapped[str]
    to: Mapped[list[str]]
    concerns: Mapped[str | None]
    due_on: Mapped[date | None]
    opened_by: Mapped[str | None] = party()
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    tabulation: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]

    addressee = Relation("addressee", Through("consultation-reply", "consultation", Held("who")))
    opener = Relation("opener", Held("opened_by"))
    listed_by = (("due_on",),)
    discreet = frozenset({"answer", "handle"})
    reserved = {"to": "consultation-reply", "tabulation": "consultation-reply"}
    to_ = AskedOf("to", "to", of="party", values=("agency", "person"))
    accountable_ = ToldBy("accountable", "to", of="party", values=("agency", "person"))
    concerns_ = AboutWhat("concerns", "concerns", values=("plan", "scheme", "project", "other", NOT_SAID), default=NOT_SAID)

    def choices(self, action: str, field: str, charter: Charter) -> tuple[str, ...]:
        """Return the positions that an answer may take."""
        return _positions(charter) if (action, field) == ("answer", "position") else ()

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is opened: the question as it was prepared."""
        return {name: content[name] for name in ("question", "to", "concerns", "due_on")} if action == "open" else {}

    def awaits(self, act: str, keys: frozenset[str], session: Session) -> bool:
        """It waits for the answer of whoever was asked and has not answered, and for the handling of what was answered."""
        reply = ConsultationReply
        such = {"answer": (reply.state == WAITING, reply.who.in_(keys)), "handle": (reply.state == "answered",)}
        if act not in such:
            return True
        ours = (reply.tenant_id == self.tenant_id, reply.consultation == self.id, *such[act])
        return session.scalars(select(reply.id).where(*ours)).first() is not None


class ConsultationPaper(Part, of="consultation", name="papers"):
    """A file on which an opinion is asked, kept by its digest (SHA-256); ``size`` in bytes."""

    consultation: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


Asked = Annotated[list[Party], Meta(min_length=1, max_length=200)]


def _positions(*layers: Charter) -> tuple[str, ...]:
    stated = effective(POSITIONS, layers, {})
    return tuple(str(stated.value).split()) if stated.stated else USUAL


def replies(do: Do, c: Consultation) -> list[ConsultationReply]:
    """Return the replies of a consultation, in the order in which they were asked for."""
    return do.find(ConsultationReply, consultation=c.id)


def _mine(do: Do, c: Consultation) -> list[ConsultationReply]:
    return [reply for reply in replies(do, c) if do.is_me(reply.who)]


def _write(do: Do, c: Consultation, question: str, to: list[str], concerns: str | None, due_on: date | None) -> None:
    bodies = [at for at, each in enumerate(to) if do.parties.sort(each) == "body"]
    if bodies:
        do.invalid_fields({f"to[{at}]": reason("no-whole-body") for at in bodies})
    if due_on is not None and due_on < do.today:
        do.invalid("due_on", "time-past")
    c.question, c.title, c.to = question, first_line(question), list(dict.fromkeys(to))
    c.concerns, c.due_on = concerns, due_on


@Consultation.check("opinion-asked", met_by="consultation.open")
def opinion_asked(do: Do, c: Consultation) -> bool:
    """Whoever answers was asked."""
    return bool(_mine(do, c))


@Consultation.check("opinions-handled", met_by="consultation.handle")
def opinions_handled(do: Do, c: Consultation) -> bool:
    """It was said of each opinion that does not simply agree whether it is taken up."""
    return not any(reply.state == "answered" and (reply.position != USUAL[0] or reply.text) for reply in replies(do, c))


@Consultation.action(to="prepared")
def prepare(
    do: Do,
    c: Consultation,
    *,
    question: Text,
    to: Asked,
    due_on: date | None = None,
    concerns: Concerns | None = None,
    files: Files = [],  # noqa: B006
    body: Party | None = None,
) -> None:
    """Prepare a question; nobody is asked yet."""
    _write(do, c, question, to, concerns, due_on)
    enclose(do, c, ConsultationPaper, files)


@Consultation.action("new", "prepared", to="open", name="open")
def open_(
    do: Do,
    c: Consultation,
    *,
    question: Text | None = None,
    to: Asked | None = None,
    due_on: date | None = None,
    concerns: Concerns | None = None,
    files: Files = [],  # noqa: B006
    body: Party | None = None,
) -> None:
    """Put the question, prepared before or not, to those whom it asks. Each of them answers alone, by the day that is given."""
    prepared = c.state == "prepared"
    asked, text = to or (c.to if prepared else None), question or (c.question if prepared else None)
    if asked is None or text is None:
        do.invalid_fields({name: reason("required") for name, value in (("question", text), ("to", asked)) if value is None})
    kept = (c.concerns, c.due_on) if prepared else (None, None)
    _write(do, c, text, asked, concerns or kept[0], due_on or kept[1])
    enclose(do, c, ConsultationPaper, files)
    c.opened_by, c.opened_on = do.me(c.body), do.today
    for who in c.to:
        do.then("consultation-reply.ask", None, consultation=c.id, who=who, due_on=c.due_on)
    do.tell(*c.to)


@Consultation.action("open", awaited="open", beside=True)
def answer(
    do: Do,
    c: Consultation,
    *,
    position: Position,
    text: Text | None = None,
    files: Files = [],  # noqa: B006
    of: Party | None = None,
) -> None:
    """Give the opinion that was asked for. ``of``: whose it is, where one person answers for several; left out, it is that of the
    first who has not answered, the own one before that of an agency.
    """
    known = _positions(do.charter, *do.layers)
    if position not in known:
        do.invalid("position", "not-one-of", known=list(known))
    if position == OTHER and text is None:
        do.invalid("text", "required-for-other-opinion")
    mine = _mine(do, c)
    if not mine:
        do.out_of_order("opinion-asked")
    if of is not None and of not in {reply.who for reply in mine}:
        do.invalid("of", "not-answered-for", known=[reply.who for reply in mine])
    own_first = sorted(mine, key=lambda reply: (reply.state != WAITING, do.parties.sort(reply.who) == "agency"))
    chosen = next(reply for reply in own_first if of in (None, reply.who))
    kept = [KeptPaper(file.name, *do.keep(file)) for file in files]
    do.then("consultation-reply.answer", chosen, position=position, text=text, papers=to_builtins(kept))
    do.tell(*([c.opened_by] if c.opened_by else []))


@Consultation.action("open", awaited="open")
def handle(do: Do, c: Consultation, *, who: Party, taken_up: TakenUp, reason: Text | None = None) -> None:
    """Say whether an opinion is taken up, and if not wholly, why."""
    if taken_up != "yes" and reason is None:
        do.invalid("reason", "required-unless-taken-up")
    found = next((reply for reply in replies(do, c) if reply.who == who), None)
    if found is None or found.state == WAITING:
        do.invalid("who", "has-not-answered")
    do.then("consultation-reply.handle", found, taken_up=taken_up, reason=reason)
    do.tell(who)


@Consultation.action("open", to="closed")
def close(do: Do, c: Consultation) -> None:
    """End it and keep its table. Who has not answered by now has no opinion in it, and is asked no longer.

    Before the due day nobody is late: those who have not answered are released.
    """
    asked = replies(do, c)
    c.closed_on, c.tabulation = do.today, dict(tabulated(asked))
    early = c.due_on is not None and do.today < c.due_on
    for reply in asked:
        if reply.state == WAITING:
            do.then(f"consultation-reply.{'release' if early else 'lapse'}", reply)
    do.tell(*c.to)


@Consultation.action("prepared", "open", to="canceled")
def cancel(do: Do, c: Consultation, *, reason: Line) -> None:
    """Call it off. Nobody is asked any longer; answers that came stay on record."""
    c.reason = reason
    for reply in replies(do, c):
        if reply.state == WAITING:
            do.then("consultation-reply.release", reply)
    do.tell(*c.to)
