"""The command ``python -m face_detection.pad_kit``."""

from __future__ import annotations

import csv
import errno
from pathlib import Path
from types import SimpleNamespace

import pytest

from face_detection.pad_kit.__main__ import main
from face_detection.pad_kit.results.pad_report import JudgedPresentation
from tests.face_detection.pad_kit.stills import write_stills
from tests.portraits import render, skimage_picture


@pytest.mark.networks
def test_a_report_by_the_server_s_own_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ATTENDANCE_DATA", str(tmp_path / "data"))
    (tmp_path / "stills").mkdir()
    write_stills(tmp_path / "stills")
    words = [str(tmp_path / "stills"), "--report", str(tmp_path / "report"), "--engine", "dlib"]
    assert main([*words, "--only", "print held", "--only", "replay, wrong movement"]) == 0
    rates = (tmp_path / "report" / "report.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(rates.splitlines()))
    assert [(row["kind"], row["events"], row["people"]) for row in rows] == [
        ("print held", "0", "2"),
        ("replay, wrong movement", "0", "2"),
    ]
    shown = capsys.readouterr()
    assert "| print held | 2 | 2 | 0 of 2, at most 78 % |" in shown.out
    assert "dlib-1, mtcnn" in shown.out
    assert "2 of 2 people" in shown.err


@pytest.mark.networks
def test_recorded_bursts_are_judged_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTENDANCE_DATA", str(tmp_path / "data"))
    folder = tmp_path / "bursts" / "own print" / "eileen" / "left"
    folder.mkdir(parents=True)
    picture = render(skimage_picture("astronaut"), scale=0.6)
    for number in range(8):
        (folder / f"{200 * number}.jpg").write_bytes(picture + bytes(number))
    words = ["--bursts", str(tmp_path / "bursts"), "--report", str(tmp_path / "report"), "--engine", "dlib"]
    assert main(words) == 0
    rows = list(
        csv.DictReader((tmp_path / "report" / "presentations.csv").read_text(encoding="utf-8").splitlines())
    )
    assert rows == [{"kind": "own print", "person": "eileen", "passed": "no", "why": "repeated"}]


@pytest.mark.networks
@pytest.mark.parametrize(
    ("folder", "said"), [("missing", "is not a folder"), ("empty", "has no photos"), ("cups", "has 0 people")]
)
def test_a_folder_that_can_not_be_used_is_said_in_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder: str,
    said: str,
) -> None:
    monkeypatch.setenv("ATTENDANCE_DATA", str(tmp_path / "data"))
    (tmp_path / "empty").mkdir()
    (tmp_path / "cups").mkdir()
    (tmp_path / "cups" / "cup.jpg").write_bytes(skimage_picture("coffee"))
    assert main([str(tmp_path / folder), "--report", str(tmp_path / "report"), "--engine", "dlib"]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "report").exists()


def test_where_no_report_can_be_written_is_said_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert main([str(tmp_path / "missing"), "--report", str(tmp_path / "file" / "report")]) == 2
    assert "file is not a folder" in capsys.readouterr().err


def test_what_may_not_be_read_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(_folder: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "secret"))

    monkeypatch.setattr("face_detection.pad_kit.__main__.stills_of", refused)
    assert main([str(tmp_path), "--report", str(tmp_path / "report")]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'secret'} can't be read: Permission denied.\n"


def test_rates_are_shown_even_if_they_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kit = "face_detection.pad_kit.__main__"
    held = JudgedPresentation("own print", "eileen", False, ("wrong_way",))
    monkeypatch.setattr(f"{kit}.check_of", lambda *_: SimpleNamespace(name="a check"))
    monkeypatch.setattr(f"{kit}.recorded", lambda _folder: [None])
    monkeypatch.setattr(f"{kit}.judged", lambda *_: held)
    (tmp_path / "report" / "report.csv").mkdir(parents=True)  # its place is taken
    assert main(["--bursts", str(tmp_path), "--report", str(tmp_path / "report")]) == 2
    shown = capsys.readouterr()
    assert "| own print | 1 | 1 |" in shown.out
    assert "The report can't be written" in shown.err


def test_ctrl_c_ends_it_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(_folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("face_detection.pad_kit.__main__.stills_of", stopped)
    assert main([str(tmp_path), "--report", str(tmp_path / "report")]) == 130
    assert capsys.readouterr().err == "\nStopped. Nothing was written.\n"
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(
    ("option", "word"),
    [("--people", "1"), ("--jobs", "0"), ("--seed", "-1"), ("--straight", "nan"), ("--straight", "61")],
)
def test_numbers_that_mean_nothing_are_refused(
    option: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["stills", "--report", "there", f"{option}={word}"])
    assert f"argument {option}: {word} is not a" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["stills"], ["--report", "there"], ["a.jpg", "--video", "b.y4m", "--report", "c"]]
)
def test_what_to_do_has_to_be_clear(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert "name a photo with --video, or a folder of stills" in capsys.readouterr().err
