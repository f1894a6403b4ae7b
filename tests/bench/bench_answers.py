"""What the answers cost: conflicts, dead ends and reach of both committees against ``tenant check``; ten times the roles."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.bench.rows import Row, at_most

from steerco.answers.conflicts import conflicts
from steerco.answers.dead_ends import dead_ends
from steerco.answers.lab import Lab
from steerco.answers.reach import everyone
from steerco.configuration.home import Home
from steerco.operations.scratch import Scratch

ROOT = Path(__file__).parents[2]
AT = datetime(2021, 3, 2, 2, tzinfo=UTC)
TIMES = 10
SLUG = "most-steering-board"
SCRIPT = "from tests.bench.bench_answers import three; three()"


def run() -> list[Row]:
    """The rows of this bench."""
    with TemporaryDirectory() as cache:
        check = ["-c", "from steerco.cli.main import main; main()", "tenant", "check"]
        _seconds(check, cache)  # what is kept beyond a run is made
        once, all_three = _seconds(check, cache), _seconds(["-c", SCRIPT], cache)
    plain, grown = _whole(1), _whole(TIMES)
    return [
        at_most(
            "conflicts, dead ends and reach (k = 4) of both committees, against tenant check", all_three, "s", all_three / once, 8
        ),
        at_most(f"the same of one committee with {TIMES} times the roles and lines", grown, "s", grown / plain, TIMES * TIMES),
    ]


def three() -> None:
    """Work out the three answers over both shipped committees."""
    home, scratch = Home(ROOT), Scratch(Path(os.environ["XDG_CACHE_HOME"]) / "steerco")
    for slug in home.slugs():
        _three(Lab.of_files(scratch, slug, home.content(slug), AT))


def _three(lab: Lab) -> None:
    conflicts(lab.snapshot, lab.day.day, lab)
    dead_ends(lab)
    everyone(lab, 4)


def _seconds(words: list[str], cache: str) -> float:
    environment = {**os.environ, "XDG_CACHE_HOME": cache, "PYTHONPATH": str(ROOT)}
    begun = perf_counter()
    subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, check=True, capture_output=True)
    return perf_counter() - begun


def _whole(times: int) -> float:
    content = grown(Home(ROOT).content(SLUG), times)
    lab = Lab.of_files(Scratch(), SLUG, content, AT)
    begun = perf_counter()
    _three(lab)
    return perf_counter() - begun


def grown(content: Mapping[str, str], times: int) -> dict[str, str]:
    """Return a committee's files with each role and the regulation's lines on it so many times over; nobody has the new ones."""
    charter, policy = f"tenants/{SLUG}/charter.toml", f"policies/{SLUG}.csv"
    roles = ("head", "deputy-head", "standing-member", "member", "wg-head", "wg-member")
    bodies = {role: "working-group" if role.startswith("wg-") else "board" for role in roles}
    rows, lines = [content[charter]], [content[policy]]
    for number in range(1, times):
        for role in roles:
            label = f'{{ vi = "{role} {number}", en = "{role} {number}" }}'
            rows.append(f'[[role]]\nid = "{role}-{number}"\nbody = "{bodies[role]}"\nlabel = {label}\ncite = ["1.1"]\n')
            own = (line for line in content[policy].splitlines() if line.startswith(f"p, {role},"))
            mine = (line for line in own if ", H." not in line and ", document" not in line)  # house rules fill in on documents
            lines += [line.replace(f"p, {role},", f"p, {role}-{number},", 1) for line in mine]
    return {**content, charter: "\n".join(rows), policy: "\n".join(lines) + "\n"}
