"""Teams inside a body: formed, staffed, given work, dissolved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.committee.traits.term import Term, cut, run
from steerco.records import Do, Held, Line, Part, Party, Record, Relation, Text, Through, party

Members = Annotated[list[Party], Meta(max_length=200)]


class Team(Term, Record, type="team", states="formed dissolved", prefix="TM"):
    """``lead`` leads the team; its members stand in a part. Where it has a last day, it is dissolved when that is over."""

    ends_as = "dissolved"
    name: Mapped[str]
    purpose: Mapped[str | None]
    lead: Mapped[str | None] = party()
    reason: Mapped[str | None]

    leads = Relation("lead", Held("lead"), concerns=True)
    member = Relation("member", Through("team.members", "team", Held("who")))

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the team as it is staffed."""
        return {"members": [row["who"] for row in content["members"]], "lead": content["lead"]} if action == "staff" else {}


class TeamMember(Part, of="team", name="members"):
    """One member of the team."""

    index_on = ("team", "who")
    team: Mapped[str]
    who: Mapped[str] = party()


def _set(do: Do, t: Team, lead: str | None, members: list[str]) -> None:
    """Put these members, and who leads them, in place of those before. Only people of the body belong to a team of it."""
    own = set(do.parties.members(t.body))
    foreign = {f"members[{at}]": "not-of-body" for at, who in enumerate(members) if not own & set(do.parties.holders(who))}
    if lead is not None and not own & set(do.parties.holders(lead)):
        foreign["lead"] = "not-of-body"
    if foreign:
        do.invalid_fields(foreign)
    do.drop(do.parts(t, TeamMember))
    t.lead = lead
    for who in dict.fromkeys([*([lead] if lead else []), *members]):
        do.add(t, TeamMember(who=who))
        do.tell(who)


@Team.action(to="formed")
def form(
    do: Do,
    t: Team,
    *,
    name: Line,
    purpose: Text | None = None,
    lead: Party | None = None,
    members: Members = [],  # noqa: B006  # a msgspec default
    from_: date | None = None,
    to: date | None = None,
    body: Party | None = None,
) -> None:
    """Form a team of members of the body: of the one that whoever forms it heads, where none is named."""
    led = [each.id for each in do.charter.bodies if each.head in do.parties.roles(do.actor)]
    t.body = t.body if body is not None or t.body in led or not led else led[0]
    t.name, t.purpose = name, purpose
    run(do, t, from_, to)
    _set(do, t, lead, members)


@Team.action("formed", awaited="")
def staff(do: Do, t: Team, *, members: Members, lead: Party | None = None) -> None:
    """Set who belongs to it, in place of those before."""
    _set(do, t, lead, members)


@Team.action("formed", name="give-task", awaited="")
def give_task(do: Do, t: Team, *, title: Line, due_on: date | None = None, text: Text | None = None) -> None:
    """Give the team a task: who leads the team leads the task, its members coordinate on it."""
    if t.lead is None:
        do.out_of_order("team-without-lead")
    others = [row.who for row in do.parts(t, TeamMember) if row.who != t.lead]
    more = {name: value for name, value in (("due_on", due_on), ("text", text), ("coordinators", others)) if value}
    do.then("task.assign", title=title, to=t.lead, body=t.body, **more)


@Team.action("formed", to="dissolved", awaited="")
def dissolve(do: Do, t: Team, *, reason: Line | None = None) -> None:
    """Dissolve it. Its tasks stay with those who lead them."""
    cut(do, t, None)
    t.reason = reason
    do.tell(*(row.who for row in do.parts(t, TeamMember)))
