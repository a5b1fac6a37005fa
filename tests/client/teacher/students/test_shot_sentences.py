"""Every reason against a shot has its sentence."""

from __future__ import annotations

import pytest
from flask import Flask

from client.teacher.students.shot_sentences import shot_sentence
from face_detection.problems import PhotoProblem


@pytest.mark.parametrize("problem", list(PhotoProblem))
def test_each_problem_says_one_thing_to_do(app: Flask, problem: PhotoProblem) -> None:
    with app.test_request_context():
        assert shot_sentence(problem).endswith(".")
