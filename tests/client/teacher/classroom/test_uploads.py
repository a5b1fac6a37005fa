"""Photos of a room arrive in pieces, for their sender and session alone, and within limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.classroom.jobs.limits import MOST_VIDEO_BYTES
from attendance.register import Register
from attendance.values import Role, Session
from client.errors import UploadNotFoundError, UploadUnfinishedError
from client.teacher.classroom.upload_folder import UploadFolder, Waiting
from client.teacher.classroom.uploads import MOST_WAITING, PIECE_BYTES
from tests.attendance.fake_pipeline import photo_of, room_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS
from tests.client.room_sender import RoomSender
from tests.client.signed_in import SignedIn, SignIn

PHOTO = room_of(photo_of(COLLINS))
WAITING = Waiting(uploads=3, size=1000)


@pytest.fixture
def session(register: Register) -> Iterator[Session]:
    """Today's General session."""
    yield register.sessions.today()
    register.classroom.close()


@pytest.fixture
def sender(teacher: SignedIn, register: Register, session: Session) -> RoomSender:
    """A teacher on the page of the session."""
    return RoomSender(teacher, register, session)


def kept(register: Register) -> list[str]:
    """The kinds of files in the inbox."""
    return sorted(path.suffix for path in register.classroom.inbox.iterdir())


def test_a_file_arrives_in_pieces_and_becomes_a_job(sender: RoomSender, register: Register) -> None:
    upload, middle = sender.begun(len(PHOTO)), len(PHOTO) // 2
    assert sender.put(upload, 0, PHOTO[:middle]).get_json()["offset"] == middle
    assert sender.ask("GET", upload).get_json()["offset"] == middle
    assert sender.put(upload, middle, PHOTO[middle:]).get_json()["offset"] == len(PHOTO)
    answer = sender.hand_over(upload.rpartition("/")[2])
    assert answer.status_code == 200
    job = sender.settled(answer.get_json()["next"].rpartition("/")[2])
    assert job.uploads == ("IMG_0001.JPG",)
    assert len(job.faces) == 1
    assert kept(register) == [".json"]  # for whoever hands over again; no picture


def test_a_piece_whose_answer_was_lost_is_not_written_twice(sender: RoomSender) -> None:
    upload = sender.begun(len(PHOTO))
    sender.put(upload, 0, PHOTO[:100])
    again = sender.put(upload, 0, PHOTO[:100])
    assert (again.status_code, again.get_json()["offset"]) == (409, 100)
    assert sender.put(upload, 100, PHOTO[100:]).status_code == 200
    job = sender.settled(sender.hand_over(upload[9:]).get_json()["next"].rpartition("/")[2])
    assert len(job.faces) == 1


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "x", "0" * 20, "٣"])
def test_an_offset_that_is_no_number_is_refused(sender: RoomSender, offset: str) -> None:
    upload = sender.begun(10)
    assert sender.put(upload, offset, b"1").status_code == 400
    assert sender.ask("GET", upload).get_json()["offset"] == 0


@pytest.mark.parametrize("offset", [1, 9, 10, 11])
def test_a_piece_that_does_not_follow_is_refused(sender: RoomSender, offset: int) -> None:
    upload = sender.begun(10)
    answer = sender.put(upload, offset, b"1")
    assert (answer.status_code, answer.get_json()["offset"]) == (409, 0)


def test_more_than_was_announced_is_refused(sender: RoomSender) -> None:
    upload = sender.begun(10)
    assert sender.put(upload, 0, b"1" * 11).status_code == 413
    assert sender.ask("GET", upload).get_json()["offset"] == 0


def test_an_empty_piece_and_one_that_is_too_large_are_refused(sender: RoomSender) -> None:
    upload = sender.begun(2 * PIECE_BYTES)
    assert sender.put(upload, 0, b"").status_code == 400
    assert sender.put(upload, 0, b"1" * (PIECE_BYTES + 1)).status_code == 413
    assert sender.put(upload, 0, b"1" * PIECE_BYTES).status_code == 200


@pytest.mark.parametrize("size", ["", "0", "-5", "many", "1e3", "9" * 30])
def test_a_size_that_can_not_be_is_refused(sender: RoomSender, size: str) -> None:
    assert sender.begin(size).status_code == 400


def test_a_file_beyond_every_limit_is_refused_before_it_travels(
    sender: RoomSender, register: Register
) -> None:
    answer = sender.begin(MOST_VIDEO_BYTES + 1, "film.mp4")
    assert answer.status_code == 413
    assert "“film.mp4” is 300 MB" in answer.get_json()["message"]
    assert kept(register) == []


def test_a_name_is_never_part_of_a_path(sender: RoomSender, register: Register) -> None:
    sender.begun(10, "../../evil.jpg")
    assert kept(register) == [".json", ".part"]
    assert sender.begin(10, " ").status_code == 400


def test_an_upload_is_for_its_sender_and_its_session_alone(
    sender: RoomSender, register: Register, sign_in: SignIn, session: Session
) -> None:
    upload = sender.begun(10)
    course = register.courses.add("Physics")
    elsewhere = RoomSender(sender.who, register, register.class_sessions.open_now(course.id, by="office"))
    somebody = RoomSender(sign_in(role=Role.ADMIN), register, session)
    for other in (elsewhere, somebody):
        assert other.ask("GET", upload).status_code == 404
        assert other.put(upload, 0, b"1").status_code == 404
        assert other.ask("DELETE", upload).status_code == 404
        assert other.hand_over(upload[9:]).status_code == 404
    assert sender.put(upload, 0, b"1").status_code == 200


@pytest.mark.parametrize("upload_id", ["x", "A" * 32, "..%2F..%2Fjob", "A" * 31 + "."])
def test_an_upload_that_never_was_is_404(sender: RoomSender, upload_id: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = sender.ask(method, f"/uploads/{upload_id}", query_string={"offset": 0}, data=b"1")
        assert answer.status_code == 404
        assert answer.get_json()["message"]


def test_another_teachers_session_takes_nothing(register: Register, sign_in: SignIn) -> None:
    owner, other = sign_in(), sign_in()
    course = register.courses.add("Physics", teachers=[owner.user.id])
    session = register.class_sessions.open_now(course.id, by=owner.user.id)
    upload = RoomSender(owner, register, session).begun(10)
    stranger = RoomSender(other, register, session)
    assert stranger.begin(10).status_code == 403
    assert stranger.ask("GET", upload).status_code == 403
    assert stranger.put(upload, 0, b"1").status_code == 403
    assert stranger.ask("DELETE", upload).status_code == 403
    assert stranger.hand_over("x").status_code == 403


def test_without_the_pages_token_nothing_arrives(sender: RoomSender, teacher: SignedIn) -> None:
    upload = sender.begun(10)
    for method, path in (("POST", "/uploads"), ("PUT", f"{upload}?offset=0"), ("DELETE", upload)):
        assert teacher.client.open(sender.at + path, method=method, data=b"1").status_code == 400
    assert sender.ask("GET", upload).get_json()["offset"] == 0


def test_a_cancelled_upload_leaves_nothing(sender: RoomSender, register: Register) -> None:
    upload = sender.begun(10)
    sender.put(upload, 0, b"12345")
    assert sender.ask("DELETE", upload).status_code == 204
    assert kept(register) == []
    assert sender.put(upload, 5, b"67890").status_code == 404


def test_half_a_file_is_not_handed_over(sender: RoomSender, register: Register) -> None:
    upload = sender.begun(len(PHOTO))
    sender.put(upload, 0, PHOTO[:-1])
    answer = sender.hand_over(upload[9:])
    assert answer.status_code == 409
    assert "completely" in answer.get_json()["message"]
    assert sender.put(upload, len(PHOTO) - 1, PHOTO[-1:]).status_code == 200
    assert sender.hand_over(upload[9:]).status_code == 200
    assert len(register.classroom.jobs_of(register.sessions.today().id)) == 1


def test_handing_over_again_leads_to_the_same_job(sender: RoomSender, register: Register) -> None:
    [upload_id] = sender.sent(PHOTO)
    first, second = sender.hand_over(upload_id), sender.hand_over(upload_id)
    assert first.get_json() == second.get_json()
    assert len(register.classroom.jobs_of(register.sessions.today().id)) == 1
    assert sender.put(f"/uploads/{upload_id}", len(PHOTO), b"1").status_code == 404


def test_what_the_use_case_refuses_can_be_sent_again(sender: RoomSender, register: Register) -> None:
    ids = sender.sent(*[PHOTO] * 13)
    answer = sender.hand_over(*ids)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "too_many_photos")
    assert register.classroom.jobs_of(register.sessions.today().id) == []
    assert sender.hand_over(*ids[:12]).status_code == 200


def test_nothing_at_all_is_refused(sender: RoomSender) -> None:
    answer = sender.hand_over()
    assert (answer.status_code, answer.get_json()["code"]) == (400, "no_uploads")


def folder_in(path: Path, clock: FrozenClock) -> UploadFolder:
    """A folder of its own."""
    path.mkdir(exist_ok=True)
    return UploadFolder(path, clock, WAITING)


def test_what_was_left_behind_a_day_ago_goes(tmp_path: Path) -> None:
    clock = FrozenClock()
    folder = folder_in(tmp_path, clock)
    old = folder.begin(user_id="a", session_id="s", name="1.jpg", size=10)
    clock.advance(hours=12)
    young = folder.begin(user_id="b", session_id="s", name="2.jpg", size=10)
    clock.moment = old.created_at + timedelta(days=1)
    folder.purge()
    with pytest.raises(UploadNotFoundError):
        folder.get(old.id, user_id="a", session_id="s")
    assert folder.get(young.id, user_id="b", session_id="s") == young
    assert len(list(tmp_path.iterdir())) == 2


def test_a_users_oldest_upload_goes_where_there_are_too_many(tmp_path: Path) -> None:
    clock = FrozenClock()
    folder = folder_in(tmp_path, clock)
    for size in (100, 200, 300):
        folder.begin(user_id="a", session_id="s", name="1.jpg", size=size)
        clock.advance(seconds=1)
    folder.begin(user_id="b", session_id="s", name="1.jpg", size=999)
    folder.begin(user_id="a", session_id="s", name="1.jpg", size=400)
    assert sorted(one.size for one in folder.of_user("a")) == [200, 300, 400]
    folder.begin(user_id="a", session_id="s", name="1.jpg", size=1000)
    assert [one.size for one in folder.of_user("a")] == [1000]
    assert [one.size for one in folder.of_user("b")] == [999]
    assert MOST_WAITING.size > 2 * MOST_VIDEO_BYTES  # of the real ones: two videos at once fit


def test_only_one_of_two_who_hand_over_the_same_file_gets_it(tmp_path: Path) -> None:
    folder = folder_in(tmp_path, FrozenClock())
    begun = [folder.begin(user_id="a", session_id="s", name="1.jpg", size=1) for _ in range(2)]
    whole = [folder.append(one, 0, b"1") for one in begun]
    folder.take(whole[1:])
    with pytest.raises(UploadNotFoundError):
        folder.take(whole)
    folder.take(whole[:1])  # was put back
    folder.put_back(whole)
    assert [folder.get(one.id, user_id="a", session_id="s") for one in whole] == whole


def test_a_damaged_note_counts_as_no_upload(tmp_path: Path) -> None:
    folder = folder_in(tmp_path, FrozenClock())
    upload = folder.begin(user_id="a", session_id="s", name="1.jpg", size=1)
    (tmp_path / f"{upload.id}.json").write_text("{", encoding="utf-8")
    with pytest.raises(UploadNotFoundError):
        folder.get(upload.id, user_id="a", session_id="s")
    folder.purge()
    assert list(tmp_path.iterdir()) == []


@given(st.binary(min_size=1, max_size=300), st.lists(st.integers(1, 99), min_size=1, max_size=8))
def test_whatever_the_pieces_the_file_is_what_was_sent(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, sizes: list[int]
) -> None:
    folder = folder_in(tmp_path_factory.mktemp("inbox"), FrozenClock())
    upload = folder.begin(user_id="a", session_id="s", name="1.jpg", size=len(content))
    number = 0
    while not upload.is_whole:
        with pytest.raises(UploadUnfinishedError):
            folder.take([upload])
        piece = content[upload.offset : upload.offset + sizes[number % len(sizes)]]
        folder.append(upload, upload.offset, piece)
        upload = folder.get(upload.id, user_id="a", session_id="s")
        number += 1
    [path] = folder.take([upload])
    assert path.read_bytes() == content
