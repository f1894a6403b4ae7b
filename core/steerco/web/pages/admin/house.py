"""House rules: what the regulation leaves open and the committee settled itself, and changing one in a browser.

A form changes the rule's words and who has which of the powers that rest on it; what it makes is a change of files like any
other, and goes on with its plan.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath, RawBody
from msgspec import structs

from steerco.changes.house_rules import HouseEdit, changed_house
from steerco.charter.model import Charter, Clause
from steerco.policy.line import RELATION, Line
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.admin import drafting
from steerco.web.pages.admin.desk import Desk, allowed, desk_of, risky_desk, shown
from steerco.web.pages.admin.plan_view import deed
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

MOST = 4000
NEW = 2
"""So many powers can be added at once."""


class HousePower(NamedTuple):
    """A power that rests on a house rule: its number on the page, whose it is, and the deed."""

    number: int
    subject: str
    deed: str
    allow: bool
    line: Line


@get("/t/{tenant:str}/admin/house")
@showing
def house(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every house rule, with who adopted it and which powers rest on it."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        rules = _house(visit)
        rows = [
            {
                "clause": clause,
                "cite": visit.cite(clause.id),
                "text": visit.say.of(clause.gloss),
                "powers": _powers(visit, clause.id),
                "href": visit.links.to("admin", "house", clause.id),
            }
            for clause in (rules.clauses if rules else ())
        ]
        paper = rules.instrument if rules else None
        since = visit.date(paper.effective.first) if paper else ""
        return shown(visit, "house", rows=rows, paper=paper, since=since, may=desk.risky, able=allowed(visit, "risky"))


def _house(visit: Visit) -> Charter | None:
    """Return the house rules in force, that the committee itself has adopted."""
    own = [each for each in visit.tenant.snapshot.houses if each in visit.regime.layers]
    return own[-1] if own else None


def _powers(visit: Visit, clause: str) -> list[HousePower]:
    lines = [line for line in visit.regime.lines if line.clause == clause and not line.plugin]
    return [
        HousePower(number, visit.names(line.subject), deed(visit, line), line.allow, line) for number, line in enumerate(lines, 1)
    ]


@get("/t/{tenant:str}/admin/house/{clause:str}")
@showing
def house_rule(request: Anywhere, tenant: FromPath[str], clause: FromPath[str]) -> Response[bytes]:
    """The form of one house rule; refused before anything is typed where its change is not the reader's to apply."""
    with visiting(request, tenant) as visit:
        desk = risky_desk(visit)
        return RulePage(visit, desk, clause).shown()


class RulePage:
    """The form of one house rule, empty or as it was sent."""

    def __init__(self, visit: Visit, desk: Desk, clause: str, posted: Posted | None = None) -> None:
        self.visit, self.desk, self.posted = visit, desk, posted
        rules = _house(visit)
        found = rules.clause(clause) if rules else None
        if rules is None or found is None:
            raise nothing_here()
        self.rules: Charter = rules
        self.clause: Clause = found
        self.powers = _powers(visit, clause)
        self.deeds = list(dict.fromkeys(structs.replace(each.line, subject="", number=0) for each in self.powers))

    def given(self, name: str, otherwise: str) -> str:
        """Return what was sent for a field, else what is so now."""
        return self.posted.text(name) if self.posted is not None else otherwise

    def subjects(self, type: str = "") -> list[tuple[str, str]]:
        """Return whom a power can be given to: roles, groups, bodies and seats, and those tied to a record of the type."""
        charter, visit = self.visit.regime.charter, self.visit
        ids = [row.id for rows in (charter.roles, charter.groups, charter.bodies, charter.seats) for row in rows]
        kind = visit.tenant.snapshot.types.get(type)
        ties = [f"{RELATION}{name}" for name in sorted(kind.relations)] if kind else []
        return [(id, visit.names(id)) for id in dict.fromkeys((*ids, *ties))]

    def shown(self, errors: dict[str, str] | None = None, status: int = 200) -> Response[bytes]:
        visit, gloss = self.visit, self.clause.gloss
        labels = visit.tenant.snapshot.settings.languages
        rows = [
            {
                "power": each,
                "subjects": self.subjects(each.line.type),
                "value": self.given(f"who-{each.number}", each.line.subject),
                "gone": self.posted is not None and self.posted.text(f"gone-{each.number}") == "1",
            }
            for each in self.powers
        ]
        types = {line.type for line in self.deeds}
        new: list[dict[str, Any]] = [
            {"number": number, "who": self.given(f"new-who-{number}", ""), "deed": self.given(f"new-deed-{number}", "")}
            for number in range(1, NEW + 1)
        ]
        return shown(
            visit,
            "house_rule",
            status,
            cite=visit.cite(self.clause.id),
            heading=visit.say.of(self.clause.heading),
            action=visit.links.to("admin", "house", self.clause.id),
            texts=[
                (f"text-{each}", visit.say("admin.house", f"text_{each}"), self.given(f"text-{each}", getattr(gloss, each)))
                for each in labels
            ],
            adopted_by=self.given("adopted_by", visit.names(self.rules.instrument.adopted_by)),
            rows=rows,
            new=new,
            subjects=self.subjects(types.pop() if len(types) == 1 else ""),
            deeds=[(str(number), deed(visit, line)) for number, line in enumerate(self.deeds)],
            wrong=errors or {},
        )

    def edit(self) -> HouseEdit | dict[str, str]:
        """Return the change that was sent, or what is wrong with it, by field."""
        assert self.posted is not None
        errors = self._wrong()
        gone: list[Line] = []
        come: list[Line] = []
        for each in self.powers:
            subject = self.posted.text(f"who-{each.number}")
            if self.posted.text(f"gone-{each.number}") == "1":
                gone.append(each.line)
            elif subject != each.line.subject and self._known(subject, each.line.type):
                gone.append(each.line)
                come.append(structs.replace(each.line, subject=subject))
        for number in range(1, NEW + 1):
            who, place = self.posted.text(f"new-who-{number}"), self.posted.text(f"new-deed-{number}")
            chosen = self.deeds[int(place)] if place.isdecimal() and int(place) < len(self.deeds) else None
            if bool(who) != bool(place) or (who and (chosen is None or not self._known(who, chosen.type))):
                errors[f"new-who-{number}"] = self.visit.say("admin.house", "both")
            elif chosen is not None:
                come.append(structs.replace(chosen, subject=who))
        languages = self.visit.tenant.snapshot.settings.languages
        gloss = {each: self.posted.text(f"text-{each}") for each in languages}
        if errors := errors or self._untrue(gloss, gone, come):
            return errors
        named = self.rules.instrument.adopted_by
        adopted_by = self.posted.text("adopted_by")
        kept = named if adopted_by == self.visit.names(named) else adopted_by
        return HouseEdit(self.clause.id, gloss, kept, tuple(gone), tuple(come))

    def _untrue(self, gloss: dict[str, str], gone: list[Line], come: list[Line]) -> dict[str, str]:
        """Return why a change of powers would make the rule say what is not so: its words stay, so that it would be cited for
        what it does not say; or it stands beside clauses of the regulation only for whom it names now."""
        say = self.visit.say
        if come and self.clause.beside:
            beside = "; ".join(self.visit.written(id) for id in self.clause.beside)
            changed = next((f"who-{each.number}" for each in self.powers if each.line in gone), "new-who-1")
            return {changed: say("admin.house", "beside", clauses=beside)}
        if not (gone or come):
            return {}
        same = [each for each, text in gloss.items() if text == getattr(self.clause.gloss, each)]
        return {f"text-{each}": say("admin.house", "words_stay") for each in same}

    def _known(self, subject: str, type: str) -> bool:
        return any(subject == id for id, _ in self.subjects(type))

    def _wrong(self) -> dict[str, str]:
        assert self.posted is not None
        say = self.visit.say
        names = [f"text-{each}" for each in self.visit.tenant.snapshot.settings.languages]
        errors = {name: say("admin.house", "empty") for name in (*names, "adopted_by") if not self.posted.text(name)}
        long = [name for name in names if len(self.posted.text(name)) > MOST]
        return errors | {name: say("admin.house", "long", most=MOST) for name in long}


@post("/t/{tenant:str}/admin/house/{clause:str}", status_code=200)
@acting
def change_house_rule(request: Anywhere, tenant: FromPath[str], clause: FromPath[str], body: RawBody) -> Response[bytes]:
    """Prepare the change of a house rule, and lead to its plan."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        desk = risky_desk(visit)
        page = RulePage(visit, desk, clause, posted)
        if expired := visit.expired(posted.token):
            return page.shown({"": expired}, 403)
        edit = page.edit()
        if isinstance(edit, dict):
            return page.shown(edit, 422)
        now = drafting.current(visit)
        policy = f"policies/{visit.regime.charter.policy}"
        content = changed_house(now.content, visit.tenant.snapshot.slug, page.rules, policy, edit, visit.today)
        return drafting.prepared(visit, desk, "house", now, content)
