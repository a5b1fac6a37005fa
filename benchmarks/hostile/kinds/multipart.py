"""Forms: whole ones, written in every way that a grammar knows, and broken ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.kinds.image_seeds import picture_seeds
from benchmarks.hostile.mutations import any_text, mutated
from benchmarks.hostile.values import HostileInput

SOFTWARE = ("/detect_face", "/api/v1/detect", "/api/v1/verify", "/create-student")
OFFICE = ("/teach/students/roster", "/teach/receipts/")
UNDER_A_GRANT = "/capture under a grant"
PHONE = ("/capture", "/claim", "/not-me", UNDER_A_GRANT)
# What each entrance knows; of the API that by which nothing is stored.
KNOWN = {
    "/capture": ("grant", "image", "device"),
    UNDER_A_GRANT: ("image", "frames", "taken", "device", "camera", "claimed"),
    "/claim": ("grant", "number", "device"),
    "/not-me": ("claim", "image", "device"),
    "/detect_face": ("image", "session"),
    "/api/v1/detect": ("image",),
    "/api/v1/verify": ("image", "student", "roll_number"),
    "/teach/students/roster": ("file", "list", "column", "encoding", "sheet", "first_line"),
    "/teach/receipts/": ("text",),
}
_NAMES = (
    "image",
    "grant",
    "device",
    "frames",
    "taken",
    "camera",
    "claimed",
    "number",
    "file",
    "text",
    "faces",
    "list",
)
_BOUNDARIES = (
    "b",
    "----WebKitFormBoundary0123456789abcdef",
    "-" * 70,
    "x" * 200,
    "'",
    "a b",
    "=_?",
    "\u00e9",
    "--b",
)
_ENDS = (b"\r\n", b"\n", b"\r", b"")
_WORDS = (
    b"\r\n\r\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"Content-Disposition: ",
    b"filename*=UTF-8''%ff",
    b'name="',
    b"\x00",
)
_BROKEN_SHARE = 0.4
_KNOWN_SHARE = 0.6
_NAMED_SHARE = 0.9
_MOST_PARTS = 40


class Multipart:
    """Bodies of forms. Those under a good grant show no face, so that nothing that is understood is stored.

    Args:
        site: the site.
    """

    name = "multipart"

    def __init__(self, site: HostileSite) -> None:
        self._site = site

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``. The first line is the content type, the rest the body."""
        while True:
            entrance, boundary = draw.choice(PHONE + SOFTWARE + OFFICE), draw.choice(_BOUNDARIES)
            is_known = entrance in KNOWN and draw.random() < _KNOWN_SHARE
            names = KNOWN[entrance] if is_known else _NAMES
            body, made = _form(boundary.encode("utf-8", "replace"), names, draw), "grammar"
            if draw.random() < _BROKEN_SHARE:
                body, made = mutated(body, draw, _WORDS)
            kind = _content_type(boundary, draw)
            if is_known:
                kind = f"multipart/form-data; boundary={boundary}"
            yield HostileInput(self.name, entrance, kind.encode("utf-8", "replace") + b"\n" + body, made)

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        first, _, body = one.data.partition(b"\n")
        kind = first.decode("latin-1")
        if one.entrance in SOFTWARE:
            answer = self._site.software("POST", one.entrance, data=body, content_type=kind)
        elif one.entrance in OFFICE:
            answer = self._site.office.send(one.entrance, body, kind)
        elif one.entrance == UNDER_A_GRANT:
            answer = self._site.phone.send(f"/capture?grant={self._site.phone.grant}", body, kind)
        else:
            answer = self._site.phone.send(one.entrance, body, kind)
        return answer.status_code


def _content_type(boundary: str, draw: random.Random) -> str:
    return draw.choice(
        (
            f"multipart/form-data; boundary={boundary}",
            f'multipart/form-data; boundary="{boundary}"',
            f"multipart/form-data; charset=utf-7; boundary={boundary}",
            f"Multipart/Form-Data;boundary={boundary}; boundary=other",
            f"multipart/form-data; boundary*=utf-8''{boundary}",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            f"multipart/mixed; boundary={boundary}",
            "application/x-www-form-urlencoded",
            "application/json",
            "text/plain; charset=\u00ff",
            ";;;=",
        )
    )


def _form(boundary: bytes, names: Sequence[str], draw: random.Random) -> bytes:
    """A form whose lines, heads, names and ends are as they should be, or nearly."""
    end = draw.choice(_ENDS) if draw.random() < 0.1 else b"\r\n"
    parts = [_part(names, draw, end) for _ in range(draw.choice((0, 1, 1, 2, 3, 5, _MOST_PARTS)))]
    body = b"".join(b"--" + boundary + end + part + end for part in parts)
    last = draw.choice(
        (b"--" + boundary + b"--" + end, b"--" + boundary + end, b"", b"--" + boundary + b"--junk")
    )
    return draw.choice((b"", b"", b"before" + end)) + body + last


def _part(names: Sequence[str], draw: random.Random, end: bytes) -> bytes:
    name = draw.choice(names) if draw.random() < _NAMED_SHARE else any_text(draw)
    lines = [f'Content-Disposition: form-data; name="{name}"'.encode("utf-8", "replace")]
    is_file = draw.random() < 0.4
    if is_file:
        filename = draw.choice(
            ("photo.jpg", "../../x", "", "\u202egpj.exe", "a" * 3000, "nul", '"', "\u00e9")
        )
        lines[0] += f'; filename="{filename}"'.encode("utf-8", "replace")
        lines.append(
            b"Content-Type: "
            + draw.choice((b"image/jpeg", b"text/html", b"\xff\xfe", b"multipart/mixed; boundary=b"))
        )
    if draw.random() < 0.2:
        lines.append(
            draw.choice(
                (
                    b"Content-Transfer-Encoding: base64",
                    b"Content-Length: -1",
                    b"X: " + b"y" * 5000,
                    b" folded",
                    b"no colon",
                    b": no name",
                    b"Content-Disposition: form-data",
                )
            )
        )
    if draw.random() < 0.05:
        lines = lines[1:]
    content = (
        draw.choice(list(picture_seeds().values())) if is_file else any_text(draw).encode("utf-8", "replace")
    )
    return end.join(lines) + end + end + content
