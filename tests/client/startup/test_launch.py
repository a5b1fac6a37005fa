"""The program starts, prints its addresses, serves and stops; errors are one-line messages."""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import socket
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from client.serving.tls import LIFETIME, machine_names, self_signed_certificate
from client.startup.launch import settings_for
from client.startup.network import EVERYWHERE
from client.startup.options import Options
from tests.client.served_app import wait_until
from tests.client.starting import READY, Program, Start, program

ROOT = Path(__file__).resolve().parents[3]
AGENT = str(Path(__file__).parents[1] / "ngrok_stand_in.py")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture
def start(tmp_path: Path, models: Path) -> Start:
    """Start the program."""
    return functools.partial(program, tmp_path, models)


def ready(server: Program) -> bool:
    status, text = server.get("/healthz")
    return status == 200 and bool(json.loads(text)["ready"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_reached_serves_and_stops(start: Start, number: signal.Signals) -> None:
    with start(COLUMNS="80") as server:
        server.wait_for(READY)
        assert server.get("/healthz")[0] == 200
        assert "dlib-1 with mtcnn" in server.printed
        assert "0 students" in server.printed
        assert "create_database enrol" in server.printed
        wait_until(lambda: ready(server), 120)
        assert server.stop(number) == 0
        assert server.errors == ""


def test_phones_are_given_a_code_and_an_address_that_works(start: Start) -> None:
    with start("--host", "127.0.0.2") as server:
        server.wait_for(READY)
        status, page = server.get(f"/c?{urlencode({'code': server.typed_code()})}")
        assert status == 200
        assert 'name="grant"' in page


def test_a_second_start_loads_no_tensorflow(start: Start) -> None:
    with start() as server:
        server.wait_for(READY)
        server.stop()
    with start(python=("-X", "importtime")) as server:
        server.wait_for(READY)
        wait_until(lambda: ready(server), 120)
        server.stop()
        wait_until(lambda: "flask" in server.errors)
        assert not re.search(r"\| +(tensorflow|keras|keras_facenet|mtcnn)\b", server.errors)


def test_a_port_in_use_is_a_sentence(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with start("--host", "127.0.0.1", "--port", port) as server:
            assert server.process.wait(60) == 1
            server.wait_for(f"Port {port} is in use")
            assert server.errors == ""


@pytest.mark.parametrize(
    ("arguments", "environ", "sentence"),
    [
        (["--public", "--debug"], {}, "can't be combined with --public"),
        ([], {"ATTENDANCE_FPIR": "much"}, "ATTENDANCE_FPIR"),
        (["--cert", "missing.pem"], {}, "File not found: missing.pem"),
        ([], {"FACENET_WEIGHTS": "missing.h5"}, "FACENET_WEIGHTS"),
        ([], {"ATTENDANCE_RETAIL_MODEL": "missing"}, "ATTENDANCE_RETAIL_MODEL"),
        (
            [],
            {
                "ATTENDANCE_ENGINE": "auto",
                "ATTENDANCE_RETAIL_MODEL": str(Path(__file__).parent),
                "ATTENDANCE_CACHE": "no/networks/yet",
            },
            "ATTENDANCE_RETAIL_MODEL names",
        ),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(
    start: Start, arguments: list[str], environ: dict[str, str], sentence: str
) -> None:
    with start(*arguments, **environ) as server:
        assert server.process.wait(60) == 1
        server.wait_for(sentence)
        assert "Traceback" not in server.errors


def test_a_misspelt_setting_is_pointed_out(start: Start) -> None:
    with start(ATTENDANCE_LATE_AFTR="09:15", ATTENDANCE_FPIR="much") as server:
        assert server.process.wait(60) == 1
        wait_until(lambda: "Did you mean ATTENDANCE_LATE_AFTER?" in " ".join(server.errors.split()))


def test_a_missing_system_library_is_named(start: Start, tmp_path: Path) -> None:
    shadow = tmp_path / "shadow"
    shadow.mkdir()
    (shadow / "cv2.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')")
    with start(PYTHONPATH=str(shadow)) as server:
        assert server.process.wait(60) == 1
        server.wait_for("The system library libGL.so.1 is missing.")
        assert server.errors == ""


def test_https_in_the_local_network(start: Start, tmp_path: Path) -> None:
    with start("--tls") as server:
        server.wait_for(READY)
        assert server.address().startswith("https://localhost:")
        own = tmp_path / "config" / "self-signed.pem"
        status, _text, headers = server.get_with_headers("/healthz", certificate=own)
        assert status == 200
        assert "Strict-Transport-Security" not in headers, "nobody could pass the certificate's warning"


def test_an_expired_certificate_is_named_and_served(start: Start, tmp_path: Path) -> None:
    long_ago = datetime.now(UTC) - 2 * LIFETIME
    pem = self_signed_certificate(tmp_path / "expired", machine_names([]), now=long_ago)
    with start("--cert", str(pem)) as server:
        server.wait_for(READY)
        assert "self-signed.pem expired on" in server.sentences
        assert "without a restart" in server.sentences
        assert server.address().startswith("https://localhost:")
        assert server.stop() == 0


def test_a_public_address_is_in_the_code(start: Start) -> None:
    with start("--public", PYNGROK_NGROK_PATH=AGENT, NGROK_AUTHTOKEN="a-token") as server:
        server.wait_for(READY)
        assert server.address("On the internet") == "https://stand-in.ngrok-free.app"
        assert "stand-in.ngrok-free.app/c<" in server.get(server.wall)[1]
        assert server.stop() == 0


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [({}, "NGROK_AUTHTOKEN"), ({"NGROK_AUTHTOKEN": "t", "NGROK_STAND_IN": "plan_limit"}, "plan doesn't")],
)
def test_without_a_tunnel_the_local_server_goes_on(
    start: Start, environ: dict[str, str], sentence: str
) -> None:
    with start("--public", PYNGROK_NGROK_PATH=AGENT, **environ) as server:
        server.wait_for(READY)
        assert sentence in server.sentences
        assert server.get("/healthz")[0] == 200


def test_the_log_tells_requests_and_no_tokens(start: Start) -> None:
    with start("--host", "127.0.0.1") as server:
        server.wait_for(READY)
        welcome = len(server.printed)
        token = "a-token-of-some-session"
        server.get(f"/s/{token}")
        server.get(f"/s/{token}x?grant=secret")
        wait_until(lambda: server.printed[welcome:].count("GET /s/…") == 2)
        assert token not in server.printed[welcome:] + server.errors
        assert "secret" not in server.printed + server.errors


def test_the_command_line_overrides_the_environment(tmp_path: Path) -> None:
    options = Options(EVERYWHERE, 8080, data=tmp_path / "chosen")
    environ = {"ATTENDANCE_DATA": str(tmp_path / "environment")}
    assert settings_for(options, environ).data == tmp_path / "chosen"
    assert settings_for(Options(EVERYWHERE, 8080), environ).data == tmp_path / "environment"


def test_a_checkout_keeps_its_data_and_an_installed_package_uses_the_current_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings_for(Options(EVERYWHERE, 8080), {}).data == ROOT / "Dataset"
    monkeypatch.setattr("sys.argv", ["/usr/bin/face-attendance"])
    assert settings_for(Options(EVERYWHERE, 8080), {}).data == Path("Dataset")
