"""Hands out everything that is stored about a student, for whoever asks "what do you have on me?"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from tempfile import TemporaryFile

from werkzeug.wrappers import Response

from attendance.privacy.data_of import DataOfStudents, file_name_of
from attendance.values import Student
from client.access.proof import file_needs_proof
from client.access.roles import Access, Pages
from client.access.visible_students import require_student
from client.web.services import the_register

blueprint = Pages("student_data", __name__, access=Access.ENROLS, url_prefix="/teach/students")
ZIP = "application/zip"
AT_ONCE = 64 * 1024  # bytes


@blueprint.get("/<student_id>/data.zip")
@file_needs_proof
def data(student_id: str) -> Response:
    """A ZIP with pages, JSON and pictures; a large one waits on disk while it is sent."""
    student = require_student(student_id)
    chunks = _chunks(the_register().data_of, student)
    first = next(chunks)  # what can go wrong does so before anything is sent
    answer = Response(chain([first], chunks), mimetype=ZIP)
    answer.headers.set("Content-Disposition", "attachment", filename=file_name_of(student))
    return answer


def _chunks(data_of: DataOfStudents, student: Student) -> Iterator[bytes]:
    """The ZIP in pieces; its file is gone with the last one, or when nobody wants more."""
    with TemporaryFile() as file:
        data_of.write(student, file)
        file.seek(0)
        while chunk := file.read(AT_ONCE):
            yield chunk
