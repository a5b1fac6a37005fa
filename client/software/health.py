"""A sign of life for monitors and for the launcher."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from attendance import __version__
from attendance.errors import StoreUnavailableError
from client.problems.table import problem_of
from client.web.services import the_register

blueprint = Blueprint("health", __name__)
Answer = dict[str, str | int | bool | list[str] | None]


@blueprint.get("/healthz")
def health() -> Response:
    """Engine, detector, store, number of students, version, whether the models are loaded, what fails."""
    register = the_register()
    answer: Answer = {
        "version": __version__,
        "store": register.store.name,
        "ready": False,
        "engine": None,
        "detector": None,
        "students": None,
        "failing": sorted(register.reporting.problems),
    }
    try:
        register.store.check()
        pin = register.store.engine_pin()
        students = register.store.count_students()
    except StoreUnavailableError as error:
        problem = problem_of(error)
        away = _answer(answer | {"status": problem.problem.value}, problem.status)
        away.headers["Retry-After"] = str(problem.retry_after)
        return away
    if pin is not None:
        answer |= {"engine": pin.engine, "detector": pin.detector}
    return _answer(answer | {"status": "ok", "ready": register.ready, "students": students}, 200)


def _answer(values: Answer, status: int) -> Response:
    response = jsonify(values)
    response.status_code = status
    return response
