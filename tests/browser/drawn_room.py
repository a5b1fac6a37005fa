"""A drawn room with drawn people, for the guides' screenshots: nobody in particular is in them."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from face_detection.classroom_photo import ClassroomProbe, SeenFace
from face_detection.photo import decode
from face_detection.problems import PhotoProblem
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Face
from tests.attendance.fake_pipeline import FULL_BLEND, FakeRoom, embedding_of, photo_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.browser.camera import CAMERA
from tests.browser.sent_frames import frame_of
from tests.portraits import jpeg

SIZE = (1600, 900)
HEAD = (96, 120)  # pixels, width and height
CAMERA_SEES = (230, 0, 1430, 900)  # of the room: left, top, right, bottom
WALL, BOARD, DESK = (214, 222, 218), (52, 84, 78), (172, 140, 104)


@dataclass(frozen=True)
class Drawn:
    """Somebody in the room.

    Attributes:
        at: where the middle of the head is.
        skin: a colour.
        hair: another.
        shirt: another.
        person: whose face it is, as in ``fake_pipeline``.
        blend: how far it resembles the next person.
        problem: why it can't be compared.
    """

    at: tuple[int, int]
    skin: tuple[int, int, int]
    hair: tuple[int, int, int]
    shirt: tuple[int, int, int]
    person: int = STRANGER
    blend: int = 0
    problem: PhotoProblem | None = None


PEOPLE = (
    Drawn((330, 400), (232, 196, 168), (92, 64, 44), (46, 110, 128), COLLINS),
    Drawn((690, 420), (176, 126, 92), (34, 28, 26), (168, 82, 60), HOPPER, FULL_BLEND),
    Drawn((1040, 400), (240, 208, 184), (150, 104, 56), (92, 92, 150), STRANGER),
    Drawn((1370, 430), (140, 98, 72), (22, 20, 20), (80, 128, 84), problem=PhotoProblem.TURNED_AWAY),
)


def drawn_person(draw: ImageDraw.ImageDraw, who: Drawn) -> None:
    """Head, hair, shoulders; whoever is turned away shows an ear."""
    x, y = who.at
    w, h = HEAD
    draw.ellipse((x - w * 1.3, y + h * 0.62, x + w * 1.3, y + h * 2.6), fill=who.shirt)
    draw.rectangle((x - w * 0.2, y + h * 0.3, x + w * 0.2, y + h * 0.75), fill=who.skin)
    draw.ellipse((x - w * 0.56, y - h * 0.62, x + w * 0.56, y + h * 0.3), fill=who.hair)
    draw.ellipse((x - w / 2, y - h * 0.45, x + w / 2, y + h / 2), fill=who.skin)
    draw.pieslice((x - w * 0.55, y - h * 0.6, x + w * 0.55, y + h * 0.2), 180, 360, fill=who.hair)
    side = w * 0.24 if who.problem else 0
    for eye in (-0.2, 0.2):
        if side and eye > 0:
            continue
        draw.ellipse((x + w * eye - 6 - side, y - 4, x + w * eye + 6 - side, y + 8), fill=(40, 36, 34))
    if side:
        draw.ellipse((x + w * 0.2, y - 6, x + w * 0.36, y + 24), fill=who.skin, outline=who.hair, width=3)
    draw.arc((x - w * 0.2 - side, y + h * 0.1, x + w * 0.2 - side, y + h * 0.3), 20, 160, (150, 80, 70), 5)


def drawn_room() -> bytes:
    """The room, as JPEG."""
    image = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((420, 60, 1180, 250), fill=BOARD, outline=(120, 96, 70), width=12)
    draw.line((520, 120, 900, 120), fill=WALL, width=6)
    draw.line((520, 170, 760, 170), fill=WALL, width=6)
    for who in PEOPLE:
        drawn_person(draw, who)
    draw.polygon(((60, 660), (1540, 660), (1600, 900), (0, 900)), fill=DESK)
    return jpeg(image)


def seen_room() -> tuple[bytes, bytes]:
    """What a camera sees of the room, as JPEG, and the frame that says who is where to the fake pipeline."""
    left, top, right, bottom = CAMERA_SEES
    across, down = CAMERA[0] / (right - left), CAMERA[1] / (bottom - top)
    picture = Image.open(io.BytesIO(drawn_room())).crop(CAMERA_SEES).resize(CAMERA)
    side = round(max(HEAD[0] * across, HEAD[1] * down))
    faces = {}
    for who in PEOPLE:
        x, y = (who.at[0] - left) * across, (who.at[1] - top) * down
        place = round(x - side / 2), round(y - side / 2)
        faces[place] = photo_of(who.person, side=side, blend=who.blend, problem=who.problem)
    return jpeg(picture), frame_of(faces)


def drawn_portrait(person: int) -> bytes:
    """The face of one of them alone, as it would be enrolled."""
    who = next(one for one in PEOPLE if one.person == person)
    image = Image.new("RGB", SIZE, WALL)
    drawn_person(ImageDraw.Draw(image), who)
    x, y = who.at
    return jpeg(image.crop((x - 130, y - 110, x + 130, y + 150)))


class DrawnRoom(FakeRoom):
    """Sees the drawn people where they were drawn, whatever picture it is given."""

    def read(self, data: bytes, *, progress: Progress = silent) -> ClassroomProbe:
        """Their faces."""
        progress("finding", 0, 1)
        return ClassroomProbe(decode(data), tuple(_seen(who) for who in PEOPLE))


def _seen(who: Drawn) -> SeenFace:
    (x, y), (w, h) = who.at, HEAD
    box = np.array([x - w / 2, y - h * 0.5, x + w / 2, y + h / 2], np.float32)
    face = Face(box, 1.0, np.full((5, 2), x, np.float32))
    if who.problem is not None:
        return SeenFace(face, 0.0, (who.problem,), None)
    return SeenFace(face, 0.9, (), embedding_of(who.person, who.blend))
