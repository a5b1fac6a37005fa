"""Fixtures with a client that nobody here wrote."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from tests.client.software.conftest import Document
from tests.client.software.generated.driver import Alter, Generated, Program
from tests.client.software.generated.world import World

PROJECT, PACKAGE = "attendance-client", "attendance_client"  # which the generator makes of the title
MakeProgram = Callable[..., Program]


@pytest.fixture(scope="session")
def generated(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    """The client that the generator makes of the document, without a warning."""
    from openapi_python_client import generate  # half a second, which only who generates has to wait
    from openapi_python_client.config import Config, ConfigFile, MetaType

    folder = tmp_path_factory.mktemp("generated")
    source = folder / "openapi.json"
    source.write_text(json.dumps(document), "utf-8")
    errors = generate(
        config=Config.from_sources(
            ConfigFile(post_hooks=[]),  # they only format
            MetaType.POETRY,
            source,
            "utf-8",
            overwrite=False,
            output_path=folder / PROJECT,
        )
    )
    assert not errors, [(error.header, error.detail) for error in errors]
    for module in (folder / PROJECT / PACKAGE / "api" / "faces").glob("*.py"):  # see docs/api.md
        module.write_text(f"from __future__ import annotations\n{module.read_text('utf-8')}", "utf-8")
    sys.path.insert(0, str(folder / PROJECT))
    yield Generated(importlib.import_module(PACKAGE))
    sys.path.remove(str(folder / PROJECT))
    shutil.rmtree(folder)


@pytest.fixture
def world(register: Register) -> World:
    """A register in which every call has something to do."""
    return World.made(register)


@pytest.fixture
def make_program(generated: Generated, app: Flask, register: Register) -> MakeProgram:
    """Make a program with a token of these scopes, or with all of them."""

    def made(
        *scopes: Scope,
        of: Flask = app,
        token: str | None = None,
        alter: Alter | None = None,
        address: str = "127.0.0.1",
    ) -> Program:
        if token is None:
            name = f"program {len(register.api_tokens.all())}"
            token = register.api_tokens.make(
                name, [scope.value for scope in scopes or tuple(Scope)], by="admin"
            ).text
        return Program(generated, of, token, alter=alter, address=address)

    return made
