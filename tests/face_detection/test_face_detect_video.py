"""Videos of files, cameras and streams give upright RGB frames, and say clearly what is wrong with them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from attendance.classroom.faces.classroom_video import ROOM_VIDEO_LIMITS
from face_detection.errors import VideoError
from face_detection.face_detect_video import VideoSource
from face_detection.problems import VideoProblem
from face_detection.values import Pixels
from face_detection.video.frames import Frame
from face_detection.video.live_video import StreamNews, StreamState
from face_detection.video.video_limits import VideoLimits
from tests.rtsp_camera import rtsp_camera_of
from tests.videos import camera_of, turned_by_the_phone, write_video

RED, GREEN, BLUE = (200, 30, 30), (30, 200, 30), (30, 30, 200)
FORMATS = (".mp4", ".mov", ".webm", ".avi")
LONGEST_WAIT = 30.0  # seconds for what comes at once unless the machine is very busy


def plain(colour: tuple[int, int, int], *, height: int = 96, width: int = 128) -> Pixels:
    return np.full((height, width, 3), colour, np.uint8)


def shades(count: int) -> list[Pixels]:
    """Grey frames, each lighter than the one before."""
    return [plain((5 + 7 * number,) * 3) for number in range(count)]


def close_to(colour: tuple[int, int, int], pixels: Pixels) -> bool:
    return bool(np.abs(pixels.mean(axis=(0, 1)) - colour).max() < 12)


def problem_of(source: str | Path, limits: VideoLimits | None = None) -> tuple[VideoProblem, str]:
    with pytest.raises(VideoError) as raised, VideoSource.open(source, limits=limits) as video:
        list(video.frames())
    return raised.value.problem, str(raised.value)


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_WAIT
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_frame_of_a_file_is_read_in_order(tmp_path: Path, suffix: str) -> None:
    path = write_video(tmp_path / f"room{suffix}", shades(20))
    with VideoSource.open(path) as video:
        assert (video.name, video.live, video.frame_count) == (f"room{suffix}", False, 20)
        assert video.duration == pytest.approx(2.0)
        frames = list(video.frames())
    assert [frame.number for frame in frames] == list(range(1, 21))
    assert [frame.seconds for frame in frames] == pytest.approx([number / 10 for number in range(20)])
    lightness = [float(frame.photo.pixels.mean()) for frame in frames]
    assert lightness == sorted(lightness)
    assert video.ended


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("colour", [RED, BLUE])
def test_frames_are_rgb_and_contiguous(tmp_path: Path, suffix: str, colour: tuple[int, int, int]) -> None:
    with VideoSource.open(write_video(tmp_path / f"a{suffix}", [plain(colour)] * 3)) as video:
        frame = video.read()
    assert frame is not None
    assert frame.photo.pixels.shape == (96, 128, 3)
    assert frame.photo.pixels.dtype == np.uint8
    assert frame.photo.pixels.flags.c_contiguous
    assert frame.photo.original_size == (96, 128)
    assert close_to(colour, frame.photo.pixels)


def test_a_video_of_a_phone_held_upright_is_turned(tmp_path: Path) -> None:
    lying = plain(GREEN, height=96, width=192)
    lying[:, :96] = RED
    path = turned_by_the_phone(write_video(tmp_path / "lying.mp4", [lying] * 3), tmp_path / "upright.mp4")
    with VideoSource.open(path) as video:
        frame = video.read()
    assert frame is not None
    assert frame.photo.pixels.shape == (192, 96, 3)
    assert close_to(RED, frame.photo.pixels[:80])
    assert close_to(GREEN, frame.photo.pixels[-80:])


@pytest.mark.parametrize(("per_second", "numbers"), [(5, [1, 3, 5, 7, 9]), (2, [1, 6]), (100, range(1, 11))])
def test_some_frames_of_each_second_can_be_asked_for(
    tmp_path: Path, per_second: float, numbers: range | list[int]
) -> None:
    path = write_video(tmp_path / "a.mp4", shades(10))
    with VideoSource.open(path) as video:
        assert [frame.number for frame in video.frames(per_second)] == list(numbers)


def test_a_file_that_is_missing_or_no_file_is_said(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "none.mp4")[0] is VideoProblem.NOT_FOUND
    assert problem_of(tmp_path)[0] is VideoProblem.NOT_FOUND


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_no_file_that_could_be_waited_for_forever(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert problem_of(tmp_path / "pipe.mp4")[0] is VideoProblem.NOT_FOUND


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", VideoProblem.NO_FRAMES),
        (b"no video at all", VideoProblem.NOT_A_VIDEO),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", VideoProblem.NOT_A_VIDEO),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", VideoProblem.NOT_A_VIDEO),
        (b"\xff\xd8\xff\xe0 a photo", VideoProblem.NOT_A_VIDEO),
        (b"\0\0\0\x18ftypmp42" + bytes(300), VideoProblem.DAMAGED),
        (b"\x1aE\xdf\xa3" + bytes(300), VideoProblem.DAMAGED),
        (b"RIFF\0\0\0\0AVI " + bytes(300), VideoProblem.DAMAGED),
    ],
)
def test_a_broken_file_is_said(tmp_path: Path, content: bytes, problem: VideoProblem) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    told, detail = problem_of(path)
    assert (told, "broken.mp4" in detail) == (problem, True)


def test_an_mp4_that_is_cut_short_is_said(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mp4", shades(20)).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    assert problem_of(tmp_path / "cut.mp4")[0] is VideoProblem.DAMAGED


def test_of_a_webm_that_is_cut_short_the_beginning_is_read(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.webm", shades(20)).read_bytes()
    (tmp_path / "cut.webm").write_bytes(whole[: len(whole) // 2])
    with VideoSource.open(tmp_path / "cut.webm") as video:
        assert 0 < len(list(video.frames())) < 20


def test_a_file_has_only_so_many_frames_and_so_much_time(tmp_path: Path) -> None:
    """Whatever length it declares: hundreds of thousands of tiny frames fit into a second."""
    path = write_video(tmp_path / "a.mp4", shades(20))
    problem, detail = problem_of(path, VideoLimits(frames=19))
    assert problem is VideoProblem.TOO_LONG
    assert "more than 19 frames" in detail
    problem, detail = problem_of(path, VideoLimits(work_seconds=0.0))
    assert problem is VideoProblem.TOO_LONG
    assert "took more than 0 s" in detail
    with VideoSource.open(path, limits=VideoLimits(frames=20, work_seconds=LONGEST_WAIT)) as video:
        assert len(list(video.frames())) == 20
    assert ROOM_VIDEO_LIMITS.frames
    assert ROOM_VIDEO_LIMITS.work_seconds


def test_limits_on_length_and_size_are_held(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", shades(20))
    problem, detail = problem_of(path, VideoLimits(seconds=1))
    assert problem is VideoProblem.TOO_LONG
    assert "lasts 2 s or more; the limit is 1 s" in detail
    problem, detail = problem_of(path, VideoLimits(pixels=10_000))
    assert problem is VideoProblem.FRAMES_TOO_LARGE
    assert "128x96 pixels; the limit is 10,000" in detail


def test_a_length_that_a_file_does_not_declare_is_measured(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.webm", shades(20))
    with VideoSource.open(path) as video:
        video._limits = VideoLimits(seconds=1)
        with pytest.raises(VideoError, match="the limit is 1 s"):
            list(video.frames())


def test_stopped_from_elsewhere_it_ends(tmp_path: Path) -> None:
    with VideoSource.open(write_video(tmp_path / "a.mp4", shades(20))) as video:
        seen: list[Frame] = []
        for frame in video.frames():
            seen.append(frame)
            if len(seen) == 3:
                video.stop()
    assert len(seen) == 3


@pytest.mark.server
def test_a_stream_gives_its_newest_frame(tmp_path: Path) -> None:
    with camera_of(lambda _: plain(RED), per_second=50) as camera, VideoSource.open(camera.address) as video:
        assert (video.live, video.frame_count, video.duration) == (True, None, None)
        first = video.read(LONGEST_WAIT)
        assert first is not None
        eventually(lambda: camera.sent > 40)
        after = video.read(LONGEST_WAIT)
        assert after is not None
        assert close_to(RED, after.photo.pixels)
        # Frames that came while nobody asked were passed over.
        assert after.number - first.number > 5
        assert after.seconds > first.seconds


@pytest.mark.server
def test_a_stream_that_dies_is_reached_again(tmp_path: Path) -> None:
    news: list[StreamNews] = []
    colours = [RED]
    with (
        camera_of(lambda _: plain(colours[-1])) as camera,
        VideoSource.open(camera.address, on_change=news.append, first_pause=0.05) as video,
    ):
        assert video.read(LONGEST_WAIT) is not None
        camera.switch_off()
        eventually(lambda: bool(news))
        while video.read(0.2) is not None:
            pass
        assert not video.ended
        colours.append(BLUE)
        camera.switch_on()
        eventually(lambda: len(news) > 1)
        frame = video.read(LONGEST_WAIT)
    assert frame is not None
    assert close_to(BLUE, frame.photo.pixels)
    assert [one.state for one in news[:2]] == [StreamState.LOST, StreamState.BACK]
    assert news[1].tries >= 1


@pytest.mark.server
def test_a_camera_with_a_password_is_read_and_reached_again_by_rtsp() -> None:
    news: list[StreamNews] = []
    colours = [RED]
    with rtsp_camera_of(lambda _: plain(colours[-1]), user="grace", password="hunter2") as camera:
        address = camera.address("grace:hunter2")
        with VideoSource.open(address, on_change=news.append, first_pause=0.05) as video:
            assert video.name == camera.address()
            frame = video.read(LONGEST_WAIT)
            assert frame is not None
            assert close_to(RED, frame.photo.pixels)
            camera.switch_off()
            eventually(lambda: bool(news))
            while video.read(0.2) is not None:
                pass
            colours.append(BLUE)
            camera.switch_on()
            frame = video.read(LONGEST_WAIT)
        assert frame is not None
        assert close_to(BLUE, frame.photo.pixels)
        assert [one.state for one in news[:2]] == [StreamState.LOST, StreamState.BACK]
        assert "hunter2" not in repr(news)


@pytest.mark.server
@pytest.mark.parametrize("login", ["", "grace:wrong"])
def test_a_camera_that_asks_for_another_password_is_said(login: str) -> None:
    with rtsp_camera_of(lambda _: plain(RED)) as camera:
        problem, detail = problem_of(camera.address(login))
        assert camera.refused
    assert problem is VideoProblem.UNREACHABLE
    assert "Check the address, username and password" in detail
    assert "wrong" not in detail


@pytest.mark.server
def test_a_listener_that_fails_does_not_end_the_stream(caplog: pytest.LogCaptureFixture) -> None:
    def fail(news: StreamNews) -> None:
        raise RuntimeError(news.name)

    with (
        camera_of(lambda _: plain(RED)) as camera,
        VideoSource.open(camera.address, on_change=fail, first_pause=0.05) as video,
    ):
        assert video.read(LONGEST_WAIT) is not None
        camera.switch_off()
        eventually(lambda: "failed" in caplog.text)
        camera.switch_on()
        while video.read(0.1) is not None:
            pass
        eventually(lambda: video.read(0.1) is not None)


@pytest.mark.server
def test_closing_a_stream_ends_its_thread_even_while_it_is_lost() -> None:
    with camera_of(lambda _: plain(RED)) as camera:
        video = VideoSource.open(camera.address)
        camera.switch_off()
    video.close()
    eventually(lambda: all(thread.name != "video" for thread in threading.enumerate()))
    assert video.read() is None


@pytest.mark.server
def test_what_does_not_answer_is_said_without_the_password() -> None:
    with camera_of(lambda _: plain(RED)) as camera:
        port = camera.port
    problem, detail = problem_of(f"http://grace:se%3Acret@127.0.0.1:{port}/live?token=hidden")
    assert problem is VideoProblem.UNREACHABLE
    assert f"http://127.0.0.1:{port}/live " in detail
    assert "grace" not in detail
    assert "cret" not in detail
    assert "hidden" not in detail


def test_a_camera_that_is_not_there_is_said() -> None:
    assert problem_of("93")[0] is VideoProblem.UNREACHABLE
    assert problem_of("4000")[0] is VideoProblem.NOT_FOUND


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "concat://a|b",
        "RTSP:///stream",
        "rtsp://u:secret@[oops/x",
        "rtsp://u:secret@h:x/y",
    ],
)
def test_an_address_that_can_not_be_is_refused_without_the_password(address: str) -> None:
    problem, detail = problem_of(address)
    assert problem is VideoProblem.NOT_FOUND
    assert "secret" not in detail


@pytest.mark.server
def test_nothing_is_printed_when_a_stream_with_a_password_fails() -> None:
    program = (
        "import sys\n"
        "from face_detection.errors import VideoError\n"
        "from face_detection.face_detect_video import VideoSource\n"
        "for address in sys.argv[1:]:\n"
        "    try:\n"
        "        VideoSource.open(address)\n"
        "    except VideoError as error:\n"
        "        assert 'hunter2' not in repr(error) + str(error)\n"
    )
    addresses = [f"{scheme}://grace:hunter2@127.0.0.1:9/live" for scheme in ("rtsp", "http", "rtmp")]
    done = subprocess.run(
        [sys.executable, "-c", program, *addresses],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout + done.stderr == ""
