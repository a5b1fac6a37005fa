"""The accuracy benchmark on made-up embeddings, and its command's errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from benchmarks import accuracy, calibrate
from benchmarks.apparatus.accuracy_report import accuracy_report
from benchmarks.calibrate import constant_name, source_of
from face_matching import thresholds
from face_matching.decision import DecisionPolicy
from face_matching.relative_scores.relative_curves import RelativeCurves
from face_matching.relative_scores.retail_curves import FPIRS


def crowd(people: int, photos: int, noise: float) -> tuple[NDArray[np.float32], list[str]]:
    """Random people, each photographed several times."""
    rng = np.random.default_rng(people)
    centres = np.repeat(rng.normal(size=(people, 32)), photos, axis=0)
    rows = centres + rng.normal(scale=noise, size=centres.shape)
    names = [f"p{person:03}" for person in range(people) for _ in range(photos)]
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32), names


@pytest.fixture(params=[("retail-1", "mtcnn"), ("dlib-1", "haar")], ids="-".join)
def policy(request: pytest.FixtureRequest) -> DecisionPolicy:
    found: DecisionPolicy = thresholds.POLICIES[request.param]
    return found


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


def test_a_policy_printed_as_source_is_the_policy(policy: DecisionPolicy) -> None:
    names = {
        "policy_of": thresholds.policy_of,
        "_counted": thresholds._counted,
        "RelativeCurves": RelativeCurves,
        "FPIRS": FPIRS,
    }
    own, *relative = source_of(policy).split(f"\n{constant_name(policy)}_RELATIVE = ")
    for source in [f"{constant_name(policy)}_RELATIVE = {each}" for each in relative] + [own]:
        exec(source, names)
    assert names[constant_name(policy)] == policy


def test_an_empty_folder_ends_the_command_with_a_sentence(tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    groups.write_text("person,group\nA,other\n", "utf-8")
    (tmp_path / "faces").mkdir()
    for command, more in ((accuracy.main, []), (calibrate.main, ["--groups", str(groups)])):
        result = CliRunner().invoke(command, [str(tmp_path / "faces"), *more])
        assert result.exit_code == 1
        assert "contains no photos" in result.output


def test_a_file_that_is_no_list_of_groups_is_named(tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    groups.write_text("who,what\nA,other\n", "utf-8")
    result = CliRunner().invoke(calibrate.main, [str(tmp_path), "--groups", str(groups)])
    assert result.exit_code == 1
    assert "groups.csv is no CSV file with the columns person and group" in result.output


def test_no_folder_at_all_is_a_wrong_use() -> None:
    assert CliRunner().invoke(accuracy.main, []).exit_code == 2
