"""What a phone sends to check in, and how it reached the server."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from attendance.values.liveness import Place


@dataclass(frozen=True)
class Circumstances:
    """How a photo reached the server.

    Attributes:
        place: where the phone is, as far as the network shows.
        address: its network address, in one spelling; None: not known.
        has_camera: whether its page could use the camera, which browsers allow on secure pages only.
        same_browser: whether its grant came back from the browser that got it; None: not known.
        code_age: seconds from when the code that opened the page left the wall until it was used; None:
            not known.
        signed: whether the phone proved its device key, so that ``Attempt.device`` is more than its own word.
        camera: what the browser calls the camera, or None.
    """

    place: Place = Place.UNKNOWN
    address: str | None = None
    has_camera: bool = True
    same_browser: bool | None = None
    code_age: float | None = None
    signed: bool = False
    camera: str | None = None


@dataclass(frozen=True)
class Submission:
    """What a phone sends to check in.

    Attributes:
        image: the photo's bytes.
        frames: those of the small pictures around it, in their order; empty where none came.
        taken: when each of them was taken, in milliseconds from the first.
        circumstances: how it reached the server.
        claimed: the roll number that was typed beside it; empty where none was.
    """

    image: bytes
    frames: tuple[bytes, ...] = ()
    taken: tuple[int, ...] = ()
    circumstances: Circumstances = Circumstances()
    claimed: str = ""

    @property
    def burst(self) -> str:
        """Hex sha256 of all that was sent: the same photo with other frames is another try."""
        whole = hashlib.sha256(repr(self.taken).encode())
        for part in (self.image, *self.frames):
            whole.update(hashlib.sha256(part).digest())
        return whole.hexdigest()
