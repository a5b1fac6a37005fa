"""What Prometheus reads, and who may."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from attendance.errors import StoreUnavailableError
from attendance.measures import Measures, Stage
from attendance.register import Register
from attendance.settings.settings import Settings
from client import create_app
from client.monitoring.metrics import Metrics
from client.monitoring.shared_metrics import FILE_BYTES, SHARED, counting_together
from client.serving.observer import OBSERVERS
from tests.client.conftest import Phone
from tests.client.served_app import serving

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of a site whose monitoring runs on the same computer."""
    return replace(settings, metrics=(ip_network("127.0.0.1"), ip_network("10.0.0.0/8")))


def read(client: FlaskClient, **options: Any) -> dict[str, float]:
    """The samples that Prometheus would store."""
    reply = client.get("/metrics", base_url="http://localhost", **options)
    assert reply.status_code == 200
    lines = [line for line in reply.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_verdicts_problems_and_stages_are_counted(app: Flask, register: Register) -> None:
    register.measures.judged("present")
    register.measures.judged("present")
    with register.measures.timed(Stage.DECIDE):
        pass
    with pytest.raises(StoreUnavailableError), register.measures.timed(Stage.RECORD):
        raise StoreUnavailableError
    client = app.test_client()
    client.get("/s/nowhere")
    samples = read(client)
    assert samples['attendance_check_ins_total{verdict="present"}'] == 2
    assert samples['attendance_stage_seconds_count{stage="decide"}'] == 1
    assert samples['attendance_stage_seconds_count{stage="record"}'] == 1
    assert samples['attendance_problems_total{problem="session_unknown"}'] == 1
    assert samples["attendance_up"] == 1
    assert samples["attendance_ready"] == float(register.ready)


def test_requests_are_counted_by_area_and_not_by_address(app: Flask) -> None:
    [observer] = app.extensions[OBSERVERS]
    observer("/capture", "POST", 200, 0.2)
    observer("/s/secret", "GET", 200, 0.01)
    observer("/etc/passwd", "BREW", 0, 4.0)
    samples = read(app.test_client())
    assert samples['attendance_requests_total{area="capture",method="POST",status="200"}'] == 1
    assert samples['attendance_requests_total{area="s",method="GET",status="200"}'] == 1
    assert samples['attendance_requests_total{area="other",method="other",status="disconnected"}'] == 1
    assert samples['attendance_request_seconds_bucket{area="capture",le="0.25"}'] == 1
    assert samples['attendance_request_seconds_bucket{area="capture",le="0.1"}'] == 0
    assert not any("secret" in name or "passwd" in name for name in samples)


@pytest.mark.server
def test_the_server_counts_what_it_answers_before_any_app_is_asked(app: Flask) -> None:
    with serving(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        connection.request("POST", "/capture", headers={"Content-Length": "99999999999"})
        assert connection.getresponse().status == 413
        connection.close()
    samples = read(app.test_client())
    assert samples['attendance_requests_total{area="healthz",method="GET",status="200"}'] == 1
    assert samples['attendance_requests_total{area="capture",method="POST",status="413"}'] == 1


@pytest.mark.parametrize(
    "options",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "10.0.0.1"}},
        {"environ_overrides": {"SERVER_PROTOCOL": "HTTP/1.0"}},
    ],
    ids=["elsewhere", "through a proxy that nobody named", "through a proxy that adds nothing"],
)
def test_for_others_there_is_no_such_page(client: FlaskClient, options: dict[str, Any]) -> None:
    assert client.get("/metrics", base_url="http://localhost", **options).status_code == 404


def test_another_network_of_the_setting_may_read(client: FlaskClient) -> None:
    assert read(client, environ_base={"REMOTE_ADDR": "10.20.30.40"})


@pytest.mark.parametrize("place", ["127.0.0.1", "10.0.0.1"])
def test_monitoring_on_the_computer_of_a_trusted_proxy_may_read_and_visitors_may_not(
    register: Register, settings: Settings, place: str
) -> None:
    register.settings = replace(settings, trusted_proxies=(ip_network(place),))
    client = create_app(register=register).test_client()
    assert read(client, environ_base={"REMOTE_ADDR": place})

    def status(visitor: str, host: str = "localhost", **environ: str) -> int:
        headers = {"X-Forwarded-For": visitor} if visitor else {}
        base = {"REMOTE_ADDR": place, **environ}
        return client.get(
            "/metrics", base_url=f"http://{host}", headers=headers, environ_overrides=base
        ).status_code

    assert [status("192.0.2.7"), status(place), status("nonsense")] == [404] * 3
    assert status("", SERVER_PROTOCOL="HTTP/1.0") == 404
    if place == "127.0.0.1":
        assert status("", host="school.example") == 404


def test_the_settings_of_the_guide_let_the_monitoring_of_the_same_machine_in(
    register: Register, settings: Settings
) -> None:
    guide = (ROOT / "docs" / "deployment.md").read_text()
    environ = dict(re.findall(r"^    (ATTENDANCE_[A-Z_]+)=(\S+)$", guide, re.MULTILINE))
    assert {"ATTENDANCE_TRUSTED_PROXIES", "ATTENDANCE_METRICS"} <= set(environ)
    named = Settings.from_env(environ)
    register.settings = replace(settings, trusted_proxies=named.trusted_proxies, metrics=named.metrics)
    assert read(create_app(register=register).test_client())


def test_without_the_setting_nothing_is_measured(register: Register, settings: Settings) -> None:
    register.settings = replace(settings, metrics=())
    register.measures = Measures()
    app = create_app(register=register)
    assert app.test_client().get("/metrics", base_url="http://localhost").status_code == 404
    assert OBSERVERS not in app.extensions
    register.measures.judged("present")  # nobody listens


def test_workers_count_together(tmp_path: Path) -> None:
    """Each process counts into files of one folder; whichever is asked adds them up."""
    program = (
        "import sys; from client.monitoring.metrics import Metrics; "
        "m = Metrics({'capture'}, {}, dict); m.verdict('present'); m.request('/capture', 'POST', 200, 0.1); "
        "sys.stdout.write(m.text().decode())"
    )
    environment = {**os.environ, SHARED: str(tmp_path)}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert 'attendance_check_ins_total{verdict="present"} 2.0' in done.stdout
    assert 'attendance_requests_total{area="capture",method="POST",status="200"} 2.0' in done.stdout


COUNTING = """
import os, sys
from client.monitoring.shared_metrics import reserve_files
trouble = reserve_files(os.environ)
from client.monitoring.metrics import Metrics
m = Metrics({"capture"}, {}, dict)
m.verdict("present")
for status in range(100, 600):
    m.request("/capture", "POST", status, 0.1)
print(trouble, m.text().decode(), sep="\\n")
"""
"""A worker that counts one check-in and more combinations of labels than it has in a year."""


def counted_in(folder: Path, *before: str) -> subprocess.CompletedProcess[str]:
    """What such a worker prints: what is wrong with its files, and the metrics."""
    return subprocess.run(
        [*before, sys.executable, "-c", COUNTING],
        cwd=ROOT,
        env={**os.environ, SHARED: str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_worker_s_files_have_their_space_and_are_continued_by_the_next(tmp_path: Path) -> None:
    for number in (1, 2):
        done = counted_in(tmp_path)
        assert done.stdout.startswith("None\n")
        assert f'attendance_check_ins_total{{verdict="present"}} {number}.0' in done.stdout
    files = list(tmp_path.glob("*.db"))
    assert len(files) == len(FILE_BYTES), "a worker that is replaced again and again fills the disk"
    assert all(each.stat().st_blocks * 512 >= each.stat().st_size >= 1 << 19 for each in files)


def test_on_a_full_disk_a_worker_counts_alone_and_lives(tmp_path: Path) -> None:
    """Mapped files with holes would end it with SIGBUS, and each that replaces it."""
    full = tmp_path / "full"
    full.mkdir()
    inside = f'mount -t tmpfs -o size=128k full {full} && cat /dev/zero > {full}/junk; exec "$@"'
    alone = ("unshare", "--map-root-user", "--mount", "sh", "-c")
    if (
        shutil.which("unshare") is None
        or subprocess.run([*alone, f"mount -t tmpfs x {full}"], check=False).returncode
    ):
        pytest.skip("needs a mount of its own")
    done = counted_in(full, *alone, inside, "sh")
    assert done.returncode == 0, done.stderr
    assert "No space left on device" in done.stdout.splitlines()[0]
    assert 'attendance_check_ins_total{verdict="present"} 1.0' in done.stdout


def test_every_name_begins_alike() -> None:
    text = Metrics((), {"up": ("Whether it is.", lambda: 1.0)}, lambda: {"version": "1"}).text().decode()
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert names
    assert all(name.startswith(("attendance_", "process_")) for name in names)


def test_the_folder_of_the_workers_lasts_as_long_as_they_do() -> None:
    with counting_together({"A": "1"}, is_wanted=True) as environ:
        folder = Path(environ[SHARED])
        assert (environ["A"], folder.is_dir()) == ("1", True)
    assert not folder.exists()


def test_without_the_setting_workers_count_nothing() -> None:
    with counting_together({"A": "1"}, is_wanted=False) as environ:
        assert environ == {"A": "1"}


def test_a_check_in_is_measured_once_however_often_it_is_sent(phone: Phone, app: Flask) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    assert phone.submit(photo).get_json()["code"] == "present"
    assert phone.submit(photo).get_json()["code"] == "present"
    samples = read(app.test_client())
    assert samples['attendance_check_ins_total{verdict="present"}'] == 1
    for stage in Stage:
        assert samples[f'attendance_stage_seconds_count{{stage="{stage}"}}'] == 1
