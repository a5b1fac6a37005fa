"""Where a video comes from: a camera of this computer, a file, or a stream of the network."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from face_detection.errors import VideoError
from face_detection.problems import VideoProblem

SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "srt", "udp")
"""What a stream's address may begin with; the decoder knows others that read files or play lists."""

_MOST_DEVICES = 100


class VideoKind(StrEnum):
    """What a video comes from."""

    DEVICE = "device"
    FILE = "file"
    STREAM = "stream"


@dataclass(frozen=True)
class VideoAddress:
    """Where a video comes from.

    Attributes:
        kind: what it is.
        target: the number of the device, the path, or the whole address with what it may hold of secrets.
        name: the same for people and logs, without user, password or query.
    """

    kind: VideoKind
    target: str = field(repr=False)
    name: str

    @property
    def is_live(self) -> bool:
        """Whether it shows what happens now; a file does not."""
        return self.kind is not VideoKind.FILE

    @classmethod
    def of(cls, source: str | Path) -> VideoAddress:
        """Tell a device number, an address and a path from one another.

        Args:
            source: such as ``0``, ``rtsp://user:password@camera/stream`` or ``room.mp4``.

        Raises:
            VideoError: the address has another scheme, or no host.
        """
        text = str(source).strip()
        if isinstance(source, str) and text.isascii() and text.isdigit():
            if int(text) >= _MOST_DEVICES:
                raise VideoError(VideoProblem.NOT_FOUND, f"There is no camera {text}; the first one is 0.")
            return cls(VideoKind.DEVICE, text, f"camera {int(text)}")
        if isinstance(source, str) and "://" in text:
            return cls(VideoKind.STREAM, text, _without_secrets(text))
        return cls(VideoKind.FILE, text, Path(text).name or text)


def _without_secrets(address: str) -> str:
    """The scheme, host, port and path of an address.

    Raises:
        VideoError: the address has another scheme, or no host.
    """
    scheme = address.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise VideoError(
            VideoProblem.NOT_FOUND,
            f"An address of a video can't begin with {scheme}://; it begins with one of "
            f"{', '.join(f'{name}://' for name in SCHEMES)}. A file is given by its path.",
        )
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None  # the message of the error may hold the password
    if not host:
        raise VideoError(
            VideoProblem.NOT_FOUND,
            f"The {scheme} address has no host that can be read; write {scheme}://host:port/path, with "
            "special characters of a password as %XX.",
        )
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}{f':{port}' if port else ''}{parts.path}"
