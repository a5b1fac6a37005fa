"""What openapi-typescript and a linter make of the API's document. `./test` installs both with npm."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from attendance.register import Register
from client.serving.limits import ChangeStreamLimits, ServerLimits
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.client.served_app import serving
from tests.client.software.conftest import Document, Software
from tests.client.software.generated.world import World
from tools.npm_packages import LISTS, PACKAGES, node_modules

pytestmark = pytest.mark.server

ENDING = ChangeStreamLimits(lifetime_seconds=0.05)  # a stream is read to its end
RULES = "lint.yaml"  # openapi-typescript would read a redocly.yaml, and apply its rules
LONGEST = 120.0  # seconds per program
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}  # nothing leaves the machine


class Workshop:
    """A folder with the document, in which the packages' programs run.

    Args:
        folder: the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, program: str, *words: str) -> str:
        """Run a program, which must succeed, and return its output."""
        done = subprocess.run(
            [program, *words],
            cwd=self._folder,
            env={**os.environ, **QUIET},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture
def workshop(document: Document, tmp_path: Path) -> Workshop:
    """A folder with the document, the packages and what uses them."""
    if shutil.which("node") is None or not node_modules().is_dir():
        pytest.skip("needs npm and its packages, which ./test installs")
    for name in (PACKAGES, RULES, "tsconfig.json", "usage.ts"):
        shutil.copy(LISTS / name, tmp_path)
    (tmp_path / "openapi.json").write_text(json.dumps(document), "utf-8")
    (tmp_path / "node_modules").symlink_to(node_modules())
    return Workshop(tmp_path)


def test_a_typescript_program_makes_every_call(
    workshop: Workshop, document: Document, app: Flask, software: Software, register: Register
) -> None:
    workshop.run(
        "node_modules/.bin/openapi-typescript", "openapi.json", "-o=api.ts", "--default-non-nullable=false"
    )
    workshop.run("node_modules/.bin/tsc")
    world = World.made(register)
    photo = base64.b64encode(photo_of(COLLINS, side=80)).decode()
    with serving(app, limits=ServerLimits(changes=ENDING)) as port:
        server = f"http://127.0.0.1:{port}"
        token = software.token or ""
        words = (server, token, world.student, world.session, world.day_off, world.photo, photo)
        lines = workshop.run("node", "usage.js", *words).splitlines()
    statuses = {name: int(status) for name, status, *_ in map(str.split, lines)}
    names = {call["operationId"] for path in document["paths"].values() for call in path.values()}
    assert statuses.keys() == names
    assert set(statuses.values()) == {200, 201, 204, 207}


def test_a_linter_finds_nothing_wrong(workshop: Workshop) -> None:
    output = workshop.run(
        "node_modules/.bin/redocly", "lint", "openapi.json", f"--config={RULES}", "--lint-config=error"
    )
    assert "Your API description is valid" in output, output
