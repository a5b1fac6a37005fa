"""Bytes become an upright RGB photo, or a reason why not."""

from __future__ import annotations

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from face_detection import photo as photo_module
from face_detection.decoding.decode_slots import DecodeSlots
from face_detection.decoding.decoder_pool import DecoderPool
from face_detection.decoding.limits import MAX_BYTES, MAX_PIXELS
from face_detection.decoding.upright import BACKDROP
from face_detection.errors import BusyError, PhotoError
from face_detection.photo import (
    ANONYMOUS_SLOTS,
    PORTRAIT_SIDE,
    decode,
    encode_jpeg,
    portrait_jpeg,
    turn_to_read,
)
from face_detection.problems import PhotoProblem
from face_detection.values import Face, Photo

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 40), (30, 40, 220), (250, 250, 250)


def quarters(width: int = 96, height: int = 64) -> Image.Image:
    """Red and green above, blue and white below."""
    image = Image.new("RGB", (width, height))
    for colour, x, y in ((RED, 0, 0), (GREEN, 1, 0), (BLUE, 0, 1), (WHITE, 1, 1)):
        image.paste(colour, (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
    return image


def encoded(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


def heic(image: Image.Image) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, quality=90)
    return out.getvalue()


def corners(photo: Photo) -> list[list[int]]:
    """Colours of the four quarters, in reading order."""
    h, w = photo.height, photo.width
    points = ((h // 4, w // 4), (h // 4, 3 * w // 4), (3 * h // 4, w // 4), (3 * h // 4, 3 * w // 4))
    return [photo.pixels[point].tolist() for point in points]


def close(actual: Any, expected: Any, within: int = 25) -> bool:
    return bool((np.abs(np.array(actual) - np.array(expected)) <= within).all())


def problem_of(data: bytes) -> PhotoProblem:
    with pytest.raises(PhotoError) as caught:
        decode(data)
    return caught.value.problem


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that declares a size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )


def jpeg_that_claims(data: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame header declares another size."""
    start = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    return data[: start + 5] + struct.pack(">HH", height, width) + data[start + 9 :]


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "HEIC"])
def test_each_format_becomes_rgb(file_format: str) -> None:
    image = quarters()
    photo = decode(heic(image) if file_format == "HEIC" else encoded(image, file_format))
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.shape == (64, 96, 3)
    assert photo.pixels.flags.c_contiguous
    assert photo.original_size == (64, 96)
    assert close(corners(photo), [RED, GREEN, BLUE, WHITE])


@pytest.mark.parametrize("file_format", ["GIF", "BMP", "TIFF", "PPM", "ICO"])
def test_no_other_format_is_opened(file_format: str) -> None:
    assert problem_of(encoded(quarters(), file_format)) is PhotoProblem.NOT_AN_IMAGE


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
        (99, [RED, GREEN, BLUE, WHITE]),
    ],
)
def test_the_camera_s_orientation_is_applied(orientation: int, expected: list[tuple[int, int, int]]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = decode(encoded(quarters(), "JPEG", exif=exif, quality=95), longest_side=48)
    sideways = orientation in (5, 6, 7, 8)
    assert photo.pixels.shape == ((48, 32, 3) if sideways else (32, 48, 3))
    assert photo.original_size == ((96, 64) if sideways else (64, 96))
    assert photo.pixels.flags.c_contiguous
    assert close(corners(photo), expected)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # Pillow warns and goes on; only here is that an error
def test_a_broken_exif_block_does_not_spoil_the_photo() -> None:
    photo = decode(encoded(quarters(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    assert photo.pixels.shape == (64, 96, 3)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_other_colour_models_become_rgb(mode: str) -> None:
    image = quarters().convert(mode)
    photo = decode(encoded(image, "JPEG" if mode == "CMYK" else "PNG", quality=95))
    expected = Photo(np.asarray(image.convert("RGB")), (64, 96))
    assert close(corners(photo), corners(expected))


def test_sixteen_bit_grey_keeps_its_tones() -> None:
    ramp = np.linspace(0, 65535, 64 * 96).reshape(64, 96).astype(np.uint16)
    photo = decode(encoded(Image.fromarray(ramp)))
    assert np.abs(photo.pixels[..., 0].astype(int) - ramp // 257).max() <= 1


def test_transparent_parts_are_laid_on_grey() -> None:
    image = quarters().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 48, 32))
    assert close(corners(decode(encoded(image))), [BACKDROP, GREEN, BLUE, WHITE], within=2)


def test_a_palette_with_transparency_is_laid_on_grey() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([10, 10, 10, 200, 0, 0])
    photo = decode(encoded(image, transparency=0))
    assert (photo.pixels == BACKDROP[0]).all()


def test_an_animation_gives_its_first_frame() -> None:
    red, blue = Image.new("RGB", (40, 30), RED), Image.new("RGB", (40, 30), BLUE)
    for file_format in ("WEBP", "PNG"):
        data = encoded(red, file_format, save_all=True, append_images=[blue])
        assert close([decode(data).pixels[15, 20]], [RED])


def test_a_jpeg_is_shrunk_while_it_is_decoded() -> None:
    photo = decode(encoded(quarters(1280, 960), "JPEG"), longest_side=500)
    assert photo.pixels.shape == (375, 500, 3)
    assert photo.original_size == (960, 1280)
    assert close(corners(photo), [RED, GREEN, BLUE, WHITE])


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "HEIC"])
@pytest.mark.parametrize("side", [960, 500, 319, 7])
def test_every_format_is_shrunk_to_the_side(file_format: str, side: int) -> None:
    image = quarters(960, 640)
    photo = decode(heic(image) if file_format == "HEIC" else encoded(image, file_format), longest_side=side)
    assert photo.pixels.shape == (round(side * 2 / 3), side, 3)
    assert photo.original_size == (640, 960)
    assert close(corners(photo), [RED, GREEN, BLUE, WHITE], within=40)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_a_small_photo_is_not_enlarged(file_format: str) -> None:
    assert decode(encoded(quarters(), file_format), longest_side=4000).pixels.shape == (64, 96, 3)


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert problem_of(bytes(MAX_BYTES + 1)) is PhotoProblem.TOO_MANY_BYTES


@pytest.mark.parametrize("size", [(6000, 5000), (60_000, 60_000), (31_000, 10)])
def test_a_bomb_is_refused_by_its_declared_size(size: tuple[int, int]) -> None:
    assert problem_of(png_that_claims(*size)) is PhotoProblem.TOO_MANY_PIXELS


def test_a_webp_and_a_heic_are_held_to_the_same_pixels() -> None:
    wide = Image.new("RGB", (5800, 4300), RED)
    assert problem_of(encoded(wide, "WEBP", quality=1, method=0)) is PhotoProblem.TOO_MANY_PIXELS


def test_a_heic_that_is_too_large_is_refused_before_it_is_expanded() -> None:
    data = heic(quarters())
    start = data.index(b"ispe") + 8
    claimed = data[:start] + struct.pack(">II", 30_000, 20_000) + data[start + 8 :]
    assert problem_of(claimed) in {PhotoProblem.TOO_MANY_PIXELS, PhotoProblem.NOT_AN_IMAGE}


def test_a_baseline_jpeg_may_have_more_pixels_since_it_is_shrunk() -> None:
    data = encoded(Image.new("L", (6400, 4800), 90), "JPEG", quality=30)
    assert MAX_PIXELS < 6400 * 4800
    assert decode(data, longest_side=640).pixels.shape == (480, 640, 3)
    assert decode(data).pixels.shape == (2400, 3200, 3)


def test_a_progressive_jpeg_may_not() -> None:
    data = encoded(quarters(), "JPEG", progressive=True)
    assert problem_of(jpeg_that_claims(data, 6400, 4800)) is PhotoProblem.TOO_MANY_PIXELS


def test_a_jpeg_has_a_limit_too() -> None:
    data = encoded(quarters(), "JPEG")
    assert problem_of(jpeg_that_claims(data, 12_000, 9_000)) is PhotoProblem.TOO_MANY_PIXELS
    assert problem_of(jpeg_that_claims(data, 60_000, 60_000)) is PhotoProblem.TOO_MANY_PIXELS


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "HEIC"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_is_cut_short_is_no_photo(file_format: str, share: float, astronaut_jpeg: bytes) -> None:
    image = Image.open(io.BytesIO(astronaut_jpeg)).resize((256, 256))
    data = heic(image) if file_format == "HEIC" else encoded(image, file_format)
    assert problem_of(data[: int(len(data) * share)]) is PhotoProblem.NOT_AN_IMAGE


def test_nothing_and_text_are_no_photo() -> None:
    assert problem_of(b"") is PhotoProblem.NOT_AN_IMAGE
    assert problem_of(b"<html>hello</html>") is PhotoProblem.NOT_AN_IMAGE


SEEDS = [
    encoded(quarters(24, 16), "JPEG"),
    encoded(quarters(24, 16), "PNG"),
    encoded(quarters(24, 16), "WEBP"),
    heic(quarters(64, 64)),
]


@settings(deadline=None)  # another process decodes
@given(data=st.binary(max_size=300))
@example(data=b"\xff\xd8\xff")
@example(data=b"\x89PNG\r\n\x1a\n")
@example(data=b"RIFF\x00\x00\x00\x00WEBPVP8 ")
@example(data=b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")
def test_any_bytes_give_a_photo_or_a_reason(data: bytes) -> None:
    assert_photo_or_reason(data)


@settings(deadline=None)  # the same
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=8)), min_size=1, max_size=6),
    cut=st.integers(0, 5000) | st.none(),
)
def test_any_damage_to_a_photo_gives_a_photo_or_a_reason(
    seed: bytes, changes: list[tuple[int, bytes]], cut: int | None
) -> None:
    data = bytearray(seed)
    for place, new in changes:
        start = place % len(data)
        data[start : start + len(new)] = new
    assert_photo_or_reason(bytes(data[:cut]))


def assert_photo_or_reason(data: bytes) -> None:
    try:
        photo = decode(data, longest_side=64)
    except PhotoError:
        return
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.shape[2] == 3
    assert max(photo.pixels.shape[:2]) <= 64


def test_what_is_encoded_carries_no_metadata(hopper_jpeg: bytes) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)
    source = encoded(Image.open(io.BytesIO(hopper_jpeg)), "JPEG", exif=exif, comment=b"where I live")
    data = encode_jpeg(decode(source).pixels)
    again = Image.open(io.BytesIO(data))
    assert again.format == "JPEG"
    assert not again.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(again.info)


def test_only_rgb_bytes_are_encoded() -> None:
    with pytest.raises(ValueError, match=r"\(H, W, 3\), got float64 \(4, 4\)"):
        encode_jpeg(np.zeros((4, 4)))  # type: ignore[arg-type]


def face_at(*box: float) -> Face:
    return Face(np.array(box, np.float32), 1.0, np.zeros((5, 2), np.float32))


def test_a_portrait_is_a_square_of_twice_the_face() -> None:
    photo = decode(encoded(quarters(960, 640)))
    portrait = decode(portrait_jpeg(photo, face_at(440, 260, 520, 380)))
    assert portrait.pixels.shape == (240, 240, 3)
    assert close(corners(portrait), [RED, GREEN, BLUE, WHITE])


def test_a_portrait_of_a_large_face_is_shrunk_and_stays_inside_the_photo() -> None:
    photo = decode(encoded(quarters(2000, 1500)))
    portrait = decode(portrait_jpeg(photo, face_at(-50, 0, 850, 1100)))
    assert max(portrait.pixels.shape[:2]) == PORTRAIT_SIDE


@pytest.mark.parametrize("box", [(-500, -500, -400, -400), (5000, 5000, 5100, 5100)])
def test_a_portrait_of_a_face_outside_of_the_photo_is_still_a_picture(box: tuple[int, int, int, int]) -> None:
    photo = decode(encoded(quarters()))
    assert decode(portrait_jpeg(photo, face_at(*box))).pixels.size >= 3


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A photo that counts as large, with one place for those and nobody who waits."""
    monkeypatch.setattr(photo_module, "LARGE_PIXELS", 96 * 64 - 1)
    monkeypatch.setattr(photo_module, "_large_slots", DecodeSlots(1, 60, most_waiting=0))
    return encoded(quarters(), "JPEG")


def refused_elsewhere(data: bytes, **how: Any) -> bool:
    """Whether another thread gets no turn to read a photo."""

    def read() -> bool:
        try:
            with turn_to_read(data, **how):
                return decode(data, **how).pixels.size == 0
        except BusyError:
            return True

    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(read).result()


def test_large_photos_take_turns_and_small_ones_do_not(large: bytes) -> None:
    with turn_to_read(large):
        assert refused_elsewhere(large)
        assert not refused_elsewhere(large, longest_side=48), "it is shrunk meanwhile"
        assert not refused_elsewhere(encoded(quarters(48, 32), "JPEG"))
    assert not refused_elsewhere(large)
    with pytest.raises(ValueError, match="broken"), turn_to_read(large):
        raise ValueError("broken")
    assert not refused_elsewhere(large), "an error gives the place back"


def test_a_heavy_photo_waits_without_a_slot_and_anonymous_ones_for_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heavy_slots, data = DecodeSlots(1, 0.01), encoded(quarters(), "PNG")
    monkeypatch.setattr(photo_module, "HEAVY_BYTES", 96 * 64)
    monkeypatch.setattr(photo_module, "_heavy_slots", heavy_slots)

    def pixels(**how: Any) -> int:
        with ThreadPoolExecutor(1) as elsewhere:
            return int(elsewhere.submit(decode, data, **how).result().pixels.size)

    with heavy_slots.slot():
        with pytest.raises(BusyError):
            pixels()
        assert pixels(slots=ANONYMOUS_SLOTS) == 96 * 64 * 3
    with ANONYMOUS_SLOTS.slot():
        assert pixels() == 96 * 64 * 3


def test_a_hostile_photo_is_a_reason_even_if_it_hangs_its_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = DecoderPool(seconds=0.0)
    monkeypatch.setattr(photo_module, "_decoders", pool)
    with pytest.raises(PhotoError, match="within 0 s") as caught:
        decode(encoded(quarters(2000, 1500), "PNG"))
    assert caught.value.problem is PhotoProblem.NOT_AN_IMAGE
    pool.close()
