"""Options that can't be combined are rejected with a message; all others are accepted."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from client.errors import StartError
from client.startup.command_line import server
from client.startup.network import EVERYWHERE
from client.startup.options import Options

ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="several processes can't share a port")


def options(**given: Any) -> Options:
    return replace(Options(EVERYWHERE, 8080), **given)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"public": True, "debug": True}, "can't be combined with --public"),
        ({"domain": "class.example"}, "Add --public"),
        ({"public": True, "host": "192.0.2.7"}, "--host 192.0.2.7 excludes"),
        ({"key": Path("key.pem")}, "Add it with --cert"),
        ({"demo": True, "data": Path("Dataset")}, "Omit --data"),
    ],
)
def test_contradictions_are_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StartError, match=sentence):
        options(**given).check()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"public": True, "host": "127.0.0.1"},
        {"public": True, "domain": "class.example", "tls": True},
        pytest.param({"public": True, "workers": 2}, marks=ON_POSIX),
        {"debug": True, "host": "192.0.2.7"},
        {"cert": Path("cert.pem"), "key": Path("key.pem")},
    ],
)
def test_what_fits_together_is_accepted(given: dict[str, Any]) -> None:
    options(**given).check()


def test_a_given_certificate_is_there_to_be_used() -> None:
    assert options(cert=Path("cert.pem")).wants_tls
    assert not options().wants_tls


def test_the_help_says_what_is_listened_on() -> None:
    text = " ".join(CliRunner().invoke(server, ["--help"]).output.split())
    assert "default: 0.0.0.0" in text
    assert "default: 8080" in text


def test_a_port_that_no_system_has_is_refused() -> None:
    answer = CliRunner().invoke(server, ["--port", "70000"])
    assert answer.exit_code == 2
    assert "0<=x<=65535" in answer.output
