"""Live heads, and attacks with screens and with frames of films."""

from __future__ import annotations

from collections.abc import Sequence

from face_detection.pad_kit.acting import held, turned
from face_detection.pad_kit.filming import Film, film, shots
from face_detection.pad_kit.material.portraits import HALF, PER_MM
from face_detection.pad_kit.scenes.camera import PORTRAIT
from face_detection.pad_kit.scenes.heads import Head
from face_detection.pad_kit.scenes.optics import Optics
from face_detection.pad_kit.scenes.screens import Shine
from face_detection.pad_kit.scenes.sheets import on_screen
from face_detection.pad_kit.stage import Act, Made
from face_detection.pad_kit.values import Direction

SCREEN_WIDTHS = (150.0, 340.0)
"""Widths of screens in millimetres: a small tablet to a computer's."""


def live(act: Act) -> Made:
    """The person's own head, which turns as asked."""
    return act.made(act.head_scene(act.actors.head, act.asked))


def screen_turned(act: Act) -> Made:
    """A still on a screen that is turned."""
    wide = float(act.rng.uniform(*SCREEN_WIDTHS))
    middle, reach = round(HALF * PER_MM), round(130 * PER_MM)
    still = act.actors.portrait.pixels[middle - reach : middle + reach, middle - reach : middle + reach]
    sheet = on_screen(still, wide=wide, middle=(reach, reach), rng=act.rng)
    poses = turned(act.at, act.asked, wide / 260, act.rng)
    return act.made(act.sheet_scene([sheet], poses, Shine.drawn(act.rng)))


def _replayed(act: Act, asked: Sequence[Direction]) -> Made:
    """A live burst on a screen."""
    camera = PORTRAIT.scaled(2)
    source = act.head_scene(act.actors.head, asked)
    played = shots(source, act.at, Optics.drawn(act.rng), act.rng, camera)
    wide = float(act.rng.uniform(*SCREEN_WIDTHS))
    first = source.poses[0]
    x, y = camera.focal * first.x / first.distance, camera.focal * first.y / first.distance
    middle = camera.width / 2 + x, camera.height / 2 + y
    sheets = [on_screen(frame, wide=wide, middle=middle, rng=act.rng) for frame in played]
    shown_as = wide / camera.width * camera.focal / first.distance  # of the face, relative to life
    return act.made(act.sheet_scene(sheets, held(act.at, shown_as, act.rng), Shine.drawn(act.rng)))


def replay_right(act: Act) -> Made:
    """A film of the movement that is asked for, on a screen."""
    return _replayed(act, act.asked)


def replay_wrong(act: Act) -> Made:
    """A film of the opposite movement, on a screen."""
    return _replayed(act, [each.opposite for each in act.asked])


def _burst(act: Act, head: Head) -> Film:
    return film(act.head_scene(head, act.asked), act.times, act.rng)


def frame_frozen(act: Act) -> Made:
    """One frame, sent again and again."""
    filmed = _burst(act, act.actors.head)
    return filmed.snapshot, (filmed.optics.jpeg(filmed.frames[0]),) * len(filmed.frames)


def frames_repeated(act: Act) -> Made:
    """Every second frame sent twice, the second time compressed again."""
    filmed = _burst(act, act.actors.head)
    return filmed.snapshot, tuple(
        Optics.drawn(act.rng).jpeg(filmed.frames[number - number % 2]) for number in range(len(filmed.frames))
    )


def people_mixed(act: Act) -> Made:
    """The person's own beginning, which an attacker has as a film, before the helper's live turn."""
    start = act.rng.bit_generator.state
    own = _burst(act, act.actors.head)
    act.rng.bit_generator.state = start
    helper = _burst(act, act.actors.other_head)
    cut = int(act.rng.integers(1, 4))
    return own.snapshot, own.jpegs()[:cut] + helper.jpegs()[cut:]
