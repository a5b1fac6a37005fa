"""The decoder's process: reads orders from standard input until it ends, and writes pictures.

It loads Pillow, NumPy and little else. It keeps no file or socket of its parent, has none of the parent's
secrets in its environment, and ends when the parent does.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from io import BufferedIOBase
from typing import cast

from PIL import Image

from face_detection.decoding.expansion import Picture, expand
from face_detection.decoding.limits import DECODE_SECONDS, DECODER_BYTES
from face_detection.decoding.wire import READY, DecodeOrder, receive_order, send_head, send_problem
from face_detection.errors import PhotoError

_AT_ONCE = 1 << 20  # bytes of pixels that are copied at once


def main() -> None:
    """Serve orders."""
    _limit_itself()
    with _answers() as answers:
        answers.write(READY)
        answers.flush()
        orders = cast("BufferedIOBase", sys.stdin.buffer)
        while (received := receive_order(orders)) is not None:
            _set_alarm(2 * DECODE_SECONDS)
            _answer(answers, *received)
            _set_alarm(0)
            del received


def _answers() -> BufferedIOBase:
    """Standard output, which from now on belongs to the answers: what a library prints goes nowhere.

    With a large buffer all of a small picture is written at once, and the parent wakes once.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=2 * _AT_ONCE)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return cast("BufferedIOBase", answers)


def _answer(answers: BufferedIOBase, order: DecodeOrder, data: bytes) -> None:
    try:
        picture, original = expand(data, order.format, order.longest_side)
    except PhotoError as error:
        send_problem(answers, error)
    else:
        _send_picture(answers, picture, original)


def _send_picture(answers: BufferedIOBase, picture: Picture, original: tuple[int, int]) -> None:
    if isinstance(picture, Image.Image):
        width, height = picture.size
        send_head(answers, height, width, original)
        answers.writelines(_bands(picture))
    else:
        height, width = picture.shape[:2]
        send_head(answers, height, width, original)
        answers.write(picture.data)
    answers.flush()


def _bands(picture: Image.Image) -> Iterator[bytes]:
    """The pixels some rows at a time, so that a large picture isn't in memory twice."""
    width, height = picture.size
    rows = max(1, _AT_ONCE // (3 * width))
    if rows >= height:
        yield picture.tobytes()
    else:
        for top in range(0, height, rows):
            yield picture.crop((0, top, width, min(height, top + rows))).tobytes()


def _limit_itself() -> None:
    """Leave Ctrl-C to the parent, and take no more memory than a photo needs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    resource.setrlimit(resource.RLIMIT_DATA, (DECODER_BYTES, DECODER_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _set_alarm(seconds: float) -> None:
    """End this process after a time, or never (0), even if the parent was killed while a library computes."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main()
