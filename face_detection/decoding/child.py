"""The decoder's process: reads orders from standard input until it ends, and writes pictures.

It loads Pillow, NumPy and little else. It keeps no file or socket of its parent, has none of the parent's
secrets in its environment, and ends when the parent does.
"""

from __future__ import annotations

import os
import signal
import sys
from io import BufferedIOBase
from pathlib import Path
from typing import cast

from face_detection.decoding.expansion import expand, translated
from face_detection.decoding.limits import DECODE_SECONDS, DECODER_BYTES, LIGHT_DECODER_BYTES
from face_detection.decoding.upright import STRIP_BYTES
from face_detection.decoding.wire import READY, DecodeOrder, receive_order, send_head, send_problem
from face_detection.errors import PhotoError

_AT_ONCE = STRIP_BYTES  # so that all of a small picture is written at once, and the parent wakes once


def main() -> None:
    """Serve orders."""
    _limit_itself()
    light_bytes = min(DECODER_BYTES, _own_bytes() + LIGHT_DECODER_BYTES)
    with _answers() as answers:
        answers.write(READY)
        answers.flush()
        orders = cast("BufferedIOBase", sys.stdin.buffer)
        while (received := receive_order(orders)) is not None:
            _set_alarm(2 * DECODE_SECONDS)
            _limit_memory(DECODER_BYTES if received[0].heavy else light_bytes)
            _answer(answers, *received)
            _set_alarm(0)
            del received


def _answers() -> BufferedIOBase:
    """Standard output, which from now on belongs to the answers: what a library prints goes nowhere."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=_AT_ONCE)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return cast("BufferedIOBase", answers)


def _answer(answers: BufferedIOBase, order: DecodeOrder, data: bytes) -> None:
    try:
        picture, original = expand(data, order.format, order.longest_side)
        strips = picture.strips()
        with translated():
            first = next(strips)
    except PhotoError as error:
        send_problem(answers, error)
        return
    send_head(answers, *picture.size, original)
    answers.write(first)
    answers.writelines(strips)
    answers.flush()


def _limit_itself() -> None:
    """Leave Ctrl-C to the parent, and no copy of the memory on the disk after a crash."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_memory(most: int) -> None:
    """Take no more memory than a photo needs; what a later one may take is more again."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_DATA, (most, DECODER_BYTES))


def _own_bytes() -> int:
    """What this process has of the memory that the system limits; where that is unknown, all it may have."""
    if sys.platform != "linux":  # it can't be read there without a library
        return DECODER_BYTES
    pages = int(Path("/proc/self/statm").read_text().split()[5])  # data and stack: proc_pid_statm(5)
    return pages * os.sysconf("SC_PAGE_SIZE")


def _set_alarm(seconds: float) -> None:
    """End this process after a time, or never (0), even if the parent was killed while a library computes."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main()
