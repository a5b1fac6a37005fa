"""Signs of life: ``/healthz`` for the launcher and load balancers, ``/readyz`` with each check."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify

from attendance import __version__
from attendance.errors import StoreUnavailableError
from client.monitoring.monitors import is_monitor
from client.monitoring.readiness import Check, checks_of, models_check, others_of
from client.problems.problem_rows import ROWS
from client.problems.refusals import RequestProblem
from client.problems.table import problem_of
from client.web.services import the_register

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def health() -> Response:
    """Whether photos can be taken: engine, detector, store, version, what is loaded, what else fails."""
    register = the_register()
    answer: dict[str, object] = {
        "version": __version__,
        "store": register.store.name,
        "ready": False,
        "engine": None,
        "detector": None,
        "failing": others_of(register),
    }
    try:
        register.store.check()
        pin = register.store.engine_pin()
    except StoreUnavailableError as error:
        problem = problem_of(error)
        return _unavailable(answer | {"status": problem.problem.value}, problem.problem)
    if pin is not None:
        answer |= {"engine": pin.engine, "detector": pin.detector}
    is_ready = models_check(register, pin).problem is None
    return jsonify(answer | {"status": "ok", "ready": is_ready})


@blueprint.get("/readyz")
def readiness() -> Response:
    """Each check by name; the problems in words for monitors only, because they name folders and servers."""
    checks = checks_of(the_register())
    failing = [check for check in checks if check.problem is not None]
    answer = {"status": "not_ready" if failing else "ready", "checks": {c.name: _shown(c) for c in checks}}
    if not failing:
        return jsonify(answer)
    return _unavailable(answer, _problem_of(failing[0]))


def _shown(check: Check) -> str:
    if check.problem is None:
        return "ok"
    return check.problem if is_monitor() else "failing"


def _problem_of(check: Check) -> RequestProblem:
    return RequestProblem.BUSY if check.error is None else problem_of(check.error).problem


def _unavailable(answer: Mapping[str, object], problem: RequestProblem) -> Response:
    response = jsonify(answer)
    response.status_code = 503
    response.headers["Retry-After"] = str(ROWS[problem].retry_after)
    return response
