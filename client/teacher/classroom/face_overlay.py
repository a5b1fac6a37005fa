"""Where boxes, crops and names lie in the overlay of a picture, whose width is 1000 units."""

from __future__ import annotations

from attendance.classroom.jobs.values import ClassroomFace

WIDTH = 1000  # of every picture, in units; the height follows
MARGIN = 0.45  # of a face, around it in its crop
SMALLEST_CROP = 24  # units
SMALLEST_TEXT, LARGEST_TEXT = 12, 26  # units
LETTER = 0.58  # width of a letter, in sizes of the text
ROOM_FOR_NAME = 1.6  # widths of a box that its name may take
EDGE = 90  # units from the edge within which a name is not centred under its box
Box = tuple[int, int, int, int]
"""X, y, width and height in units."""


def height_of(width: int, height: int) -> int:
    """The height in units of a picture of so many pixels."""
    return max(1, round(WIDTH * height / max(1, width)))


def box_of(face: ClassroomFace, height: int) -> Box:
    """The box of a face, in units."""
    x, y, w, h = face.box
    return round(x * WIDTH), round(y * height), max(1, round(w * WIDTH)), max(1, round(h * height))


def crop_of(box: Box, height: int) -> str:
    """A square around a face, inside the picture as far as that goes, as the ``viewBox`` of an SVG."""
    x, y, w, h = box
    side = min(max(round(max(w, h) * (1 + 2 * MARGIN)), SMALLEST_CROP), WIDTH, max(height, 1))
    left = min(max(0, round(x + w / 2 - side / 2)), WIDTH - side)
    top = min(max(0, round(y + h / 2 - side / 2)), height - side)
    return f"{left} {top} {side} {side}"


def text_of(box: Box, height: int, letters: int) -> tuple[int, int, str, int]:
    """X, y, anchor and size of a name under a box, or above it at the lower edge.

    Args:
        box: of the face.
        height: of the picture.
        letters: of the name; a longer one is written smaller, so that names of neighbours don't meet.
    """
    x, y, w, h = box
    fitting = w * ROOM_FOR_NAME / (LETTER * max(1, letters))
    size = round(min(max(fitting, SMALLEST_TEXT), LARGEST_TEXT))
    below = y + h + size + 2
    top = below if below < height - 4 else max(size, y - 6)
    if x + w / 2 < EDGE:
        return x, top, "start", size
    if x + w / 2 > WIDTH - EDGE:
        return x + w, top, "end", size
    return round(x + w / 2), top, "middle", size
