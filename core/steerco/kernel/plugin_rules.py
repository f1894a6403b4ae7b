"""The plugins of a tenant rule on an act, before it is done.

They are asked on frozen facts, before any lock: a rule may be slow without holding anybody up. They are asked of nothing that is
stopped without them: nobody who could not do the act learns by a rule's time, or puts a plugin out of use. Inside the
transaction the kernel sees whether the record is still the one that they judged, and if not, asks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import structs

from steerco.charter.model import Charter, Label
from steerco.charter.rules import Effective, effective
from steerco.charter.values import NAMED, Days, NamedValue
from steerco.configuration import administration
from steerco.configuration.platform_orders import MISSING, OUT_OF_USE
from steerco.configuration.regime import PLATFORM, Regime
from steerco.configuration.tenant import Tenant
from steerco.extension.dispatch import RuleResult as RuleAnswer
from steerco.extension.dispatch import TenantPlugins
from steerco.extension.facts import Act, Rule, frozen
from steerco.extension.quarantine import LOAD, Fault
from steerco.kernel.authority import Authority
from steerco.kernel.pipeline import Judged
from steerco.kernel.view import fields as fields_of
from steerco.kernel.view import shown
from steerco.policy.decision import Because, Change, Decision, Who
from steerco.records import Action, OutOfOrder, Record, Refused


@dataclass(frozen=True)
class Rulings:
    """What was said of an act on a record at ``version`` (0: it would be made; None: they could not be asked).

    ``judged`` are the rules that were asked, in order; ``out`` the faults of plugins that should have been and are out of use,
    ``menders`` who may then change the configuration so that it goes on without them (beside the operator, who always may).
    """

    version: int | None = 0
    judged: tuple[RuleAnswer, ...] = ()
    out: tuple[Fault, ...] = ()
    asked: bool = True
    menders: tuple[Who, ...] = ()

    def hold(self, regime: Regime, decision: Decision) -> None:
        """Let an act go on that nothing stops. Raises ``Refused`` or ``OutOfOrder`` by the first that does."""
        for each in self.judged:
            if each.fault is not None:
                raise _faulty(decision, (each.fault,), self.menders)
            if each.ruling is not None:
                _stop(regime, decision, each)
        if self.out:
            raise _faulty(decision, self.out, self.menders)


NONE = Rulings(asked=False)
"""Nobody has a say."""
STOPPED = Rulings(None)
"""Nobody was asked, since the act does not get so far."""


def ruled(tenant: Tenant, actor: str, action: Action) -> bool:
    """Return whether a plugin of the tenant has a say on the action. None has on what the platform does."""
    return actor != PLATFORM and tenant.snapshot.circle.judges(action.id)


def ask(judged: Judged) -> Rulings:
    """Return what the tenant's plugins say of an act that nothing else stops."""
    authority, action = judged.authority, judged.action
    circle = authority.tenant.snapshot.circle
    version = 0 if judged.new else judged.record.version
    if out := tuple(circle.barring(action.id)):
        return Rulings(version, (), out, menders=_menders(authority))
    facts = _Facts(judged)
    basis = authority.regime.basis  # what a rule rests on may not be in force on the day: then it has no say
    asked = circle.judge(facts.of, action.id)
    said = tuple(each for each in asked if all(basis(cite) != "no-clause" for cite in each.rule.cite))
    return Rulings(version, said, menders=_menders(authority) if any(each.fault for each in said) else ())


def _menders(authority: Authority) -> tuple[Who, ...]:
    """Return who may apply a configuration without the plugin: to switch one off is a risky change."""
    return administration.may(authority.tenant.snapshot, authority.day, authority.regime, "risky")


class _Facts:
    """The facts of one act, gathered once and told to each rule with its plugin's settings."""

    def __init__(self, judged: Judged) -> None:
        authority, action, record, fields = judged.authority, judged.action, judged.record, judged.fields
        tenant, session, today = authority.tenant, authority.session, authority.today
        self.snapshot, self.today = tenant.snapshot, today
        self.circle: TenantPlugins = tenant.snapshot.circle
        regime = authority.regime
        as_is = fields_of(record) if judged.new else shown(tenant, session, record, today)
        referred = {
            name: shown(tenant, session, found, today)
            for name, found in authority.referred(action, fields).items()
            if found is not None and authority.may(found, "read")
        }
        layers = (regime.charter, *regime.layers)
        values = {rule.name for layer in layers for rule in layer.rules}
        self.parts: dict[str, Any] = {
            "action": action.id,
            "record": frozen({**as_is, "author_as": record.author_as}),
            "input": frozen({name.rstrip("_"): value for name, value in fields.items()}),
            "referred": frozen(referred),
            "actor": authority.actor,
            "roles": authority.day.roles(authority.actor),
            "body": record.body,
            "at": judged.request.at,
            "today": today,
            "calendar": tenant.snapshot.calendar,
            "values": frozen({name: self._value(name, layers, record, fields) for name in values}),
        }

    def _value(self, name: str, layers: tuple[Charter, ...], record: Record, fields: Mapping[str, Any]) -> Effective:
        """Return a named value for this record, lengths of time compared on the day from which they are counted."""
        snapshot, counts_from = self.snapshot, NAMED.get(name, NamedValue()).counts_from
        at = fields.get(counts_from) or getattr(record, counts_from, None) if counts_from else None
        day = snapshot.local(snapshot.aware(at)) if isinstance(at, datetime) else self.today
        return effective(name, layers, _where(record, fields), measure=Days(day, snapshot.calendar).span)

    def of(self, plugin: str, rule: Rule) -> Act:
        return Act(tenant=self.circle.facts[plugin], rule=rule, **self.parts)


def _where(record: Record, fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts that narrow a named value to this record: its kind and its body."""
    kind = fields.get("kind") or getattr(record, "kind", None)
    return {"body": record.body, "kind": kind} if kind else {"body": record.body}


def _stop(regime: Regime, decision: Decision, judged: RuleAnswer) -> None:
    ruling = judged.ruling
    assert ruling is not None
    plugin = judged.said.plugin
    told = {"plugin": plugin, "rule": ruling.code, "say": structs.asdict(ruling.say)}
    if ruling.outcome == "out-of-order":
        raise OutOfOrder("plugin-rule", *ruling.cite, **told)
    because = tuple(structs.replace(each, plugin=each.plugin or plugin) for each in regime.reasons(ruling.cite))
    raise Refused(_turned(decision, because), "plugin-refused", **told)


def _faulty(decision: Decision, faults: tuple[Fault, ...], menders: tuple[Who, ...]) -> Refused:
    """Return what stops an act on which a plugin must be asked and cannot be. No clause speaks of that: the program stops it,
    so that a rule is not gone because its package is. Where one alone is missing, nothing stops the act once that is switched
    off."""
    fault = faults[0]
    order = MISSING if fault.hook == LOAD else OUT_OF_USE
    because = Because(order, Label(), 0, "platform", fault.where, fault.plugin)
    alone = order == MISSING and len(faults) == 1
    turned = _turned(decision, (because,), (Change("without-plugin", fault.plugin),) if alone else ())
    told = {"plugin": fault.plugin, "message": fault.message, "menders": menders}
    return Refused(turned, order.removeprefix(f"{PLATFORM}:"), **told)


def _turned(decision: Decision, because: tuple[Because, ...], changes: tuple[Change, ...] = ()) -> Decision:
    parts = {"basis": because[0].layer, "because": because, "who_may": (), "would_change": changes}
    return structs.replace(decision, outcome="refused", **parts)
