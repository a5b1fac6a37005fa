"""What the benchmark of bursts times is a burst that can be judged."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.apparatus.selfie import selfie_jpeg
from benchmarks.apparatus.turns import medians
from benchmarks.liveness.timing import PHOTO, WARM_UP, burst, steps
from face_detection.pipeline import load_pipeline


def test_frames_have_the_pages_size_and_are_all_different() -> None:
    frames = burst(selfie_jpeg(), 8)
    assert len(set(frames)) == 8
    assert all(Image.open(io.BytesIO(frame)).size == (320, 240) for frame in frames)
    assert sum(map(len, frames)) < 200_000


@pytest.mark.networks
def test_every_step_is_timed(models: Path) -> None:
    pipeline = load_pipeline("dlib", "mtcnn", models=models, precision="f32")
    selfie = selfie_jpeg()
    assert pipeline.bursts.read(burst(selfie, 8), range(0, 1600, 200)).problems == ()
    seconds = medians(steps(pipeline, selfie), rounds=1, warm_up=WARM_UP)
    assert [*seconds] == [PHOTO, "a burst of 8 frames", "a burst of 16 frames"]
    assert all(each > 0 for each in seconds.values())
