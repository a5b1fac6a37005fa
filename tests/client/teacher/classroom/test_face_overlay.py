"""Crops stay inside the picture and around the face, wherever that is; names stay on the picture."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from attendance.classroom.jobs.states import FaceState
from attendance.classroom.jobs.values import ClassroomFace
from client.teacher.classroom.face_overlay import WIDTH, box_of, crop_of, height_of, text_of

shares = st.floats(0, 1, allow_nan=False)


@st.composite
def faces(draw: st.DrawFn) -> ClassroomFace:
    """A face somewhere in a picture."""
    x, y = draw(shares), draw(shares)
    w, h = draw(st.floats(0.001, 1)) * (1 - x), draw(st.floats(0.001, 1)) * (1 - y)
    return ClassroomFace("0-0", 0, (x, y, w, h), FaceState.UNKNOWN, (), None, 40)


@given(faces(), st.integers(1, 9000), st.integers(1, 9000))
def test_a_crop_is_a_square_inside_the_picture(face: ClassroomFace, width: int, height: int) -> None:
    units = height_of(width, height)
    left, top, across, down = (int(number) for number in crop_of(box_of(face, units), units).split())
    assert across == down > 0
    assert 0 <= left <= left + across <= WIDTH
    assert 0 <= top <= top + down <= max(units, down)


@given(faces(), st.integers(500, 4000), st.integers(500, 4000))
def test_the_middle_of_a_face_is_in_its_crop(face: ClassroomFace, width: int, height: int) -> None:
    units = height_of(width, height)
    x, y, w, h = box_of(face, units)
    left, top, side, _ = (int(number) for number in crop_of((x, y, w, h), units).split())
    assert left - 1 <= x + w / 2 <= left + side + 1
    assert top - 1 <= y + h / 2 <= top + side + 1


@given(faces(), st.integers(500, 4000), st.integers(500, 4000), st.integers(0, 40))
def test_a_name_stands_on_the_picture(face: ClassroomFace, width: int, height: int, letters: int) -> None:
    units = height_of(width, height)
    x, y, anchor, size = text_of(box_of(face, units), units, letters)
    assert 0 <= x <= WIDTH + 1
    assert 0 < y <= units + size
    assert anchor in ("start", "middle", "end")


def test_boxes_keep_their_proportions() -> None:
    face = ClassroomFace("0-0", 0, (0.25, 0.5, 0.1, 0.2), FaceState.MATCH, (), None, 400)
    assert box_of(face, height_of(4000, 3000)) == (250, 375, 100, 150)
    assert crop_of((250, 375, 100, 150), 750) == "158 308 285 285"
