"""Mutations of bytes and of texts that know nothing of their format."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

MOST_CHANGES = 6
MOST_GROWTH = 200_000  # bytes that one mutation adds
_EDGES = (
    0,
    1,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    2**63 - 1,
    2**64 - 1,
)
ODD_TEXTS = (
    *(
        "",
        " ",
        "\x00",
        "\r\n",
        "\t",
        "\u202e",
        "\ufeff",
        "\u200b",
        "\u0301" * 200,
        "\U0001f9d1\u200d\U0001f393",
    ),
    *("%00", "%s%n", "{{7*7}}", "${7*7}", "../../etc/passwd", "C:\\con", "<script>alert(1)</script>"),
    *("' OR 1=1 --", '"; DROP TABLE students; --', "=1+1", "@SUM(A1)", "-0", "1e400", "NaN", "null", "true"),
    *("9" * 5000, "\u0663\u0664", "\uff11\uff12", "\u00bd", "\u2460", "\u00df", "\u0130", "\ud7ff", "\uffff"),
    *("2026-02-30", "0000-00-00", "9999-12-31T23:59:60Z", "-9223372036854775809", "A" * 70_000, "[" * 3000),
    *("\x1b]0;title\x07", "\x7f", "a\x08b", "|", ";", ",,,,", '"', '"""', "\\", "xn--a", "@", "a@b", "+49"),
)
"""Texts that programs have stumbled over: signs that can't be seen, numbers that are none, other scripts."""

Change = Callable[[bytearray, random.Random], str]


def mutated(data: bytes, draw: random.Random, words: Sequence[bytes] = ()) -> tuple[bytes, str]:
    """A copy with one to some changes, and their names.

    Args:
        data: what is changed.
        draw: the source of chance.
        words: byte strings that mean something in this format.
    """
    changed = bytearray(data)
    names = [draw.choice(_CHANGES)(changed, draw) for _ in range(draw.randint(1, MOST_CHANGES))]
    if words and draw.random() < 0.4:
        at = draw.randint(0, len(changed))
        word = draw.choice(words)
        changed[at : at + draw.choice((0, len(word)))] = word
        names.append("word")
    return bytes(changed), " ".join(names)


def mutated_text(text: str, draw: random.Random) -> str:
    """A copy with an odd text put in, a part left out, repeated, or moved to another case."""
    begin, end = sorted((draw.randint(0, len(text)), draw.randint(0, len(text))))
    match draw.randrange(6):
        case 0:
            return text[:begin] + draw.choice(ODD_TEXTS) + text[end:]
        case 1:
            return text[:begin] + text[end:]
        case 2:
            return text[:begin] + text[begin:end] * draw.randint(2, 50) + text[end:]
        case 3:
            return text.swapcase() if draw.random() < 0.5 else text[::-1]
        case 4:
            return (
                text[:begin]
                + chr(draw.choice((draw.randrange(128), draw.randrange(0xD800))))
                + text[begin + 1 :]
            )
        case _:
            return draw.choice(ODD_TEXTS)


def any_text(draw: random.Random) -> str:
    """An odd text, or several one after the other."""
    return "".join(draw.choice(ODD_TEXTS) for _ in range(draw.choice((1, 1, 1, 2, 5))))


def _flip_bits(data: bytearray, draw: random.Random) -> str:
    for _ in range(draw.choice((1, 1, 2, 8, 64)) if data else 0):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return "bits"


def _set_number(data: bytearray, draw: random.Random) -> str:
    """Numbers at the edges of their types, most of them in the head, where lengths and sizes are."""
    width = draw.choice((1, 2, 4, 8))
    if len(data) >= width:
        within = len(data) if draw.random() < 0.5 else min(len(data), 128)
        at = draw.randint(0, max(0, within - width))
        number = draw.choice(_EDGES) & (1 << 8 * width) - 1
        data[at : at + width] = number.to_bytes(width, draw.choice(("big", "little")))
    return "number"


def _leave_out(data: bytearray, draw: random.Random) -> str:
    begin = draw.randint(0, len(data))
    del data[begin : begin + draw.choice((1, 2, 4, 16, 256, 4096))]
    return "left-out"


def _cut_off(data: bytearray, draw: random.Random) -> str:
    del data[draw.randint(0, len(data)) :]
    return "cut-off"


def _repeat(data: bytearray, draw: random.Random) -> str:
    begin = draw.randint(0, len(data))
    part = bytes(data[begin : begin + draw.choice((1, 4, 16, 64, 1024))])
    times = draw.choice((2, 10, 1000))
    data[begin:begin] = (part * times)[:MOST_GROWTH]
    return "repeated"


def _put_in(data: bytearray, draw: random.Random) -> str:
    at = draw.randint(0, len(data))
    data[at:at] = draw.randbytes(draw.choice((1, 2, 4, 16, 256)))
    return "put-in"


def _move(data: bytearray, draw: random.Random) -> str:
    begin, to = draw.randint(0, len(data)), draw.randint(0, len(data))
    size = draw.choice((1, 4, 32, 512))
    part = bytes(data[begin : begin + size])
    data[to : to + len(part)] = part
    return "moved"


_CHANGES: tuple[Change, ...] = (_flip_bits, _set_number, _leave_out, _cut_off, _repeat, _put_in, _move)
