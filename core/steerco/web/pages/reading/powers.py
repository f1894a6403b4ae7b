"""Who may do what: a block for each act, or for each office, to be looked through by words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.policy.line import ANY, READ, Line
from steerco.store import folding
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.values import facet
from steerco.web.pages.frame.visit import Cite, Visit, only_if, visiting
from steerco.web.pages.reading.clause import act_name

SIZE = 20
ORDERS = ("act", "person")


class PowerGrant(NamedTuple):
    """A power or a ban in words: ``title`` is who may in a block of an act, what in a block of an office."""

    title: str
    kind: str
    more: list[str]
    allow: bool
    cites: list[Cite]


class PowersBlock(NamedTuple):
    """One act with whoever may do it, or one office with what it may do; ``others`` asks whether somebody else may."""

    title: str
    grants: list[PowerGrant]
    others: str


@get("/t/{tenant:str}/powers")
@showing
def powers(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The blocks that hold the words, page by page."""
    with visiting(request, tenant) as visit:
        only_if(visit.has_part)
        sought, by = visit.query.text("q", 100), visit.query.choice("by", ORDERS, "act")
        found = _by_act(visit) if by == "act" else _by_office(visit)
        blocks = [block for block in (_narrowed(block, sought) for block in found) if block.grants]
        order = [(name, visit.say("reading.powers", f"by_{name}")) for name in ORDERS]
        shown = cut(visit, blocks, SIZE, ("powers",), {"q": sought, "by": by if by != "act" else ""})
        return visit.render("reading/powers.html", "powers", sought=sought, by=by, order=order, shown=shown)


def _narrowed(block: PowersBlock, sought: str) -> PowersBlock:
    """Return a block with what in it holds the words; the whole of it where its title does."""
    if not sought or folding.holds(block.title, sought):
        return block
    return block._replace(grants=[grant for grant in block.grants if _holds(block, grant, sought)])


def _holds(block: PowersBlock, grant: PowerGrant, sought: str) -> bool:
    told = " ".join((block.title, grant.title, grant.kind, *grant.more, *(cite.text for cite in grant.cites)))
    return folding.holds(told, sought) or any(sought == cite.id for cite in grant.cites)


def _by_act(visit: Visit) -> list[PowersBlock]:
    """Return a block for each act, in the order in which the program has them."""
    types = visit.tenant.snapshot.types
    order = {name: at for at, name in enumerate(dict.fromkeys(("meeting", "task", *types)))}
    acts: dict[tuple[str, str], list[Line]] = {}
    for line in visit.regime.lines:
        acts.setdefault((line.type, line.act), []).append(line)

    def place(key: tuple[str, str]) -> tuple[int, int]:
        names = list(getattr(types.get(key[0]), "actions", ()))
        return order.get(key[0], len(order)), names.index(key[1]) if key[1] in names else len(names)

    blocks = []
    for type, act in sorted(acts, key=place):
        lines = acts[type, act]
        grants = [_grant(visit, same, visit.names(same[0].subject)) for same in _alike(lines)]
        grants += _acting(visit, f"{type}.{act}", lines)
        others = visit.links.to("ask", do=f"{type}.{act}") if visit.tenant.snapshot.action(f"{type}.{act}") else ""
        blocks.append(PowersBlock(_act(visit, lines[0]), grants, others))
    return blocks


def _by_office(visit: Visit) -> list[PowersBlock]:
    """Return a block for each office, body and tie to a record that a line names."""
    subjects: dict[str, list[Line]] = {}
    for line in visit.regime.lines:
        subjects.setdefault(line.subject, []).append(line)
    return [
        PowersBlock(visit.names(subject), [_grant(visit, same, _act(visit, same[0])) for same in _alike(lines)], "")
        for subject, lines in subjects.items()
    ]


def _alike(lines: Iterable[Line]) -> list[list[Line]]:
    """Return lines that say the same, together: one power may rest on several clauses."""
    found: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        found.setdefault(line.fields[:-1], []).append(line)
    return list(found.values())


def _act(visit: Visit, line: Line) -> str:
    """Return the act of a line with its type of record, as a heading."""
    name = act_name(visit, line)
    if line.act == READ:
        name = f"{name}: {visit.say('powers', 'every_type') if line.type == ANY else visit.say('types', line.type)}"
    return name[:1].upper() + name[1:]


def _grant(visit: Visit, same: list[Line], title: str) -> PowerGrant:
    line = same[0]
    kind = line.object.partition(".")[2]
    more = [facet(visit, condition) for condition in sorted(line.facets)]
    if line.body != ANY:
        more.append(visit.say("powers", "in_body", body=visit.names(line.body)))
    return PowerGrant(title, visit.say("kind", kind) if kind else "", more, line.allow, visit.cites(each.clause for each in same))


def _acting(visit: Visit, act: str, lines: list[Line]) -> list[PowerGrant]:
    """Return who acts for an officer that may do an act, while that officer is away."""
    say, names = visit.say, visit.names
    holders = {line.subject for line in lines if line.allow}
    found = []
    for rule in visit.regime.charter.successions:
        passes = {power.partition(";")[0] for power in rule.powers} & {act, f"{act.partition('.')[0]}.{ANY}", ANY}
        if passes and holders & visit.regime.table.closed({rule.absent}):
            title = say("reading.powers", "absent", absent=names(rule.absent))
            found.append(
                PowerGrant(title, say("reading.powers", "acts_for", acts=names(rule.acts)), [], True, visit.cites(rule.cite))
            )
    return found
