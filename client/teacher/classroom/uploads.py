"""Uploads of classroom photos and videos in pieces, which continue after a lost connection."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Response, jsonify, request, url_for
from flask_babel import gettext as _

from attendance.classroom.jobs.limits import LONGEST_NAME, MOST_PHOTO_BYTES, MOST_PHOTOS, MOST_VIDEO_BYTES
from client.access.roles import Access, Pages, the_user
from client.access.sessions import session_of
from client.access.site_uses import need_room_photos
from client.errors import UploadError, UploadNotFoundError, UploadOffsetError, UploadSizeError
from client.problems.table import problem_of
from client.teacher.classroom.upload_folder import Upload, UploadFolder, Waiting
from client.teacher.classroom.words import size_words
from client.web.forms import whole_number
from client.web.services import the_register

PIECE_BYTES = 4_000_000  # at most, of one request
MOST_BYTES = max(MOST_PHOTO_BYTES, MOST_VIDEO_BYTES)
MOST_WAITING = Waiting(uploads=4 * MOST_PHOTOS, size=2 * MOST_VIDEO_BYTES + MOST_PHOTOS * MOST_PHOTO_BYTES)
LONGEST_NUMBER = 12  # digits of a size or an offset
_log = logging.getLogger(__name__)

blueprint = Pages(
    "classroom_uploads",
    __name__,
    access=Access.TEACHER,
    url_prefix="/teach/sessions/<session_id>/classroom/uploads",
)

blueprint.before_request(need_room_photos)


def the_uploads() -> UploadFolder:
    """Files on their way to the jobs of the app that serves this request."""
    return UploadFolder(the_register().classroom.inbox, the_register().clock, MOST_WAITING)


@blueprint.post("")
def begin(session_id: str) -> Response:
    """Announce a file; the answer has the address for its pieces."""
    session_of(session_id)
    name = request.form.get("name", "").strip()[-LONGEST_NAME:]
    size = whole_number(request.form.get("size", ""), digits=LONGEST_NUMBER)
    if size is None or size == 0 or not name:
        return refused(_("This file is empty or can't be read. Choose another one."), HTTPStatus.BAD_REQUEST)
    if size > MOST_BYTES:
        sentence = _(
            "“%(name)s” is %(size)s; the limit is %(most)s. Choose a shorter video or a smaller photo.",
            name=name,
            size=size_words(size),
            most=size_words(MOST_BYTES),
        )
        return refused(sentence, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        upload = the_uploads().begin(user_id=the_user().id, session_id=session_id, name=name, size=size)
    except OSError:
        return disk_problem()
    return _stands(upload, HTTPStatus.CREATED)


@blueprint.get("/<upload_id>")
def stands(session_id: str, upload_id: str) -> Response:
    """How far a file is: where a browser goes on after a lost network."""
    session_of(session_id)
    try:
        return _stands(_own(session_id, upload_id))
    except UploadError as error:
        return upload_refused(error)


@blueprint.put("/<upload_id>")
def append(session_id: str, upload_id: str) -> Response:
    """Take one piece: the bytes alone, and where they begin."""
    session_of(session_id)
    offset = whole_number(request.args.get("offset", ""), digits=LONGEST_NUMBER)
    if offset is None:
        return refused(_("A part of a file must state where it begins."), HTTPStatus.BAD_REQUEST)
    if (request.content_length or 0) > PIECE_BYTES:
        sentence = _("A part of a file can be at most %(most)s.", most=size_words(PIECE_BYTES))
        return refused(sentence, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    piece = request.get_data(cache=False)
    if not piece:
        return refused(_("An empty part of a file arrived."), HTTPStatus.BAD_REQUEST)
    try:
        return _stands(the_uploads().append(_own(session_id, upload_id), offset, piece))
    except UploadError as error:
        return upload_refused(error)
    except OSError:
        return disk_problem()


@blueprint.delete("/<upload_id>")
def cancel(session_id: str, upload_id: str) -> Response:
    """Forget a file that was begun."""
    session_of(session_id)
    try:
        the_uploads().cancel(_own(session_id, upload_id))
    except UploadError as error:
        return upload_refused(error)
    return Response(status=HTTPStatus.NO_CONTENT)


def refused(sentence: str, status: HTTPStatus, **more: object) -> Response:
    """The sentence as JSON, in the shape of every other refusal of these pages."""
    answer = jsonify(status="error", message=sentence, **more)
    answer.status_code = status
    return answer


def upload_refused(error: UploadError) -> Response:
    """Why an upload can't go on."""
    status = problem_of(error).status
    if isinstance(error, UploadOffsetError):
        sentence = _("This part does not follow the previous one. Continue where the file ends here.")
        return refused(sentence, status, offset=error.offset)
    if isinstance(error, UploadNotFoundError):
        return refused(_("This upload has expired. Choose the file again."), status)
    if isinstance(error, UploadSizeError):
        sentence = _("The file is larger than announced. Choose the file again.")
        return refused(sentence, status)
    return refused(_("A file has not arrived completely. Send the rest first."), status)


def disk_problem() -> Response:
    """The server can't write what came; called while the error is handled."""
    return refused(disk_sentence(), HTTPStatus.INSUFFICIENT_STORAGE)


def disk_sentence() -> str:
    """The same for a person, and the rest for the log; called while the error is handled."""
    _log.exception("What was sent of a room can't be written; is the disk full?")
    return str(_("The server can't store this right now; its disk may be full. Ask an admin."))


def _own(session_id: str, upload_id: str) -> Upload:
    return the_uploads().get(upload_id, user_id=the_user().id, session_id=session_id)


def _stands(upload: Upload, status: HTTPStatus = HTTPStatus.OK) -> Response:
    answer = jsonify(
        id=upload.id,
        offset=upload.offset,
        size=upload.size,
        at=url_for("classroom_uploads.stands", session_id=upload.session_id, upload_id=upload.id),
    )
    answer.status_code = status
    return answer
