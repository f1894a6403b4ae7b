"""What the files for Prometheus and Grafana ask for is what the program tells."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import generate_latest
from tests.committee.conftest import Board
from tests.committee.conftest import board as board
from tests.committee.conftest import club as club
from tests.committee.conftest import installation as installation
from tests.committee.conftest import template as template

from steerco.accounts import attempts
from steerco.configuration.installation import Installation
from steerco.extension.dispatch import PluginFailed
from steerco.extension.quarantine import Fault
from steerco.following.consumers import Consumers
from steerco.operations.log_checks import EVERY, FIRST, LogChecks
from steerco.operations.worker import Worker
from steerco.store.base import INSTALLATION
from steerco.store.checkpoint import Seal
from steerco.store.engine import Store
from steerco.web.app import create_app
from steerco.web.http.metrics import Metrics
from steerco.web.http.work_metrics import WorkMetrics

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
NOW = datetime(2031, 5, 5, 8, tzinfo=UTC)
METRIC = re.compile(r"\bsteerco_[a-z_]+")
LABEL = re.compile(r"\bby \(([a-z, ]+)\)")
EVERYWHERE = {"le"}


class Hands:
    """The clock of a worker, which a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def worked(installation: Installation, tmp_path: Path) -> SimpleNamespace:
    """A worker with its metrics, which has not worked yet."""
    clock, seal = Hands(), Seal(tmp_path)
    checks, consumers = LogChecks(seal), Consumers()
    worker = Worker(installation, "here:1", clock, seal, (consumers.step, checks))
    metrics = Metrics()
    metrics.attach(create_app(installation, clock=clock))
    metrics.registry.register(WorkMetrics(worker, consumers, checks, clock))
    return SimpleNamespace(clock=clock, checks=checks, consumers=consumers, worker=worker, metrics=metrics)


def told(metrics: Metrics) -> dict[str, float]:
    """What Prometheus is told, by name and labels."""
    lines = generate_latest(metrics.registry).decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))}


def expressions() -> Iterator[str]:
    for line in (DEPLOY / "alerts.yml").read_text("utf-8").splitlines():
        if line.strip().startswith("expr:"):
            yield line.partition("expr:")[2].strip()
    for panel in json.loads((DEPLOY / "dashboard.json").read_text("utf-8"))["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_each_metric_and_label_that_is_asked_for_exists(worked: Any) -> None:
    worked.worker.once()
    worked.consumers.late["a", "a_plugin", "consume"] = worked.consumers.behind["a", "a_plugin", "consume"] = 1
    text = "\n".join(f"# TYPE {family.name}\n" for family in worked.metrics.registry.collect())
    names = set(METRIC.findall(text))
    names |= {f"{name}{end}" for name in names for end in ("_total", "_bucket", "_sum", "_count")}
    labels = {key for family in worked.metrics.registry.collect() for sample in family.samples for key in sample.labels}
    labels |= {"method", "route", "status"}  # of requests, of which there was none
    asked = list(expressions())
    assert len(asked) > 15
    for expression in asked:
        found = METRIC.findall(expression)
        assert found, expression
        assert set(found) <= names, expression
        for group in LABEL.findall(expression):
            assert set(group.replace(" ", "").split(",")) <= labels | EVERYWHERE, expression


def test_each_alert_says_what_it_is_and_what_to_do() -> None:
    rules = (DEPLOY / "alerts.yml").read_text("utf-8").split("- alert: ")[1:]
    assert len(rules) > 5
    for rule in rules:
        assert all(f"{part}:" in rule for part in ("expr", "severity", "summary", "do")), rule


def test_an_altered_log_is_found_within_a_day(worked: Any, club: Board, caplog: pytest.LogCaptureFixture) -> None:
    store: Store = club.tenant.store
    assert worked.worker.once()
    before = told(worked.metrics)
    assert before["steerco_logs_broken"] == 0
    assert before["steerco_worker_step_age_seconds"] == 0
    worked.clock.now += FIRST + timedelta(minutes=1)
    assert worked.worker.once()
    assert told(worked.metrics)["steerco_log_verify_age_seconds"] == 0
    with store.operator_connection() as connection:
        connection.exec_driver_sql("UPDATE event SET person = 'another' WHERE seq = 2")
    worked.clock.now += EVERY
    with caplog.at_level(logging.ERROR, "steerco.work"):
        assert worked.worker.once()
    after = told(worked.metrics)
    assert after["steerco_logs_broken"] > 0
    assert after["steerco_log_verify_age_seconds"] == EVERY.total_seconds()
    assert "first at event 2 (changed)" in caplog.text


def test_a_clock_that_is_set_back_by_a_month_keeps_no_work_waiting(worked: Any, board: Board, tmp_path: Path) -> None:
    slug, seal = board.tenant.snapshot.slug, Seal(tmp_path)
    worked.clock.now += timedelta(days=30)
    assert worked.worker.once()
    (before,) = seal.kept(slug)
    board.meeting()
    worked.clock.now -= timedelta(days=30)
    assert worked.worker.once()
    assert seal.kept(slug)[-1].seq > before.seq


@pytest.mark.parametrize(("set_back", "minutes"), [(timedelta(days=30), 15), (timedelta(minutes=5), 20)])
def test_who_guessed_is_not_locked_out_for_a_month_by_a_clock_that_is_set_back(
    installation: Installation, set_back: timedelta, minutes: int
) -> None:
    key, then = f"key {set_back}", NOW - set_back
    with installation.store.write(INSTALLATION) as session:
        assert [attempts.count(session, key, 1, NOW)[0] for _ in range(3)] == [True, False, False]
        for at, let_in in ((0, False), (minutes - 1, False), (minutes, True)):
            assert attempts.count(session, key, 1, then + timedelta(minutes=at))[0] == let_in, at


@pytest.mark.parametrize("apart", [timedelta(minutes=16), timedelta(minutes=40), timedelta(days=30)])
@pytest.mark.parametrize(("first", "let_in"), [(0, [0, 7, 14, 931, 938]), (1, [0, 7, 924, 931])])
def test_two_servers_whose_clocks_are_far_apart_count_together(
    installation: Installation, apart: timedelta, first: int, let_in: list[int]
) -> None:
    """By turns, each 7 seconds an attempt of which two are let through: one more where the server ahead comes second, which finds
    a count that is over to it; then nobody for 15 minutes from the lock on (at 21 and at 14 seconds)."""
    key, clocks = f"apart {apart} {first}", (NOW, NOW + apart)
    let = []
    with installation.store.write(INSTALLATION) as session:
        for number, seconds in enumerate(range(0, 29 * 60, 7)):
            at = clocks[(number + first) % 2] + timedelta(seconds=seconds)
            if attempts.count(session, key, 2, at)[0]:
                let.append(seconds)
    assert let == let_in


def test_a_plugin_that_fails_is_counted_and_its_line_is_in_the_log(
    worked: Any, club: Board, caplog: pytest.LogCaptureFixture
) -> None:
    key = (club.tenant.snapshot.slug, "steerco_fleet", "consume")
    failed = PluginFailed(Fault("steerco_fleet", "consume", "raised", "KeyError: 'x'", "fleet.py:12"))
    with caplog.at_level(logging.WARNING, "steerco.plugins"):
        worked.consumers._late(key, 4, failed, NOW)
    worked.consumers.behind[key] = 7
    assert "fleet.py:12" in caplog.text
    assert "fleet.py" not in str(failed)
    after = told(worked.metrics)
    assert after['steerco_followers_failing{hook="consume",plugin="steerco_fleet"}'] == 1
    assert after['steerco_follower_events_behind{hook="consume",plugin="steerco_fleet"}'] == 7
