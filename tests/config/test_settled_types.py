"""Types are worked out before threads share them: a half-known one ends the process."""

from __future__ import annotations

import subprocess
import sys

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


def test_a_type_is_settled_once() -> None:
    class Fresh(Struct):
        number: int

    assert settle_types() >= 1
    assert settle_types() == 0
    assert Fresh(1).number == 1


def test_threads_share_settled_types() -> None:
    done = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr[-500:]
