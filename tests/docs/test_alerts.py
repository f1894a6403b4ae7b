"""Prometheus itself reads the alerts of docs/deploy: each fires on what it is for, and on nothing of an ordinary day."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

RULES = Path(__file__).parents[2] / "docs" / "deploy" / "alerts.yml"
PROMTOOL = shutil.which("promtool")
pytestmark = pytest.mark.skipif(
    PROMTOOL is None, reason="NOT TESTED: promtool is not installed, so Prometheus itself has not read the alerts"
)
WELL = {
    "steerco_build_info": "1x240",
    "steerco_logs_broken": "0x240",
    'steerco_requests_total{status="200"}': "0+1000x240",
    'steerco_requests_total{status="503"}': "0+1x240",
    'steerco_request_seconds_bucket{le="0.1"}': "0+1000x240",
    'steerco_request_seconds_bucket{le="1"}': "0+1001x240",
    'steerco_request_seconds_bucket{le="3"}': "0+1001x240",
    'steerco_request_seconds_bucket{le="+Inf"}': "0+1001x240",
    'steerco_requests_pending{pool="reads"}': "3x240",
    "steerco_worker_step_age_seconds": "5x240",
    'steerco_followers_failing{plugin="p",hook="h"}': "0x240",
    'steerco_follower_events_behind{plugin="p",hook="h"}': "900x240",
    "steerco_log_verify_age_seconds": "90000x240",
}
"""What an installation tells on an ordinary day, minute by minute for four hours."""
GONE = "_x240"
ILL: dict[str, dict[str, str]] = {
    "SteercoDown": {"steerco_build_info": GONE},
    "SteercoLogBroken": {"steerco_logs_broken": "1x240"},
    "SteercoFaults": {'steerco_requests_total{status="503"}': "0+20x240"},
    "SteercoSlow": {
        'steerco_request_seconds_bucket{le="0.1"}': "0+10x240",
        'steerco_request_seconds_bucket{le="1"}': "0+900x240",
    },
    "SteercoWaiting": {'steerco_requests_pending{pool="reads"}': "51x240"},
    "SteercoNobodyWorks": {"steerco_worker_step_age_seconds": "601x240"},
    "SteercoPluginFails": {'steerco_followers_failing{plugin="p",hook="h"}': "1x240"},
    "SteercoPluginBehind": {'steerco_follower_events_behind{plugin="p",hook="h"}': "1001x240"},
    "SteercoLogNotVerified": {"steerco_log_verify_age_seconds": "259201x240"},
}
"""For each alert, what is told when it is to fire."""


def test_each_alert_has_its_ill_day() -> None:
    assert set(re.findall(r"- alert: (\w+)", RULES.read_text("utf-8"))) == set(ILL)


def test_each_fires_on_its_ill_day_and_no_other_does(tmp_path: Path) -> None:
    tests = []
    for ill, told in {"": {}, **ILL}.items():
        series = [{"series": name, "values": values} for name, values in {**WELL, **told}.items()]
        asked = 'count by (alertname) (ALERTS{alertstate="firing"})'
        firing = [{"labels": f'{{alertname="{ill}"}}', "value": 1}] if ill else []
        tests.append(
            {
                "interval": "1m",
                "input_series": series,
                "promql_expr_test": [{"expr": asked, "eval_time": "3h", "exp_samples": firing}],
            }
        )
    (tmp_path / "tests.yml").write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}))
    run = subprocess.run([str(PROMTOOL), "test", "rules", str(tmp_path / "tests.yml")], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
