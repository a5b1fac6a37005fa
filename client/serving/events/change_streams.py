"""Sends other software what has changed with server-sent events, which Flask writes page by page.

For each page, the server itself asks Flask as the program did at first, with the place where it is now. So
Flask's checks apply to each page: a token that was revoked ends the stream.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from client.problems.problem_kinds import MEDIA_TYPE, PROBLEMS, ProblemCode, problem_document
from client.problems.request_ids import HEADER
from client.serving.body import Message, Receive, Scope, Send
from client.serving.events.polling import EVERYTHING, Follow, Polls
from client.serving.events.streams import STREAMED, header_of, part, until_disconnected, without
from client.serving.limits import ChangeStreamLimits
from client.serving.websockets import AskFlask

NEXT_HEADER = "X-Changes-Next"  # in Flask's response: go on from here
MORE_HEADER = "X-Changes-More"  # 1 if there are more changes already
COUNT_HEADER = "X-Changes-Count"  # of the changes in it
OWNER_HEADER = "X-Changes-Owner"  # whose stream it is
LAST_EVENT = b"last-event-id"
AFTER = "after"  # the parameter that ``LAST_EVENT`` replaces
INTERNAL = (NEXT_HEADER, MORE_HEADER, COUNT_HEADER, OWNER_HEADER)
"""What only Flask and the server exchange."""
_BUSY = 429  # as all statuses from 500 on: asking again may help


class _Page(NamedTuple):
    """What one of Flask's responses has.

    Attributes:
        events: the text to send; empty if nothing has changed.
        place: where to go on.
        is_last: whether there is nothing more now.
    """

    events: str
    place: str
    is_last: bool


class ChangeStreams:
    """All streams of changes of one process. Use it from one event loop.

    Args:
        number: returns a number that grows with each change; it may block.
        ask: sends Flask a request.
        limits: timing and number of streams.
        follow: how the database tells of changes; None means not at all.
    """

    def __init__(
        self,
        number: Callable[[], int],
        ask: AskFlask,
        limits: ChangeStreamLimits,
        follow: Follow | None = None,
    ) -> None:
        self._ask = ask
        self._limits = limits
        self._polls = Polls(lambda _all: number(), limits.poll_seconds, "changes", follow)
        self._open: Counter[str] = Counter()

    def stop(self) -> None:
        """End all streams, so that the server can stop."""
        self._polls.stop()

    async def answer(self, head: Message, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        """Send Flask's first page of events, and the following ones until the stream ends.

        Args:
            head: the head of Flask's response.
            body: its body, the first page.
            scope: the request.
            receive: ASGI's receive callable, which reports the disconnect.
            send: ASGI's send callable.
        """
        owner = header_of(head, OWNER_HEADER) or ""
        if self._open[owner] >= self._limits.streams_of_one or self._open.total() >= self._limits.streams:
            await self._refuse(head, send)
            return
        self._open[owner] += 1
        try:
            await send(without(head, *INTERNAL))
            await send({"type": "http.response.body", "body": body, "more_body": True})
            await until_disconnected(self._send_pages(head, scope, send), receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._open[owner] -= 1
            if not self._open[owner]:
                del self._open[owner]

    async def _send_pages(self, head: Message, scope: Scope, send: Send) -> None:
        limits, place = self._limits, header_of(head, NEXT_HEADER) or ""
        is_last = False  # what has changed since Flask answered is not waited for
        with self._polls.listening(EVERYTHING, 0) as polled, contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limits.lifetime_seconds):
                seen = polled.number
                while not self._polls.stopped.is_set():
                    if is_last and polled.number == seen and not await polled.wait(limits.check_seconds):
                        await send(part(": heartbeat\n\n"))
                    seen = polled.number  # before the page is read, which then has all up to here
                    page = await self._page(scope, place)
                    if page is None:
                        return
                    place, is_last = page.place, page.is_last
                    if page.events:
                        await send(part(page.events))

    async def _page(self, scope: Scope, place: str) -> _Page | None:
        """The events after a place; None if the program may not read them any more, or they are gone."""
        answer = await self._ask(_from(scope, place))
        head: Message = {"headers": answer.headers}
        following = header_of(head, NEXT_HEADER)
        if answer.status == _BUSY or answer.status >= 500:
            return _Page("", place, is_last=True)
        if answer.status != 200 or following is None:
            return None
        events = answer.body.decode() if header_of(head, COUNT_HEADER) != "0" else ""
        return _Page(events, following, is_last=header_of(head, MORE_HEADER) != "1")

    async def _refuse(self, head: Message, send: Send) -> None:
        limits = self._limits
        detail = (
            f"{limits.streams_of_one} streams of this token, or {limits.streams} of all, are open already. "
            "Close one, or read the list of changes instead."
        )
        code = ProblemCode.TOO_MANY_REQUESTS
        request_id = header_of(head, HEADER) or ""
        body = json.dumps(problem_document(code, detail, request_id=request_id)).encode()
        headers = [
            *(pair for pair in without(head, *INTERNAL, "content-type", "x-accel-buffering")["headers"]),
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"retry-after", str(round(limits.check_seconds)).encode()),
        ]
        await send({**head, "status": PROBLEMS[code].status.value, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _from(scope: Scope, place: str) -> Scope:
    """The same request, from another place."""
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    rest = urlencode([pair for pair in query if pair[0] != AFTER]).encode("latin-1")
    headers = [pair for pair in scope["headers"] if pair[0] != LAST_EVENT]
    return {
        **scope,
        STREAMED: True,
        "query_string": rest,
        "headers": [*headers, (LAST_EVENT, place.encode())],
    }
