"""``/metrics``: what the server has done, for Prometheus."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from flask import Blueprint, Flask, Response, abort, current_app

from attendance import __version__
from attendance.errors import StoreUnavailableError
from attendance.register import Register
from client.monitoring.monitors import is_monitor
from client.monitoring.readiness import failing_of
from client.monitoring.shared_metrics import reserve_files
from client.serving.observer import OBSERVERS, WAITING
from client.web.services import register_of

blueprint = Blueprint("metrics", __name__)
_log = logging.getLogger(__name__)
_METRICS = "metrics"
TEXT = "text/plain; version=1.0.0; charset=utf-8"


@blueprint.get("/metrics")
def show() -> Response:
    """All metrics, for the networks of the setting; for others there is no such page."""
    metrics = current_app.extensions.get(_METRICS)
    if metrics is None or not is_monitor():
        abort(404)
    return Response(metrics.text(), content_type=TEXT)


def init_metrics(app: Flask) -> None:
    """Measure an app's requests and check-ins, if the settings name somebody who may read the metrics."""
    register = register_of(app)
    if not register.settings.metrics:
        return
    trouble = reserve_files(os.environ)
    if trouble is not None:
        _log.warning(trouble)
    from client.monitoring.metrics import Metrics  # noqa: PLC0415 - see tests/test_architecture.py

    areas = {rule.rule.lstrip("/").partition("/")[0] for rule in app.url_map.iter_rules()}
    asked = _AskedDatabase(register)
    metrics = Metrics(
        {area for area in areas if "<" not in area},
        _gauges(app, register, asked),
        lambda: _facts(register, asked),
        asked.failing,
    )
    app.extensions[_METRICS] = metrics
    app.extensions.setdefault(OBSERVERS, []).append(metrics.request)
    register.measures.listen(on_stage=metrics.stage, on_verdict=metrics.verdict, on_problem=metrics.problem)


class _AskedDatabase:
    """What the database said when Prometheus asked, so that it is not waited for again while it is away.

    Args:
        register: the site's register.
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self.is_up = True

    def failing(self) -> dict[str, bool]:
        """See ``failing_of``; to be called before the rest is read."""
        found = failing_of(self._register)
        self.is_up = not (found["store"] or found["schema"])
        return found


def _gauges(
    app: Flask, register: Register, asked: _AskedDatabase
) -> dict[str, tuple[str, Callable[[], float]]]:
    return {
        "up": ("Whether the database can be read and written.", lambda: float(asked.is_up)),
        "ready": ("Whether the networks are loaded.", lambda: float(register.ready)),
        "reviews_waiting": ("Check-ins that a person has to decide.", lambda: _reviews(register, asked)),
        "photos_waiting": ("Photos that wait in the process that was asked.", lambda: _photos(app)),
    }


def _reviews(register: Register, asked: _AskedDatabase) -> float:
    if not asked.is_up:
        return float("nan")
    try:
        return float(len(register.store.reviews()))
    except StoreUnavailableError:
        return float("nan")


def _photos(app: Flask) -> float:
    return float(app.extensions.get(WAITING, int)())


def _facts(register: Register, asked: _AskedDatabase) -> dict[str, str]:
    """What this server is; without the engine while the database is away."""
    facts = {"version": __version__, "store": register.store.name}
    if not asked.is_up:
        return facts
    try:
        pin = register.store.engine_pin()
    except StoreUnavailableError:
        return facts
    return facts if pin is None else facts | {"engine": pin.engine, "detector": pin.detector}
