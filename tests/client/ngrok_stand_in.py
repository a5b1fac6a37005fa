#!/usr/bin/env python3
"""A small stand-in for the ngrok agent: its command line, log lines, environment and local API.

What it plays is set in NGROK_STAND_IN: ok, no_account, bad_token, plan_limit, offline, silent, crash,
already_online, domain_not_reserved, unheard_of, hangs_up. A POST to /stand-in/lose, /stand-in/regain or
/stand-in/die on its local API plays what happens to a tunnel later. Its command line is added to the file
NGROK_STAND_IN_CALLS where that is set.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PLAY = os.environ.get("NGROK_STAND_IN", "ok")
TOKEN = os.environ.get("NGROK_AUTHTOKEN", "")
REFUSED_AT_START = {
    "no_account": (
        "Usage of ngrok requires a verified account and authtoken.",
        "ERR_NGROK_4018",
    ),
    "bad_token": (
        f"The authtoken you specified is properly formed, but it is invalid.\\r\\nYour authtoken: {TOKEN}",
        "ERR_NGROK_107",
    ),
    "plan_limit": (
        "Your account is limited to 1 simultaneous ngrok agent sessions.",
        "ERR_NGROK_108",
    ),
}
REFUSED_TUNNEL = {
    "already_online": ("The endpoint is already online.", "ERR_NGROK_334"),
    "domain_not_reserved": ("You must reserve a custom hostname for your account.", "ERR_NGROK_319"),
    "unheard_of": ("Something new.", "ERR_NGROK_9999"),
}


def log(level: str, message: str, **more: str) -> None:
    """Print a log line in the agent's format, logfmt."""
    parts = {"t": time.strftime("%Y-%m-%dT%H:%M:%S+0000"), "lvl": level, "msg": message, **more}
    print(" ".join(f'{k}="{v}"' if " " in v else f"{k}={v}" for k, v in parts.items()), flush=True)  # noqa: T201


class LocalApi(BaseHTTPRequestHandler):
    """The agent's local API on 127.0.0.1:4040."""

    tunnels: dict[str, dict[str, object]] = {}  # noqa: RUF012 - of the process

    def do_GET(self) -> None:
        """List the tunnels."""
        if self.path == "/api/tunnels":
            self.answer(200, {"tunnels": list(self.tunnels.values()), "uri": "/api/tunnels"})
        else:
            self.answer(404, {"msg": "no such resource"})

    def do_POST(self) -> None:
        """Open a tunnel, or simulate what a test requests."""
        data = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if self.path == "/api/tunnels":
            self.open_tunnel(data)
        elif self.path == "/stand-in/lose":
            log(
                "eror", "session closed, starting reconnect loop", obj="tunnels.session", err="session closed"
            )
            self.answer(200, {})
        elif self.path == "/stand-in/regain":
            log("info", "client session established", obj="tunnels.session")
            self.answer(200, {})
        elif self.path == "/stand-in/die":
            self.answer(200, {})
            os._exit(1)
        else:
            self.answer(404, {"msg": "no such resource"})

    def open_tunnel(self, data: dict[str, object]) -> None:
        """Open a tunnel or fail, as ngrok does."""
        if PLAY == "hangs_up":
            return
        if PLAY in REFUSED_TUNNEL:
            text, code = REFUSED_TUNNEL[PLAY]
            err = f"failed to start tunnel: {text}\r\n\r\n{code}\r\n"
            body = {
                "error_code": 103,
                "status_code": 502,
                "msg": "failed to start tunnel",
                "details": {"err": err},
            }
            self.answer(502, body)
            return
        host = data.get("domain") or "stand-in.ngrok-free.app"
        tunnel = {
            "name": data["name"],
            "uri": f"/api/tunnels/{data['name']}",
            "public_url": f"https://{host}",
            "proto": "https",
            "config": {"addr": data["addr"], "inspect": data.get("inspect", True)},
            "metrics": {},
        }
        self.tunnels[str(data["name"])] = tunnel
        log("info", "started tunnel", obj="tunnels", name=str(data["name"]), addr=str(data["addr"]))
        self.answer(201, tunnel)

    def answer(self, status: int, document: dict[str, object]) -> None:
        """Send a JSON response."""
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Log nothing, because the agent's standard error is empty."""


def main() -> int:
    """Run the stand-in until it is killed."""
    if calls := os.environ.get("NGROK_STAND_IN_CALLS"):
        with open(calls, "a", encoding="utf-8") as file:  # noqa: PTH123 - as plain as can be
            file.write(" ".join(sys.argv[1:]) + "\n")
    if sys.argv[1:2] != ["start"] or "--none" not in sys.argv:
        print("ngrok version 3.39.8")  # noqa: T201
        return 0
    if PLAY == "silent":
        time.sleep(3600)
    if PLAY == "crash":
        return 1
    server = ThreadingHTTPServer(("127.0.0.1", 0), LocalApi)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    log("info", "no configuration paths supplied")
    log("info", "starting web service", obj="web", addr=f"127.0.0.1:{server.server_address[1]}")
    if PLAY in REFUSED_AT_START or not TOKEN:
        text, code = REFUSED_AT_START[PLAY if TOKEN else "no_account"]
        err = f"authentication failed: {text}\\r\\n\\r\\n{code}\\r\\n"
        log("eror", "failed to reconnect session", obj="tunnels.session", err=err)
        log("crit", "command failed", err=err)
        return 1
    while PLAY == "offline":
        log(
            "eror",
            "failed to reconnect session",
            obj="tunnels.session",
            err="dial tcp: lookup example: no such host",
        )
        time.sleep(0.2)
    log("info", "tunnel session started", obj="tunnels.session")
    log("info", "client session established", obj="tunnels.session")
    threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
