"""What the phone page sends: the parts of its one request."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import Request
from werkzeug.test import EnvironBuilder

from client.web.parsing.upload import PhoneRequest


@dataclass(frozen=True)
class SentForm:
    """A check-in as it left the browser.

    Attributes:
        size: bytes of the whole body.
        fields: its texts by name.
        image: the photo.
        frames: the small pictures of a movement.
    """

    size: int
    fields: dict[str, str]
    image: bytes
    frames: tuple[bytes, ...]

    @property
    def taken(self) -> list[int]:
        """When each frame was taken, in ms."""
        return [int(moment) for moment in self.fields["taken"].split(",")]

    @property
    def pictures(self) -> list[Image.Image]:
        """The frames, decoded."""
        return [Image.open(io.BytesIO(frame)).convert("RGB") for frame in self.frames]


def sent_form(request: Request) -> SentForm:
    """Read a request's multipart body."""
    body = request.post_data_buffer or b""
    environ = EnvironBuilder(
        method="POST", input_stream=io.BytesIO(body), content_type=request.headers["content-type"]
    ).get_environ()
    environ["CONTENT_LENGTH"] = str(len(body))
    parsed = PhoneRequest(environ)
    frames = tuple(frame.read() for frame in parsed.files.getlist("frames"))
    return SentForm(len(body), parsed.form.to_dict(), parsed.files["image"].read(), frames)
