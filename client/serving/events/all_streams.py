"""The streams of events of one server: which requests ask for one, and who sends it."""

from __future__ import annotations

from typing import Any

from client.serving.body import Receive, Scope, Send
from client.serving.events.board_events import SESSION_HEADER, BoardFeeds
from client.serving.events.change_streams import NEXT_HEADER, ChangeStreams
from client.serving.events.streams import STREAMED, StreamInterceptor, header_of
from client.serving.limits import ChangeStreamLimits
from client.serving.software_addresses import CHANGE_STREAM, plain_path
from client.serving.websockets import AskFlask


class EventStreams:
    """All streams of one process.

    Args:
        boards: those of open boards.
        changes: those of changes.
    """

    def __init__(self, boards: BoardFeeds, changes: ChangeStreams) -> None:
        self._boards = boards
        self._changes = changes

    def stop(self) -> None:
        """End all streams, so that the server can stop."""
        self._boards.stop()
        self._changes.stop()

    def wants(self, scope: Scope) -> bool:
        """Whether a request may be for a stream."""
        path = str(scope["path"])
        return scope["method"] == "GET" and (path.endswith("/events") or plain_path(path) == CHANGE_STREAM)

    @staticmethod
    def asking(scope: Scope) -> Scope:
        """The request as Flask gets it, which then says how the stream goes on."""
        return {**scope, STREAMED: True}

    def interceptor(self, send: Send) -> StreamInterceptor:
        """What Flask's response to such a request is sent to."""
        return StreamInterceptor(send, SESSION_HEADER, NEXT_HEADER)

    async def go_on(self, interceptor: StreamInterceptor, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, if Flask's response asks for one."""
        head = interceptor.head
        if head is None:
            return
        if header_of(head, SESSION_HEADER) is not None:
            await self._boards.answer(head, receive, send)
        else:
            await self._changes.answer(head, interceptor.body, scope, receive, send)


def streams_of(wsgi: Any, ask: AskFlask, limits: ChangeStreamLimits) -> EventStreams | None:
    """The streams of a Flask app, or None for any other app."""
    register = getattr(wsgi, "extensions", {}).get("register")
    if register is None:
        return None
    follow = register.store.follow
    changes = ChangeStreams(register.changes.number, ask, limits, follow)
    return EventStreams(BoardFeeds(register.boards.change, follow=follow), changes)
