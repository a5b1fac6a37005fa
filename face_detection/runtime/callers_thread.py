"""Has OpenCV and NumPy compute in the thread that calls them, as the server has many of its own."""

from __future__ import annotations

from functools import cache

import cv2
from threadpoolctl import ThreadpoolController


@cache
def compute_in_callers_thread() -> None:
    """Take OpenCV's and OpenBLAS's helping threads out of use, in this process and once.

    What they compute here takes a few hundred microseconds. Waking another thread for half of it, and looking
    again and again whether it is done, costs several times as much processor time on a busy machine: for the
    hashes of one picture 2.4 ms instead of 0.3. The networks, which OpenVINO runs, are not affected.
    """
    cv2.setNumThreads(1)
    ThreadpoolController().limit(limits=1, user_api="blas")
