"""Parses forms strictly, and only in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.formparser import FormDataParser

from client.problems.refusals import RefusedError, RequestProblem

MULTIPART = "multipart/form-data"
MAX_IMAGE_BYTES = 10_000_000  # the limit of face_detection
MAX_OVERHEAD_BYTES = 64 * 1024  # boundaries, part headers, grant and device
MAX_FORM_BYTES = MAX_IMAGE_BYTES + MAX_OVERHEAD_BYTES
MAX_FIELD_BYTES = 128 * 1024  # the parser's buffer is 64 kB, so less would reject valid forms
MAX_PARTS = 8  # a form has at most four; read_form rejects more by name, the parser rejects floods
MAX_DEVICE_CHARACTERS = 64
GRANT, CLAIM = "grant", "claim"
PROVEN = "key:"  # before the name of a device that proved its key; none can call itself so
IN_ADDRESS = frozenset({GRANT, CLAIM})
"""What entitles a phone may also be a query parameter, which is known before the body. It comes first."""


class PhoneRequest(Request):
    """A request that keeps uploads in memory and rejects broken forms, whoever asks for them first."""

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
    """

    fields: dict[str, str]
    image: bytes | None

    @property
    def device(self) -> str | None:
        """The phone's own name for itself, shortened; not trusted, and never that of a proven key."""
        name = self.fields.get("device", "")[:MAX_DEVICE_CHARACTERS]
        return None if not name or name.startswith(PROVEN) else name


def read_form(request: Request, allowed: Iterable[str]) -> PhotoForm:
    """Parse a multipart form that has only known parts, each at most once.

    Args:
        request: the request.
        allowed: names of the text parts. The only file is ``image``.

    Raises:
        RefusedError: the content type is wrong, the form is broken, or a part is unknown or repeated.
        RequestEntityTooLarge: the form has more bytes or parts than allowed.
    """
    if request.mimetype != MULTIPART:
        raise RefusedError(RequestProblem.WRONG_CONTENT_TYPE)
    form, files = request.form, request.files
    names = set(allowed)
    counted = [*form.items(multi=True), *files.items(multi=True)]
    if len({name for name, _ in counted}) != len(counted) or set(form) - names or set(files) - {"image"}:
        raise RefusedError(RequestProblem.BAD_FORM)
    image = files["image"].read() if "image" in files else b""
    in_address = {name: request.args.get(name) for name in names & IN_ADDRESS}
    fields = {name: in_address.get(name) or form.get(name, "") for name in names}
    return PhotoForm(fields=fields, image=image or None)
