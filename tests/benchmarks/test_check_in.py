"""The check-in benchmark: what it measures, and the register that it checks in to."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.apparatus.selfie import HEIGHT, WIDTH, selfie_jpeg
from benchmarks.apparatus.serving import peak_memory
from benchmarks.apparatus.throwaway_register import ThrowawayRegister
from benchmarks.check_in import precisions
from face_detection.pipeline import load_pipeline


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
