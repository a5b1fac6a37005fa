"""The accuracy benchmark on made-up embeddings, and its command's errors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from benchmarks import accuracy, calibrate
from benchmarks.apparatus.accuracy_report import accuracy_report
from benchmarks.apparatus.policy_outcomes import outcomes
from benchmarks.calibrate import constant_name, source_of
from face_matching.decision import DecisionPolicy, Provenance, RelativeCurves
from face_matching.threshold_curve import ThresholdCurve
from face_matching.thresholds import POLICIES


def crowd(people: int, photos: int, noise: float) -> tuple[NDArray[np.float32], list[str]]:
    """Random people, each photographed several times."""
    rng = np.random.default_rng(people)
    centres = np.repeat(rng.normal(size=(people, 32)), photos, axis=0)
    rows = centres + rng.normal(scale=noise, size=centres.shape)
    names = [f"p{person:03}" for person in range(people) for _ in range(photos)]
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32), names


@pytest.fixture
def policy() -> DecisionPolicy:
    return next(iter(POLICIES.values()))


def test_people_that_look_nothing_alike_are_told_apart_without_error() -> None:
    report = accuracy_report(*crowd(12, 4, 0.05), threshold=0.9, draws=50)
    assert (report.eer.value, report.tar_at_1e3.value, report.fnir.value) == (0.0, 1.0, 0.0)
    assert (report.fmr.value, report.fnmr.value) == (0.0, 0.0)
    assert (report.people, report.photos, report.genuine, report.impostor) == (12, 48, 72, 1056)


def test_blurred_people_are_confused_within_an_interval() -> None:
    report = accuracy_report(*crowd(30, 4, 1.0), threshold=0.5, draws=200)
    for rate in (report.eer, report.tar_at_1e2, report.fnir, report.fnmr):
        assert rate.low <= rate.value <= rate.high
        assert rate.low < rate.high
    assert 0.01 < report.eer.value < 0.3


def test_students_are_matched_and_strangers_refused() -> None:
    rows, names = crowd(20, 4, 0.05)
    policy = DecisionPolicy(
        "e-1",
        "d",
        search=ThresholdCurve((1e-1, 1e-6), (0.8, 0.85)),
        proven=ThresholdCurve((1e-1, 1e-6), (0.9, 0.95)),
        margin=0.05,
        same_person_at=0.5,
        provenance=Provenance("made up", 20, 80, 1, "2026-11-21", "none", 0.0, 1.0),
    )
    students = outcomes(policy, rows, names, templates=2)
    strangers = outcomes(policy, rows, names, templates=2, strangers=True)
    assert (students.right, students.searches) == (1.0, 40)
    assert strangers.refused == 1.0
    strict = replace(policy, proven=ThresholdCurve((1e-1, 1e-6), (0.99999, 0.99999)))
    assert outcomes(strict, rows, names, templates=2).held == 1.0


def test_a_policy_printed_as_source_is_the_policy(policy: DecisionPolicy) -> None:
    names = {
        "DecisionPolicy": DecisionPolicy,
        "ThresholdCurve": ThresholdCurve,
        "Provenance": Provenance,
        "RelativeCurves": RelativeCurves,
        "RATES": policy.search.fmrs,
    }
    exec(source_of(policy), names)
    assert names[constant_name(policy)] == policy


@pytest.mark.parametrize("command", [accuracy.main, calibrate.main], ids=["accuracy", "calibrate"])
def test_an_empty_folder_ends_the_command_with_a_sentence(command: object, tmp_path: Path) -> None:
    assert callable(command)
    result = CliRunner().invoke(command, [str(tmp_path)])  # type: ignore[arg-type]
    assert result.exit_code == 1
    assert "contains no photos" in result.output


def test_no_folder_at_all_is_a_wrong_use() -> None:
    assert CliRunner().invoke(accuracy.main, []).exit_code == 2
