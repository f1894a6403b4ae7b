"""``python -m tests.bench [NAME …]``: runs every ``bench_*.py`` beside it (or those named) and fails where a bar is missed."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

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
        rows += import_module(f"tests.bench.{name}").run()
    print(table(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
