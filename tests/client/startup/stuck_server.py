"""A server of which a request never ends: ``stuck_server SECONDS``, the time to stop. It prints its port."""

from __future__ import annotations

import sys
import threading

from flask import Flask

from client.serving.server import Server, bind
from client.startup.stop_deadline import StopDeadline


def main() -> None:
    """Serve until SIGTERM."""
    app = Flask(__name__)

    @app.get("/stuck")
    def stuck() -> str:
        sys.stdout.write("stuck\n")
        sys.stdout.flush()
        threading.Event().wait()
        return ""

    with bind("127.0.0.1", 0) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        Server(app, on_stop=StopDeadline(float(sys.argv[1])).begin).run(sockets=[listener])


if __name__ == "__main__":
    main()
