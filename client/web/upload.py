"""The photo form as it arrives: strict about its parts, and never on the disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.formparser import FormDataParser

from client.problems.refusals import RefusedError, RequestProblem

MAX_IMAGE_BYTES = 10_000_000  # what face_detection reads at most
MAX_OVERHEAD_BYTES = 64 * 1024  # boundaries, part headers, grant and device around it
MAX_FORM_BYTES = MAX_IMAGE_BYTES + MAX_OVERHEAD_BYTES
MAX_FIELD_BYTES = 128 * 1024  # the parser's read buffer is 64 kB, so less would refuse good forms
MAX_PARTS = 8  # a form has four at most; what is over is refused by name below, floods by the parser
MAX_DEVICE_CHARACTERS = 64


class PhoneRequest(Request):
    """A request whose uploaded photo stays in memory and whose broken forms are errors."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Keep a photo in memory, within MAX_CONTENT_LENGTH: a temporary file could outlive a crash."""
        del total_content_length, content_type, filename, content_length
        return BytesIO()

    def make_form_data_parser(self) -> FormDataParser:
        """The usual parser, but one that says when a form is broken."""
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser


@dataclass(frozen=True)
class PhotoForm:
    """The parts of a form that was sent.

    Attributes:
        fields: the text parts by name, an empty string for one that was not sent.
        image: the photo's bytes, or None where there was none.
    """

    fields: dict[str, str]
    image: bytes | None

    @property
    def device(self) -> str | None:
        """What the phone calls itself, cut to a sane length; never trusted."""
        return self.fields.get("device", "")[:MAX_DEVICE_CHARACTERS] or None


def read_form(request: Request, allowed: Iterable[str]) -> PhotoForm:
    """The parts of a multipart form, each at most once and none unasked for.

    Args:
        request: what arrived.
        allowed: names of the text parts; the only file is ``image``.

    Raises:
        RefusedError: another content type, a broken form, a part that is unknown or comes twice.
        RequestEntityTooLarge: more bytes or parts than any honest form has.
    """
    if request.mimetype != "multipart/form-data":
        raise RefusedError(RequestProblem.WRONG_CONTENT_TYPE)
    try:
        form, files = request.form, request.files
    except ValueError as error:
        raise RefusedError(RequestProblem.BAD_FORM) from error
    names = set(allowed)
    counted = [*form.items(multi=True), *files.items(multi=True)]
    if len({name for name, _ in counted}) != len(counted) or set(form) - names or set(files) - {"image"}:
        raise RefusedError(RequestProblem.BAD_FORM)
    image = files["image"].read() if "image" in files else b""
    return PhotoForm(fields={name: form.get(name, "") for name in names}, image=image or None)
