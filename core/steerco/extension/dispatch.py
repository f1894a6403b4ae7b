"""Calls the plugins of one tenant: hooks in the order of ``tenant.toml``, each call timed, checked and attributed.

Pattern: dispatcher with quarantine. A ``TenantPlugins`` belongs to the tenant's snapshot; it is made once a revision and shared
by all threads. Every result comes with its plugin, and a fault with its consequence (``Spec.fault``)::

    for result in plugins.ask("layers"):
        print(result.plugin, result.value.file)
    plugins.judge(act_of, "meeting.convene")   # one RuleResult a rule; a fault stops the act

Rule: a plugin that raises, answers the wrong type or takes too long harms no other plugin and no act that it does not judge.
pluggy finds the functions; it does not call them, since its calls neither name the plugin nor survive an exception.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from msgspec import Struct

from steerco.extension.budget import BUDGET, Budget, Full, Overrun
from steerco.extension.facts import Act, Rule, TenantFacts
from steerco.extension.hookspecs import SPECS, Spec
from steerco.extension.loader import Plugin
from steerco.extension.manifest import Manifest
from steerco.extension.quarantine import Fault, Quarantine
from steerco.extension.results import Ruling
from steerco.extension.runs import RULE, Batch, HookImpl, HookResult, Run, picking, place, where

log = logging.getLogger("steerco.plugins")

FULL = "not-asked"
"""The code of a fault that may be none of the plugin's own: it was not asked, since too many calls hang."""
LATER = ("Rule.judge", "routes", "exporters", "correspondents")
"""What is asked while a revision serves. (What configures one has to be known for as long as it is in use.)"""


class RuleResult(Struct, frozen=True):
    """The result of one rule on an act: a ruling, nothing, or a fault, which stops the act like a ruling."""

    rule: Rule
    said: HookResult
    ruling: Ruling | None = None
    fault: Fault | None = None


class PluginFailed(Exception):
    """A plugin's function failed; ``fault`` describes it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.plugin}: {fault.message}")
        self.fault = fault


@dataclass(frozen=True)
class TenantPlugins:
    """The plugins of one tenant: ``facts`` are the tenant's facts for each plugin, ``rules`` the rules by action, in order.

    ``absent`` are the plugins that the tenant wants and that do not run here, with the reason; ``judged`` the acts that each
    plugin could stop when the revision was applied, as far as its event records it.
    """

    slug: str = ""
    plugins: tuple[Plugin, ...] = ()
    facts: Mapping[str, TenantFacts] = field(default_factory=dict)
    absent: Mapping[str, tuple[Fault, Manifest | None]] = field(default_factory=dict)
    judged: Mapping[str, frozenset[str]] = field(default_factory=dict)
    seats: Mapping[str, tuple[HookImpl, ...]] = field(default_factory=dict)
    rules: Mapping[str, tuple[tuple[HookImpl, Rule], ...]] = field(default_factory=dict)
    quarantine: Quarantine = field(default_factory=Quarantine)
    budget: Budget = BUDGET
    kept: dict[str, tuple[HookResult, ...]] = field(default_factory=dict, compare=False)

    def seated(self, plugins: Iterable[Plugin], impls: Callable[[str], Iterable[Any]]) -> TenantPlugins:
        """Return a copy with the functions of ``plugins``; ``impls`` gives pluggy's implementations of a hook."""
        order = {plugin.name: position for position, plugin in enumerate(plugins)}
        seats = {}
        for name in SPECS:
            implementations = sorted(
                (implementation for implementation in impls(name) if implementation.plugin_name in order),
                key=lambda implementation: order[implementation.plugin_name],
            )
            versions = {plugin.name: plugin.manifest.version for plugin in plugins}
            seats[name] = tuple(
                HookImpl(
                    implementation.plugin_name,
                    versions[implementation.plugin_name],
                    implementation.function,
                    tuple(implementation.argnames),
                    where(implementation.function),
                    self._fixed(implementation),
                    picking(implementation),
                )
                for implementation in implementations
            )
        return TenantPlugins(**{**_parts(self), "plugins": tuple(plugins), "seats": seats, "kept": {}})

    def _fixed(self, impl: Any) -> tuple[Any, ...] | None:
        return (self.facts[impl.plugin_name],) if tuple(impl.argnames) == ("tenant",) else None

    def ruled(self, rules: Mapping[str, tuple[tuple[HookImpl, Rule], ...]]) -> TenantPlugins:
        """Return a copy with these rules."""
        return TenantPlugins(**{**_parts(self), "rules": rules})

    def has(self, plugin: str) -> bool:
        """Return whether the plugin is on and in use."""
        return any(installed.name == plugin for installed in self.plugins) and plugin not in self.quarantine.out

    # Asking

    def ask(self, hook: str, /, **arguments: Any) -> list[HookResult]:
        """Return all results of a hook, each with its plugin, in order; a fault is handled by the hook's policy.

        ``arguments`` are the hook's arguments but ``tenant``, which each plugin gets with its own settings.
        """
        spec = SPECS[hook]
        impls = self.in_use(self.seats.get(hook, ()))
        return self.through(spec, impls, arguments)

    def once(self, hook: str) -> tuple[HookResult, ...]:
        """Return the results of a hook that takes nothing but the tenant; it is called once for a revision."""
        if hook not in self.kept:
            full = any(self.budget.is_full(self._whose(impl.plugin)) for impl in self.seats.get(hook, ()))
            results = tuple(self.ask(hook))
            if full:
                return results  # not all were asked: the next time
            self.kept[hook] = results
        return self.kept[hook]

    def asked(self, hook: str, impl: HookImpl, /, **arguments: Any) -> list[HookResult]:
        """Return one plugin's results of a hook, as ``ask`` does."""
        return self.through(SPECS[hook], (impl,), arguments)

    def in_use(self, impls: tuple[HookImpl, ...]) -> tuple[HookImpl, ...]:
        """Return the functions of the plugins that are not quarantined."""
        out = self.quarantine.out
        return tuple(impl for impl in impls if impl.plugin not in out) if out else impls

    def through(self, spec: Spec, impls: Sequence[HookImpl], arguments: Mapping[str, Any]) -> list[HookResult]:
        """Return the results of the functions, called in a thread within the hook's budget.

        A function that takes longer is a fault, and the others are called without it.
        """
        results: list[HookResult] = []
        while impls:
            run = Run(spec, impls, arguments, self.facts)
            self.wait_for(run)
            results += run.said
            for fault in run.faults:
                self.meet(spec, fault)
            impls = impls[run.at + 1 :]
        return results

    def configure(self, calls: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, list[HookResult]]:
        """Return the results of several hooks, called in this order in one thread, since a thread each cost more than the calls.

        A fault is handled by the hook's policy, and its plugin is not called again.
        """
        results: dict[str, list[HookResult]] = {hook: [] for hook, _ in calls}
        runs = [Run(SPECS[hook], self.seats.get(hook, ()), arguments, self.facts) for hook, arguments in calls]
        while runs := [run for run in map(self._anew, runs) if run.seats]:
            batch = Batch(runs)
            self._pass_over(batch)
            for run in batch.runs[: batch.at + 1]:
                results[run.spec.name] += run.said
                for fault in run.faults:
                    self.meet(run.spec, fault)
            stopped = batch.run
            stopped.seats = stopped.seats[stopped.at + 1 :]
            runs = [stopped, *batch.runs[batch.at + 1 :]]
        return results

    def _anew(self, run: Run) -> Run:
        """Return a run for the functions still in use: the old one may be in the hands of a thread that hangs."""
        return Run(run.spec, self.in_use(tuple(run.seats)), run.given, self.facts)

    def _pass_over(self, batch: Batch) -> None:
        """Run several runs, each within the budget of its hook."""
        try:
            self.budget.run(batch, batch.run.spec.budget, lambda: self._whose(batch.run.plugin), lambda: batch.since)
        except Full as full:
            batch.stop(str(full), FULL)
        except Overrun as over:
            batch.stop(str(over), "over-time")

    def wait_for(self, run: Run) -> None:
        """Run the functions within the hook's budget."""
        try:
            self.budget.run(run, run.spec.budget, lambda: self._whose(run.plugin))
        except Full as full:
            run.stop(str(full), FULL)
        except Overrun as over:
            run.stop(str(over))

    def _whose(self, plugin: str) -> str:
        """Return the key under which the calls of one plugin in this tenant are counted."""
        return f"{plugin} in {self.slug}"

    def meet(self, spec: Spec, fault: Fault) -> None:
        """Handle a fault: quarantine the plugin in this tenant, unless the hook's policy is milder.

        A rule that was not called because too many calls hang stops this act alone; its plugin stays in use. Raises
        ``PluginFailed`` for an effect, which its consumer repeats, and for what cannot be done without an answer.
        """
        if spec.fault in ("retry", "stop"):
            raise PluginFailed(fault)
        if spec.fault == "skip" or (fault.code == FULL and spec.name in LATER):
            log.warning("plugin %s left out in %s: %s (%s %s)", fault.plugin, self.slug, fault.message, spec.name, fault.where)
        else:
            self.quarantine.put(fault)

    def serve(self, hook: str, plugin: str, call: Callable[[], Any], fit: type, through: tuple[type[BaseException], ...]) -> Any:
        """Return the answer of a function that a plugin registered earlier (a route, an exporter), within the budget of its hook.

        Exceptions of the types in ``through`` pass unchanged. Raises ``PluginFailed`` for any other failure.
        """
        budget = SPECS[hook].budget
        try:
            value = self.budget.run(call, budget, lambda: self._whose(plugin))
        except through:
            raise
        except Overrun as over:
            raise self._failed(Fault(plugin, hook, "over-time", str(over))) from None
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            fault = Fault(plugin, hook, "raised", f"{type(error).__name__}: {error}", place(error, ""))
            raise self._failed(fault) from error
        if not isinstance(value, fit):
            message = f"it must answer {fit.__name__}, and gave {type(value).__name__}"
            raise self._failed(Fault(plugin, hook, "wrong-result", message))
        return value

    def _failed(self, fault: Fault) -> PluginFailed:
        """Return the failure, told in the log with file and line, which no answer holds."""
        log.error("plugin %s failed in %s: %s (%s %s)", fault.plugin, self.slug, fault.message, fault.hook, fault.where)
        return PluginFailed(fault)

    # Judging

    def remembering(self, judged: Mapping[str, frozenset[str]]) -> TenantPlugins:
        """Return a copy that knows which acts its plugins could stop when the revision was applied."""
        return TenantPlugins(**{**_parts(self), "judged": judged})

    def silent(self) -> TenantPlugins:
        """Return a copy in which no plugin judges: a replay repeats acts without asking the plugins installed today."""
        return TenantPlugins(**{**_parts(self), "rules": {}, "absent": {}, "quarantine": Quarantine(self.slug)})

    def closed(self, plugin: str) -> frozenset[str] | None:
        """Return the acts that are refused while an absent plugin does not run; None means every act.

        They are the acts that the revision was applied with; without such a record, those that the manifest names. A plugin that
        runs and failed before it declared its rules closes both.
        """
        _, manifest = self.absent[plugin]
        judged = self.judged.get(plugin)
        if manifest is not None and (judged is None or plugin in self.quarantine.out):
            return frozenset(manifest.judges).union(judged or ())
        return judged

    def barring(self, action: str) -> Iterator[Fault]:
        """Yield the fault of each plugin that judges the action, is wanted, and is out of use."""
        for name, (fault, _) in self.absent.items():
            closed = self.closed(name)
            if closed is None or action in closed:
                yield fault
        for plugin in self.plugins:
            if action in plugin.manifest.judges and plugin.name in self.quarantine.out and plugin.name not in self.absent:
                yield self.quarantine.out[plugin.name]

    def barred(self, action: str) -> Fault | None:
        """Return the first reason why an action cannot be judged, if there is one."""
        return next(self.barring(action), None)

    def judges(self, action: str) -> bool:
        """Return whether some plugin judges the action."""
        return action in self.rules or self.barred(action) is not None

    def judge(self, act: Callable[[str, Rule], Act], action: str) -> list[RuleResult]:
        """Return the result of every rule on the action, in order; ``act`` makes the facts for a plugin's rule. A fault stops the
        act.

        A rule of a plugin that was quarantined meanwhile stops it too: no rule is skipped.
        """
        results = []
        for impl, rule in self.rules.get(action, ()):
            if (out := self.quarantine.out.get(impl.plugin)) is not None:
                results.append(RuleResult(rule, HookResult(impl, None), None, out))
                continue
            facts = act(impl.plugin, rule)
            run = Run(RULE, (impl,), {"act": facts}, self.facts)
            started = perf_counter()
            self.wait_for(run)
            answer = run.said[0] if run.said else HookResult(impl, None, perf_counter() - started)
            fault = run.faults[0] if run.faults else beside(rule, answer, facts)
            if fault is not None:
                self.meet(RULE, fault)
            results.append(RuleResult(rule, answer, None if fault else answer.value, fault))
        return results


def _parts(plugins: TenantPlugins) -> dict[str, Any]:
    return {name: getattr(plugins, name) for name in plugins.__dataclass_fields__}


def beside(rule: Rule, answer: HookResult, act: Act) -> Fault | None:
    """Return the fault of a ruling that cites a clause on which neither its rule nor a value given to it rests."""
    ruling: Ruling | None = answer.value
    clauses = {*rule.cite, *(cite for value in act.values.values() for cite in value.cite)}
    if ruling is None or (ruling.outcome in ("refused", "out-of-order") and set(ruling.cite) <= clauses):
        return None
    message = f"the ruling cites {', '.join(ruling.cite)}, and the rule rests on {', '.join(rule.cite)}"
    return Fault(answer.plugin, RULE.name, "wrong-result", message, answer.seat.where)
