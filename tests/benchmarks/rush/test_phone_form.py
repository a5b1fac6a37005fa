"""The form is the one that the page fills in, and its signature is one that the server accepts."""

from __future__ import annotations

import io

from PIL import Image
from werkzeug.test import EnvironBuilder

from benchmarks.rush.faces import FRAME_SIDE, PHOTO_SIDE, people_of, phone_picture
from benchmarks.rush.phone_form import FilledForm, PhoneKey, PhonePicture, ShownForm, shown_form
from client.web.grants import Grant
from client.web.parsing.upload import PhoneRequest, read_form
from client.web.visitors.device_keys import proven_device
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import NINE_O_TWO

FIELDS = ("device", "taken", "camera", "key", "signature")


def parsed(filled: FilledForm) -> PhoneRequest:
    kind = filled.headers.partition("\r\n")[0].partition(": ")[2]
    return PhoneRequest(EnvironBuilder(method="POST", data=filled.body, content_type=kind).get_environ())


def test_the_server_reads_the_photo_the_frames_and_the_device_that_signed() -> None:
    key, picture = PhoneKey(), PhonePicture(b"photo", (b"one", b"two"))
    form = read_form(parsed(key.filled(ShownForm("/capture", "g1"), picture)), FIELDS)
    assert (form.image, form.frames, form.taken) == (b"photo", (b"one", b"two"), (0, 200))
    grant = Grant("session", "g1", FrozenClock(NINE_O_TWO).now())
    device = proven_device(form, grant)
    assert device is not None
    again = read_form(parsed(key.filled(ShownForm("/capture", "g1"), picture)), FIELDS)
    assert proven_device(again, grant) == device
    assert proven_device(form, Grant("session", "g2", grant.expires_at)) is None


def test_a_page_without_a_form_is_none() -> None:
    assert shown_form("<p>Try again.</p>") is None


def test_a_picture_once_more_is_another_file_with_the_same_pixels() -> None:
    person = people_of((), 1)[0]
    picture = phone_picture(person.other, frames=2)
    again = picture.again(7)
    assert again.digest != picture.digest
    first, second = (Image.open(io.BytesIO(each.photo)) for each in (picture, again))
    assert first.size == (PHOTO_SIDE, PHOTO_SIDE * 3 // 4)
    assert first.tobytes() == second.tobytes()
    assert len(set(picture.frames)) == 2
    assert max(Image.open(io.BytesIO(picture.frames[0])).size) == FRAME_SIDE
