"""The address of a video: a camera of this computer, a file, or a network stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from face_detection.errors import VideoError
from face_detection.problems import VideoProblem

SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "srt", "udp")
"""The accepted schemes of streams; the decoder has others, which read files or playlists."""

_MOST_DEVICES = 100


class VideoKind(StrEnum):
    """The kind of a video's source."""

    DEVICE = "device"
    FILE = "file"
    STREAM = "stream"


@dataclass(frozen=True)
class VideoAddress:
    """The address of a video.

    Attributes:
        kind: the kind of source.
        target: the number of the device, the path, or the whole address including any secrets.
        name: the name for people and logs, without username, password or query.
    """

    kind: VideoKind
    target: str = field(repr=False)
    name: str

    @property
    def is_live(self) -> bool:
        """Whether it is a camera or a stream."""
        return self.kind is not VideoKind.FILE

    @classmethod
    def of(cls, source: str | Path) -> VideoAddress:
        """Parse a device number, an address or a path.

        Args:
            source: for example ``0``, ``rtsp://user:password@camera/stream`` or ``classroom.mp4``.

        Raises:
            VideoError: the address has an unknown scheme or no host.
        """
        text = str(source).strip()
        if isinstance(source, str) and text.isascii() and text.isdigit():
            if int(text) >= _MOST_DEVICES:
                raise VideoError(VideoProblem.NOT_FOUND, f"There is no camera {text}. The first one is 0.")
            return cls(VideoKind.DEVICE, text, f"camera {int(text)}")
        if isinstance(source, str) and "://" in text:
            return cls(VideoKind.STREAM, text, _without_secrets(text))
        return cls(VideoKind.FILE, text, Path(text).name or text)


def _without_secrets(address: str) -> str:
    """The scheme, host, port and path of an address.

    Raises:
        VideoError: the address has an unknown scheme or no host.
    """
    scheme = address.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise VideoError(
            VideoProblem.NOT_FOUND,
            f"Video addresses can't begin with {scheme}://. Use one of "
            f"{', '.join(f'{name}://' for name in SCHEMES)}, or the path of a file.",
        )
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None  # the error's message may contain the password
    if not host:
        raise VideoError(
            VideoProblem.NOT_FOUND,
            f"The {scheme} address has no valid host. Use {scheme}://host:port/path, and write special "
            "characters in a password as %XX.",
        )
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}{f':{port}' if port else ''}{parts.path}"
