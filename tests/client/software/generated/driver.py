"""A program with the client that ``openapi-python-client`` generates from the API's document."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import httpx
from flask import Flask

BASE = "http://localhost"
Alter = Callable[[httpx.Request], httpx.Request]


@dataclass(frozen=True)
class Exchange:
    """A request that the client sent, and what it made of the response.

    Attributes:
        name: the call's ``operationId``.
        request: what was sent.
        response: what came back.
        parsed: the response as an object of a generated class; None where it has no body.
    """

    name: str
    request: httpx.Request
    response: httpx.Response
    parsed: Any

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code


class Generated:
    """The generated package.

    Args:
        package: the imported package.
    """

    def __init__(self, package: ModuleType) -> None:
        self.models = importlib.import_module(f"{package.__name__}.models")
        self.types = importlib.import_module(f"{package.__name__}.types")
        self.client_class = importlib.import_module(f"{package.__name__}.client").AuthenticatedClient
        below = importlib.import_module(f"{package.__name__}.api")
        names = [found.name for found in pkgutil.walk_packages(below.__path__, f"{below.__name__}.")]
        modules = [importlib.import_module(name) for name in names]
        self.calls = {
            module.__name__.rpartition(".")[2]: module
            for module in modules
            if hasattr(module, "sync_detailed")
        }


def sends(**parts: Any) -> Alter:
    """Replace parts of each request, such as its content."""

    def altered(request: httpx.Request) -> httpx.Request:
        request.read()
        headers = {**request.headers, **parts.get("headers", {})}
        content = parts.get("content", request.content)
        if "content" in parts:
            headers |= {"content-type": "application/json", "content-length": str(len(content))}
        url = request.url.copy_merge_params(parts.get("query", {}))
        return httpx.Request(request.method, url, headers=headers, content=content)

    return altered


class Altered(httpx.BaseTransport):
    """Calls an app in this process, with requests as nobody would generate them.

    Args:
        app: the app.
        alter: changes a request; None leaves it alone.
        address: where the requests come from.
    """

    def __init__(self, app: Flask, alter: Alter | None, address: str) -> None:
        self._inner = httpx.WSGITransport(app, remote_addr=address)
        self._alter = alter

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read its whole response."""
        return self._inner.handle_request(self._alter(request) if self._alter else request)


class Program:
    """A program that has generated a client.

    Args:
        generated: the client's package.
        app: what it calls.
        token: its token.
        alter: changes each request before it is sent.
        address: where the program runs.
    """

    def __init__(
        self,
        generated: Generated,
        app: Flask,
        token: str,
        *,
        alter: Alter | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        self.models = generated.models
        self.types = generated.types
        self._generated = generated
        self._last: list[httpx.Response] = []
        self._client = generated.client_class(
            BASE,
            token,
            raise_on_unexpected_status=True,
            httpx_args={
                "transport": Altered(app, alter, address),
                "event_hooks": {"response": [self._last.append]},
            },
        )

    def call(self, name: str, *path: str, **arguments: Any) -> Exchange:
        """Make a call with the generated function.

        Args:
            name: the ``operationId``.
            path: the ids in its address.
            arguments: its body, query and headers.

        Raises:
            UnexpectedStatus: of the generated package, where the document doesn't have the response's status.
        """
        self._last.clear()
        answer = self._generated.calls[name].sync_detailed(*path, client=self._client, **arguments)
        (response,) = self._last
        assert answer.status_code == response.status_code
        return Exchange(name, response.request, response, answer.parsed)
