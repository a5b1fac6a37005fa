"""The attacks run small, and each is a proof: it fails unless every honest check-in was served."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from click import ClickException
from click.testing import CliRunner
from PIL import Image

from benchmarks.attacks import attacker, decoding, formats, memory
from benchmarks.attacks.honest_check_ins import CheckIns
from face_detection.decoding.limits import MAX_COSTLY_PIXELS, MAX_PIXELS
from face_detection.decoding.structure import outline_of


@pytest.mark.networks
@pytest.mark.server
def test_files_that_are_slow_to_decode_stop_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "crafted_files", lambda: small_files(640, 480, 500))
    done = CliRunner().invoke(decoding.main, ["--seconds", "5", "--senders", "2"])
    assert done.exit_code == 0, done.output
    assert "honest check-ins were served" in done.output
    for status in ("415", "422"):
        assert status in done.output, "check-ins and known names refuse these files"


small_files = decoding.crafted_files


@pytest.mark.networks
@pytest.mark.server
def test_the_memory_of_large_photos_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "WARM_SECONDS", 1.0)
    done = CliRunner().invoke(memory.main, ["--photos", "2", "--megapixels", "0.5", "--settle", "1"])
    assert done.exit_code == 0, done.output
    assert "2 photos of 0.5 megapixels were answered with: 2 200." in done.output
    assert "MB at most" in done.output


@pytest.mark.networks
@pytest.mark.server
def test_the_memory_of_each_format_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "WARM_SECONDS", 1.0)
    monkeypatch.setattr(formats, "SETTLE_SECONDS", 0.1)
    monkeypatch.setattr(formats, "MEGAPIXELS", 0.5)
    done = CliRunner().invoke(formats.main, ["--at-once", "4", "--only", "WebP", "--only", "HEIC"])
    assert done.exit_code == 0, done.output
    for name in ("WebP", "HEIC"):
        [line] = [each for each in done.output.splitlines() if each.startswith(f"{name}, ")]
        assert "MB at most; " in line
        assert "2 200" in line, "by both of the calls that find all faces"


@pytest.mark.parametrize("name", formats.FORMATS)
def test_each_format_is_read(name: str) -> None:
    outline = outline_of(formats.large_photo(name, 0.2))
    assert outline.size is not None
    assert outline.size[0] > outline.size[1] > 200


def test_slow_files_have_as_many_pixels_as_are_decoded() -> None:
    pixels = decoding.WIDTH * decoding.HEIGHT
    assert 0.99 * MAX_PIXELS < pixels < MAX_PIXELS
    assert 0.97 * MAX_COSTLY_PIXELS < pixels * decoding.WEBP_SIDES**2 < MAX_COSTLY_PIXELS


def test_there_is_a_file_of_each_kind() -> None:
    files = decoding.crafted_files(64, 48, 40)
    assert len({data[:3] for data in files}) == 3
    assert len(files) == 8


def test_a_room_is_full_of_faces() -> None:
    with Image.open(io.BytesIO(memory.room_jpeg(1))) as room:
        assert room.size == (1154, 866)


def test_one_check_in_that_was_not_served_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    CheckIns([0.5]).require_all()
    assert "1 of 1" in capsys.readouterr().out
    with pytest.raises(ClickException, match="1 503 busy"):
        CheckIns([0.5], Counter({"503 busy": 1})).require_all()
    with pytest.raises(ClickException, match="0 of 0"):
        CheckIns().require_all()


def test_attacks_are_sent_in_turn_until_the_end() -> None:
    enough = [lambda: "a", lambda: "b"]
    with attacker.attacking(enough, senders=2, pause=0.001) as answers:
        while answers.total() < 8:
            pass
    assert set(answers) == {"a", "b"}
    assert attacker.listed(Counter({"200": 2, "503": 1})) == "2 200, 1 503"
    assert attacker.listed(Counter()) == "none"
