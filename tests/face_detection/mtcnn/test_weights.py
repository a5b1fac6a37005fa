"""MTCNN's weights come out of the installed package, whole, and without TensorFlow."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest

from face_detection.errors import ModelFileError
from face_detection.mtcnn.weights import MtcnnNetwork, read_weights, weights_folder

PARAMETERS: dict[MtcnnNetwork, int] = {"pnet": 6_632, "rnet": 100_178, "onet": 389_040}
"""As the paper's networks have them."""


@pytest.mark.parametrize("network", ["pnet", "rnet", "onet"])
def test_every_parameter_is_there(network: MtcnnNetwork) -> None:
    assert sum(tensor.size for tensor in read_weights(network)) == PARAMETERS[network]


@pytest.mark.parametrize("network", ["pnet", "rnet", "onet"])
def test_they_are_what_joblib_reads(network: MtcnnNetwork) -> None:
    read = read_weights(network)
    for tensor, expected in zip(read, joblib.load(weights_folder() / f"{network}.lz4"), strict=True):
        np.testing.assert_array_equal(tensor, expected, strict=True)


def test_a_damaged_file_is_named_and_never_unpacked(tmp_path: Path) -> None:
    data = bytearray((weights_folder() / "onet.lz4").read_bytes())
    data[5000] ^= 1
    (tmp_path / "onet.lz4").write_bytes(data)
    with pytest.raises(ModelFileError, match=r"onet\.lz4.*SHA-256.*pip install"):
        read_weights("onet", tmp_path)


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    shutil.copy(weights_folder() / "rnet.lz4", tmp_path)
    with (tmp_path / "rnet.lz4").open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(ModelFileError, match=r"rnet\.lz4 \(1,000 bytes\)"):
        read_weights("rnet", tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"pnet\.lz4.*pip install"):
        read_weights("pnet", tmp_path)


@pytest.mark.server
def test_reading_them_loads_neither_tensorflow_nor_joblib() -> None:
    code = (
        "import sys; from face_detection.mtcnn.weights import read_weights; read_weights('onet');"
        "print([m for m in sys.modules if m.split('.')[0] in ('tensorflow', 'keras', 'mtcnn', 'joblib')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
