"""``python -m steerco.extension.reference FILE``: the reference of hooks, written from their specifications."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from steerco.extension.hookspecs import SPECS, Hooks, Spec

HEAD = """# Hooks

`make docs` writes this page from `core/steerco/extension/hookspecs.py`; a test holds the two equal. A plugin answers a hook
with a function of the hook's name, marked `@hookimpl`, which takes the arguments that it wants. The program stores every
result with the plugin, its version and the line of its function.

An exception, `SystemExit`, a result of another kind and a call over its time are all faults. A fault has one of five effects.
**leave-out**: the plugin is out of use, at load everywhere, later in that tenant. **deny**: the plugin is out of use, and the
acts that its rules judge are refused. **retry**: the hook is asked again after a pause that grows. **skip**: this one answer is
left out. **stop**: what the hook was asked for is not done, and the plugin stays in use.
"""
GROUPS = {
    "declare": "Declare: once, when the program starts",
    "configure": "Configure: when a revision of a tenant is loaded",
    "act": "Act: before something is done",
    "print": "Print: when a document is drafted, looked at or signed",
    "count": "Count: when the vote of an election is closed",
    "after": "After: for each event of the log, and as time passes",
    "show": "Show: when a page is made",
}
MODES = {
    "collect": "those of all plugins, in the order of `plugins`",
    "first": "the first that is not None",
    "each": "none",
}


def reference() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for group, title in GROUPS.items():
        specs = [spec for spec in SPECS.values() if spec.group == group]
        if specs:
            parts += [f"\n## {title}\n", *map(_section, specs)]
    return "\n".join(parts).rstrip() + "\n"


def _section(spec: Spec) -> str:
    takes = ", ".join(name for name in inspect.signature(getattr(Hooks, spec.name)).parameters if name != "self")
    result = getattr(spec.result, "__name__", str(spec.result))
    facts = [
        f"capability `{spec.capability}`",
        f"scope {spec.scope}",
        f"results: {MODES[spec.mode]}" + ("" if spec.mode == "each" or spec.result in (object, type) else f" (`{result}`)"),
        f"fault: {spec.fault}",
        f"time: {spec.budget:g} s",
        f"since {spec.since}",
    ]
    return f"### `{spec.name}({takes})`\n\n{spec.doc}\n\n{' · '.join(facts)}\n\n```python\n{spec.example}\n```\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), "utf-8")
