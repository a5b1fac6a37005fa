"""Photos that lie on their side or upside down, with real networks: at check-ins and for other software."""

from __future__ import annotations

import base64
import io
import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attendance.accounts.passwords import Passwords
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import LivenessMode
from face_detection.pipeline import FacePipeline, load_pipeline
from face_matching.thresholds import policy_for
from tests import portraits
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.filled_store import fill_once
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone, enrol
from tests.client.software.conftest import Software

SIDEWAYS, UPSIDE_DOWN = Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180


@pytest.fixture(scope="module")
def pipeline(models: Path) -> FacePipeline:
    """Real networks."""
    return load_pipeline("dlib", "mtcnn", models=models, precision="f32")


@pytest.fixture
def engines(store: Store, pipeline: FacePipeline) -> FakeEngines:
    """What the register reads photos with: real networks."""
    return FakeEngines(store, pipeline)


@pytest.fixture
def register(settings: Settings, store: Store, clock: FrozenClock, engines: FakeEngines) -> Register:
    """A register in which Grace Hopper's photo was upside down when she was enrolled; nobody moves."""
    opened = Register(settings, store, clock, engines=engines, policy=policy_for, passwords=Passwords(CHEAP))

    def enrol_both() -> None:
        enrol(opened, "1", "Eileen Collins", portraits.skimage_picture("astronaut"))
        enrol(opened, "2", "Grace Hopper", lying(portraits.grace_hopper(), UPSIDE_DOWN))

    fill_once(store, ("one of two portraits upside down", clock.now()), enrol_both)
    engines.pipeline()  # which enrolling loads
    opened.courses.change(opened.sessions.today().course_id, liveness=LivenessMode.OFF)
    return opened


def lying(data: bytes, turn: Image.Transpose) -> bytes:
    return portraits.jpeg(Image.open(io.BytesIO(data)).transpose(turn))


def test_whoever_sends_a_turned_photo_is_marked(phone: Phone, hopper_jpeg: bytes, register: Register) -> None:
    phone.scan()
    answer = phone.submit(lying(hopper_jpeg, SIDEWAYS)).get_json()
    assert (answer["code"], answer["student"]["name"]) == ("present", "Grace Hopper")
    again = phone.another()
    again.scan()
    assert again.submit(hopper_jpeg).get_json()["code"] == "already_present"
    portrait = register.store.portrait_of(register.students.get("2").id)
    assert portrait is not None
    upright = np.asarray(Image.open(io.BytesIO(portrait.jpeg)).convert("L"), float)
    assert upright[: len(upright) // 5].mean() > upright[-len(upright) // 5 :].mean(), "the uniform is below"


def test_the_cases_that_went_wrong_once(
    phone: Phone, software: Software, shared: Path, tmp_path: Path
) -> None:
    runpy.run_path(str(shared / "cases" / "make_cases.py"))["main"](tmp_path)
    hostile = {"many_scans.jpg", "filled.jpg", "many_comments.jpg"}
    fine = {"upside_down.jpg", "on_its_side.jpg", "turned_in_exif_only.heic", "much_text.png"}
    for name in sorted(hostile | fine):
        photo = (tmp_path / name).read_bytes()
        phone.scan()
        code = phone.submit(photo).get_json()["code"]
        body = {"image": base64.b64encode(photo[:7_000_000]).decode(), "faces": "one"}
        answer = software.post("/recognise", body)
        if name in hostile:
            assert (code, answer.status_code) == ("not_an_image", 422), name
        else:
            assert code in {"present", "already_present"}, name
            assert answer.get_json()["faces"][0]["outcome"] == "match", name


def test_software_gets_the_face_where_it_is_in_the_picture_that_it_sent(
    software: Software, hopper_jpeg: bytes
) -> None:
    upright = Image.open(io.BytesIO(hopper_jpeg))
    for faces in ("one", "all"):
        body = {"image": base64.b64encode(lying(hopper_jpeg, SIDEWAYS)).decode(), "faces": faces}
        answer = software.post("/recognise", body).get_json()
        assert (answer["width"], answer["height"]) == (upright.height, upright.width)
        (face,) = answer["faces"]
        assert [each["roll_number"] for each in face["candidates"]] == ["2"]
        assert_lies_on_its_side(face)
    found = software.post("/detect", {"image": body["image"]}).get_json()
    assert_lies_on_its_side(found["faces"][0])


def assert_lies_on_its_side(face: dict[str, list[list[float]]]) -> None:
    """Turned anticlockwise, eyes are left of the mouth, one above the other, and everything is in the box."""
    box, points = np.array(face["box"]), np.array(face["landmarks"])
    left_eye, right_eye, nose, left_mouth, right_mouth = points
    assert max(left_eye[0], right_eye[0]) < nose[0] < min(left_mouth[0], right_mouth[0])
    assert left_eye[1] > right_eye[1]
    assert (points >= box[:2]).all()
    assert (points <= box[2:]).all()
