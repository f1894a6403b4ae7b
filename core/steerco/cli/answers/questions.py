"""Questions to a tenant: the person and the time that are meant, the answer, and its words."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from sqlalchemy.orm import Session

from steerco.cases.grammar import moment
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell
from steerco.committee import record_types
from steerco.config.findings import Finding, errors
from steerco.config.similar import did_you_mean
from steerco.configuration.action_catalogue import catalogue, type_shown
from steerco.configuration.installation import checked
from steerco.configuration.load import load
from steerco.configuration.platform_orders import MISSING, OUT_OF_USE
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant
from steerco.configuration.vocabulary import for_policy
from steerco.i18n import DEFAULT, words
from steerco.kernel.act import ActRequest
from steerco.kernel.explain import explain, out_of_order
from steerco.kernel.plugin_rules import Rulings
from steerco.operations import stopped_words
from steerco.policy.decision import Decision, Outcome
from steerco.records import Conflict, Invalid, NotFound, OutOfOrder, Refused, Stopped


def moment_of(shell: Shell, slug: str, at: str | None) -> datetime:
    """Return the time that ``--at`` means: of a bare day 09:00, without a zone the tenant's. Raises ``CommandProblem``."""
    if at is None:
        return shell.present(slug)
    try:
        value = date.fromisoformat(at) if len(at) <= len("2021-02-03") else datetime.fromisoformat(at)
    except ValueError:
        raise CommandProblem(
            "bad-day", f"{at!r} is no day", "write it like 2021-02-03, or 2021-02-03T09:00", exit=USAGE
        ) from None
    zone = shell.tenant(slug).snapshot.settings.zone if slug in shell.applied() else shell.home.zone(slug)
    return moment(value, zone)


def payload(argument: str | None) -> dict[str, Any]:
    """Return the input that ``--with`` gives. Raises ``CommandProblem``."""
    if argument is None:
        return {}
    try:
        text = Path(argument[1:]).read_text("utf-8") if argument.startswith("@") else argument
        value = json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandProblem("bad-input", f"--with: {error}", "name a readable file after @", exit=USAGE) from None
    except (json.JSONDecodeError, RecursionError) as error:
        do = """write an object, such as '{"kind": "regular"}'"""
        raise CommandProblem("bad-input", f"--with is no JSON: {error}", do, exit=USAGE) from None
    if not isinstance(value, dict):
        raise CommandProblem("bad-input", "--with is no JSON object", """write one, such as '{"kind": "regular"}'""", exit=USAGE)
    return value


def person(tenant: Tenant, session: Session, who: str, at: datetime) -> str:
    """Return the person that a name means on the day: an id, or a role, seat or office with one holder. Raises
    ``CommandProblem``."""
    today = tenant.snapshot.local(at)
    day = tenant.directory(session).on(today, tenant.snapshot.regime_on(today).charter)
    if who in day.all.persons:
        return who
    holders = day.holders(who)
    if len(holders) == 1:
        return holders[0]
    if holders:
        raise CommandProblem(
            "several", f"{who!r} is held by {len(holders)} persons", f"name one of them: {', '.join(sorted(holders))}"
        )
    charter = day.charter
    names = [*day.all.persons, *(role.id for role in charter.roles), *(seat.id for seat in charter.seats)]
    hint = did_you_mean(who, names, most=3, least=0.5) or f"persons: {', '.join(sorted(day.all.persons)[:12])} …"
    raise CommandProblem("nobody", f"{who!r} is nobody on {today}", hint)


def known_party(tenant: Tenant, session: Session, of: str, today: date) -> None:
    """Check that ``--of`` names a party. Raises ``CommandProblem``."""
    charter = tenant.snapshot.regime_on(today).charter
    day = tenant.directory(session).on(today, charter)
    ids = {each.id for each in (*charter.roles, *charter.groups, *charter.bodies, *charter.seats)}  # type: ignore[attr-defined]
    if of and of not in ids | {*day.all.persons, *day.all.agencies, *day.all.offices} and not day.holders(of):
        hint = did_you_mean(of, ids | set(day.all.persons), most=3, least=0.5)
        raise CommandProblem("nobody", f"{of!r} is nobody on {today}", hint)


def known_clause(tenant: Tenant, clause: str, today: date) -> None:
    """Check that ``--clause`` names a clause. Raises ``CommandProblem``."""
    clauses = tenant.snapshot.regime_on(today).clauses
    if clause and clause not in clauses:
        hint = did_you_mean(clause, clauses, most=3, least=0.4)
        raise CommandProblem("no-clause", f"there is no clause {clause!r}", hint)


def snapshot_of(shell: Shell, slug: str) -> Snapshot:
    """Return a tenant's configuration: as its files say, else as it was applied. Raises ``CommandProblem`` and ``NotApplied``."""
    if slug not in shell.home.slugs() and slug in shell.applied():
        return shell.installation.tenant(slug).snapshot
    return checked(slug, load(slug, shell.content(slug), record_types()))


def actions_of(shell: Shell, slug: str, only: str = "") -> tuple[list[dict[str, Any]], list[Finding]]:
    """Return every record type of a tenant as data; of one whose files do not load, those that every committee has, and why not.

    Raises ``CommandProblem`` and ``NotApplied``.
    """
    if slug in shell.home.slugs():
        loaded = load(slug, shell.content(slug), record_types())
        if loaded.snapshot is None:
            types = record_types()
            _known(only, types)
            shown = (msgspec.to_builtins(type_shown(kind)) for name, kind in sorted(types.items()) if only in ("", name))
            entries = [_listed(entry, {each["name"]: each["values"] for each in entry["facets"]}) for entry in shown]
            return entries, errors(loaded.findings)
    return types_of(snapshot_of(shell, slug), only), []


def _known(only: str, types: Collection[str]) -> None:
    if only and only not in types:
        hint = did_you_mean(only, types, most=3, least=0.4)
        raise CommandProblem("no-type", f"there is no record type {only!r}", hint)


def _listed(entry: dict[str, Any], facets: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Return a record type as the command shows it, with the values of its facets."""
    values = {name: sorted(values) for name, values in facets.items()}
    return {**entry, "facets": values, "actions": [_action(action) for action in entry["actions"]]}


def types_of(snapshot: Snapshot, only: str = "") -> list[dict[str, Any]]:
    """Return every record type as data, with the values that its facets have in this tenant. Raises ``CommandProblem``."""
    vocabulary = for_policy(snapshot.types, snapshot.charters[-1], ())
    _known(only, snapshot.types)
    wanted = (each for each in catalogue(snapshot) if only in ("", each.type))
    return [_listed(msgspec.to_builtins(each), vocabulary.facets[each.type]) for each in wanted]


def _action(action: dict[str, Any]) -> dict[str, Any]:
    return {
        "action": action["id"],
        "doc": action["doc"],
        "from": action["states"],
        "to": action["to"],
        "input": action["input"],
    }


# Answers


def answer(
    tenant: Tenant, session: Session, request: ActRequest, trace: Callable[[Rulings], object] = lambda rules: None
) -> dict[str, Any]:
    """Return the decision on an act that is not done; for a question that is none, its outcome with what is wrong."""
    try:
        decision = explain(tenant, session, request, trace)
    except Stopped as stopped:
        wrong = answer_of_stop(tenant, stopped, request.at)
        bare = Decision(wrong["outcome"], revision=tenant.snapshot.revision)
        details = {name: wrong[name] for name in ("code", "fields", "reasons", "params") if name in wrong}
        return {**msgspec.to_builtins(bare), **details}
    return dict(msgspec.to_builtins(decision))


def trace_rows(rulings: Rulings) -> list[dict[str, Any]]:
    """Return one row per plugin that was asked: its answer, and how long it took in milliseconds."""
    rows = [
        {
            "plugin": call.said.plugin,
            "version": call.said.seat.version,
            "where": call.said.seat.where,
            "cites": list(call.rule.cite),
            "said": call.fault.message if call.fault else call.ruling.code if call.ruling else "nothing against it",
            "outcome": "fault" if call.fault else call.ruling.outcome if call.ruling else "passes",
            "ms": round(call.said.took * 1000, 3),
        }
        for call in rulings.judged
    ]
    out = [{"plugin": call.plugin, "outcome": "out of use", "said": call.message, "where": call.where} for call in rulings.out]
    return [*rows, *out]


def print_trace(rows: list[dict[str, Any]]) -> None:
    """Print in words which plugins were asked."""
    if not rows:
        click.echo("  no plugin was asked: none has a rule on this action, or something stopped it before")
    for row in rows:
        cites = f" by {', '.join(row['cites'])}" if "cites" in row else ""
        duration = f", {row['ms']} ms" if "ms" in row else ""
        click.echo(f"  asked {row['plugin']} ({row['where']}){cites}: {row['outcome']}, {row['said']}{duration}")


def answer_of_stop(tenant: Tenant, stopped: Stopped, at: datetime) -> dict[str, Any]:
    """Return the answer for an act that was stopped: outcome, decision where there is one, and what is wrong."""
    answer: dict[str, Any] = {"outcome": stopped.outcome, "record": None, "decision": None, "code": stopped.code}
    match stopped:
        case Refused():
            answer["decision"] = msgspec.to_builtins(stopped.decision)
            if menders := stopped.params.get("menders"):
                answer["menders"] = msgspec.to_builtins(menders)
        case OutOfOrder():
            regime = tenant.snapshot.regime_on(tenant.snapshot.local(at))
            answer["decision"] = msgspec.to_builtins(out_of_order(regime, stopped))
            answer |= {"params": stopped.params, "detail": detail(stopped)}
        case Invalid():
            say = words(DEFAULT)
            answer["fields"] = {path: say.reason(why) for path, why in stopped.fields.items()}
            answer["reasons"] = msgspec.to_builtins(stopped.fields)
        case NotFound() | Conflict():
            answer |= {"params": stopped.params, "detail": detail(stopped)}
    if answer["decision"] is None and (cites := getattr(stopped, "cites", ())):
        because = tenant.snapshot.regime_on(tenant.snapshot.local(at)).reasons(cites)
        outcome: Outcome = "conflict" if isinstance(stopped, Conflict) else "invalid"
        decision = Decision(outcome, because[0].layer, because, revision=tenant.snapshot.revision)
        answer["decision"] = msgspec.to_builtins(decision)
    return answer


def detail(stopped: Stopped) -> str:
    """Return a sentence, with its numbers, for the thing that stopped an act."""
    return stopped_words.detail(stopped, words(DEFAULT))


LAYERS = {"house": " (house rule, not the regulation)", "law": " (law)", "platform": " (what the program needs)"}
"""The words for a reason's kind of text; a clause of the regulation needs no word."""


def print_answer(answer: Mapping[str, Any], actor: str, action: str) -> None:
    """Print an answer in words."""
    click.echo(f"{answer['outcome']}: {actor}, {action}")
    for name, wrong in answer.get("fields", {}).items():
        click.echo(f"  {name or 'input'}: {wrong}")
    if sentence := answer.get("detail"):
        click.echo(f"  {sentence}")
    if params := answer.get("params"):
        details = ", ".join(
            f"{name} {' or '.join(value) if isinstance(value, list) else value}" for name, value in params.items()
        )
        click.echo(f"  {answer['code']}: {details}")
    if "because" not in answer:
        return
    if answer["outcome"] == "refused" and not answer["because"]:
        click.echo("  no clause grants this to anyone")
    for each in answer["because"]:
        gloss = each["gloss"]["en"] or each["gloss"]["vi"]
        place = f"  [{each['file']}:{each['line']}]" if each["file"] else ""
        layer = LAYERS.get(each["layer"], "")
        if each["layer"] == "platform" and each.get("plugin"):
            layer = f" (terms of the plugin {each['plugin']})"
        if each.get("not_run"):
            layer += " (grants it; the program does not run this power yet)"
        click.echo(f"  by {each['clause']}{layer}{f': {gloss}' if gloss else ''}{place}")
    if answer["acting_for"]:
        click.echo(f"  acting for {answer['acting_for']}")
    for each in answer["who_may"]:
        people = ", ".join(each["people"]) or "nobody now"
        click.echo(f"  may: {each['subject']} ({people}), by {each['clause']}")
    for each in answer.get("remarks", ()):
        told = ", ".join(f"{name} {value}" for name, value in each["params"].items() if value)
        clauses = ", ".join(why["clause"] for why in each["because"])
        click.echo(f"  late by {clauses}: {told}" if clauses else f"  note: {each['code']} ({told})")
    for each in answer["would_change"]:
        click.echo(f"  would change it: {each['code']} {each['detail']}".rstrip())
    if any(each["clause"] in (MISSING, OUT_OF_USE) for each in answer["because"]):
        click.echo("  mend: the operator installs or mends the plugin; or `tenant plan` and `apply` a configuration without it")
    for each in answer.get("menders", ()):
        click.echo(f"  may apply that: {each['subject']} ({', '.join(each['people']) or 'nobody now'})")
