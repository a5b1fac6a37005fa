"""Makes a job of what was sent: files that came in pieces, or those of a form without JavaScript."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import request
from werkzeug.datastructures import FileStorage

from attendance.classroom.jobs.limits import MOST_PHOTOS
from attendance.classroom.jobs.values import ClassroomUpload
from attendance.files.whole_file import write_new
from attendance.values import Session
from client.access.roles import the_user
from client.teacher.classroom.upload_folder import Upload
from client.teacher.classroom.uploads import the_uploads
from client.web.services import the_register


def job_of_pieces(session: Session, ids: list[str]) -> str:
    """The job of files that came in pieces; a repeated request gets the same job."""
    folder, user = the_uploads(), the_user()
    uploads = [folder.get(one, user_id=user.id, session_id=session.id) for one in ids]
    known = {upload.job_id for upload in uploads}
    if len(known) == 1 and "" not in known:
        return known.pop()
    paths = folder.take(uploads)
    job_id = ""
    try:
        job_id = _job_id(session, _named(paths, uploads))
    finally:
        if job_id:
            folder.handed_over(uploads, job_id)
        else:
            folder.put_back(uploads)
    return job_id


def job_of_form(session: Session) -> str:
    """The job of the files of a form, which the server holds in memory."""
    inbox = the_register().classroom.inbox
    files = [file for key in ("photos", "taken") for file in request.files.getlist(key) if file.filename]
    paths: list[Path] = []
    try:
        paths = [_keep(file, inbox) for file in files[: MOST_PHOTOS + 1]]
        uploads = [
            ClassroomUpload(path, file.filename or "") for path, file in zip(paths, files, strict=False)
        ]
        return _job_id(session, uploads)
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def _keep(file: FileStorage, inbox: Path) -> Path:
    path = inbox / f"{secrets.token_urlsafe(24)}.form"
    write_new(path, file.read())
    return path


def _named(paths: list[Path], uploads: list[Upload]) -> list[ClassroomUpload]:
    return [ClassroomUpload(path, upload.name) for path, upload in zip(paths, uploads, strict=True)]


def _job_id(session: Session, uploads: list[ClassroomUpload]) -> str:
    return the_register().classroom.submit(session, uploads, by=the_user().id).id
