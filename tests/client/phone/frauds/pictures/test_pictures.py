"""Frauds with pictures of a friend before the camera, as the networks see them."""

from __future__ import annotations

import pytest

from face_detection.pad_kit.values import PresentationKind
from tests.attendance.fake_bursts import SentBurst
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone
from tests.client.phone.frauds.conftest import NOTHING, Watched
from tests.client.phone.frauds.pictures.conftest import FIRST_TAKE, Stage
from tests.portraits import render

pytestmark = pytest.mark.networks

REFUSED = (
    PresentationKind.PRINT_HELD,
    PresentationKind.PRINT_TURNED,
    PresentationKind.PRINT_TILTED,
    PresentationKind.PRINT_WAVED,
    PresentationKind.PHOTOS_SWITCHED,
    PresentationKind.SCREEN_TURNED,
    PresentationKind.REPLAY_WRONG,
    PresentationKind.FRAME_FROZEN,
    PresentationKind.FRAMES_REPEATED,
    PresentationKind.PEOPLE_MIXED,
)
"""Kinds of which none may pass. The kit measures how many bent prints and films of the right movement do."""


def again(picture: bytes) -> bytes:
    """The same picture, saved once more and a little smaller."""
    return render(picture, scale=0.9, quality=60)


def test_an_honest_head_that_turns_is_marked(stage: Stage, watched: Watched) -> None:
    (reply,) = stage.shown(PresentationKind.LIVE, tries=1)
    assert reply.get_json()["code"] == "present"
    watched.register.alarms.wait()
    assert watched.register.alarms.of_session(watched.session.id) == []


@pytest.mark.parametrize("kind", REFUSED)
def test_a_picture_of_a_friend(stage: Stage, watched: Watched, kind: PresentationKind) -> None:
    """The photo won't do, or the movement is asked for once more and then for the teacher to judge."""
    codes = [reply.get_json()["code"] for reply in stage.shown(kind)]
    assert "present" not in codes
    assert watched.mark() is None
    if codes == ["move_again", "needs_review"]:
        assert "The head did not turn as asked" in watched.board()


def test_a_film_of_yesterdays_check_in(
    phone: Phone, stage: Stage, watched: Watched, clock: FrozenClock
) -> None:
    """Where today's page asks for the same movement, the photo gives it away; its bytes are others."""
    phone.scan()
    recorded = phone.asked()
    photo, burst = stage.made(PresentationKind.LIVE, recorded, FIRST_TAKE)
    assert phone.submit(photo, burst=burst).get_json()["code"] == "present"
    clock.advance(days=1)
    phone.scan()
    while phone.asked() != recorded:
        phone.scan()
    film = SentBurst(tuple(again(frame) for frame in burst.frames), burst.taken)
    reply = phone.submit(again(photo), burst=film)
    watched.has_flagged(
        reply, "is nearly the same picture as one that was sent on Monday 23 November at 9:02."
    )


def test_the_enrolled_photo_saved_once_more(phone: Phone, watched: Watched, astronaut_jpeg: bytes) -> None:
    phone.scan()
    reply = phone.submit(again(astronaut_jpeg), burst=NOTHING)
    watched.has_held(reply, "No movement was shown")
    assert "The photo of Eileen Collins is nearly the same picture as an enrolled photo." in watched.board()
