"""Frauds with the frames of the movement: each is refused once, and after two tries the teacher decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from werkzeug.test import TestResponse

from face_detection.liveness.values import Turn
from tests.attendance.fake_bursts import SentBurst, frame_of, sent_burst, times_of
from tests.attendance.site import COLLINS, HOPPER
from tests.client.conftest import Phone
from tests.client.phone.frauds.conftest import Watched

OTHER_WAY = {Turn.LEFT: Turn.RIGHT, Turn.RIGHT: Turn.LEFT, Turn.UP: Turn.DOWN, Turn.DOWN: Turn.UP}
Trick = Callable[[tuple[Turn, ...], int], SentBurst]


def tried_twice(phone: Phone, trick: Trick) -> TestResponse:
    """Scan, and show Eileen Collins's photo with made-up frames, twice; the second reply."""
    phone.scan()
    first = phone.submit(phone.face("Eileen Collins", take=1), burst=trick(phone.asked(), 0))
    assert first.get_json()["code"] == "move_again"
    return phone.submit(phone.face("Eileen Collins", take=2), burst=trick(phone.asked(), 1))


def test_a_photo_held_still(phone: Phone, watched: Watched) -> None:
    def still(_asked: tuple[Turn, ...], take: int) -> SentBurst:
        frames = tuple(frame_of(COLLINS, number=8 * take + number) for number in range(8))
        return SentBurst(frames, times_of(frames))

    watched.has_held(tried_twice(phone, still), "The head did not turn far enough.")


def test_one_frozen_picture(phone: Phone, watched: Watched) -> None:
    def frozen(asked: tuple[Turn, ...], take: int) -> SentBurst:
        honest = sent_burst(COLLINS, *asked, take=take)
        return replace(honest, frames=(honest.frames[0],) * len(honest.frames))

    watched.has_held(tried_twice(phone, frozen), "The same picture came twice.")


def test_a_short_film_in_a_loop(phone: Phone, watched: Watched) -> None:
    def looped(asked: tuple[Turn, ...], take: int) -> SentBurst:
        honest = sent_burst(COLLINS, *asked, take=take)
        return replace(honest, frames=honest.frames[:4] + honest.frames[:4])

    watched.has_held(tried_twice(phone, looped), "The same picture came twice.")


def test_a_film_that_runs_faster(phone: Phone, watched: Watched) -> None:
    def faster(asked: tuple[Turn, ...], take: int) -> SentBurst:
        honest = sent_burst(COLLINS, *asked, take=take)
        return replace(honest, taken=tuple(at // 5 for at in honest.taken))

    watched.has_held(tried_twice(phone, faster), "The pictures of the movement were taken too fast.")


def test_two_photos_that_are_switched(phone: Phone, watched: Watched) -> None:
    def switched(asked: tuple[Turn, ...], take: int) -> SentBurst:
        yaw = 0.5 if asked == (Turn.LEFT,) else -0.5
        frames = tuple(frame_of(COLLINS, yaw=yaw * (n >= 4), number=8 * take + n) for n in range(8))
        return SentBurst(frames, times_of(frames))

    sentence = "The head was straight, then turned, and never in between."
    watched.has_held(tried_twice(phone, switched), sentence)


def test_two_photos_that_are_switched_behind_a_hand(phone: Phone, watched: Watched) -> None:
    def hidden(asked: tuple[Turn, ...], take: int) -> SentBurst:
        yaw = 0.5 if asked == (Turn.LEFT,) else -0.5
        who = (COLLINS, COLLINS, COLLINS, None, None, COLLINS, COLLINS, COLLINS)
        frames = tuple(frame_of(who[n], yaw=yaw * (n >= 4), number=8 * take + n) for n in range(8))
        return SentBurst(frames, times_of(frames))

    sentence = "The head was straight, then turned, and never in between."
    watched.has_held(tried_twice(phone, hidden), sentence)


def test_a_film_of_the_wrong_movement(phone: Phone, watched: Watched) -> None:
    def wrong(asked: tuple[Turn, ...], take: int) -> SentBurst:
        return sent_burst(COLLINS, *(OTHER_WAY[turn] for turn in asked), take=take)

    watched.has_held(tried_twice(phone, wrong), "The head turned another way.")


def test_a_film_of_two_movements_in_the_other_order(phone: Phone, watched: Watched) -> None:
    watched.register.courses.change(watched.session.course_id, movements=2)

    def turned_round(asked: tuple[Turn, ...], take: int) -> SentBurst:
        return sent_burst(COLLINS, *reversed(asked), take=take)

    reply = tried_twice(phone, turned_round)
    watched.has_held(reply, "The head made the two movements in the other order.")


def test_the_friends_photo_and_the_own_head(phone: Phone, watched: Watched) -> None:
    def own_head(asked: tuple[Turn, ...], take: int) -> SentBurst:
        return sent_burst(HOPPER, *asked, take=take)

    sentence = "The photo and the movement don't seem to show the same person."
    watched.has_held(tried_twice(phone, own_head), sentence)


def test_the_friends_photo_in_front_of_the_own_head_once_it_turns(phone: Phone, watched: Watched) -> None:
    def mixed(asked: tuple[Turn, ...], take: int) -> SentBurst:
        return sent_burst(COLLINS, *asked, then=HOPPER, take=take)

    sentence = "The photo and the movement don't seem to show the same person."
    watched.has_held(tried_twice(phone, mixed), sentence)


def test_a_third_try_with_a_fresh_code_after_two_that_failed(phone: Phone, watched: Watched) -> None:
    def nobody(asked: tuple[Turn, ...], take: int) -> SentBurst:
        return sent_burst(HOPPER, *asked, take=take)

    tried_twice(phone, nobody)
    phone.scan()
    reply = phone.submit(phone.face("Eileen Collins", take=3))
    watched.has_held(reply, "The photo and the movement don't seem to show the same person.")


def test_each_try_with_a_fresh_code(phone: Phone, watched: Watched) -> None:
    codes = []
    for take in range(3):
        phone.scan()
        burst = sent_burst(HOPPER, *phone.asked(), take=take)
        reply = phone.submit(phone.face("Eileen Collins", take=1 + take), burst=burst)
        codes.append(reply.get_json()["code"])
    assert codes == ["move_again", "needs_review", "needs_review"]
    watched.has_held(reply, "The photo and the movement don't seem to show the same person.")


def test_the_photo_of_somebody_who_need_not_move_from_the_own_phone(phone: Phone, watched: Watched) -> None:
    watched.register.students.exempt(watched.register.students.get("1").id, exempt=True)
    for name in ("Grace Hopper", "Eileen Collins"):
        phone.scan()
        burst = None if name == "Grace Hopper" else SentBurst()
        reply = phone.submit(phone.face(name, take=1), device="of Grace Hopper", burst=burst)
    watched.has_flagged(reply, "Eileen Collins and Grace Hopper checked in with the same phone.")
    assert "No movement is asked of this student." in watched.history("1")
