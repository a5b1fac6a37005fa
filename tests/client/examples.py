"""Runs the examples in the documents unchanged, against a real server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.client.served_app import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DOCS = Path(__file__).parents[2] / "docs"
FENCED = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
LONGEST = 60.0  # seconds per example
OF_PYTHON = 'import os\nTOKEN, SERVER = os.environ["TOKEN"], os.environ["SERVER"]\n'
OF_NODE = """
import { readFileSync } from "node:fs";
const { TOKEN, SERVER } = process.env;
const file = (name) => new Blob([readFileSync(name)]);
const [photo, room] = [file("katherine.jpg"), file("room.jpg")];
const canvas = { toDataURL: () => `data:image/jpeg;base64,${readFileSync("canvas.jpg").toString("base64")}` };
"""


def blocks(text: str, language: str) -> list[str]:
    """The fenced code blocks of a language; an empty language means the shell."""
    return [code for fence, code in FENCED.findall(text) if fence == language]


class Statuses:
    """WSGI middleware that records the status of each response."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self.noted: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on a request."""

        def noting(status: str, headers: list[tuple[str, str]], *more: object) -> object:
            self.noted.append(status)
            return start_response(status, headers, *more)  # type: ignore[arg-type]

        return self._app(environ, noting)  # type: ignore[arg-type]


class Shop:
    """A folder with pictures, and a server, for an example.

    Args:
        folder: where the examples find their pictures.
        environment: with ``TOKEN`` and ``SERVER``.
        statuses: of the server's answers.
    """

    def __init__(self, folder: Path, environment: dict[str, str], statuses: Statuses) -> None:
        self._folder = folder
        self._environment = environment
        self._statuses = statuses

    @property
    def server(self) -> str:
        """The server's address."""
        return self._environment["SERVER"]

    def run(self, language: str, code: str, **more: str) -> str:
        """Run an example and return its output; all its requests must succeed.

        Args:
            language: ``python``, ``js``, or empty for the shell.
            code: the example, and what it needs before it.
            more: variables that the example takes from its environment.
        """
        program = {"python": sys.executable, "js": shutil.which("node"), "": shutil.which("bash")}[language]
        if program is None or (language == "" and shutil.which("curl") is None):
            pytest.skip("needs node, or bash and curl")
        name = {"python": "example.py", "js": "example.mjs", "": "example.sh"}[language]
        before = {"python": OF_PYTHON, "js": OF_NODE, "": ""}[language]
        (self._folder / name).write_text(before + code, encoding="utf-8")
        done = subprocess.run(
            [program, name],
            cwd=self._folder,
            env={**os.environ, **self._environment, **more},
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert self._statuses.noted, done.stdout
        assert all(status.startswith("2") for status in self._statuses.noted), done.stdout
        return done.stdout


@contextmanager
def shop(app: Flask, token: str, folder: Path, **pictures: bytes) -> Iterator[Shop]:
    """Run a server for the duration of the block, with a folder of pictures."""
    for name, picture in pictures.items():
        (folder / f"{name}.jpg").write_bytes(picture)
    statuses = Statuses(app.wsgi_app)
    app.wsgi_app = statuses  # type: ignore[method-assign]
    with serving(app) as port:
        yield Shop(folder, {"TOKEN": token, "SERVER": f"http://127.0.0.1:{port}"}, statuses)
