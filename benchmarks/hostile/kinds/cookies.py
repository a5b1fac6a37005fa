"""Heads of requests: cookies of logins and grants, tokens, and what else a page or the API reads there."""

from __future__ import annotations

import base64
import random
import zlib
from collections.abc import Iterator

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.mutations import any_text, mutated, mutated_text
from benchmarks.hostile.values import HostileInput
from benchmarks.hostile.visitors import PAGE
from client.access.login_cookie import COOKIE as LOGIN
from client.web.cookie_names import HOST_PREFIX
from client.web.visitors.grant_binding import COOKIE as GRANT
from client.web.visitors.this_computer import COOKIE as HERE

_PATHS = (
    "/teach/",
    "/teach/students/",
    "/",
    "/c",
    "/wall",
    "/login",
    "/realtime/",
    "/api/v1/students",
    "/api/v1/about",
)
_NAMES = (LOGIN, HERE, *(f"{GRANT}_{place:x}" for place in range(16)), "session", "locale")
_HEADERS = (
    *(
        "Accept-Language",
        "Accept",
        "Authorization",
        "Accept-Encoding",
        "If-None-Match",
        "If-Modified-Since",
        "Range",
    ),
    *(
        "X-Request-Id",
        "User-Agent",
        "X-Forwarded-For",
        "Forwarded",
        "X-Forwarded-Proto",
        "Origin",
        "Host",
        "Referer",
    ),
    *("X-HTTP-Method-Override", "Content-Length", "Transfer-Encoding", "Content-Encoding", "Idempotency-Key"),
)
_PAYLOADS = (
    b'{"_user_id":"1"}',
    b"{}",
    b"[]",
    b"null",
    b'{"_user_id":[1]}',
    b'{"_permanent":1e999}',
    b"\xff" * 30,
)


class Cookies:
    """Cookies and other headers of requests that only read.

    Args:
        site: the site.
    """

    name = "cookies"

    def __init__(self, site: HostileSite) -> None:
        self._site = site

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``. Each line is a header."""
        while True:
            if draw.random() < 0.7:
                cookies = "; ".join(
                    f"{_name(draw)}={self._value(draw)}" for _ in range(draw.choice((1, 2, 20)))
                )
                lines = [f"Cookie: {cookies}"]
            else:
                lines = []
            lines += [
                f"{draw.choice(_HEADERS)}: {self._header(draw)}" for _ in range(draw.choice((0, 1, 2, 5)))
            ]
            data = "\n".join(lines).encode("utf-8", "replace")
            if draw.random() < 0.2:
                data = mutated(data, draw)[0]
            yield HostileInput(self.name, draw.choice(_PATHS), data, "headers")

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        pairs = (line.split(":", 1) for line in one.data.decode("latin-1").split("\n") if ":" in line)
        headers = {
            name.strip(): _one_line(value) for name, value in pairs if name.strip().isascii() and name.strip()
        }
        return self._site.read(one.entrance, {"Accept": PAGE} | headers)

    def _value(self, draw: random.Random) -> str:
        """A real cookie that was changed, one that looks signed, or any text."""
        match draw.randrange(4):
            case 0:
                return mutated_text(self._real(), draw)
            case 1:
                payload = draw.choice(_PAYLOADS)
                if draw.random() < 0.3:
                    payload = zlib.compress(payload * draw.choice((1, 100_000)))
                text = base64.urlsafe_b64encode(payload).decode().rstrip("=")
                moment, signature = draw.choice(("aGVsbG8", "", "A" * 9)), draw.choice(("x", "A" * 27))
                return f"{draw.choice(('', '.'))}{text}.{moment}.{signature}"
            case 2:
                return self._real()[: draw.randint(0, 40)]
            case _:
                return any_text(draw)[:6000]

    def _real(self) -> str:
        office = self._site.office
        assert office.token, "this logs in"
        cookie = office.client.get_cookie(f"{HOST_PREFIX}{LOGIN}")
        assert cookie is not None
        return cookie.value

    def _header(self, draw: random.Random) -> str:
        known: tuple[str, ...] = (
            "Bearer fa_" + "A" * 43,
            "Basic Og==",
            "de;q=0.5, *;q=9",
            "gzip;q=nan",
            "bytes=0-1,5-",
            'W/"',
            "chunked",
        )
        known += (
            f"Bearer {self._site.token}x",
            "Basic \u00ff",
            "en-" * 500,
            "::1",
            "for=_x;proto=https",
            "127.0.0.1",
        )
        return draw.choice(known) if draw.random() < 0.6 else any_text(draw)[:3000]


def _name(draw: random.Random) -> str:
    return draw.choice(("", HOST_PREFIX, HOST_PREFIX)) + draw.choice(_NAMES)


def _one_line(value: str) -> str:
    """A value as a server passes it on: without ends of lines, which end a header."""
    return value.strip().replace("\r", " ").replace("\n", " ")
