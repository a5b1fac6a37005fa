"""What is odd about check-ins, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from attendance.alarms.copies import EnrolledPictures, copied_picture
from attendance.alarms.late_codes import LATE, late_code
from attendance.alarms.networks import Spread, chance_of, many_addresses, spread_of
from attendance.alarms.odd_cameras import is_program, virtual_camera
from attendance.alarms.phones import shared_phone, two_phones
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, Session
from face_detection.picture_hash import picture_hash
from tests.attendance.alarms.built import NINE, SESSION, patch_of, photo

YESTERDAY = replace(SESSION, id="general|2026-03-01", opens_at=NINE - timedelta(days=1))
ELSEWHERE = replace(SESSION, id="chemistry|2026-03-01", course_id="chemistry")
OF_COURSE = {SESSION.id, YESTERDAY.id}
NOTHING = EnrolledPictures(frozenset(), ())
SOON = NINE + timedelta(minutes=1)


def before(session: Session = YESTERDAY) -> dict[str, Any]:
    return {"session": session, "at": NINE - timedelta(days=1)}


class TestOnePhone:
    def test_two_students_in_one_session_signed_or_not(self) -> None:
        for signed, proof in ((True, "signed"), (False, "claimed")):
            first = photo("a", "ann", device="phone", signed=signed).trace()
            found = shared_phone(
                photo("b", "ben", device="phone", signed=signed, at=SOON), [first], OF_COURSE
            )
            assert found is not None
            assert (found.subject, found.student_ids) == ("ann+ben", ("ann", "ben"))
            assert found.detail == (proof, "now")

    def test_the_same_student_again_is_nothing(self) -> None:
        first = photo("a", "ann").trace()
        assert shared_phone(photo("b", "ann", at=SOON), [first], OF_COURSE) is None

    def test_a_phone_that_changed_hands_is_reported_once(self) -> None:
        ann = photo("a", "ann", device="key:p", **before()).trace()
        ben = photo("b", "ben", device="key:p")
        found = shared_phone(ben, [ann, ben.trace()], OF_COURSE)
        assert found is not None
        assert found.detail == ("signed", "before")
        tomorrow = replace(SESSION, id="general|2026-03-03")
        again = photo("c", "ben", device="key:p", session=tomorrow, at=NINE + timedelta(days=1))
        assert shared_phone(again, [ann, ben.trace(), again.trace()], {*OF_COURSE, tomorrow.id}) is None

    def test_of_earlier_days_only_a_proven_key_counts_and_only_this_course(self) -> None:
        claimed = photo("a", "ann", device="p", signed=False, **before()).trace()
        assert shared_phone(photo("b", "ben", device="p", signed=False), [claimed], OF_COURSE) is None
        other = photo("a", "ann", device="key:p", **before(ELSEWHERE)).trace()
        assert shared_phone(photo("b", "ben", device="key:p"), [other], OF_COURSE) is None


class TestTwoPhones:
    def mark(self, attempt: str | None, status: MarkStatus = MarkStatus.PRESENT) -> Mark:
        event = MarkEvent(at=NINE, status=status, method=MarkMethod.FACE, by="student")
        return Mark(
            session_id=SESSION.id,
            student_id="ann",
            status=status,
            method=MarkMethod.FACE,
            at=NINE,
            attempt=attempt,
            history=(event,),
        )

    def test_a_student_who_is_in_by_another_phone(self) -> None:
        first = photo("a", device="key:one").trace()
        found = two_phones(photo("b", device="key:two", at=SOON), self.mark("a"), [first])
        assert found is not None
        assert found.student_ids == ("ann",)

    @pytest.mark.parametrize(
        ("mark_by", "device", "signed"),
        [
            pytest.param("a", "key:one", True, id="the same phone"),
            pytest.param("b", "key:two", True, id="the mark is by this photo: the first one gave none"),
            pytest.param("a", "its own word", False, id="a phone that could sign only once"),
            pytest.param("a", None, False, id="a phone without a name"),
            pytest.param(None, "key:two", True, id="a mark by hand"),
        ],
    )
    def test_what_is_no_second_phone(self, mark_by: str | None, device: str | None, *, signed: bool) -> None:
        first = photo("a", device="key:one").trace()
        second = photo("b", device=device, signed=signed, at=SOON)
        assert two_phones(second, self.mark(mark_by), [first]) is None

    def test_the_photo_that_gave_the_mark_may_be_compared_last(self) -> None:
        later = photo("b", device="key:two", at=SOON).trace()
        first = photo("a", device="key:one")
        found = two_phones(first, self.mark("a"), [later, first.trace()])
        assert found is not None
        assert found.student_ids == ("ann",)
        ben = photo("c", "ben", at=SOON).trace()
        assert two_phones(first, self.mark("a"), [ben, first.trace()]) is None

    def test_a_mark_that_does_not_count_is_none(self) -> None:
        first = photo("a", device="key:one").trace()
        second = photo("b", device="key:two", at=SOON)
        assert two_phones(second, self.mark("a", MarkStatus.ABSENT), [first]) is None
        assert two_phones(second, None, [first]) is None


class TestCopies:
    def test_the_bytes_of_an_enrolled_photo(self) -> None:
        enrolled = EnrolledPictures(frozenset({"digest of a"}), ())
        found = copied_picture(photo("a"), None, [], enrolled)
        assert found is not None
        assert found.detail == ("same", "enrolled")

    def test_nearly_an_enrolled_photo(self) -> None:
        enrolled = EnrolledPictures(frozenset(), (picture_hash(patch_of(1)), picture_hash(patch_of(2))))
        found = copied_picture(photo("a", patch=patch_of(2, noise=2)), None, [], enrolled)
        assert found is not None
        assert found.detail == ("nearly", "enrolled")
        assert copied_picture(photo("a", patch=patch_of(3)), None, [], enrolled) is None

    def test_the_bytes_of_an_earlier_capture_of_anybody(self) -> None:
        first = photo("a", "ben", digest="d", **before()).trace()
        found = copied_picture(photo("b", digest="d"), first, [], NOTHING)
        assert found is not None
        assert found.detail == ("same", "earlier", first.at.isoformat())

    def test_nearly_an_earlier_capture_of_the_student(self) -> None:
        earlier = photo("a", patch=patch_of(4), **before()).trace()
        found = copied_picture(photo("b", patch=patch_of(4, noise=2)), None, [earlier], NOTHING)
        assert found is not None
        assert found.detail == ("nearly", "earlier", earlier.at.isoformat())

    def test_another_try_of_the_phone_in_the_session_is_no_copy(self) -> None:
        first = photo("a", digest="d", patch=patch_of(5)).trace()
        again = photo("b", digest="d", patch=patch_of(5), at=SOON)
        assert copied_picture(again, first, [first], NOTHING) is None
        elsewhere = replace(again, device="key:another")
        assert copied_picture(elsewhere, first, [first], NOTHING) is not None

    def test_blank_pictures_resemble_nothing(self) -> None:
        blank = patch_of(1) * 0 + 90
        earlier = photo("a", patch=blank, **before()).trace()
        assert earlier.picture is None
        assert copied_picture(photo("b", patch=blank), None, [earlier], NOTHING) is None


@pytest.mark.parametrize(
    "label",
    [
        "OBS Virtual Camera",
        "OBS-Camera",
        "ManyCam Virtual Webcam",
        "XSplit VCam",
        "Snap Camera",
        "fake_device_0",
        "Dummy video device (0x0000)",
        "v4l2loopback",
        "My virtual cam",
    ],
)
def test_a_camera_that_is_a_program(label: str) -> None:
    found = virtual_camera(photo(camera=f"  {label}\n"))
    assert found is not None
    assert found.detail == (label,)


@pytest.mark.parametrize(
    "label",
    [
        "Front Camera",
        "camera2 1, facing front",
        "FaceTime HD Camera (Built-in)",
        "Frontkamera",
        "Integrated Webcam",
        "HP TrueVision HD",
        "DroidCam Source 3",
        "Logitech BRIO",
        "Jobs webcam",
        "",
    ],
)
def test_a_real_camera(label: str) -> None:
    assert not is_program(label)
    assert virtual_camera(photo(camera=label)) is None


def test_a_long_name_of_a_camera_is_cut() -> None:
    found = virtual_camera(photo(camera="OBS Virtual Camera " + "x" * 500))
    assert found is not None
    assert len(found.detail[0]) == 60


def test_a_code_used_long_after_it_left_the_wall() -> None:
    assert late_code(photo(code_age=LATE - 1)) is None
    assert late_code(photo(code_age=None)) is None
    found = late_code(photo(code_age=LATE + 70))
    assert found is not None
    assert found.detail == ("5",)


class TestAddresses:
    def spread(self, shared: int, elsewhere: int, *, same: bool = False) -> list[tuple[str, str]]:
        at_home = [f"203.0.113.{0 if same else number}" for number in range(elsewhere)]
        addresses = ["198.51.100.7"] * shared + at_home
        return [(f"s{number}", address) for number, address in enumerate(addresses)]

    def test_many_where_the_class_usually_has_one(self) -> None:
        usual = [spread_of(self.spread(40, 0)), spread_of(self.spread(38, 1))]
        found = many_addresses(spread_of(self.spread(35, 9)), usual)
        assert found is not None
        assert found.student_ids == tuple(sorted(f"s{number}" for number in range(35, 44)))
        assert found.detail == ("9", "44")

    def test_mobile_data_as_always_is_nobodys_fault(self) -> None:
        usual = [spread_of(self.spread(30, 9)), spread_of(self.spread(33, 7))]
        assert many_addresses(spread_of(self.spread(28, 11)), usual) is None

    @pytest.mark.parametrize(
        ("shared", "elsewhere", "same", "sessions"),
        [
            pytest.param(35, 9, False, 1, id="nothing to compare with"),
            pytest.param(10, 30, False, 2, id="the Wi-Fi failed"),
            pytest.param(35, 9, True, 2, id="a second network of the building"),
            pytest.param(35, 3, False, 2, id="a few phones"),
            pytest.param(3, 4, False, 2, id="a small group"),
        ],
    )
    def test_what_is_not_odd(self, shared: int, elsewhere: int, sessions: int, *, same: bool) -> None:
        usual = [spread_of(self.spread(40, 0)) for _session in range(sessions)]
        assert many_addresses(spread_of(self.spread(shared, elsewhere, same=same)), usual) is None

    def test_a_student_counts_where_the_last_check_in_came_from(self) -> None:
        home, here = ("ann", "203.0.113.1"), ("ann", "198.51.100.7")
        assert spread_of([home, ("ben", "198.51.100.7"), here]) == Spread(2, (), 0)
        assert spread_of([]).known == 0

    def test_addresses_of_two_sessions_can_not_be_compared(self) -> None:
        other = replace(SESSION, secret="cd" * 32)
        assert photo().trace().address != photo(session=other).trace().address
        assert "198.51.100.7" not in str(photo().trace())

    def test_the_chances_are_those_of_a_distribution(self) -> None:
        assert chance_of(0, 40, 1, 79) == pytest.approx(1.0)
        assert chance_of(4, 40, 1, 79) > chance_of(8, 40, 1, 79) > 0
