"""The process that checks passwords comes after the one that serves, and what ends it ends no sign-in."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from litestar.testing import TestClient
from tests.accounts.conftest import PASSWORD, account, enter

from steerco.accounts import attempts, passwords
from steerco.accounts.password_process import LESS, PasswordProcess
from steerco.configuration.installation import Installation
from steerco.store.account_tables import SignInAttempts
from steerco.store.base import INSTALLATION
from steerco.store.fair_lock import Busy

KEPT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("mật khẩu của một người")


@pytest.mark.skipif(sys.platform != "linux", reason="reads the niceness of a process")
def test_passwords_are_checked_behind_everybody_else_and_a_process_that_ends_is_started_anew() -> None:
    beside = PasswordProcess()
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
    assert PasswordProcess().work("mật khẩu của một người", KEPT) == "fits"


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be stopped there")
def test_a_process_that_stands_still_is_waited_for_no_longer_than_said_and_another_answers() -> None:
    beside = PasswordProcess(patience=0.5, to_start=30)
    try:
        assert beside.work("mật khẩu của một người", KEPT) == "fits"
        first = beside._process
        assert first is not None
        os.kill(first.pid, signal.SIGSTOP)
        assert beside.work("mật khẩu của một người", KEPT) == "fits"
        assert first.returncode == -signal.SIGKILL
        second = beside._process
        assert second is not None
        os.kill(second.pid, signal.SIGSTOP)
    finally:
        beside.end()
    assert second.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="a script that is run by its first line")
def test_where_every_process_stands_still_whoever_asks_is_told_to_come_back_and_it_is_no_attempt_in_vain(
    installation: Installation, client: TestClient[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    enter(client, "warm@moj.gov.vn")
    still = tmp_path / "still"
    still.write_text("#!/bin/sh\nexec sleep 600\n")
    still.chmod(0o755)
    with monkeypatch.context() as standing, ThreadPoolExecutor(1) as asker:
        standing.setattr(sys, "executable", str(still))
        standing.setattr(passwords, "_askers", asker)
        standing.setattr(passwords, "PasswordProcess", lambda: PasswordProcess(patience=0.1, to_start=0))
        answer = enter(client, "chair@moj.gov.vn")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        with pytest.raises(Busy):
            passwords.hashed(PASSWORD)
    with installation.store.write(INSTALLATION) as session:
        mine = session.get(SignInAttempts, (INSTALLATION, attempts.of_name("chair@moj.gov.vn")))
        assert mine is not None
        assert (mine.n, mine.until) == (0, None)
    assert enter(client, "chair@moj.gov.vn").status_code == 303
