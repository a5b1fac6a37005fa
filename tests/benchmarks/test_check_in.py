"""The check-in benchmark: its turns, and the register that it checks in to."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.apparatus.selfie import HEIGHT, WIDTH, selfie_jpeg
from benchmarks.apparatus.serving import Reading, peak_memory
from benchmarks.apparatus.throwaway_register import ThrowawayRegister
from benchmarks.check_in import WARM_UP, interleaved, precisions
from face_detection.pipeline import load_pipeline


class Recorder:
    """Stands in for a stack, and writes down when it was asked."""

    def __init__(self, name: str, log: list[str]) -> None:
        self._name = name
        self._log = log

    def check_in(self) -> Reading:
        self._log.append(self._name)
        return Reading(float(len(self._log)), "present")


def test_all_stacks_take_turns_and_the_first_rounds_do_not_count() -> None:
    log: list[str] = []
    ours = [Recorder("a", log), Recorder("b", log)]
    seconds, readings = interleaved(lambda: log.append("reference"), ours, rounds=2)
    assert log == ["reference", "a", "b"] * (WARM_UP + 2)
    assert len(seconds) == 2
    assert [len(own) for own in readings] == [2, 2]
    assert readings[0][0].seconds > 3 * WARM_UP


@pytest.mark.networks
def test_f32_is_always_measured() -> None:
    assert "f32" in precisions()


def test_the_selfie_is_a_photo_of_1280_by_960() -> None:
    with Image.open(BytesIO(selfie_jpeg())) as image:
        assert (image.format, image.size) == ("JPEG", (WIDTH, HEIGHT))


def test_peak_memory_counts_what_was_given_back() -> None:
    before = peak_memory()
    if before is None:
        pytest.skip("this system does not say")
    held = bytearray(b"x" * 200_000_000)
    del held
    after = peak_memory()
    assert after is not None
    assert after >= before
    assert after > 200_000_000


@pytest.mark.slow
def test_each_check_in_is_a_new_mark_of_the_person_on_the_selfie(models: Path, tmp_path: Path) -> None:
    pipeline = load_pipeline("dlib", "mtcnn", models=models, precision="f32")
    folder = tmp_path / "register"
    folder.mkdir()
    register = ThrowawayRegister(folder, pipeline, students=12)
    verdicts = [register.check_in(register.fresh_session(), selfie_jpeg()) for _ in range(2)]
    register.close()
    assert [verdict.code.value for verdict in verdicts] == ["present", "present"]
    assert {verdict.student_name for verdict in verdicts} == {"Student 0"}
    assert verdicts[0].session_id != verdicts[1].session_id
