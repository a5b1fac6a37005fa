"""Files that arrive in pieces: who sends them for which session, how far they are, and when they go."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from attendance.classroom.jobs.limits import UNSENT_LIFETIME
from attendance.clock import Clock
from attendance.files.whole_file import write_new, write_whole
from client.errors import UploadNotFoundError, UploadOffsetError, UploadSizeError, UploadUnfinishedError

ID_BYTES = 24  # of chance in the name of an upload
_ID = re.compile(r"[A-Za-z0-9_-]{32}")
_DATA, _TAKEN, _NOTE = ".part", ".taken", ".json"


@dataclass(frozen=True)
class Upload:
    """One file on its way.

    Attributes:
        id: unguessable; also the name of its files.
        user_id: who sends it.
        session_id: for which session.
        name: what the phone calls the file; never part of a path.
        size: bytes it will have.
        created_at: when it began, an aware time.
        offset: bytes that are here.
        job_id: what it became; empty before.
    """

    id: str
    user_id: str
    session_id: str
    name: str
    size: int
    created_at: datetime
    offset: int = 0
    job_id: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here."""
        return self.offset == self.size


@dataclass(frozen=True)
class Waiting:
    """How much one user may have begun and not handed over.

    Attributes:
        uploads: so many.
        size: bytes that they will have together.
    """

    uploads: int
    size: int


class UploadFolder:
    """The folder of files that arrive; any number of threads and processes may share it.

    Args:
        folder: which is there.
        clock: the current time.
        most: what one user may keep there.
    """

    def __init__(self, folder: Path, clock: Clock, most: Waiting) -> None:
        self._folder = folder
        self._clock = clock
        self._most = most

    def begin(self, *, user_id: str, session_id: str, name: str, size: int) -> Upload:
        """Prepare for a new file: delete abandoned uploads, and the user's oldest if there are many."""
        self.purge()
        waiting = sorted(self.of_user(user_id), key=lambda one: one.created_at)
        while waiting and self._is_too_much(waiting, size):
            self._forget(waiting.pop(0).id)
        upload = Upload(secrets.token_urlsafe(ID_BYTES), user_id, session_id, name, size, self._clock.now())
        self._note(upload)
        write_new(self._path(upload.id, _DATA), b"")
        return upload

    def get(self, upload_id: str, *, user_id: str, session_id: str) -> Upload:
        """An upload of this user for this session.

        Raises:
            UploadNotFoundError: there is none.
        """
        upload = self._read(upload_id) if _ID.fullmatch(upload_id) else None
        if upload is None or (upload.user_id, upload.session_id) != (user_id, session_id):
            raise UploadNotFoundError(f"There is no upload {upload_id[:40]!r} of yours for this session.")
        return upload

    def of_user(self, user_id: str) -> list[Upload]:
        """What a user has begun and not handed over."""
        kept = [self._read(path.stem) for path in self._notes()]
        return [one for one in kept if one is not None and one.user_id == user_id and not one.job_id]

    def append(self, upload: Upload, offset: int, piece: bytes) -> Upload:
        """Put a piece where the last one ended.

        Raises:
            UploadOffsetError: it does not begin there.
            UploadSizeError: it goes beyond the end.
            UploadNotFoundError: the upload was cancelled or handed over meanwhile.
        """
        if upload.job_id:
            raise UploadNotFoundError(f"Upload {upload.id!r} was handed over already.")
        if offset != upload.offset:
            raise UploadOffsetError(
                f"The piece begins at {offset}, but {upload.offset} bytes are here. Go on from there.",
                upload.offset,
            )
        end = offset + len(piece)
        if end > upload.size:
            raise UploadSizeError(f"{end} bytes came, but {upload.size} were announced.")
        try:
            with self._path(upload.id, _DATA).open("r+b") as file:
                file.seek(offset)  # and not its end: the same piece twice at once is written once
                file.write(piece)
        except FileNotFoundError:
            raise UploadNotFoundError(f"Upload {upload.id!r} is gone.") from None
        return replace(upload, offset=end)

    def cancel(self, upload: Upload) -> None:
        """Forget an upload and what came of it."""
        self._forget(upload.id)

    def take(self, uploads: Sequence[Upload]) -> list[Path]:
        """Take whole files out, so that nobody else hands them over too.

        Raises:
            UploadUnfinishedError: one is not whole; all of them stay.
            UploadNotFoundError: one was taken or cancelled meanwhile; all others stay.
        """
        unfinished = next((one for one in uploads if not one.is_whole), None)
        if unfinished is not None:
            raise UploadUnfinishedError(
                f"{unfinished.offset} of {unfinished.size} bytes of {unfinished.name!r} are here."
            )
        taken: list[Upload] = []
        for upload in uploads:
            try:
                self._path(upload.id, _DATA).rename(self._path(upload.id, _TAKEN))
            except FileNotFoundError:
                self.put_back(taken)
                raise UploadNotFoundError(f"Upload {upload.id!r} is gone.") from None
            taken.append(upload)
        return [self._path(upload.id, _TAKEN) for upload in taken]

    def put_back(self, uploads: Sequence[Upload]) -> None:
        """What was taken could not be handed over: it can be tried again."""
        for upload in uploads:
            with suppress(FileNotFoundError):
                self._path(upload.id, _TAKEN).rename(self._path(upload.id, _DATA))

    def handed_over(self, uploads: Sequence[Upload], job_id: str) -> None:
        """Remember the job that they became, for a request repeated after its answer was lost."""
        for upload in uploads:
            self._path(upload.id, _TAKEN).unlink(missing_ok=True)
            self._note(replace(upload, job_id=job_id))

    def purge(self) -> None:
        """Delete what began a day ago or earlier."""
        oldest = self._clock.now() - UNSENT_LIFETIME
        for path in self._notes():
            upload = self._read(path.stem)
            if upload is None or upload.created_at <= oldest:
                self._forget(path.stem)

    def _is_too_much(self, waiting: Sequence[Upload], size: int) -> bool:
        together = size + sum(one.size for one in waiting)
        return len(waiting) >= self._most.uploads or together > self._most.size

    def _notes(self) -> list[Path]:
        return [path for path in self._folder.glob(f"*{_NOTE}") if _ID.fullmatch(path.stem)]

    def _path(self, upload_id: str, suffix: str) -> Path:
        return self._folder / f"{upload_id}{suffix}"

    def _note(self, upload: Upload) -> None:
        fields = asdict(upload) | {"created_at": upload.created_at.isoformat()}
        del fields["offset"]  # is the length of the file
        write_whole(self._path(upload.id, _NOTE), json.dumps(fields).encode())

    def _read(self, upload_id: str) -> Upload | None:
        try:
            fields = json.loads(self._path(upload_id, _NOTE).read_bytes())
            fields["created_at"] = datetime.fromisoformat(fields["created_at"])
            upload = Upload(**fields)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return replace(upload, offset=self._length(upload))

    def _length(self, upload: Upload) -> int:
        if upload.job_id:
            return upload.size
        for suffix in (_DATA, _TAKEN):
            with suppress(FileNotFoundError):
                return self._path(upload.id, suffix).stat().st_size
        return 0

    def _forget(self, upload_id: str) -> None:
        for suffix in (_DATA, _TAKEN, _NOTE):  # the note last: without it nobody would find the others
            self._path(upload_id, suffix).unlink(missing_ok=True)
