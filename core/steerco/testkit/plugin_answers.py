"""All that a plugin answers in one committee at one time, as plain values: the same in every process, or it keeps something.

``python -m steerco.testkit.plugin_answers FOLDER COMMITTEE PLUGIN TIME PERSON`` writes them, for a process that has done nothing
before.
The database is the one in the folder, or what ``STEERCO_DATABASE_URL`` names, as for every command.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from steerco.configuration.tenant import Tenant
from steerco.extension.facts import Request
from steerco.kernel.plugin_context import PluginContext

DAYS = 90


def answers(tenant: Tenant, plugin: str, at: datetime, who: str) -> dict[str, Any]:
    """Return the plugin's answers to every hook that only asks, for the tenant at a time; pages and exports as ``who`` sees
    them."""
    snapshot = tenant.snapshot
    circle, today = snapshot.circle, snapshot.local(at)
    hands = PluginContext(tenant, plugin, at)
    lines = [str(line) for policy in snapshot.policies.values() for line in policy if line.plugin == plugin]
    rules = [[on, rule.cite] for on, seated in circle.rules.items() for seat, rule in seated if seat.plugin == plugin]
    slots = circle.ask("page_slot", slot="tenant", hands=hands, language="en")
    values = {
        "out": sorted(circle.quarantine.out),
        "layers": sorted(id for id, origin in snapshot.origin.items() if origin == plugin),
        "lines": lines,
        "rules": rules,
        "days": [snapshot.calendar.is_working(today + timedelta(days=day)) for day in range(DAYS)],
        "slots": [slot.value.html for slot in slots if slot.plugin == plugin],
        "routes": [_route(call.value, hands, who) for call in circle.once("routes") if call.plugin == plugin],
        "exports": [_export(call.value, hands, who) for call in circle.once("exporters") if call.plugin == plugin],
    }
    plain: dict[str, Any] = json.loads(json.dumps(values))
    return plain


def _route(route: Any, hands: PluginContext, who: str) -> list[str]:
    """Return a route's answer, where it is one that only shows and needs no parameter."""
    if route.method != "GET" or "{" in route.path:
        return [route.method, route.path]
    request = Request(hands, who, "GET", route.path, {}, {}, {}, b"", who, "en")
    try:
        answer = route.answer(request)
    except Exception as error:
        return [route.path, type(error).__name__]
    return [route.path, str(answer.status), str(answer.content)]


def _export(exporter: Any, hands: PluginContext, who: str) -> list[str]:
    try:
        return [exporter.name, repr(b"".join(exporter.write(("id", "ref", "state"), hands.records("task", by=who))))]
    except Exception as error:
        return [exporter.name, type(error).__name__]


def main() -> None:
    """The command."""
    from steerco.configuration.installation import Installation
    from steerco.store.engine import Store
    from steerco.testkit.committee import loaded

    folder, slug, plugin, at, who = sys.argv[1:]
    store = Store.open(os.environ.get("STEERCO_DATABASE_URL"), Path(folder), operator_url=os.environ.get("STEERCO_OPERATOR_URL"))
    installation = Installation(store, plugins=loaded(plugin))
    sys.stdout.write(json.dumps(answers(installation.tenant(slug), plugin, datetime.fromisoformat(at), who)))


if __name__ == "__main__":
    main()
