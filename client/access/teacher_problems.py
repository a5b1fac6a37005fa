"""Errors on a teacher's page: what happened, what to do, and that nothing is lost."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from client.access.teacher_requests import asks_for_data
from client.problems.refusals import RequestProblem
from client.problems.table import KnownProblem
from client.problems.teacher_sentences import teacher_words
from client.problems.ways_on import opens_again
from client.web.error_answers import answer_errors
from client.web.proxy import hides_this_computer
from client.web.services import the_register


def guard_errors(pages: Blueprint) -> None:
    """Answer the errors of a blueprint's views as pages of the teacher."""
    answer_errors(pages, teacher_problem)


def teacher_problem(problem: KnownProblem) -> Response:
    """The page, or the JSON, for a problem."""
    words = teacher_words(problem)
    if asks_for_data():
        return jsonify(status="error", title=words.title, message=words.sentence)
    insecure = problem.problem is RequestProblem.NOT_SECURE
    behind_proxy = insecure and hides_this_computer(the_register().settings.trusted_proxies)
    page = render_template(
        "teacher/problem.html",
        problem=words,
        insecure=insecure,
        behind_proxy=behind_proxy,
        again_in=opens_again(problem.problem, request.method, problem.retry_after),
    )
    return make_response(page)
