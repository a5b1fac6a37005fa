"""Runs Flask in threads for requests whose bodies are complete: one way into a thread, and one out of it."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import io
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from attendance.values.this_computer import NAME
from client.serving.body import Receive, Scope, Send
from client.serving.threads.wsgi_response import PART_BYTES, BodyPart, WsgiResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

T = TypeVar("T")

_PLAIN_NAMES = {"CONTENT_TYPE", "CONTENT_LENGTH"}  # headers that CGI, and so WSGI, knows without "HTTP_"
_DROPPED = (b"content-length", b"transfer-encoding")
_READERS = 2  # threads for what follows after the first part of large bodies


class WsgiRunner:
    """Runs one WSGI app. Use it from one event loop.

    An ordinary response is made in one go in its thread, and handed to the event loop once: a thread that
    asked the loop for each piece of a body and of a response would spend half of its time waiting for it.
    After the first part of a large body no thread waits for its reader: the next part is made once the client
    has read those before, in threads for that alone.

    Args:
        app: the WSGI app.
        part_bytes: about the size of a part of a large body.
    """

    def __init__(self, app: WSGIApplication, part_bytes: int = PART_BYTES) -> None:
        self._app = app
        self._part_bytes = part_bytes
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="readers")

    async def run(
        self,
        environ: WSGIEnvironment,
        receive: Receive,
        send: Send,
        *,
        threads: ThreadPoolExecutor,
        left: Callable[[], None],
    ) -> None:
        """Answer a request.

        Args:
            environ: the request, as ``environ_of`` makes it.
            receive: reports when the client has gone.
            send: sends the response.
            threads: those that ask the app.
            left: called in the event loop once the thread is free again, whoever still waits for it.

        Raises:
            Exception: whatever the app raises.
        """
        response = WsgiResponse(self._app, self._part_bytes)
        context = contextvars.copy_context()
        part = await _in_thread(threads, lambda: context.run(response.begin, environ), left)
        assert response.head is not None
        await send(response.head)
        await send({"type": "http.response.body", "body": part.content, "more_body": not part.is_last})
        if not part.is_last:
            await self._send_rest(response, context, receive, send)

    async def _send_rest(
        self, response: WsgiResponse, context: contextvars.Context, receive: Receive, send: Send
    ) -> None:
        """Send the parts after the first one, until the last one or until the client has gone."""
        gone = asyncio.ensure_future(_disconnect(receive))
        part = BodyPart(b"", is_last=False)
        try:
            while not (part.is_last or gone.done()):
                part = await _in_thread(self._readers, lambda: context.run(response.go_on))
                await send(
                    {"type": "http.response.body", "body": part.content, "more_body": not part.is_last}
                )
        finally:
            gone.cancel()
            if not part.is_last:
                self._readers.submit(context.run, response.close)


async def _in_thread(
    threads: ThreadPoolExecutor, work: Callable[[], T], left: Callable[[], None] = lambda: None
) -> T:
    """Run work in a thread, and wait for it; its end is reported to the event loop in one call."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        left()
        if done.done():  # nobody waits any more
            return
        if error is None:
            done.set_result(result)  # type: ignore[arg-type]
        else:
            done.set_exception(error)

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 - it is raised where the result is waited for
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended without waiting
            loop.call_soon_threadsafe(settle, result, error)

    threads.submit(run)
    return await done


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def environ_of(scope: Scope, body: bytes) -> WSGIEnvironment:
    """An ASGI request with its whole body, as WSGI has it (PEP 3333).

    The body's length is its actual one, since a chunked body has none. Names of headers with an underscore
    are left out: WSGI maps ``X_Forwarded_For`` and ``X-Forwarded-For`` to one name, so a client could forge
    the proxy's header. No browser sends names with underscores.
    """
    host, port = scope.get("server") or (NAME, 80)
    client = scope.get("client")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "asgi.scope": scope,
    }
    if client is not None:
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    for name, value in scope["headers"]:
        if name in _DROPPED or b"_" in name:
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in _PLAIN_NAMES:
            key = f"HTTP_{key}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
