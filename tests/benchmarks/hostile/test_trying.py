"""What a run notices, and how it is told."""

from __future__ import annotations

import json
import logging
import random
import sys
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest
from click.testing import CliRunner

from attendance.values import Student
from benchmarks.hostile import __main__ as command
from benchmarks.hostile import guided, trying
from benchmarks.hostile.results import from_json, shown, to_json
from benchmarks.hostile.trying import MOST_FAULTS, MOST_GROWTH, RUNNING, HostileRun, is_flat
from benchmarks.hostile.values import HostileInput, KindResult
from tests.benchmarks.hostile.conftest import OpenSite

INPUT = HostileInput("made-up", "door", b"\x00\xff", "by hand")


class MadeUpKind:
    """A kind whose answer a test decides."""

    name = "made-up"

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:  # noqa: ARG002 - always the same
        return repeat(INPUT)

    def send(self, one: HostileInput) -> int:  # noqa: ARG002 - likewise
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer() if callable(self.answer) else int(str(self.answer))


def tried(answer: object, site: OpenSite, folder: Path, count: int = 1) -> KindResult:
    return HostileRun(site[1], folder).try_kind(MadeUpKind(answer), count, 1)


def test_a_refusal_is_as_it_should_be(site: OpenSite, tmp_path: Path) -> None:
    result = tried(422, site, tmp_path, 3)
    assert (result.inputs, result.statuses, result.faults) == (3, {422: 3}, [])
    assert not list(tmp_path.iterdir())


def test_an_error_of_the_server_is_a_fault_whose_input_is_saved(site: OpenSite, tmp_path: Path) -> None:
    (fault,) = tried(503, site, tmp_path).faults
    assert fault.problem == "answered 503"
    assert HostileInput.load(Path(fault.file)) == INPUT
    assert not (tmp_path / RUNNING).exists()


def test_an_exception_is_a_fault(site: OpenSite, tmp_path: Path) -> None:
    (fault,) = tried(ZeroDivisionError("by zero"), site, tmp_path).faults
    assert fault.problem == "ZeroDivisionError: by zero"


def test_what_takes_too_long_twice_is_a_fault(
    site: OpenSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []

    def count() -> int:
        sent.append(1)
        return 200

    monkeypatch.setattr(trying, "SLOW_SECONDS", -1.0)
    (fault,) = tried(count, site, tmp_path).faults
    assert fault.problem.endswith("s, twice")
    assert len(sent) == 2


def test_what_is_logged_as_an_error_is_a_fault(site: OpenSite, tmp_path: Path) -> None:
    def log() -> int:
        logging.getLogger("client").error("Something failed.")
        return 400

    (fault,) = tried(log, site, tmp_path).faults
    assert fault.problem == "logged: Something failed."


def test_what_is_stored_is_a_fault_in_the_register_and_in_its_folder(site: OpenSite, tmp_path: Path) -> None:
    opened, _ = site

    def store() -> int:
        opened.register.store.add_student(Student("more", "99999", "More"))
        (opened.data / "left.tmp").touch()
        return 200

    (fault,) = tried(store, site, tmp_path).faults
    assert "stored something" in fault.problem
    assert "students" in fault.problem
    assert "left.tmp" in fault.problem
    assert tried(200, site, tmp_path).faults == [], "it is seen once"


def test_after_many_faults_a_kind_ends(site: OpenSite, tmp_path: Path) -> None:
    assert tried(500, site, tmp_path, MOST_FAULTS + 10).inputs == MOST_FAULTS


def test_memory_may_grow_by_so_much() -> None:
    assert is_flat(KindResult("made-up", growth=MOST_GROWTH))
    assert not is_flat(KindResult("made-up", growth=MOST_GROWTH + 1))


def test_results_are_the_same_after_json(site: OpenSite, tmp_path: Path) -> None:
    result = tried(503, site, tmp_path)
    assert from_json(json.loads(to_json([result], 1))) == [result]
    assert shown([result]).row_count == 1


def test_the_command_tries_a_kind_and_sends_a_saved_input_again(tmp_path: Path) -> None:
    file, saved = tmp_path / "figures.json", tmp_path / "input.json"
    words = [
        "--only",
        "receipts",
        "--inputs",
        "20",
        "--json",
        str(file),
        "--failures",
        str(tmp_path / "failed"),
    ]
    done = CliRunner().invoke(command.main, words)
    assert done.exit_code == 0, done.output
    assert json.loads(file.read_text())["kinds"][0]["inputs"] == 20
    assert not (tmp_path / "failed").exists()
    HostileInput("receipts", "page", b"no receipt").save(saved)
    again = CliRunner().invoke(command.main, ["--replay", str(saved)])
    assert again.output == "receipts, page, : 422, stored: nothing\n"


def test_what_is_no_saved_input_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "input.json").write_text("{}")
    done = CliRunner().invoke(command.main, ["--replay", str(tmp_path / "input.json")])
    assert "has no input of this benchmark" in done.output


@pytest.mark.server
def test_a_process_that_does_not_survive_leaves_its_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    INPUT.save(tmp_path / RUNNING)
    monkeypatch.setattr(sys, "executable", "false")
    result = command._in_a_process("images", 1, 1, tmp_path)
    assert "the process ended with 1" in result.faults[0].problem
    assert HostileInput.load(Path(result.faults[0].file)) == INPUT


def test_without_the_fuzzer_its_command_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "atheris", None)
    done = CliRunner().invoke(guided.main, ["receipts"])
    assert done.exit_code == 1
    assert "pip install 'face-attendance[fuzz]'" in done.output
