"""Parses forms strictly, and only in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.formparser import FormDataParser

from client.problems.refusals import RefusedError, RequestProblem
from client.web.parsing.whole_forms import WholeFormParser

MULTIPART = "multipart/form-data"
MAX_IMAGE_BYTES = 10_000_000  # the limit of face_detection
MAX_OVERHEAD_BYTES = 64 * 1024  # boundaries, part headers, grant and device
MAX_FORM_BYTES = MAX_IMAGE_BYTES + MAX_OVERHEAD_BYTES
MAX_FIELD_BYTES = 128 * 1024  # the parser's buffer is 64 kB, so less would reject valid forms
MAX_FRAMES = 16  # of two movements; one has 8
MAX_FRAME_BYTES = 64 * 1024  # a frame of 320 px has about 10 kB
MAX_TAKEN_MS = 60_000  # the page takes two seconds, or four, and twice as long with a slow camera
MAX_PARTS = MAX_FRAMES + 8  # read_form rejects more by name, the parser rejects floods
MAX_DEVICE_CHARACTERS = 64
MAX_CAMERA_CHARACTERS = 128
GRANT, CLAIM = "grant", "claim"
FRAMES, TAKEN, CAMERA = "frames", "taken", "camera"
CLAIMED = "claimed"  # the roll number that is typed beside a photo
MAX_CLAIMED_CHARACTERS = 64
PROVEN = "key:"  # before the name of a device that proved its key; none can call itself so
IN_ADDRESS = frozenset({GRANT, CLAIM})
"""What entitles a phone may also be a query parameter, which is known before the body. It comes first."""

_WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)


class PhoneRequest(Request):
    """A request that keeps uploads in memory and rejects broken forms, whoever asks for them first."""

    form_data_parser_class = WholeFormParser

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Keep a photo in memory, within MAX_CONTENT_LENGTH: a temporary file could remain after a crash."""
        del total_content_length, content_type, filename, content_length
        return BytesIO()

    def make_form_data_parser(self) -> FormDataParser:
        """The default parser, except that broken forms are errors."""
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser

    def _load_form_data(self) -> None:
        """Parse the form.

        Raises:
            RefusedError: it is broken; an empty one would look as if everything had been left out.
        """
        try:
            super()._load_form_data()
        except ValueError as error:
            raise RefusedError(RequestProblem.BAD_FORM) from error
        if self.mimetype == MULTIPART and (not self.content_length or None in [*self.form, *self.files]):
            del self.form, self.files  # so that no one else reads them
            raise RefusedError(RequestProblem.BAD_FORM)


@dataclass(frozen=True)
class PhotoForm:
    """The parts of a form.

    Attributes:
        fields: the text parts by name; empty for missing ones.
        image: the photo's bytes, or None without a photo.
        frames: the bytes of small pictures of a movement, in order.
        taken: ms from the first of them to each, which never decrease.
    """

    fields: dict[str, str]
    image: bytes | None
    frames: tuple[bytes, ...] = ()
    taken: tuple[int, ...] = ()

    @property
    def device(self) -> str | None:
        """The phone's own name for itself, shortened; not trusted, and never that of a proven key."""
        name = self.fields.get("device", "")[:MAX_DEVICE_CHARACTERS]
        return None if not name or name.startswith(PROVEN) else name

    @property
    def camera(self) -> str | None:
        """The browser's name for its camera, shortened; not trusted."""
        return self.fields.get("camera", "")[:MAX_CAMERA_CHARACTERS] or None

    @property
    def claimed(self) -> str:
        """The roll number that was typed beside the photo, shortened; empty where none was."""
        return self.fields.get(CLAIMED, "")[:MAX_CLAIMED_CHARACTERS]


def read_form(request: Request, allowed: Iterable[str]) -> PhotoForm:
    """Parse a multipart form that has only known parts, each at most once; frames may be repeated.

    Args:
        request: the request.
        allowed: names of the text parts. The files are ``image`` and, where ``taken`` is allowed, ``frames``.

    Raises:
        RefusedError: the content type is wrong, the form is broken, a part is unknown or repeated, or the
            frames are too many or too large, or don't fit their moments.
        RequestEntityTooLarge: the form has more bytes or parts than allowed.
    """
    if request.mimetype != MULTIPART:
        raise RefusedError(RequestProblem.WRONG_CONTENT_TYPE)
    form, files = request.form, request.files
    names = set(allowed)
    known = {"image", FRAMES} if TAKEN in names else {"image"}
    counted = [name for name, _ in [*form.items(multi=True), *files.items(multi=True)] if name != FRAMES]
    if len(set(counted)) != len(counted) or set(form) - names or set(files) - known:
        raise RefusedError(RequestProblem.BAD_FORM)
    image = files["image"].read() if "image" in files else b""
    in_address = {name: request.args.get(name) for name in names & IN_ADDRESS}
    fields = {name: in_address.get(name) or form.get(name, "") for name in names}
    frames = tuple(frame.read(MAX_FRAME_BYTES + 1) for frame in files.getlist(FRAMES))
    return PhotoForm(fields, image or None, frames, _moments(frames, fields.get(TAKEN, "")))


def _moments(frames: tuple[bytes, ...], taken: str) -> tuple[int, ...]:
    """The moments of frames as numbers.

    Raises:
        RefusedError: these frames are none that the page sends, or the moments don't belong to them.
    """
    if not frames and not taken:
        return ()
    moments = [int(one) if _WHOLE.fullmatch(one) else -1 for one in taken.split(",", MAX_FRAMES)]
    fits = len(frames) == len(moments) <= MAX_FRAMES and moments[0] == 0 and moments == sorted(moments)
    if not fits or moments[-1] > MAX_TAKEN_MS or not all(0 < len(one) <= MAX_FRAME_BYTES for one in frames):
        raise RefusedError(RequestProblem.BAD_FRAMES)
    return tuple(moments)
