"""What has to become of a fraud: nobody is marked by it without a word on the teacher's board."""

from __future__ import annotations

import io
from html import unescape
from http import HTTPStatus

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from attendance.register import Register
from attendance.values import Mark, Session
from tests.attendance.fake_bursts import SentBurst
from tests.client.conftest import Parts, Phone
from tests.client.signed_in import SignedIn

NOTHING = SentBurst()


class Watched:
    """A class whose teacher has the board open.

    Args:
        register: of the class, which is in General's session of today.
        teacher: whose board it is.
    """

    def __init__(self, register: Register, teacher: SignedIn) -> None:
        self.register = register
        self._teacher = teacher

    @property
    def session(self) -> Session:
        """Today's."""
        return self.register.sessions.today()

    def board(self) -> str:
        """What the teacher reads, once all check-ins are compared with each other."""
        self.register.alarms.wait()
        return self._read("board")

    def history(self, roll_number: str = "1") -> str:
        """What the teacher reads about one student."""
        student = self.register.students.get(roll_number)
        return self._read(f"students/{student.id}")

    def mark(self, roll_number: str = "1") -> Mark | None:
        """Today's mark of a student."""
        return self.register.store.mark(self.session.id, self.register.students.get(roll_number).id)

    def has_refused(self, reply: TestResponse, code: str, roll_number: str = "1") -> None:
        """The phone was refused, with this code or on a page of this title, and the student is not marked."""
        assert reply.status_code >= 400
        said = unescape(reply.text) if reply.mimetype == "text/html" else [reply.get_json()["code"]]
        assert code in said
        assert self.mark(roll_number) is None

    def has_held(self, reply: TestResponse, sentence: str, roll_number: str = "1") -> None:
        """The teacher decides, and reads why; the student is not marked."""
        assert reply.get_json()["code"] == "needs_review"
        assert self.mark(roll_number) is None
        assert sentence in self.board()

    def has_flagged(self, reply: TestResponse, sentence: str) -> None:
        """The student is marked, and the teacher reads what is odd about it."""
        assert reply.get_json()["code"] == "present"
        assert sentence in self.board()

    def _read(self, page: str) -> str:
        address = f"/teach/sessions/{self.session.id}/{page}"
        if self._teacher.get(address).status_code != HTTPStatus.OK:  # the login of another day has ended
            self._teacher.log_in()
        return unescape(self._teacher.get(address).text)


@pytest.fixture
def watched(register: Register, teacher: SignedIn) -> Watched:
    """The class of today, whose course requires a movement, as new courses do."""
    return Watched(register, teacher)


def sent(phone: Phone, photo: bytes, parts: Parts, burst: SentBurst | None = None) -> TestResponse:
    """Send a photo with other parts of the form; see ``Phone.submit`` for the burst."""
    image = ("image", FileStorage(io.BytesIO(photo), "photo.jpg"))
    return phone.post(f"/capture?grant={phone.grant}", [*parts, *phone.movement(photo, burst=burst), image])
