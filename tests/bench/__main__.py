"""``python -m tests.bench [NAME …]``: runs every ``bench_*.py`` beside it (or those named) and fails where a bar is missed."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from pathlib import Path
from time import perf_counter

from tests.bench.rows import Row, table


def main(names: list[str]) -> int:
    here = Path(__file__).parent
    found = sorted(path.stem for path in here.glob("bench_*.py"))
    chosen = [f"bench_{name.removeprefix('bench_')}" for name in names] or found
    if unknown := [name for name in chosen if name not in found]:
        print(f"no such bench: {', '.join(unknown)}; there are {', '.join(found)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in chosen:
        print(f"{name} …", file=sys.stderr, flush=True)
        start = perf_counter()
        rows += _rows(name)
        print(f"{name}: {perf_counter() - start:,.0f} s", file=sys.stderr, flush=True)
    print(table(rows))
    missed = [row.name for row in rows if not row.ok]
    print(f"{len(rows)} rows, {len(missed)} missed" + "".join(f"\n  {name}" for name in missed))
    return 1 if missed else 0


def _rows(name: str) -> list[Row]:
    """The rows of one bench; one that breaks off is a row that is missed, and the others are measured all the same."""
    try:
        found: list[Row] = import_module(f"tests.bench.{name}").run()
    except Exception as error:
        traceback.print_exc()
        return [Row(f"{name} broke off: {type(error).__name__}", 0, "", ok=False)]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
