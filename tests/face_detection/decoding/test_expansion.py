"""Usual JPEGs are expanded without Pillow, to exactly its pixels; what is unusual is left to Pillow."""

from __future__ import annotations

import io
import mmap
from typing import Any

import numpy as np
import pytest
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from benchmarks.attacks.crafted_photos import lossless_jpeg, scan_of_each
from face_detection.decoding import expansion
from face_detection.decoding.expansion import expand
from face_detection.decoding.jpeg_outline import frame_of
from face_detection.decoding.limits import MAX_COSTLY_PIXELS, MAX_PIXELS
from face_detection.decoding.straight import StraightPicture
from face_detection.errors import PhotoError

SIZES = [(2100, 1600), (1280, 960), (801, 599), (1, 9)]
ON_ITS_SIDE = Image.Exif()
ON_ITS_SIDE[0x0112] = 6


def picture(width: int, height: int) -> Image.Image:
    """Smooth colours with some noise, different in each place."""
    rows, columns = np.mgrid[:height, :width]
    smooth = np.stack([rows * 3 % 256, columns * 2 % 256, (rows + columns) % 256], axis=2)
    noise = np.random.default_rng(7).integers(0, 30, smooth.shape)
    return Image.fromarray(np.clip(smooth * 0.8 + noise, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", **({"quality": 80} | options))
    return out.getvalue()


def is_usual(data: bytes) -> bool:
    frame = frame_of(data)
    return frame is not None and frame.is_usual


def pixels_of(data: bytes, longest_side: int | None) -> NDArray[np.uint8]:
    found, _ = expand(data, "JPEG", longest_side)
    return np.frombuffer(b"".join(map(bytes, found.strips())), np.uint8).reshape(*found.size, 3)


@pytest.fixture
def straight(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The sizes of what was expanded without Pillow."""
    shapes: list[tuple[int, ...]] = []
    decode_jpeg = simplejpeg.decode_jpeg

    def decoded(*given: Any, **named: Any) -> NDArray[np.uint8]:
        pixels: NDArray[np.uint8] = decode_jpeg(*given, **named)
        shapes.append(pixels.shape)
        return pixels

    monkeypatch.setattr(simplejpeg, "decode_jpeg", decoded)
    return shapes


def by_pillow(monkeypatch: pytest.MonkeyPatch, data: bytes, longest_side: int | None) -> NDArray[np.uint8]:
    with monkeypatch.context() as patch:
        patch.setattr(expansion, "_STRAIGHT", set())
        return pixels_of(data, longest_side)


@pytest.mark.parametrize("longest_side", [None, 640, 300])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "options",
    [
        {"subsampling": "4:4:4"},
        {"subsampling": "4:2:2"},
        {"subsampling": "4:2:0"},
        {"progressive": True},
        {"restart_marker_rows": 1},
        {"quality": 30, "optimize": True},
    ],
    ids=str,
)
def test_the_pixels_are_pillows(
    options: dict[str, Any],
    size: tuple[int, int],
    longest_side: int | None,
    straight: list[tuple[int, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = jpeg(picture(*size), **options)
    found = pixels_of(data, longest_side)
    assert straight == [found.shape]
    assert np.array_equal(found, by_pillow(monkeypatch, data, longest_side))


@pytest.mark.parametrize("longest_side", [None, 640, 300])
def test_grey_pictures_are_pillows(
    longest_side: int | None, straight: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = jpeg(picture(1280, 960).convert("L"))
    found = pixels_of(data, longest_side)
    assert straight == [found.shape]
    assert np.array_equal(found, by_pillow(monkeypatch, data, longest_side))


@pytest.mark.parametrize(
    ("data", "longest_side"),
    [
        (jpeg(picture(640, 480).convert("CMYK")), None),
        (
            jpeg(picture(640, 480), exif=ON_ITS_SIDE),
            None,
        ),
        (jpeg(picture(3000, 2000)), 100),
    ],
    ids=["four colours", "on its side", "averaged too"],
)
def test_what_needs_more_is_left_to_pillow(
    data: bytes, longest_side: int | None, straight: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert np.array_equal(pixels_of(data, longest_side), by_pillow(monkeypatch, data, longest_side))
    assert straight == []


def test_a_little_damage_is_judged_as_pillow_does(
    straight: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = jpeg(picture(640, 480))
    start = whole.index(b"\xff\xda")
    odd = whole[:start] + b"\0\0\0" + whole[start:]  # bytes between two segments, which decoders skip
    found = pixels_of(odd, None)
    assert straight == []
    assert np.array_equal(found, by_pillow(monkeypatch, odd, None))
    assert np.array_equal(found, pixels_of(whole, None))


def test_half_a_file_is_refused() -> None:
    whole = jpeg(picture(640, 480))
    with pytest.raises(PhotoError, match="damaged or incomplete"):
        expand(whole[: len(whole) // 2], "JPEG", None)


@pytest.mark.skipif(not hasattr(mmap, "MADV_DONTNEED"), reason="other systems free memory later")
def test_what_was_sent_of_a_large_jpeg_is_freed() -> None:
    found, _ = expand(jpeg(Image.new("RGB", (2100, 1600), "white")), "JPEG", None)
    assert isinstance(found, StraightPicture)
    strips = found.strips()
    next(strips)
    assert found.pixels[0].all()
    next(strips)
    assert not found.pixels[0].any(), "the system has this memory again"
    assert found.pixels[-1].all()


@pytest.mark.parametrize("longest_side", [None, 24])
def test_a_lossless_jpeg_is_never_downscaled_by_its_decoder(
    longest_side: int | None, straight: list[tuple[int, ...]]
) -> None:
    reduction = 1 if longest_side is None else 4
    found = pixels_of(lossless_jpeg(97, 61), longest_side)
    assert straight == []
    assert found.shape == (-(-61 // reduction), -(-97 // reduction), 3)
    assert np.all(found == 128)


def test_a_lossless_jpeg_has_the_limit_of_what_is_decoded_whole() -> None:
    with pytest.raises(PhotoError, match=f"the limits are {MAX_PIXELS:,}"):
        expand(lossless_jpeg(7000, 4000), "JPEG", 640)


def test_a_jpeg_whose_colours_are_in_scans_of_their_own_has_that_limit_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = scan_of_each(97, 61)
    assert np.array_equal(pixels_of(small, None), by_pillow(monkeypatch, small, None))
    with pytest.raises(PhotoError, match=f"the limits are {MAX_PIXELS:,}"):
        expand(scan_of_each(7000, 4000), "JPEG", 640)


@pytest.mark.parametrize("file_format", ["WEBP", "JPEG"])
def test_what_needs_most_memory_for_a_pixel_may_have_half_as_many(file_format: str) -> None:
    """24 megapixels of them took 440 and 330 MB."""
    out = io.BytesIO()
    Image.new("RGB", (4200, 3000)).save(out, "WEBP", method=0)
    data = out.getvalue() if file_format == "WEBP" else scan_of_each(4200, 3000, components=4)
    with pytest.raises(PhotoError, match=f"4200x3000 pixels; the limits are {MAX_COSTLY_PIXELS:,}"):
        expand(data, file_format, 640)
    small = scan_of_each(420, 300, components=4)
    assert pixels_of(small, 640).shape == (300, 420, 3)


@pytest.mark.parametrize("before_frame", [b"", b"\xff\xfe\0\6text", b"\xff\xff"], ids=repr)
def test_a_frame_after_what_all_decoders_skip_is_usual(before_frame: bytes) -> None:
    whole = jpeg(picture(16, 16))
    frame = whole.index(b"\xff\xc0")
    assert is_usual(whole[:frame] + before_frame + whole[frame:])
    assert not is_usual(whole[:frame])


@pytest.mark.parametrize(
    "before_frame",
    [b"\xff\0\0\2", b"\xff\x01\0\2", b"\xff\xc3\0\2", b"\0"],
    ids=["stuffing", "without a length", "another frame", "no marker"],
)
def test_a_frame_that_decoders_find_differently_is_not_usual(before_frame: bytes) -> None:
    whole = jpeg(picture(16, 16))
    frame = whole.index(b"\xff\xc0")
    assert not is_usual(whole[:frame] + before_frame + whole[frame:])
