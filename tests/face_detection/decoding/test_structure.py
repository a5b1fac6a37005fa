"""Files that are built to be slow are refused before a decoder sees them; honest ones pass."""

from __future__ import annotations

import io
import runpy
import time
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, PngImagePlugin

from benchmarks.attacks import crafted_photos as crafted
from face_detection.decoding.chunk_outlines import MOST_BOXES, MOST_CHUNKS
from face_detection.decoding.jpeg_outline import MOST_FILL_BYTES, MOST_SCANS, MOST_SEGMENTS
from face_detection.decoding.outline import PhotoFormat
from face_detection.decoding.structure import format_of, outline_of
from face_detection.errors import PhotoError
from face_detection.photo import decode
from face_detection.problems import PhotoProblem

SIZE = (48, 32)
PATIENCE = 1.0  # seconds; what takes 20 ms on an idle computer, beside whatever else runs


def encoded(file_format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", SIZE, (200, 30, 30))
    if file_format == "HEIF":
        pillow_heif.from_pillow(image).save(out)
    else:
        image.save(out, file_format, **options)
    return out.getvalue()


def refused(data: bytes, *words: str) -> bool:
    """Whether the outline is refused with these words, soon enough."""
    begun = time.perf_counter()
    with pytest.raises(PhotoError) as caught:
        outline_of(data)
    soon = time.perf_counter() - begun < PATIENCE
    assert caught.value.problem is PhotoProblem.NOT_AN_IMAGE
    return soon and all(word in str(caught.value) for word in words)


JPEG = encoded("JPEG")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (crafted.many_scans(640, 480, 2000), ("32 scans", "Save it again")),
        (crafted.filled(JPEG, 9_000_000), ("4,096 fill bytes",)),
        (crafted.many_comments(JPEG, 2_000_000), ("2,000 segments",)),
        (crafted.many_chunks(encoded("PNG"), 800_000), ("20,000 chunks",)),
        (crafted.many_boxes(encoded("HEIF"), 1_000_000), ("5,000 boxes",)),
        (crafted.many_webp_chunks(encoded("WEBP"), 1_000_000), ("20,000 chunks",)),
        (crafted.second_frame(JPEG), ("1 frame", "no camera")),
        (crafted.second_frame(crafted.progressive_jpeg(*SIZE)), ("1 frame",)),
        (crafted.second_head(encoded("PNG")), ("1 IHDR chunk",)),
    ],
    ids=[
        "scans",
        "fill bytes",
        "comments",
        "PNG chunks",
        "boxes",
        "WebP chunks",
        "second frame",
        "second frame after many scans",
        "second head",
    ],
)
def test_what_no_camera_writes_is_refused_in_milliseconds(data: bytes, words: tuple[str, ...]) -> None:
    assert refused(data, *words)


def test_the_fault_is_found_between_scans_too() -> None:
    jpeg = crafted.progressive_jpeg(64, 64)
    at = jpeg.rindex(b"\xff\xc4")
    assert refused(jpeg[:at] + crafted.many_comments(crafted.SOI + jpeg[at:], 100_000)[2:], "segments")


@pytest.mark.parametrize(
    "data",
    [
        JPEG + b"\xff\xda" * 5000,
        crafted.progressive_jpeg(640, 480),
        crafted.many_scans(640, 480, 16),
        crafted.filled(JPEG, 100),
        crafted.many_comments(JPEG, 500),
        crafted.many_chunks(encoded("PNG"), 1000),
        crafted.many_boxes(encoded("HEIF"), 1000),
        crafted.many_webp_chunks(encoded("WEBP"), 100),
    ],
    ids=["trailer", "progressive", "scans", "fill bytes", "comments", "PNG chunks", "boxes", "WebP chunks"],
)
def test_what_an_honest_file_may_have_passes(data: bytes) -> None:
    assert decode(data).pixels.shape[2] == 3


def test_a_thumbnail_and_a_second_picture_count_for_nothing() -> None:
    """Phones put whole JPEGs into a segment, and behind the picture."""
    many = crafted.many_scans(64, 64, 2 * MOST_SCANS)
    segment = b"\xff\xe1" + (len(many) + 2).to_bytes(2) + many
    outline = outline_of(JPEG[:2] + segment + JPEG[2:] + many)
    assert (outline.size, outline.shrinks) == (SIZE, True)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_the_end_of_a_file_ends_the_search(share: float) -> None:
    for data in (JPEG, encoded("PNG"), encoded("WEBP"), encoded("HEIF")):
        assert outline_of(data[: int(len(data) * share)]).format in PhotoFormat


def test_ten_megabytes_of_anything_are_searched_at_once() -> None:
    head = JPEG[: JPEG.index(b"\xff\xda") + 14]
    for filling in (b"\x00", b"\xff", b"\xff\x00", b"\xff\xd0", b"\xff\xff\x00"):
        begun = time.perf_counter()
        outline_of(head + filling * (10_000_000 // len(filling)))
        assert time.perf_counter() - begun < PATIENCE, filling


def test_something_else_than_a_marker_is_damage() -> None:
    assert refused(JPEG[:2] + JPEG[2:20] + b"oops" + JPEG[20:], "damaged", "20")


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"RIFF\0\0\0\0WAVE", b"\xff\xd8", b"<html>"])
def test_other_formats_are_named_at_once(data: bytes) -> None:
    assert refused(data, "not a JPEG, PNG, WebP or HEIC")


@pytest.mark.parametrize(
    ("brands", "file_format"),
    [
        (b"heic\0\0\0\0mif1heic", PhotoFormat.HEIF),
        (b"MiHB\0\0\0\0mif1heic", PhotoFormat.HEIF),
        (b"qt  \0\0\0\0qt  ", None),
        (b"mp42\0\0\0\0isommp42", None),
        (b"", None),
    ],
)
def test_a_picture_in_a_container_is_no_video(brands: bytes, file_format: PhotoFormat | None) -> None:
    head = (8 + len(brands)).to_bytes(4) + b"ftyp" + brands
    assert format_of(head + b"mif1") is file_format, "what follows the brands is none"


@pytest.mark.parametrize(
    ("data", "file_format"),
    [
        (JPEG, PhotoFormat.JPEG),
        (encoded("PNG"), PhotoFormat.PNG),
        (encoded("WEBP"), PhotoFormat.WEBP),
        (encoded("WEBP", lossless=True), PhotoFormat.WEBP),
        (encoded("WEBP", exif=Image.Exif().tobytes()), PhotoFormat.WEBP),
    ],
)
def test_the_declared_size_is_read(data: bytes, file_format: PhotoFormat) -> None:
    outline = outline_of(data)
    assert (outline.format, outline.size) == (file_format, SIZE)


def test_the_size_of_a_heic_is_that_of_its_largest_picture() -> None:
    assert outline_of(encoded("HEIF")).size == (64, 64), "it is coded in blocks of 64"


def test_text_in_a_png_is_not_even_read() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "<x>" + "abcdefgh" * 200_000 + "</x>", zip=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded("PNG", pnginfo=info, exif=exif)
    assert b"iTXt" in data
    assert b"iTXt" not in outline_of(data).data
    assert decode(data).pixels.shape == (48, 32, 3), "its orientation is kept"


def test_a_jpeg_that_is_not_progressive_needs_less_memory_for_less_of_it() -> None:
    sequential, progressive = outline_of(JPEG), outline_of(crafted.progressive_jpeg(*SIZE))
    assert sequential.decoder_bytes(8) < sequential.decoder_bytes(None) < progressive.decoder_bytes(None)
    assert progressive.decoder_bytes(8) == progressive.decoder_bytes(None)
    assert sequential.result_pixels(None) == 48 * 32
    assert sequential.result_pixels(24) == 24 * 16


def test_a_jpeg_whose_colours_are_in_scans_of_their_own_needs_the_memory_of_a_progressive_one() -> None:
    """930 kB took 500 MB, of which nobody knew, so that several were decoded at once."""
    apart, progressive = outline_of(crafted.scan_of_each(*SIZE)), outline_of(crafted.progressive_jpeg(*SIZE))
    for side in (8, None):
        assert apart.decoder_bytes(side) == progressive.decoder_bytes(side)
    grey = outline_of(crafted.scan_of_each(*SIZE, components=1))
    assert grey.decoder_bytes(8) == outline_of(JPEG).decoder_bytes(8), "one scan has all of its colours"


def test_the_cases_that_went_wrong_once(shared: Path) -> None:
    cases = runpy.run_path(str(shared / "cases" / "make_cases.py"))
    assert refused(cases["many_scans"](5700, 4280, 2000), "scans")
    assert refused(cases["filled"](9), "fill bytes")
    assert refused(cases["many_comments"](2_000_000), "segments")
    assert decode(cases["png_with_much_text"]()).pixels.shape[2] == 3


def test_the_limits_are_beyond_honest_files() -> None:
    assert outline_of(crafted.progressive_jpeg(640, 480))
    assert MOST_SCANS >= 3 * 10
    assert MOST_SEGMENTS >= 30_000_000 // 65_535, "a depth map of the largest file"
    assert MOST_CHUNKS >= 30_000_000 // 8192
    assert MOST_BOXES >= 4 * 192
    assert MOST_FILL_BYTES > 0
