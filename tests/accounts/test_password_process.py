"""The process that checks passwords comes after the one that serves, and what ends it ends no sign-in."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from argon2 import PasswordHasher

from steerco.accounts.password_process import LESS, Beside

KEPT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("mật khẩu của một người")


@pytest.mark.skipif(sys.platform != "linux", reason="reads the niceness of a process")
def test_passwords_are_checked_behind_everybody_else_and_a_process_that_ends_is_started_anew() -> None:
    beside = Beside()
    try:
        assert beside.work("mật khẩu của một người", KEPT) == "fits"
        assert not beside.work("mật khẩu của người khác", KEPT)
        assert not beside.work("mật khẩu của một người", "no hash at all")
        first = beside._process
        assert first is not None
        assert os.getpriority(os.PRIO_PROCESS, first.pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + LESS)
        os.kill(first.pid, signal.SIGTERM)  # as a service manager ends all processes of a service at once: it goes on
        assert beside.work("mật khẩu của một người", KEPT) == "fits"
        os.kill(first.pid, signal.SIGKILL)
        first.wait(10)
        assert beside.work("mật khẩu của một người", KEPT) == "fits"
        second = beside._process
        assert second is not None
        assert second.pid != first.pid
    finally:
        beside.end()
    assert second.returncode == 0


def test_where_no_process_can_be_started_passwords_are_checked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    assert Beside().work("mật khẩu của một người", KEPT) == "fits"
