"""What comes from a decoder's process is checked as if a stranger had sent it."""

from __future__ import annotations

import io
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_detection.decoding import wire
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem


def answer(about: object, pixels: bytes, length: int | None = None) -> io.BytesIO:
    text = json.dumps(about).encode()
    return io.BytesIO(
        struct.pack(">IQ", len(text), len(pixels) if length is None else length) + text + pixels
    )


def test_an_order_and_a_picture_arrive_as_they_were_sent() -> None:
    pipe = io.BytesIO()
    wire.send_order(pipe, wire.DecodeOrder("JPEG", 640), b"data")
    pipe.seek(0)
    assert wire.receive_order(pipe) == (wire.DecodeOrder("JPEG", 640), b"data")
    assert wire.receive_order(pipe) is None
    pipe = io.BytesIO()
    wire.send_head(pipe, 2, 1, (20, 10))
    pipe.write(b"abcdef")
    pipe.seek(0)
    picture = wire.receive_picture(pipe)
    assert (picture.height, picture.width, picture.original_size) == (2, 1, (20, 10))
    assert picture.pixels.tobytes() == b"abcdef"


def test_a_problem_arrives_with_its_code() -> None:
    pipe = io.BytesIO()
    wire.send_problem(pipe, PhotoError(PhotoProblem.TOO_MANY_PIXELS, "far too many"))
    pipe.seek(0)
    with pytest.raises(PhotoError, match="far too many") as caught:
        wire.receive_picture(pipe)
    assert caught.value.problem is PhotoProblem.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    "pipe",
    [
        io.BytesIO(b""),
        io.BytesIO(b"ready\nready\nready\n" * 10),
        answer([], b""),
        answer({"height": 1, "width": 1}, bytes(3)),
        answer({"height": 1, "width": 1, "original": []}, bytes(3)),
        answer({"height": 1, "width": 1, "original": [1, "x"]}, bytes(3)),
        answer({"height": -1, "width": -1, "original": [1, 1]}, bytes(3)),
        answer({"height": 1, "width": 1, "original": [1, 1]}, bytes(6)),
        answer({"height": 2, "width": 1, "original": [1, 1]}, bytes(3), length=6),
        answer({"height": 1 << 16, "width": 1 << 16, "original": [1, 1]}, b"", length=3 << 32),
        answer({"problem": "nonsense", "detail": ""}, b""),
        answer({"problem": "not_an_image"}, b""),
    ],
)
def test_anything_else_is_broken(pipe: io.BytesIO) -> None:
    with pytest.raises(wire.BrokenWireError):
        wire.receive_picture(pipe)


@given(st.binary(max_size=200))
def test_no_bytes_surprise_the_parent(data: bytes) -> None:
    with pytest.raises(wire.BrokenWireError):
        wire.receive_picture(io.BytesIO(data))
