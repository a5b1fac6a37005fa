"""The server's own threads compute, and wake no others for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASKED = """
import cv2, numpy
from threadpoolctl import threadpool_info
from face_detection.runtime.openvino_core import core
core()
print(cv2.getNumThreads(), *(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"))
"""


@pytest.mark.server
def test_with_networks_opencv_and_numpy_compute_in_the_callers_thread() -> None:
    ran = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) == {"1"}
