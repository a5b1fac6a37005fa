"""Due notices are sent once, by any process, and their results are in the register."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.errors import StoreUnavailableError
from attendance.notices.mail_errors import MailServerError
from attendance.notices.problems import PAUSES, NoticeProblemCode, is_perhaps_sent, next_try, problem_of
from attendance.notices.sending import Sent
from attendance.notices.service import Notices
from attendance.notices.topics import claim_of
from attendance.notices.values import Step
from attendance.people.new_student import NewStudent
from attendance.settings.mail_settings import SmtpServer
from attendance.settings.settings import Settings
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import MarkStatus, Notice, NoticeState
from tests.attendance.mail_server import Postbox, running
from tests.attendance.notices.school import COLLINS, HOPPER, School, settings_of
from tests.attendance.site import Site, open_site
from tests.client.served_app import wait_until

EILEEN, GRACE = "eileen@students.example", "grace@students.example"


@pytest.fixture
def empty_room(school: School) -> School:
    """A session that neither of the two came to, and whose time for corrections is over."""
    school.holds(school.opens())
    school.waits()
    return school


def states(school: School) -> dict[str, NoticeState]:
    return {notice.to: notice.state for notice in school.entries()}


def sent(school: School) -> Sent:
    result = school.notices.send()
    assert result is not None
    return result


def test_what_was_previewed_is_what_arrives(empty_room: School, postbox: Postbox) -> None:
    letters = {one.to: empty_room.notices.text_of(one) for one in empty_room.planned()}
    assert sent(empty_room) == Sent(sent=2)
    assert {to for to, _ in postbox.taken} == set(letters) == {EILEEN, GRACE}
    for to, message in postbox.taken:
        letter = letters[to]
        assert message["Subject"] == letter.subject
        assert message.get_content().replace("\r\n", "\n") == letter.text
    assert states(empty_room) == {EILEEN: NoticeState.SENT, GRACE: NoticeState.SENT}
    assert all(notice.sent_at == empty_room.site.clock.now() for notice in empty_room.entries())


def test_nobody_is_told_twice(empty_room: School, postbox: Postbox) -> None:
    sent(empty_room)
    assert empty_room.planned() == []
    assert sent(empty_room) == Sent()
    assert len(postbox.taken) == 2
    assert postbox.connections == 1  # with nothing to say nobody is called


def test_whoever_is_marked_absent_a_second_time_is_not_told_again(
    empty_room: School, postbox: Postbox
) -> None:
    sent(empty_room)
    session = empty_room.site.store.sessions()[-1]
    empty_room.marks(session, HOPPER, MarkStatus.PRESENT)
    empty_room.marks(session, HOPPER, MarkStatus.ABSENT)
    empty_room.waits()
    sent(empty_room)
    assert len(postbox.to(GRACE)) == 1


def test_one_refused_address_does_not_stop_the_other(empty_room: School, postbox: Postbox) -> None:
    postbox.refuses[EILEEN] = "550 No such user"
    assert sent(empty_room) == Sent(sent=1, failed=1)
    assert states(empty_room) == {EILEEN: NoticeState.FAILED, GRACE: NoticeState.SENT}
    (failed,) = [notice for notice in empty_room.entries() if notice.to == EILEEN]
    problem = problem_of(failed)
    assert problem is not None
    assert problem.code is NoticeProblemCode.REFUSED
    assert "550 No such user" in problem.detail
    empty_room.site.clock.advance(days=2)
    assert empty_room.planned() == []


def test_a_temporary_refusal_is_tried_again_with_growing_pauses_and_then_given_up(
    empty_room: School, postbox: Postbox
) -> None:
    postbox.refuses[EILEEN] = "452 The box is full"
    began = empty_room.site.clock.now()
    assert sent(empty_room) == Sent(sent=1, later=1)
    at = timedelta()
    for pause in PAUSES:
        at += pause
        empty_room.site.clock.moment = began + at - timedelta(seconds=1)
        assert [one.step for one in empty_room.planned()] == [Step.RETRY]
        assert sent(empty_room) == Sent()
        empty_room.site.clock.moment = began + at
        assert sent(empty_room) == Sent(later=1)
    (failed,) = [notice for notice in empty_room.entries() if notice.to == EILEEN]
    assert (failed.state, next_try(failed)) == (NoticeState.FAILED, None)
    empty_room.site.clock.advance(days=1)
    assert sent(empty_room) == Sent()
    assert empty_room.planned() == []


def test_a_second_try_arrives(empty_room: School, postbox: Postbox) -> None:
    postbox.refuses[EILEEN] = "450 Come back"
    sent(empty_room)
    del postbox.refuses[EILEEN]
    empty_room.site.clock.advance(minutes=5)
    assert sent(empty_room) == Sent(sent=1)
    assert len(postbox.to(EILEEN)) == 1
    assert states(empty_room)[EILEEN] is NoticeState.SENT


def test_a_correction_before_the_second_try_ends_it(empty_room: School, postbox: Postbox) -> None:
    postbox.refuses[EILEEN] = "450 Come back"
    sent(empty_room)
    del postbox.refuses[EILEEN]
    empty_room.marks(empty_room.site.store.sessions()[-1], COLLINS, MarkStatus.EXCUSED)
    empty_room.site.clock.advance(hours=3)
    assert sent(empty_room) == Sent()
    assert postbox.to(EILEEN) == []


@pytest.mark.server
def test_a_mail_server_that_is_away_leaves_everything_due(
    site: Site, plain_settings: Settings, postbox: Postbox
) -> None:
    with running(postbox) as gone:
        pass
    school = School(site, settings_of(plain_settings, gone))
    school.holds(school.opens())
    school.waits()
    result = sent(school)
    assert result.problem is not None
    assert "can't be reached" in result.problem
    assert (school.entries(), len(school.due())) == ([], 2)


def test_a_line_that_is_lost_before_the_letter_is_tried_again(empty_room: School, postbox: Postbox) -> None:
    postbox.dies_at, postbox.troubled = "data", EILEEN
    assert sent(empty_room) == Sent(sent=1, later=1)
    assert postbox.connections == 2
    postbox.dies_at = None
    empty_room.site.clock.advance(minutes=5)
    assert sent(empty_room) == Sent(sent=1)
    assert [len(postbox.to(address)) for address in (EILEEN, GRACE)] == [1, 1]


@pytest.mark.parametrize("way", ["dies_at", "hangs_at"])
def test_a_line_that_is_lost_before_the_answer_is_perhaps_sent_and_never_again(
    empty_room: School, postbox: Postbox, way: str
) -> None:
    setattr(postbox, way, "answer")
    postbox.troubled = EILEEN
    assert sent(empty_room) == Sent(sent=1, unsure=1)
    setattr(postbox, way, None)
    (notice,) = [notice for notice in empty_room.entries() if notice.to == EILEEN]
    assert notice.state is NoticeState.CLAIMED
    assert is_perhaps_sent(notice, empty_room.site.clock.now())
    empty_room.site.clock.advance(days=1)
    assert sent(empty_room) == Sent()
    assert len(postbox.to(EILEEN)) == 1


def test_a_process_that_dies_after_claiming_leaves_it_perhaps_sent(
    empty_room: School, postbox: Postbox
) -> None:
    claimed = claim_of(empty_room.planned()[0], empty_room.site.clock.now())
    assert empty_room.site.store.claim_notice(claimed)  # and here it dies
    assert not is_perhaps_sent(claimed, empty_room.site.clock.now())
    empty_room.site.clock.advance(minutes=11)
    assert is_perhaps_sent(claimed, empty_room.site.clock.now())
    assert sent(empty_room) == Sent(sent=1)
    assert postbox.to(claimed.to) == []


class _DiesWhenTold:
    """A store that is away whenever something is to be written down after sending."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def replace_notice(self, _notice: Notice) -> bool:
        raise StoreUnavailableError("The database is away.")


def test_a_database_that_goes_away_after_sending_does_not_send_again(
    site: Site, school: School, postbox: Postbox
) -> None:
    school.holds(school.opens(), present=[COLLINS])
    school.waits()
    fragile = School(site, school.settings, store=_DiesWhenTold(site.store))  # type: ignore[arg-type]
    with pytest.raises(StoreUnavailableError):
        fragile.notices.send()
    assert sent(school) == Sent()
    assert len(postbox.to(GRACE)) == 1


def test_a_mark_that_is_corrected_between_the_plan_and_the_letter_sends_nothing(
    site: Site, school: School, postbox: Postbox
) -> None:
    session = school.holds(school.opens())
    school.waits()
    connect = school._connect

    def corrected_meanwhile() -> object:
        school.marks(session, COLLINS, MarkStatus.PRESENT)
        return connect()

    school.notices._connect = corrected_meanwhile  # type: ignore[assignment]
    assert sent(school) == Sent(sent=1)
    assert (len(postbox.to(EILEEN)), len(postbox.to(GRACE))) == (0, 1)
    assert [notice.to for notice in site.store.notices()] == [GRACE]


def test_a_student_who_is_erased_takes_the_entries_along(empty_room: School) -> None:
    sent(empty_room)
    empty_room.site.students.remove(COLLINS)
    assert [notice.to for notice in empty_room.entries()] == [GRACE]


# --- several at once -----------------------------------------------------------------------------------

PEOPLE = 12


@contextmanager
def crowd(folder: Path, settings: Settings) -> Iterator[School]:
    """A class of twelve of whom nobody came."""
    site = open_site(folder)
    school = School(site, settings)
    numbers = [str(number) for number in range(1, PEOPLE + 1)]
    for number in numbers:
        site.students.add(NewStudent(number, f"Student {number}", email=f"s{number}@students.example"))
    course = site.courses.add("Physics", roster=numbers)
    school.holds(course)
    school.waits()
    yield school
    site.store.close()


def _send_in_a_process(folder: Path, settings: Settings, moment: object, go: object, results: object) -> None:
    site = open_site(folder)
    site.clock.moment = moment  # type: ignore[assignment]
    school = School(site, settings)
    go.wait()  # type: ignore[attr-defined]
    results.put(school.notices.send())  # type: ignore[attr-defined]
    site.store.close()


def test_two_processes_that_send_at_once_send_each_letter_once(
    tmp_path: Path, plain_settings: Settings, server: SmtpServer, postbox: Postbox
) -> None:
    settings = settings_of(plain_settings, server)
    with crowd(tmp_path, settings) as school:
        moment = school.site.clock.now()
    context = multiprocessing.get_context("spawn")
    go, results = context.Barrier(2), context.Queue()
    others = [
        context.Process(target=_send_in_a_process, args=(tmp_path, settings, moment, go, results))
        for _ in range(2)
    ]
    for other in others:
        other.start()
    counts = [results.get(timeout=60) for _ in others]
    for other in others:
        other.join(30)
    assert [other.exitcode for other in others] == [0, 0]
    assert sum(count.sent for count in counts) == PEOPLE
    assert sorted(to for to, _ in postbox.taken) == sorted(
        f"s{number}@students.example" for number in range(1, PEOPLE + 1)
    )
    store = SQLiteStore(tmp_path / "attendance.sqlite3")
    assert {notice.state for notice in store.notices()} == {NoticeState.SENT}
    store.close()


def _send_and_never_come_back(folder: Path, settings: Settings, moment: object) -> None:
    site = open_site(folder)
    site.clock.moment = moment  # type: ignore[assignment]
    Notices(
        site.store,
        site.clock,
        settings=settings,
        reports=School(site, settings).reports,
    ).send()


def test_a_process_that_is_killed_while_it_sends_does_not_make_the_next_one_send_again(
    tmp_path: Path, plain_settings: Settings, server: SmtpServer, postbox: Postbox
) -> None:
    settings = settings_of(plain_settings, server)
    postbox.hangs_at, postbox.troubled = "answer", "s5@students.example"
    with crowd(tmp_path, settings) as school:
        moment = school.site.clock.now()
        other = multiprocessing.get_context("spawn").Process(
            target=_send_and_never_come_back, args=(tmp_path, settings, moment)
        )
        other.start()
        wait_until(lambda: postbox.to("s5@students.example") != [])
        other.kill()
        other.join(30)
        postbox.hangs_at = None
        sent(school)
        addresses = [to for to, _ in postbox.taken]
        assert sorted(addresses) == sorted(set(addresses))
        assert len(addresses) == PEOPLE
        (left,) = [notice for notice in school.entries() if notice.state is NoticeState.CLAIMED]
        assert left.to == "s5@students.example"
        assert is_perhaps_sent(left, moment + timedelta(minutes=11))


def test_several_threads_that_send_at_once_send_each_letter_once(
    tmp_path: Path, plain_settings: Settings, server: SmtpServer, postbox: Postbox
) -> None:
    settings = settings_of(plain_settings, server)
    with crowd(tmp_path, settings) as school:
        twins = [School(school.site, settings) for _ in range(4)]
        with ThreadPoolExecutor(len(twins)) as pool:
            counts = list(pool.map(sent, twins))
        assert sum(count.sent for count in counts) == PEOPLE
        assert len(postbox.taken) == PEOPLE


def test_it_can_be_left_at_the_letter_at_hand(
    tmp_path: Path, plain_settings: Settings, server: SmtpServer, postbox: Postbox
) -> None:
    with crowd(tmp_path, settings_of(plain_settings, server)) as school:
        school.notices.close()
        assert sent(school) == Sent()
        assert postbox.taken == []
        assert len(school.due()) == PEOPLE


def test_a_mail_server_that_goes_away_for_good_ends_the_sending(
    tmp_path: Path, plain_settings: Settings, server: SmtpServer, postbox: Postbox
) -> None:
    with crowd(tmp_path, settings_of(plain_settings, server)) as school:
        connect = school._connect
        times = iter([connect])

        def once() -> object:
            if (first := next(times, None)) is None:
                raise MailServerError("The mail server is away.")
            return first()

        school.notices._connect = once  # type: ignore[assignment]
        postbox.dies_at = "data"
        result = sent(school)
        assert result == Sent(later=1, problem="The mail server is away.")
        assert len(school.entries()) == 1
        assert len(school.due()) == PEOPLE - 1


def test_a_claim_goes_to_one_address_and_says_what_it_is_about(empty_room: School) -> None:
    planned = empty_room.planned()[0]
    claimed = claim_of(planned, empty_room.site.clock.now())
    assert claimed.key == f"absent|{planned.session.id}|{planned.student.id}"
    assert (claimed.session_id, claimed.day) == (planned.session.id, planned.session.day)
    assert claimed == replace(claimed, state=NoticeState.CLAIMED, version=1)
