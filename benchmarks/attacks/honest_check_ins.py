"""A throwaway server to attack, and phones that check in honestly meanwhile."""

from __future__ import annotations

import html
import http.client
import io
import json
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from secrets import token_hex
from statistics import median
from types import TracebackType
from typing import Self

import click
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from benchmarks.apparatus.selfie import selfie_jpeg
from benchmarks.attacks.attacked_server import HOST, Attacked

ANSWER_SECONDS = 60.0  # a phone gives up after that
PHONES = 3
PAUSE_SECONDS = 1.0  # between a check-in and the next one
_FORM = re.compile(r'(?P<tag><form[^>]*\bid="checkin"[^>]*>)(?P<fields>.*?)</form>', re.DOTALL)
_ACTION = re.compile(r'\baction="([^"]*)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass
class CheckIns:
    """What became of the honest check-ins.

    Attributes:
        seconds: of each served one, from opening the page to the verdict.
        failures: how often others ended in what: a status with a code, or the name of an error.
    """

    seconds: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def tried(self) -> int:
        """How many were begun."""
        return len(self.seconds) + self.failures.total()

    def sentence(self) -> str:
        """How many were served, and how long they took."""
        text = f"{len(self.seconds)} of {self.tried} honest check-ins were served"
        if self.seconds:
            text += f", median {median(self.seconds):.2f} s, slowest {max(self.seconds):.2f} s"
        if self.failures:
            text += "; the others: " + ", ".join(f"{n} {what}" for what, n in self.failures.most_common())
        return f"{text}."

    def require_all(self) -> None:
        """Print the sentence; a proof fails unless all were served.

        Raises:
            ClickException: some were not, or none was tried.
        """
        if self.failures or not self.seconds:
            raise click.ClickException(self.sentence())
        print(self.sentence())


class HonestCheckIns:
    """Phones that check in with real selfies, a few at a time, until the block ends.

    Args:
        attacked: the server.
        phones: how many check in at once.
        pause: seconds between a check-in and the next one.

    Attributes:
        done: the check-ins until now; complete when the block has ended.
    """

    def __init__(self, attacked: Attacked, *, phones: int = PHONES, pause: float = PAUSE_SECONDS) -> None:
        self.done = CheckIns()
        self._attacked = attacked
        self._pause = pause
        self._selfie = selfie_jpeg()
        self._tickets = iter(attacked.tickets)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._phones = [threading.Thread(target=self._check_in_again, daemon=True) for _ in range(phones)]

    def __enter__(self) -> Self:
        for phone in self._phones:
            phone.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for phone in self._phones:
            phone.join(2 * ANSWER_SECONDS)

    def _check_in_again(self) -> None:
        """Check in again and again, each time as another student's phone."""
        while not self._stop.is_set():
            with self._lock:
                ticket = next(self._tickets, None)
            if ticket is None:
                return
            begun = time.perf_counter()
            failure = check_in(self._attacked, ticket, self._selfie, token_hex(8))
            seconds = time.perf_counter() - begun
            with self._lock:
                if failure is None:
                    self.done.seconds.append(seconds)
                else:
                    self.done.failures[failure] += 1
            self._stop.wait(self._pause)


def check_in(attacked: Attacked, ticket: str, photo: bytes, device: str) -> str | None:
    """Check in as a phone does: open the page, and send its form with a photo.

    Returns:
        None if the student is present; otherwise what happened instead.
    """
    connection = http.client.HTTPConnection(HOST, attacked.port, timeout=ANSWER_SECONDS)
    try:
        status, page = _exchange(connection, "GET", f"/s/{ticket}")
        form = filled_form(page, photo, device)
        if status != http.HTTPStatus.OK or form is None:
            return f"{status} for the page"
        status, text = _exchange(connection, "POST", *form)
        code = json.loads(text)["code"]
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        return type(error).__name__
    finally:
        connection.close()
    return None if (status, code) == (http.HTTPStatus.OK, "present") else f"{status} {code}"


def filled_form(page: str, photo: bytes, device: str) -> tuple[str, bytes, dict[str, str]] | None:
    """The form of a phone's page with a photo: its address, its body and its headers; None without a form."""
    form = _FORM.search(page)
    if form is None:
        return None
    action = _ACTION.search(form["tag"])
    parts: MultiDict[str, object] = MultiDict({"device": device})
    for name, value in _HIDDEN.findall(form["fields"]):
        parts.add(name, html.unescape(value))
    parts.add("image", FileStorage(io.BytesIO(photo), "photo.jpg", content_type="image/jpeg"))
    boundary, body = encode_multipart(parts)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Accept": "application/json"}
    return html.unescape(action[1]) if action else "/capture", body, headers


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()
