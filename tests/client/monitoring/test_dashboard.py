"""The dashboard and the alerts use metrics that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from attendance.measures import Stage
from attendance.register import Register
from attendance.settings.settings import Settings
from client.serving.observer import OBSERVERS
from tests.client.monitoring.test_metrics import settings  # noqa: F401 - the same site

DEPLOYMENT = Path(__file__).resolve().parents[3] / "deployment"
NAME = re.compile(r"\b(?:attendance|process)_[a-z_]+")


@pytest.fixture
def known(app: Flask, register: Register, settings: Settings) -> set[str]:  # noqa: F811
    """The names of all samples, once everything has happened."""
    assert settings.metrics
    register.warm_up()
    register.measures.judged("present")
    register.measures.refused("busy")
    with register.measures.timed(Stage.DECIDE):
        pass
    [observer] = app.extensions[OBSERVERS]
    observer("/capture", "POST", 200, 0.1)
    text = app.test_client().get("/metrics", base_url="http://localhost").text
    return {line.partition("{")[0].partition(" ")[0] for line in text.splitlines() if line[:1] != "#"}


def test_every_panel_shows_a_metric_that_exists(known: set[str]) -> None:
    panels = json.loads((DEPLOYMENT / "grafana-dashboard.json").read_text())["panels"]
    used = {name for panel in panels for target in panel["targets"] for name in NAME.findall(target["expr"])}
    assert len(panels) > 10
    assert used <= known


def test_every_alert_watches_a_metric_that_exists(known: set[str]) -> None:
    lines = (DEPLOYMENT / "prometheus-alerts.yml").read_text().splitlines()
    used = {name for line in lines if "expr:" in line for name in NAME.findall(line)}
    assert len(used) >= 4
    assert used <= known


def test_the_guide_has_what_to_do_about_every_alert() -> None:
    alerts = re.findall(r"- alert: (\w+)", (DEPLOYMENT / "prometheus-alerts.yml").read_text())
    guide = (DEPLOYMENT.parent / "docs" / "monitoring.md").read_text()
    rows = re.findall(r"^\| ((?:`Attendance\w+`(?:, )?)+) \|", guide, re.MULTILINE)
    assert sorted(alerts) == sorted(re.findall(r"\w+", " ".join(rows)))
