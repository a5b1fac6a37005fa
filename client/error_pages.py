"""Errors outside the blueprints that answer their own, in the look that fits the address."""

from __future__ import annotations

from flask import Flask, Response
from werkzeug.exceptions import BadHost

from client.access.teacher_problems import teacher_problem
from client.access.teacher_requests import is_for_teachers
from client.phone.answers import phone_problem
from client.problems.table import KnownProblem
from client.web.error_answers import answer_errors


def init_error_pages(app: Flask) -> None:
    """Answer every error of an app for people."""
    answer_errors(app, problem_page)


def problem_page(problem: KnownProblem) -> Response:
    """The page, or the JSON, for phones or for teachers, whose pages have links: these need a host."""
    has_host = not isinstance(problem.error, BadHost)
    return teacher_problem(problem) if has_host and is_for_teachers() else phone_problem(problem)
