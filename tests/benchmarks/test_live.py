"""The benchmark of live recognition measures the real server, and what it answers."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from benchmarks import live
from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.live_server import LiveServer, LiveServing
from benchmarks.live import LiveRun, jpegs, measure
from benchmarks.video import HEIGHT, WIDTH
from face_detection.photo import decode

FACES = 3


@pytest.mark.networks
@pytest.mark.server
def test_a_few_frames_go_through_the_real_server_and_its_reference() -> None:
    frames, rounds = jpegs(FACES, 5), 2
    with LiveServer(LiveServing("dlib", "f32")) as server:
        found = measure(server, frames, range(rounds))
    assert found.engine == "dlib-1"
    assert set(found.ways) == {0, 1, 3}
    for sockets, measured in found.ways.items():
        assert measured.frames == len(frames) * rounds * max(sockets, 1)
        assert measured.per_second > 0
        assert measured.cpu_ms > 0
        if sockets:
            assert measured.faces == FACES * measured.frames, "each face is found in each frame"
            assert len(measured.waits) == measured.frames


def test_the_frames_are_pictures_of_the_size_that_is_told() -> None:
    pictures = jpegs(FACES, 7)
    assert len(pictures) == 7
    assert pictures[0] != pictures[-1]
    photo = decode(pictures[0])
    assert (photo.width, photo.height) == (WIDTH, HEIGHT)


def test_rates_are_those_of_all_sockets_together() -> None:
    measured = LiveRun(frames=60, seconds=2.0, cpu=3.0)
    assert measured.per_second == pytest.approx(30.0)
    assert measured.cpu_ms == pytest.approx(50.0)


@pytest.mark.networks
def test_what_can_not_be_served_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: LiveServing) -> LiveServer:
        raise BenchmarkError("the server has ended")

    monkeypatch.setattr(live, "LiveServer", fails)
    done = CliRunner().invoke(live.main, ["--engine", "dlib", "--frames", "5"])
    assert (done.exit_code, done.stderr) == (1, "Error: the server has ended\n")
