"""Those who send a hostile site something: a phone in front of the code, and an admin's browser."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Protocol

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

USERNAME, PASSWORD = "admin", "chalk and slate and sponge"  # of a site that lives for minutes
JSON, PAGE = "application/json", "text/html,application/xhtml+xml,*/*;q=0.8"
FRESH = 100  # requests for which a grant or a form's token is used
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_GRANT = re.compile(r'name="grant" value="([^"]+)"')
Parts = list[tuple[str, object]]


class Asks(Protocol):
    """Sends a request; see ``HostileSite.ask``."""

    def __call__(
        self,
        client: FlaskClient,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **options: object,
    ) -> TestResponse:
        """Send it."""
        ...


class HostilePhone:
    """A phone in front of the code on the wall.

    Args:
        ask: sends its requests.
        client: what it keeps its cookies in.
        wall: gives the path in the code on the wall.
    """

    def __init__(self, ask: Asks, client: FlaskClient, wall: Callable[[], str]) -> None:
        self._ask, self._client, self._wall = ask, client, wall
        self._grant, self._uses = "", 0

    @property
    def grant(self) -> str:
        """A grant that is good now; a new one every hundred times."""
        if self._uses % FRESH == 0:
            page = self.get(self._wall(), accept=PAGE)
            found = _GRANT.search(page.text)
            assert found is not None, page.status
            self._grant = found[1]
        self._uses += 1
        return self._grant

    def get(self, path: str, *, accept: str = JSON) -> TestResponse:
        """Open a page."""
        return self._ask(self._client, "GET", path, headers={"Accept": accept})

    def post(self, path: str, parts: Parts) -> TestResponse:
        """Send a form as the page's script does."""
        kind, body = form_of(parts)
        return self.send(path, body, kind)

    def send(self, path: str, body: bytes, content_type: str) -> TestResponse:
        """Send any body."""
        return self._ask(
            self._client, "POST", path, headers={"Accept": JSON}, data=body, content_type=content_type
        )


class HostileOffice:
    """An admin's browser, which is logged in.

    Args:
        ask: sends its requests.
        client: what it keeps its cookies in.

    Attributes:
        client: the same.
    """

    def __init__(self, ask: Asks, client: FlaskClient) -> None:
        self._ask, self.client = ask, client
        self._token, self._uses = "", 0

    @property
    def token(self) -> str:
        """What proves that a form is one of the site's pages; a new one every hundred times."""
        if not self._uses:
            self._log_in()
        if self._uses % FRESH == 0:
            self._token = self._found_in("/teach/receipts/")
        self._uses += 1
        return self._token

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self._ask(self.client, "GET", path, headers={"Accept": PAGE})

    def post(self, path: str, parts: Parts) -> TestResponse:
        """Send a form of a page."""
        kind, body = form_of([("csrf_token", self.token), *parts])
        return self.send(path, body, kind)

    def send(self, path: str, body: bytes, content_type: str) -> TestResponse:
        """Send any body, which is taken for one of a page."""
        headers = {"Accept": PAGE, "X-CSRFToken": self.token}
        return self._ask(self.client, "POST", path, headers=headers, data=body, content_type=content_type)

    def _log_in(self) -> None:
        token = self._found_in("/login")
        form = {"username": USERNAME, "password": PASSWORD, "csrf_token": token}
        answer = self._ask(self.client, "POST", "/login", data=form)
        assert answer.status_code == 303, answer.text

    def _found_in(self, path: str) -> str:
        page = self.get(path)
        found = _TOKEN.search(page.text)
        assert found is not None, f"{path} has no form: {page.status}"
        return found[1]


def form_of(parts: Parts) -> tuple[str, bytes]:
    """The content type and the body of a form."""
    boundary, body = encode_multipart(MultiDict(parts))
    return f"multipart/form-data; boundary={boundary}", body


def file_of(data: bytes, name: str, content_type: str | None = None) -> FileStorage:
    """A file of a form."""
    return FileStorage(io.BytesIO(data), name, content_type=content_type)
