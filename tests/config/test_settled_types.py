"""Types are worked out before threads share them: a half-known one ends the process."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import Struct

from steerco.config.settled_types import settle_types

RACE = """
import sys, threading
import msgspec
from steerco.config.settled_types import settle_types
sys.setswitchinterval(1e-6)
for n in range(150):
    inner = msgspec.defstruct(f"Inner{n}", [(f"a{i}", int, 0) for i in range(40)])
    outer = msgspec.defstruct(f"Outer{n}", [("inner", inner), *((f"b{i}", str, "") for i in range(40))])
    settle_types()
    gate = threading.Barrier(4)
    def use():
        gate.wait()
        msgspec.convert({"inner": {"a39": 1}, "b39": "x"}, outer)
    threads = [threading.Thread(target=use) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
print("alive")
"""


MADE_BY_THREADS = """
import sys, threading
import msgspec
from functools import lru_cache
from steerco.config.settled_types import settled
sys.setswitchinterval(1e-6)
@lru_cache
def outer(n):
    inner = msgspec.defstruct(f"Inner{n}", [(f"a{i}", int, 0) for i in range(40)])
    return settled(msgspec.defstruct(f"Outer{n}", [("inner", inner), *((f"b{i}", str, "") for i in range(40))]))
for n in range(150):
    gate = threading.Barrier(4)
    def use():
        gate.wait()
        msgspec.convert({"inner": {"a39": 1}, "b39": "x"}, outer(n))
    threads = [threading.Thread(target=use) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
print("alive")
"""


def test_a_type_is_settled_once() -> None:
    class Fresh(Struct):
        number: int

    assert settle_types() >= 1
    assert settle_types() == 0
    assert Fresh(1).number == 1


@pytest.mark.parametrize("script", [RACE, MADE_BY_THREADS], ids=["made before", "made by threads"])
def test_threads_share_settled_types(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr[-500:]


def test_every_type_made_at_work_is_settled() -> None:
    """A structured type that a function makes is shared by the threads that come to the function."""
    root = Path(__file__).parents[2]
    unsettled = []
    for path in sorted([*(root / "core").rglob("*.py"), *(root / "plugins").rglob("*.py")]):
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        inside = {id(word) for call in calls if ast.unparse(call.func) == "settled" for word in call.args}
        made = [call for call in calls if "defstruct" in ast.unparse(call.func)]
        unsettled += [f"{path.name}:{call.lineno}" for call in made if id(call) not in inside]
    assert not unsettled
