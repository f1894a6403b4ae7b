"""One clause: what it says in short, and everything that stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.charter.all_rules import Ruled, ruled
from steerco.charter.duties import duties
from steerco.charter.model import NOT_STATED, Charter, Clause, Duty, Finance, Portfolio, Procedure, Role, Succession
from steerco.policy.line import Line
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.events import Wanted, latest
from steerco.web.pages.frame.values import facet
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting
from steerco.web.pages.reading import cases
from steerco.web.pages.reading.charter import covered, mark, numbered

EVENTS = 10


class Cited(NamedTuple):
    """Something that cites the clause: what it is, and what it says."""

    name: str
    lines: list[str]
    layer: str


class PowerRow(NamedTuple):
    """A line of the policy in words."""

    subject: str
    act: str
    object: str
    body: str
    facets: list[str]
    allow: bool


@get("/t/{tenant:str}/charter/{clause:path}")
@showing
def clause(request: Anywhere, tenant: FromPath[str], clause: FromPath[str]) -> Response[bytes]:
    """A clause, a house rule, a provision of a law (whose number has slashes), or a platform order."""
    clause = clause.removeprefix("/")
    with visiting(request, tenant) as visit:
        layer, provision = _layer_of(visit, clause)
        if provision is None and not visit.order(clause):
            raise nothing_here()
        events, more = latest(visit, Wanted(clause=clause), EVENTS)
        basis = visit.regime.basis(clause)
        context: dict[str, Any] = {"events": events, "more": more, "powers": _powers(visit, clause)}
        rules = _citing_rules(visit, clause)
        context["groups"] = [(key, rules[key]) for key in ("duties", "procedures", "rules", "house", "hooks", "shown")]
        context["cases"], context["more_cases"] = cases.citing(visit, clause)
        cover = covered(visit, layer).get(provision.id) if layer and provision else None
        context["covered"] = [
            (visit.say("clause", name), len(items))
            for name in ("powers", "duties", "rules", "hooks", "cases")
            if cover and (items := getattr(cover, name))
        ]
        previous, following = _beside(visit, layer, provision)
        above = _above(visit, layer, provision)
        return visit.render(
            "clause.html",
            "charter",
            id=clause,
            cited=visit.cite(clause).text,
            basis=basis,
            clause=provision,
            above=above,
            previous=previous,
            following=following,
            **context,
        )


def _layer_of(visit: Visit, id: str) -> tuple[Charter | None, Clause | None]:
    """Return the instrument that the clause stands in, and the clause."""
    for layer in (visit.regime.charter, *visit.regime.layers):
        own = mark(layer)
        provision = layer.clause(id.removeprefix(own)) if id.startswith(own) else None
        if provision is not None:
            return layer, provision
    return None, None


def _beside(visit: Visit, layer: Charter | None, provision: Clause | None) -> tuple[Any, Any]:
    """Return the clauses before and after, as (how it is cited, address)."""
    if layer is None or provision is None:
        return None, None
    ids = [sibling.id for sibling in layer.clauses]
    at = ids.index(provision.id)

    def linked(place: int) -> tuple[str, str] | None:
        if not 0 <= place < len(ids):
            return None
        id = mark(layer) + ids[place]
        return visit.written(id), visit.links.clause(id)

    return linked(at - 1), linked(at + 1)


def _above(visit: Visit, layer: Charter | None, provision: Clause | None) -> list[str]:
    """Chapter and article, outermost first."""
    if layer is None or provision is None:
        return []
    headings = {heading.id: heading for heading in layer.headings}
    labels, id = list[str](), provision.under
    while id in headings and len(labels) < 5:
        heading = headings[id]
        labels.insert(0, numbered(visit, heading))
        id = heading.under
    return labels


def _powers(visit: Visit, id: str) -> list[PowerRow]:
    return [power(visit, line) for line in visit.regime.lines if line.clause == id]


def power(visit: Visit, line: Line) -> PowerRow:
    """Return a line of the policy with everything in it named."""
    names = visit.names
    return PowerRow(
        names(line.subject),
        act_name(visit, line),
        object_name(visit, line.object),
        names(line.body) if line.body != "*" else "",
        [facet(visit, condition) for condition in sorted(line.facets)],
        line.allow,
    )


def act_name(visit: Visit, line: Line) -> str:
    """Return the act of a line, as a phrase."""
    if line.act == "read":
        return visit.say("powers", "read")
    return visit.say("action", f"{line.type}.{line.act}")


def object_name(visit: Visit, object: str) -> str:
    """``meeting.ad-hoc`` in words."""
    type, _, kind = object.partition(".")
    if type == "*":
        return visit.say("powers", "every_type")
    label = visit.say("type", type)
    return visit.say("word", "of_kind", what=label, kind=visit.say("kind", kind)) if kind else label


def _citing_rules(visit: Visit, id: str) -> dict[str, list[Cited]]:
    """Duties, procedures and other rules of all instruments that cite the clause; apart those of the house, those of plugins, and
    information that nothing runs."""
    groups: dict[str, list[Cited]] = {key: [] for key in ("duties", "procedures", "rules", "house", "shown")}
    groups["hooks"] = _hooks(visit, id)
    for layer in (visit.regime.charter, *visit.regime.layers):
        owed = {duty.id: duty for duty in duties(layer)}
        for rule in ruled(layer):
            if id not in rule.cite:
                continue
            kind = {"duty": "duties", "procedure": "procedures", "cadence": "duties"}.get(rule.table, "rules")
            group = "house" if layer.instrument.kind == "house" and not _of_house(visit, id) else kind
            groups["shown" if rule.shown else group].append(_rule_entry(visit, rule, owed.get(rule.name), layer.instrument.kind))
    return groups


def _hooks(visit: Visit, id: str) -> list[Cited]:
    """Return the rules of plugins that rest on the clause."""
    citing = []
    for action, rules in visit.tenant.snapshot.circle.rules.items():
        for seat, rule in rules:
            if id in rule.cite:
                sentence = visit.say("clause", "judges", plugin=seat.plugin, act=visit.say("action", action))
                gloss = visit.say.of(rule.gloss)
                citing.append(Cited(sentence, [gloss] if gloss else [], "plugin"))
    return citing


def _of_house(visit: Visit, id: str) -> bool:
    return visit.regime.basis(id) == "house"


def _rule_entry(visit: Visit, rule: Ruled, duty: Duty | None, layer: str) -> Cited:
    say = visit.say
    item = rule.rule
    if duty is not None and rule.table in ("duty", "cadence"):
        return Cited(say.of(duty.label) or duty.id, duty_lines(visit, duty), layer)
    if isinstance(item, Procedure):
        requires = say("word", "state") if item.requires == "state" else say("stop", item.requires)
        sentence = say("clause", "requires", act=say("action", item.on), requires=requires)
        aims = [facet(visit, f"{name}={value}") for name, value in item.where.items()]
        return Cited(sentence, aims, layer)
    label = _rule_name(visit, rule)
    return Cited(f"{say('table', rule.table)}: {label}", _rule_lines(visit, item), layer)


def _rule_name(visit: Visit, rule: Ruled) -> str:
    say, names, item = visit.say, visit.names, rule.rule
    if rule.table == "succession":
        return say("overview", "while_absent", absent=names(item.absent), acts=names(item.acts))
    if rule.table == "rule":
        return say("rule", item.name)
    if rule.table == "bound":
        return names(item.who)
    if rule.table == "instrument":
        return say.of(item.title) or item.id
    return say.of(getattr(item, "label", None)) or rule.name


def _rule_lines(visit: Visit, item: Any) -> list[str]:
    if isinstance(item, Portfolio | Finance):
        return [*_parties_of(visit, item), *_subjects(visit, item)]
    if isinstance(item, Succession):
        return [visit.say.of(item.on_behalf)] if visit.say.of(item.on_behalf) else []
    if isinstance(item, Role):
        remarks = (("concurrent", item.concurrent), ("no_benefits", item.entitlement == NOT_STATED))
        return [visit.say("clause", key) for key, so in remarks if so]
    value = getattr(item, "value", None)
    if value is None:
        every = getattr(item, "every", "")
        return [f"{visit.say('overview', 'every')}: {visit.say('every', every)}"] if every else []
    if value == NOT_STATED:
        return [visit.say("word", "not_stated")]
    text = visit.names(value) if isinstance(value, str) and visit.names.known(value) else str(value)
    unit = getattr(item, "unit", "")
    return [f"{text} {visit.say('unit', unit)}" if unit else text]


def _parties_of(visit: Visit, item: Portfolio | Finance) -> list[str]:
    """Return who holds, leads and coordinates a field of work and whom its holder answers to; who provides and manages the
    money."""
    lines = []
    for name in ("holder", "lead", "coordinators", "answers_to", "provided_by", "managed_by"):
        parties = getattr(item, name, ())
        who = visit.names.of(
            party for party in ((parties,) if isinstance(parties, str) else parties) if party not in ("", NOT_STATED)
        )
        if who:
            lines.append(visit.say("clause", name, who=_joined(who)))
    return lines


def _subjects(visit: Visit, item: Portfolio | Finance) -> list[str]:
    """Return the subjects of a field of work, with the instruments that set them where any of them has some; where money comes
    from."""
    say = visit.say
    if isinstance(item, Finance):
        return [say("clause", "source_of_funds", what=source) for source in item.sources]
    with_instruments = any(subject.instruments for subject in item.subjects)
    lines = []
    for subject in item.subjects:
        by = f" ({_joined(subject.instruments) or say('word', 'not_stated')})" if with_instruments else ""
        lines.append(say("clause", "subject", what=f"{say.of(subject.label)}{by}"))
    return lines


def duty_lines(visit: Visit, duty: Duty) -> list[str]:
    """Return who owes a duty, when, and what discharges it, in words."""
    say = visit.say
    lines = [say("clause", "owes", holder=visit.names(duty.holder))]
    if duty.performed_by:
        lines.append(say("clause", "performed_by", who=visit.names(duty.performed_by)))
    if duty.every != NOT_STATED:
        lines.append(say("clause", "every", every=say("every", duty.every)))
    if duty.once:
        lines.append(say("clause", "once"))
    if duty.after:
        lines.append(say("clause", "after", act=say("action", duty.after)))
    lines.append(say("clause", "done_by", acts=_joined([say("action", act) for act in duty.done_by])))
    if duty.due.days is not None and not duty.due.field:
        lines.append(say("clause", "due_days", days=duty.due.days, unit=say("unit", duty.due.unit)))
    elif duty.due.field:
        lines.append(say("clause", "due_field", field=say("field", duty.due.field)))
    else:
        lines.append(say("clause", "no_due"))
    return lines


def _joined(texts: Sequence[str]) -> str:
    return ", ".join(texts)
