"""The demo enrols two portraits, checks one in over real HTTP, and keeps serving."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from client.errors import DemoError
from client.startup.demo import (
    NO_LIVING_PERSON,
    another_rendering,
    check_in,
    portraits,
    temporary_environment,
    verdict_sentence,
)
from tests.client.served_app import serving
from tests.client.starting import READY, program

PRESENT = {"code": "present", "message": "You are marked present.", "student": {"name": "Eileen Collins"}}


def test_both_portraits_come_out_of_packages() -> None:
    assert [portrait.name for portrait in portraits()] == ["Eileen Collins", "Grace Hopper"]


@pytest.mark.parametrize(
    ("program", "remedy"),
    [
        ("client/__main__.py", r"pip install -r .*requirements-demo\.txt"),
        ("face-attendance", r'pip install "face-attendance\[demo\]"'),
    ],
)
def test_without_its_packages_it_names_the_line_that_installs_them(
    monkeypatch: pytest.MonkeyPatch, program: str, remedy: str
) -> None:
    monkeypatch.setattr("sys.argv", [program])
    monkeypatch.setattr("sys.prefix", "/elsewhere")
    monkeypatch.setitem(sys.modules, "skimage.data", None)
    with pytest.raises(DemoError, match=f"{remedy}$"):
        portraits()


def test_another_rendering_is_another_picture(astronaut_jpeg: bytes) -> None:
    other = Image.open(io.BytesIO(another_rendering(astronaut_jpeg)))
    before = Image.open(io.BytesIO(astronaut_jpeg))
    assert other.format == "JPEG"
    assert other.width < before.width


def test_only_the_right_person_present_is_a_success() -> None:
    assert "You are marked present." in verdict_sentence("Eileen Collins", PRESENT)
    for wrong in (
        PRESENT | {"code": "needs_review"},
        PRESENT | {"student": {"name": "Grace Hopper"}},
        {"code": "not_found", "message": "We didn't find you.", "student": None},
        {},
    ):
        with pytest.raises(DemoError, match="should be marked present"):
            verdict_sentence("Eileen Collins", wrong)


@pytest.mark.server
def test_a_page_without_a_grant_is_a_failure() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("404 Not Found", [("Content-Type", "text/html")])
        return [b"there is no such page"]

    with serving(app) as port, pytest.raises(DemoError, match="no grant"):
        check_in(f"http://127.0.0.1:{port}", "token", b"photo")


def test_a_server_that_is_away_is_a_failure() -> None:
    with pytest.raises(DemoError, match="does not answer"):
        check_in("http://127.0.0.1:1", "token", b"photo")


def test_the_real_register_is_left_alone() -> None:
    environ = {"MONGODB_URI": "mongodb://real", "ATTENDANCE_DATA": "real", "PATH": "/bin"}
    with temporary_environment(environ) as temporary:
        assert temporary["ATTENDANCE_DATA"] != "real"
        assert "MONGODB_URI" not in temporary
        assert temporary["PATH"] == "/bin"
        folder = Path(temporary["ATTENDANCE_DATA"]).parent
        assert folder.is_dir()
    assert not folder.exists()


posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@posix
def test_the_whole_demonstration(tmp_path: Path, models: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with program(tmp_path, models, "--demo", TMPDIR=str(temporary)) as demo:
        demo.wait_for(READY)
        assert "Sent a different picture of Eileen Collins, like a phone." in demo.sentences
        assert NO_LIVING_PERSON in demo.sentences
        assert "You are marked present" in demo.sentences
        assert "2 students" in demo.sentences
        assert "This code doesn't change" in demo.sentences, "only the demo begins with a fixed code"
        assert demo.get("/healthz")[0] == 200
        assert list(temporary.glob("attendance-demo-*"))
        assert demo.stop() == 0
    assert not list(temporary.glob("attendance-demo-*"))
    assert not (tmp_path / "data").exists()


@posix
def test_a_demonstration_that_does_not_come_out_ends_with_a_failure(tmp_path: Path, models: Path) -> None:
    """No photo can meet such a strict threshold, so the check-in needs review."""
    with program(tmp_path, models, "--demo", ATTENDANCE_FPIR="0.000000000001") as demo:
        assert demo.process.wait(120) == 1
        demo.wait_for("The demo failed")
        assert "Traceback" not in demo.errors
