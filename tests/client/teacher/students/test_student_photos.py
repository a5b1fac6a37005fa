"""Consent comes before photos; photos come from files or shot by shot; portraits are for teachers."""

from __future__ import annotations

import io
import re

import pytest
from werkzeug.test import TestResponse

from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import ChangeKind, Consent
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, STRANGER
from tests.client.signed_in import SignedIn, SignIn

ANOTHER = STRANGER - 3
AS_JSON = {"Accept": "application/json"}


@pytest.fixture
def path(register: Register) -> str:
    """The page of a student without consent and photos."""
    return f"/teach/students/{register.students.add(NewStudent('17', 'Student One')).id}"


@pytest.fixture
def agreed(register: Register, path: str) -> str:
    """The same page, with consent on record."""
    given = Consent(register.clock.now(), recorded_by="office", how="signed form")
    register.students.note_consent(path.rpartition("/")[2], given)
    return path


def send(who: SignedIn, path: str, *photos: bytes, **options: object) -> TestResponse:
    """Send photos called 1.png, 2.png, and so on."""
    files = [(io.BytesIO(photo), f"{number}.png") for number, photo in enumerate(photos, start=1)]
    return who.post(f"{path}/photos", {"photos": files, **options}, content_type="multipart/form-data")


def test_without_consent_no_photo_is_taken(enroller: SignedIn, register: Register, path: str) -> None:
    assert 'type="file"' not in enroller.get(path).text
    assert enroller.get(f"{path}/camera").location == path
    answer = send(enroller, path, photo_of(STRANGER))
    assert answer.status_code == 422
    assert "no consent on record" in answer.text
    shot = enroller.post(f"{path}/shot", {"image": (io.BytesIO(photo_of(STRANGER)), "shot.jpg")})
    assert (shot.status_code, shot.json and shot.json["code"]) == (409, "consent_missing")
    assert register.students.details("17").templates == 0


def test_consent_says_who_when_and_how(enroller: SignedIn, register: Register, path: str) -> None:
    assert enroller.post(f"{path}/consent", {"how": " signed  form "}).status_code == 303
    expected = Consent(register.clock.now(), enroller.user.username, "signed form")
    assert register.students.get("17").consent == expected
    assert "signed form" in enroller.get(path).text


def test_consent_without_words_is_refused(enroller: SignedIn, register: Register, path: str) -> None:
    assert enroller.post(f"{path}/consent", {"how": "x" * 300}).status_code == 422
    answer = enroller.post(f"{path}/consent", {"how": " "})
    assert answer.status_code == 422
    assert "how consent was given" in answer.text
    assert register.students.get("17").consent is None


def test_what_becomes_of_each_photo_is_shown(enroller: SignedIn, register: Register, agreed: str) -> None:
    dark = photo_of(STRANGER, problem=PhotoProblem.TOO_DARK)
    answer = send(enroller, agreed, photo_of(STRANGER), photo_of(STRANGER, side=80), dark, b"no photo")
    assert answer.status_code == 200
    assert "2 photos were added." in answer.text
    assert "The face is too dark." in answer.text
    assert "It is not a readable JPEG" in answer.text
    assert register.students.details("17").templates == 2
    assert "These photos were already enrolled." in send(enroller, agreed, photo_of(STRANGER)).text


def test_the_video_of_a_live_photo_is_left_out(enroller: SignedIn, register: Register, agreed: str) -> None:
    names = ("IMG_1.HEIC", "IMG_1.MOV", "IMG_1.AAE", "._IMG_1.HEIC")
    files = [
        (io.BytesIO(photo_of(STRANGER)), names[0]),
        *((io.BytesIO(b"other"), name) for name in names[1:]),
    ]
    answer = enroller.post(f"{agreed}/photos", {"photos": files}, headers=AS_JSON)
    assert answer.get_json()["sentence"] == (
        "One photo was added. 3 other files are no photos and were left out."
    )
    assert [photo["name"] for photo in answer.get_json()["photos"]] == ["IMG_1.HEIC"]
    assert register.students.details("17").templates == 1
    alone = enroller.post(f"{agreed}/photos", {"photos": [(io.BytesIO(b"film"), "IMG_1.MOV")]})
    assert alone.status_code == 422
    assert "No photo arrived." in alone.text


def test_files_of_one_name_all_count(enroller: SignedIn, register: Register, agreed: str) -> None:
    files = [(io.BytesIO(photo_of(STRANGER, side=side)), "image.jpg") for side in (64, 70, 80)]
    assert enroller.post(f"{agreed}/photos", {"photos": files}).status_code == 200
    assert register.students.details("17").templates == 3


@pytest.mark.parametrize("count", [0, 21])
def test_no_photo_and_too_many_are_refused(enroller: SignedIn, agreed: str, count: int) -> None:
    assert send(enroller, agreed, *[photo_of(STRANGER)] * count).status_code == 422


def test_twenty_photos_are_taken(enroller: SignedIn, register: Register, agreed: str) -> None:
    assert send(enroller, agreed, *(photo_of(STRANGER, side=64 + n) for n in range(20))).status_code == 200
    assert register.students.details("17").templates == 20


def test_another_students_face_is_refused_until_somebody_says_that_they_are_two(
    enroller: SignedIn, register: Register, agreed: str
) -> None:
    refused = send(enroller, agreed, photo_of(COLLINS, side=90))
    assert refused.status_code == 422
    assert "roll number 1" in refused.text
    assert "--allow" not in refused.text
    assert 'name="two_people"' in refused.text
    assert send(enroller, agreed, photo_of(COLLINS, side=90), two_people="yes").status_code == 200
    assert register.students.details("17").templates == 1


def test_a_shot_is_judged_by_the_limits_of_enrolment(
    enroller: SignedIn, register: Register, agreed: str
) -> None:
    good = enroller.post(f"{agreed}/shot", {"image": (io.BytesIO(photo_of(STRANGER)), "shot.jpg")})
    assert good.json == {"code": "good", "sentence": "", "pose": "ahead", "turn": 0.0, "nod": 0.0}
    bad = photo_of(STRANGER, problem=PhotoProblem.BLURRED)
    answer = enroller.post(f"{agreed}/shot", {"image": (io.BytesIO(bad), "shot.jpg")})
    assert answer.json is not None
    assert (answer.json["code"], answer.json["sentence"]) == (
        "blurred",
        "The picture is blurred. Hold still for a moment.",
    )
    missing = enroller.post(f"{agreed}/shot")
    assert (missing.status_code, missing.json and missing.json["code"]) == (200, "not_an_image")
    assert register.students.details("17").templates == 0


def test_the_camera_page_saves_its_set(enroller: SignedIn, register: Register, agreed: str) -> None:
    assert 'id="guided"' in enroller.get(f"{agreed}/camera").text
    photos = [(io.BytesIO(photo_of(STRANGER, side=64 + n)), f"{n}.jpg") for n in range(3)]
    saved = enroller.post(f"{agreed}/photos", {"photos": photos}, headers=AS_JSON)
    assert saved.json is not None
    assert (saved.json["status"], saved.json["next"]) == ("updated", agreed)
    again = enroller.post(f"{agreed}/photos", headers=AS_JSON)
    assert (again.status_code, again.json and again.json["status"]) == (422, "refused")


def test_the_portrait_is_for_teachers_and_kept_by_nobody(
    enroller: SignedIn, register: Register, path: str
) -> None:
    enrolled = f"/teach/students/{register.students.get('1').id}/portrait"
    answer = enroller.get(enrolled)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "no-store" in answer.headers["Cache-Control"]
    assert enroller.client.application.test_client().get(enrolled).status_code == 303
    assert enroller.get(f"{path}/portrait").status_code == 404


class TestPhotoDay:
    """One student after the other, without the way over the list."""

    @pytest.fixture
    def pages(self, register: Register) -> dict[str, str]:
        """The pages of a class and of somebody else; Mae has not agreed."""
        names = ("Ada", "Grace", "Mae", "Rosa", "Elsewhere")
        ids = {name: register.students.add(NewStudent(f"p{at}", name)).id for at, name in enumerate(names)}
        given = Consent(register.clock.now(), recorded_by="office", how="signed form")
        for name in names:
            if name != "Mae":
                register.students.note_consent(ids[name], given)
        course = register.courses.add(name="Optics", roster=())
        register.courses.add_to_roster(course.id, [f"p{at}" for at in range(4)])
        return {name: f"/teach/students/{id_}" for name, id_ in ids.items()}

    def following(self, who: SignedIn, path: str) -> str:
        found = re.search(r'href="([^"]+)/camera">Next without a photo: ', who.get(path).text)
        return found[1] if found else ""

    def test_the_next_one_is_a_classmate_who_has_agreed_and_has_none(
        self, admin: SignedIn, pages: dict[str, str]
    ) -> None:
        assert self.following(admin, pages["Ada"]) == "", "has no photo yet: nobody is next"
        assert self.following(admin, f"{pages['Ada']}/camera") == pages["Grace"], "to skip Ada"
        assert "One photo was added." in send(admin, pages["Ada"], photo_of(STRANGER)).text
        assert self.following(admin, pages["Ada"]) == pages["Grace"]
        assert self.following(admin, f"{pages['Grace']}/camera") == pages["Rosa"], "Mae has not agreed"
        assert self.following(admin, f"{pages['Rosa']}/camera") == pages["Grace"], "skipped before"
        assert "One photo was added." in send(admin, pages["Grace"], photo_of(ANOTHER)).text
        assert self.following(admin, f"{pages['Rosa']}/camera") == "", "the class is done"


class TestErasingOnePhoto:
    """Each enrolled photo is listed, and goes without the others."""

    @pytest.fixture
    def two(self, enroller: SignedIn, register: Register, agreed: str) -> str:
        """The page of a student with two photos, the second of which is the portrait."""
        send(enroller, agreed, photo_of(STRANGER))
        register.clock.advance(minutes=5)  # type: ignore[attr-defined]  # a FrozenClock
        send(enroller, agreed, photo_of(STRANGER, side=80))
        register.clock.advance(minutes=5)  # type: ignore[attr-defined]  # changes of one moment have no order
        return agreed

    def links(self, who: SignedIn, path: str) -> list[str]:
        return re.findall(r'href="(/teach/students/[^"]+/erase)"', who.get(path).text)

    def test_it_goes_once_and_is_noted(self, enroller: SignedIn, register: Register, two: str) -> None:
        assert "2 photos are enrolled." in enroller.get(two).text
        first, second = self.links(enroller, two)
        asked = enroller.get(first).text
        assert "1 other photo stays." in asked
        assert "23 Nov 2026, 9:02" in asked
        assert enroller.post(first, follow_redirects=True).text.count("The photo was erased.") == 1
        assert self.links(enroller, two) == [second]
        student = register.students.get("17")
        (left,) = register.photos.of(student)
        assert left.id in second
        kinds = [change.kind for change in register.student_history.latest(9, student.id)]
        assert kinds == [ChangeKind.PHOTO_ERASED, ChangeKind.PHOTOS_ADDED, ChangeKind.PHOTOS_ADDED]
        for again in (
            enroller.post(first, follow_redirects=True),
            enroller.get(first, follow_redirects=True),
        ):
            assert "This photo was erased already." in again.text
        assert len(register.student_history.latest(9, student.id)) == 3

    def test_the_portrait_goes_with_its_photo_and_the_next_one_gives_another(
        self, enroller: SignedIn, register: Register, two: str
    ) -> None:
        student = register.students.get("17")
        (portrait,) = [photo for photo in register.photos.of(student) if photo.is_portrait]
        page = f"{two}/photos/{portrait.id}/erase"
        assert "The portrait is cut from this photo" in enroller.get(page).text
        enroller.post(page)
        assert register.store.portrait_of(student.id) is None
        assert "portrait" not in enroller.get(two).text
        (left,) = register.photos.of(student)
        send(enroller, two, photo_of(STRANGER))
        send(enroller, two, photo_of(STRANGER, side=80))
        assert [photo.is_portrait for photo in register.photos.of(student)].count(True) == 1
        assert left.id in {photo.id for photo in register.photos.of(student)}

    def test_the_last_one_leaves_a_student_who_is_not_enrolled(
        self, enroller: SignedIn, register: Register, two: str
    ) -> None:
        first, second = self.links(enroller, two)
        enroller.post(first)
        assert "It is the last one" in enroller.get(second).text
        enroller.post(second)
        page = enroller.get(two).text
        assert "No photo is enrolled" in page
        assert register.students.get("17").consent is not None

    def test_it_is_for_those_who_enrol_and_teach_the_student(
        self, sign_in: SignIn, register: Register, two: str
    ) -> None:
        photo = register.photos.of(register.students.get("17"))[0]
        register.courses.add("History", roster=["1"], teachers=[sign_in().user.id])
        for who in (sign_in(), sign_in(enrols=True)):
            for ask in (who.get, who.post):
                assert ask(f"{two}/photos/{photo.id}/erase").status_code == 403
        assert len(register.photos.of(register.students.get("17"))) == 2
