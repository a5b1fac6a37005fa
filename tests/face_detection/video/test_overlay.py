"""Boxes and names lie over the frame, in the letters of whoever is shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face_detection.values import Photo, Pixels
from face_detection.video.overlay import Label, Tone, draw_labels, drawable

GREY = 128


def frame(height: int = 240, width: int = 320) -> Photo:
    return Photo(np.full((height, width, 3), GREY, np.uint8), (height, width))


def label(text: str = "Grace Hopper", *, box: tuple[float, ...] = (100, 100, 180, 180)) -> Label:
    return Label(np.array(box, np.float32), text, Tone.SURE)


def changed(pixels: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((pixels != GREY).any(axis=2))


def test_without_labels_the_frame_stays_as_it_is() -> None:
    photo = frame()
    drawn = draw_labels(photo, [])
    assert np.array_equal(drawn, photo.pixels)
    assert drawn is not photo.pixels


def test_the_frame_that_was_given_is_not_drawn_on() -> None:
    photo = frame()
    draw_labels(photo, [label()])
    assert (photo.pixels == GREY).all()


def test_the_box_is_drawn_in_the_colour_of_what_it_says() -> None:
    for tone in Tone:
        drawn = draw_labels(frame(), [Label(np.array([100, 100, 180, 180], np.float32), "", tone)])
        assert tuple(drawn[140, 100]) == tone.value[0]
        assert tuple(drawn[140, 140]) == (GREY,) * 3


def test_tones_differ_in_colour() -> None:
    assert len({tone.value[0] for tone in Tone}) == len(Tone)


def test_letters_stand_out_from_what_they_lie_on() -> None:
    for paper, ink in (tone.value for tone in Tone):
        light, dark = sorted((_luminance(paper), _luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_name_stands_above_the_box_and_below_it_where_there_is_no_room() -> None:
    above = changed(draw_labels(frame(), [label()]))
    assert above[75:99, 100:180].any()
    assert not above[182:].any()
    below = changed(draw_labels(frame(), [label(box=(100, 2, 180, 80))]))
    assert below[83:110, 100:180].any()


def test_the_name_stays_in_the_frame() -> None:
    drawn = changed(draw_labels(frame(), [label("A rather long name", box=(300, 100, 340, 180))]))
    assert drawn[75:99, 200:300].any()


@pytest.mark.parametrize("name", ["Grace Hopper", "Zoë Brontë", "Ольга", "Ηλέκτρα"])
def test_different_letters_look_different(name: str) -> None:
    if drawable(name, "17") == "17":
        pytest.skip("no font of this computer has these letters")
    drawn = draw_labels(frame(), [label(name)])
    assert not np.array_equal(drawn, draw_labels(frame(), [label(name[::-1])]))


def test_a_name_that_no_font_has_the_letters_of_gives_way() -> None:
    assert drawable("\U00012000\U0001f9ff\U000e0100", "17") == "17"
    assert drawable("Grace Hopper", "17") == "Grace Hopper"
    assert drawable("\U00012000") == "\U00012000"


def test_nothing_in_a_name_breaks_or_turns_the_line() -> None:
    assert drawable("Grace\n\tHopper\u202e\x07") == "Grace Hopper"
    assert len(drawable("a" * 500)) == 60


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=80),
    box=st.tuples(*[st.floats(-1e4, 1e4, width=32) for _ in range(4)]),
    size=st.tuples(st.integers(1, 90), st.integers(1, 120)),
)
def test_any_text_and_any_box_can_be_drawn(text: str, box: tuple[float, ...], size: tuple[int, int]) -> None:
    photo = frame(*size)
    drawn = draw_labels(photo, [label(text, box=box)])
    assert drawn.shape == photo.pixels.shape
    assert drawn.dtype == np.uint8


def _luminance(colour: tuple[int, int, int]) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
