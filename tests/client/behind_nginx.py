"""Debian's nginx in front of servers, and what browsers see of the site behind it."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.served_app import connect, wait_until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
EVENTS = "error_log {folder}/error.log; pid {folder}/pid; worker_processes 1; events {{}}\n"
HTTP = """http {{ access_log off;
client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{servers} }}
"""


@contextlib.contextmanager
def nginx(folder: Path, servers: str, port: int) -> Iterator[None]:
    """Run nginx with these servers for the duration of the block."""
    if NGINX is None:
        pytest.skip("needs nginx (apt-get install nginx-light)")
    folder.mkdir()
    settings = folder / "nginx.conf"
    settings.write_text(EVENTS.format(folder=folder) + HTTP.format(folder=folder, servers=servers))
    arguments = [NGINX, "-e", str(folder / "error.log"), "-c", str(settings), "-g", "daemon off;"]
    process = subprocess.Popen(arguments)
    try:
        wait_until(lambda: process.poll() is not None or can_connect(port))
        assert process.poll() is None, (folder / "error.log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(30)


def can_connect(port: int) -> bool:
    """Whether anybody listens there."""
    with contextlib.suppress(OSError):
        connect(port).close()
        return True
    return False


class ProxiedSite:
    """What browsers see of the site at https://school.example.

    Args:
        port: where nginx listens.
        certificate: the site's.
    """

    def __init__(self, port: int, certificate: Path) -> None:
        self._port = port
        self._trust = ssl.create_default_context(cafile=str(certificate))
        self._trust.check_hostname = False

    def ask(
        self, path: str, form: str | bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, list[str]], str]:
        """The status, the headers and the text of an answer to a page's address, or to what a form sends."""
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, context=self._trust, timeout=60)
        sent = {"Host": "school.example"} | {name.replace("_", "-"): text for name, text in headers.items()}
        if isinstance(form, str):
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("GET" if form is None else "POST", path, form, sent)
        with contextlib.closing(connection), connection.getresponse() as answer:
            received: dict[str, list[str]] = {}
            for name, text in answer.getheaders():
                received.setdefault(name.lower(), []).append(text)
            return answer.status, received, answer.read().decode()


def cookies(headers: dict[str, list[str]]) -> str:
    """What a browser sends back."""
    return "; ".join(each.partition(";")[0] for each in headers.get("set-cookie", []))
