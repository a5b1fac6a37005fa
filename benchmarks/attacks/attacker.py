"""The attacker's side: requests from another address of this computer than that of the honest phones."""

from __future__ import annotations

import base64
import http.client
import io
import json
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from benchmarks.attacks.attacked_server import HOST, Attacked

ATTACKER = ("127.0.0.2", 0)
ANSWER_SECONDS = 300.0
JSON = {"Content-Type": "application/json"}
_GRANT = re.compile(r'name="grant" value="([^"]+)"')

Attack = Callable[[], str]
"""Sends one request, and returns what was answered: a status, or the name of an error."""


def anonymous_faces(attacked: Attacked, photo: bytes) -> str:
    """Ask ``/detect_face`` without a token."""
    return _post(attacked, "/detect_face", _json(photo), JSON)


def faces_with_token(attacked: Attacked, photo: bytes) -> str:
    """Ask ``/detect_face`` with a token."""
    return _post(attacked, "/detect_face", _json(photo), JSON | _token(attacked))


def api_with_token(attacked: Attacked, photo: bytes) -> str:
    """Ask the API to recognise everybody in a photo."""
    return _post(attacked, "/api/v1/recognise", _json(photo), JSON | _token(attacked))


def enrol_with_token(attacked: Attacked, photo: bytes) -> str:
    """Add a photo to a student."""
    body, kind = _form({"photos": photo})
    return _post(attacked, "/api/v1/students/00005/photos", body, kind | _token(attacked))


def check_in_as_nobody(attacked: Attacked, photo: bytes) -> str:
    """Check in with a photo, under a grant of its own."""
    try:
        connection = _connection(attacked)
        connection.request("GET", f"/s/{attacked.tickets[-1]}")
        grant = _GRANT.search(connection.getresponse().read().decode())
        connection.close()
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    body, kind = _form({"image": photo}, grant=grant[1] if grant else "")
    return _post(attacked, "/capture", body, kind)


@contextmanager
def attacking(attacks: Sequence[Attack], *, senders: int, pause: float) -> Iterator[Counter[str]]:
    """Send attacks in turn, from several threads, until the block ends.

    Args:
        attacks: each sends one request, and returns what it was answered.
        senders: how many threads.
        pause: seconds between two attacks of a thread.

    Yields:
        How often what was answered; complete after the block.
    """
    answers: Counter[str] = Counter()
    lock, stop = threading.Lock(), threading.Event()

    def send(first: int) -> None:
        for attack in islice(cycle(attacks), first, None):
            answer = attack()
            with lock:
                answers[answer] += 1
            if stop.wait(pause):
                return

    threads = [threading.Thread(target=send, args=(number,), daemon=True) for number in range(senders)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        end = time.monotonic() + ANSWER_SECONDS
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))


def listed(answers: Counter[str]) -> str:
    """The answers with their counts, the most frequent first."""
    return ", ".join(f"{count} {answer}" for answer, count in answers.most_common()) or "none"


def _post(attacked: Attacked, path: str, body: bytes, headers: dict[str, str]) -> str:
    connection = _connection(attacked)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return str(answer.status)


def _connection(attacked: Attacked) -> http.client.HTTPConnection:
    source = ATTACKER if sys.platform == "linux" else None  # others have only one address of their own
    return http.client.HTTPConnection(HOST, attacked.port, timeout=ANSWER_SECONDS, source_address=source)


def _form(files: dict[str, bytes], **fields: str) -> tuple[bytes, dict[str, str]]:
    parts: MultiDict[str, object] = MultiDict(fields)
    for name, photo in files.items():
        parts.add(name, FileStorage(io.BytesIO(photo), "photo.jpg", content_type="image/jpeg"))
    boundary, body = encode_multipart(parts)
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def _json(photo: bytes) -> bytes:
    return json.dumps({"image": base64.b64encode(photo).decode()}).encode()


def _token(attacked: Attacked) -> dict[str, str]:
    return {"Authorization": f"Bearer {attacked.token}"}
