"""The tunnel: whether a public address is wanted, and is possible."""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from pyngrok.conf import DEFAULT_NGROK_PATH

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem, reason
from attendance.sentences import sentence as _l

SETTING = "NGROK_AUTHTOKEN"
SERVICE = ("connect.ngrok-agent.com", 443)  # what the agent connects to
SECONDS = 4.0
_TOKEN = re.compile(r"[A-Za-z0-9_]{20,}")  # of an account; those of today have 49 letters and digits


def examine(site: ExaminedSite, service: tuple[str, int] = SERVICE) -> Iterator[SiteFinding]:
    """The token, ngrok's agent, and whether ngrok can be reached; nothing is sent to it.

    Args:
        site: what is examined.
        service: host and port.
    """
    token = site.settings.ngrok_authtoken
    if token is None:
        yield ok(_l("No public address is wanted: %(setting)s isn't set.", setting=SETTING))
        return
    if site.tunnel_is_up:
        yield ok(_l("The tunnel is on: phones reach this server from anywhere."))
        return
    found = [*_token(token), *_service(service), *_agent()]
    yield from found
    if not found:
        yield ok(_l("The tunnel is off. There is a token, ngrok can be reached, and its agent is installed."))


def _token(token: str) -> Iterator[SiteFinding]:
    if not _TOKEN.fullmatch(token):
        yield problem(
            _l(
                "%(setting)s doesn't look like a token: it has the wrong characters, or too few of them "
                "(%(length)s).",
                setting=SETTING,
                length=len(token),
            ),
            _l("Copy it again from https://dashboard.ngrok.com/get-started/your-authtoken"),
        )


def _agent() -> Iterator[SiteFinding]:
    named = os.environ.get("PYNGROK_NGROK_PATH") or shutil.which("ngrok") or DEFAULT_NGROK_PATH
    if not Path(named).is_file():
        yield note(
            _l(
                "ngrok's agent isn't installed, so the first start with %(public)s downloads it.",
                public="--public",
            ),
            _l(
                "Start the server once while the connection is good, or install the agent from https://ngrok.com/download"
            ),
        )


def _service(service: tuple[str, int]) -> Iterator[SiteFinding]:
    try:
        socket.create_connection(service, timeout=SECONDS).close()
    except OSError as error:
        yield problem(
            _l("ngrok's servers can't be reached: %(error)s.", error=reason(error)),
            _l("Check the internet connection and the firewall. Phones in the local network don't need it."),
        )
