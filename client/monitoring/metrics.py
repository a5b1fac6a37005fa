"""The server's metrics for Prometheus, of this process or of all workers of one server together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from attendance.measures import Stage
from client.monitoring.shared_metrics import SHARED

if TYPE_CHECKING:
    from prometheus_client.core import Metric

OTHER = "other"
REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
STAGE_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Gauges = Mapping[str, tuple[str, Callable[[], float]]]
"""Values that are read when somebody asks: by name without the prefix, a description and where it is from."""


class Metrics:
    """Counts what the server does. No label has personal data, and each has few values.

    Args:
        areas: the first parts of the addresses that exist, such as ``capture``; others count as ``other``.
        gauges: what is read when somebody asks.
        facts: what the server is, such as its version.
        failing: what fails at the moment, by name.
    """

    def __init__(
        self,
        areas: Iterable[str],
        gauges: Gauges,
        facts: Callable[[], Mapping[str, str]],
        failing: Callable[[], Mapping[str, bool]] = dict,
    ) -> None:
        self._areas = frozenset(areas)
        self._own = CollectorRegistry()
        self._requests = Counter(
            "attendance_requests_total",
            "Requests by area of the site, method and status.",
            ("area", "method", "status"),
            registry=self._own,
        )
        self._seconds = Histogram(
            "attendance_request_seconds",
            "Seconds from a request's head to the end of its response.",
            ("area",),
            buckets=REQUEST_SECONDS,
            registry=self._own,
        )
        self._verdicts = Counter(
            "attendance_check_ins_total", "Check-ins by verdict.", ("verdict",), registry=self._own
        )
        self._stages = Histogram(
            "attendance_stage_seconds",
            "Seconds of each stage of a check-in.",
            ("stage",),
            buckets=STAGE_SECONDS,
            registry=self._own,
        )
        self._problems = Counter(
            "attendance_problems_total",
            "Refused requests by problem, such as store_away.",
            ("problem",),
            registry=self._own,
        )
        self._exposed = self._own
        if os.environ.get(SHARED):
            self._exposed = CollectorRegistry()
            MultiProcessCollector(self._exposed)  # type: ignore[no-untyped-call]
        ProcessCollector(registry=self._exposed)
        self._exposed.register(_Gauges(gauges, facts, failing))

    def request(self, path: str, method: str, status: int, seconds: float) -> None:
        """Count a response; status 0 is a client that went away."""
        area = self._area(path)
        known = method if method in METHODS else OTHER
        self._requests.labels(area, known, str(status or "disconnected")).inc()
        self._seconds.labels(area).observe(seconds)

    def stage(self, stage: Stage, seconds: float) -> None:
        """Note the duration of a stage."""
        self._stages.labels(stage.value).observe(seconds)

    def verdict(self, code: str) -> None:
        """Count a verdict."""
        self._verdicts.labels(code).inc()

    def problem(self, code: str) -> None:
        """Count a refused request."""
        self._problems.labels(code).inc()

    def text(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._exposed)

    def _area(self, path: str) -> str:
        first = path.lstrip("/").partition("/")[0]
        return first if first in self._areas else OTHER


class _Gauges:
    """Reads gauges when Prometheus asks."""

    def __init__(
        self,
        gauges: Gauges,
        facts: Callable[[], Mapping[str, str]],
        failing: Callable[[], Mapping[str, bool]],
    ) -> None:
        self._gauges = gauges
        self._facts = facts
        self._failing = failing

    def collect(self) -> Iterable[Metric]:
        """See ``prometheus_client.registry.Collector``."""
        failing = GaugeMetricFamily(
            "attendance_failing", "What fails, as in /readyz and /healthz.", labels=("what",)
        )
        for what, fails in self._failing().items():
            failing.add_metric((what,), float(fails))
        yield failing
        yield InfoMetricFamily("attendance_server", "What this server is.", value=dict(self._facts()))
        for name, (text, read) in self._gauges.items():
            yield GaugeMetricFamily(f"attendance_{name}", text, value=read())
