from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from face_detection.dlib import weights as dlib_weights
from face_detection.errors import ModelFileError


@pytest.fixture(scope="module")
def data() -> bytes:
    return dlib_weights.find().read_bytes()


def test_every_parameter_of_the_descriptor_is_read(data: bytes) -> None:
    layers = dlib_weights.parse(data)
    assert len(layers) == 108
    assert sum(layer.params.size for layer in layers) == 5_614_592
    assert all(np.isfinite(layer.params).all() for layer in layers)


@pytest.mark.server
def test_the_package_of_the_weights_is_found_without_importing_it() -> None:
    script = (
        "import sys; from face_detection import dlib_weights; dlib_weights.find();"
        "assert 'face_recognition_models' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


@pytest.mark.parametrize("length", [0, 1, 50, 335, 340, 19_000, 5_000_000, dlib_weights.FILE_BYTES - 1])
def test_a_file_cut_short_is_noticed_wherever_it_ends(data: bytes, length: int) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        dlib_weights.parse(data[:length])


def test_bytes_behind_the_end_are_noticed(data: bytes) -> None:
    with pytest.raises(ValueError, match="1 bytes are left over"):
        dlib_weights.parse(data + b"\0")


def test_a_size_out_of_all_proportion_is_refused_before_it_is_read(data: bytes) -> None:
    tensor = data.index(b"con_4") + len(b"con_4")
    huge = data[:tensor] + b"\x01\x02" + b"\x04\xff\xff\xff\x7f" * 4 + data[tensor + 12 :]
    with pytest.raises(ValueError, match="a tensor of"):
        dlib_weights.parse(huge)


def test_random_damage_to_the_structure_never_escapes_as_another_error(data: bytes) -> None:
    noise = np.random.default_rng(5)
    head = bytearray(data[:400])
    for _ in range(300):
        damaged = bytearray(head)
        damaged[noise.integers(0, 336)] = noise.integers(0, 256)
        with pytest.raises((ValueError, OverflowError)):
            dlib_weights.parse(bytes(damaged))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data[:1_000_000], r"1,000,000 bytes instead of 22,466,066"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), r"checksum"),
    ],
    ids=["cut short", "altered"],
)
def test_a_damaged_file_is_refused_by_name_with_the_remedy(
    data: bytes, tmp_path: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    damaged = tmp_path / "damaged.dat"
    damaged.write_bytes(change(data))
    with pytest.raises(ModelFileError, match=rf"damaged\.dat.*{message}.*pip install --force-reinstall"):
        dlib_weights.read(damaged)


def test_a_missing_file_is_refused_by_name_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"gone\.dat can't be read.*pip install"):
        dlib_weights.read(tmp_path / "gone.dat")
