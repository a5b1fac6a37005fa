"""A teacher who sends photos of the room, as the page's script does."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from attendance.classroom.jobs.states import JobState
from attendance.classroom.jobs.values import ClassroomFace, ClassroomJob
from attendance.register import Register
from attendance.values import Session
from tests.client.served_app import wait_until
from tests.client.signed_in import SignedIn

PATIENCE = 60.0  # seconds until a job that is not read is a failure
WORKING = (JobState.WAITING, JobState.READING)


class RoomSender:
    """A browser on the page of one session.

    Args:
        who: whose browser it is.
        register: for waiting until a job is read.
        session: which session.
    """

    def __init__(self, who: SignedIn, register: Register, session: Session) -> None:
        self.who = who
        self.register = register
        self.at = f"/teach/sessions/{session.id}/classroom"
        self._token = who.token()

    def ask(self, method: str, path: str = "", **options: Any) -> TestResponse:
        """What a script asks for, below the page."""
        headers = {"Accept": "application/json", "X-CSRFToken": self._token}
        return self.who.client.open(self.at + path, method=method, headers=headers, **options)

    def begin(self, size: object, name: str = "IMG_0001.JPG") -> TestResponse:
        """Announce a file."""
        return self.ask("POST", "/uploads", data={"name": name, "size": size})

    def begun(self, size: int, name: str = "IMG_0001.JPG") -> str:
        """Announce a file; the path of its pieces below the page."""
        answer = self.begin(size, name)
        assert answer.status_code == 201, answer.text
        return f"/uploads/{answer.get_json()['id']}"

    def put(self, upload: str, offset: object, piece: bytes) -> TestResponse:
        """Send one piece."""
        return self.ask("PUT", upload, query_string={"offset": offset}, data=piece)

    def sent(self, *files: bytes) -> list[str]:
        """Send whole files; their ids."""
        ids = []
        for number, content in enumerate(files, start=1):
            upload = self.begun(len(content), f"{number}.jpg")
            assert self.put(upload, 0, content).status_code == 200
            ids.append(upload.rpartition("/")[2])
        return ids

    def hand_over(self, *ids: str) -> TestResponse:
        """Ask for a job of files that were sent."""
        return self.ask("POST", data={"upload": list(ids)})

    def job(self, *files: bytes) -> ClassroomJob:
        """Send files, and wait until they are read."""
        answer = self.hand_over(*self.sent(*files))
        assert answer.status_code == 200, answer.text
        return self.settled(answer.get_json()["next"].rpartition("/")[2])

    def settled(self, job_id: str) -> ClassroomJob:
        """The job once it neither waits nor is read."""
        classroom = self.register.classroom
        wait_until(lambda: classroom.job(job_id).state not in WORKING, PATIENCE)
        return classroom.job(job_id)

    def page(self, job: ClassroomJob) -> str:
        """The job's page."""
        answer = self.who.get(f"{self.at}/{job.id}")
        assert answer.status_code == 200
        return answer.text

    def confirm(self, job: ClassroomJob, choices: dict[str, str], **typed: str) -> TestResponse:
        """Send the form of the result: keys of faces to what is chosen."""
        fields = {f"face-{key}": value for key, value in choices.items()}
        fields |= {f"other-{key.replace('_', '-')}": value for key, value in typed.items()}
        return self.who.post(f"{self.at}/{job.id}/confirm", fields)

    def discard(self, job: ClassroomJob) -> TestResponse:
        """Press the other button."""
        return self.who.post(f"{self.at}/{job.id}/discard")


def face_at(job: ClassroomJob, place: int, picture: int = 0) -> ClassroomFace:
    """The face at a place of a picture, counted from the left."""
    return sorted(job.pictures[picture].faces, key=lambda face: face.box[0])[place]
