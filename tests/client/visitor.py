"""A browser outside the process: it sends real requests, and keeps its cookies."""

from __future__ import annotations

import io
import json
from http.cookiejar import CookieJar
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from tests.client.signed_in import TOKEN

PATIENCE = 60  # seconds


class Visitor:
    """A browser, which sends cookies to both ports because they share a host.

    Args:
        ports: of the two processes.
    """

    def __init__(self, *ports: int) -> None:
        self.ports = ports
        self._open: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, at: int, path: str, **query: str) -> str:
        """The text of a page of the first (0) or the second (1) process."""
        return self._ask(Request(self._url(at, path) + (f"?{urlencode(query)}" if query else "")))

    def events(self, at: int, path: str) -> IO[bytes]:
        """An open stream of events."""
        stream: IO[bytes] = self._open.open(Request(self._url(at, path)), timeout=PATIENCE)
        return stream

    def post(self, at: int, path: str, **fields: str) -> str:
        """Send a form of the teacher's pages."""
        found = TOKEN.search(self.get(at, "/login")) or TOKEN.search(self.get(at, "/teach/account/"))
        assert found is not None
        body = urlencode({"csrf_token": found[1], **fields}).encode()
        return self._ask(Request(self._url(at, path), data=body))

    def submit(self, at: int, grant: str, photo: bytes) -> str:
        """The code of the verdict on a photo."""
        parts: MultiDict[str, object] = MultiDict(
            [("grant", grant), ("image", FileStorage(io.BytesIO(photo), "photo.jpg"))]
        )
        boundary, body = encode_multipart(parts)
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Accept": "application/json"}
        try:
            answer = self._ask(Request(self._url(at, "/capture"), data=body, headers=headers))
        except HTTPError as error:
            with error:
                answer = error.read().decode()
        return str(json.loads(answer)["code"])

    def _url(self, at: int, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[at]}{path}"

    def _ask(self, request: Request) -> str:
        with self._open.open(request, timeout=PATIENCE) as answer:
            return str(answer.read().decode())
