"""nginx with the configuration of ``deployment/`` in front of two processes on one register."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from attendance.people.new_student import NewStudent
from attendance.values import Consent, LivenessMode
from benchmarks.apparatus.processes.free_ports import free_port
from client.serving.tls import self_signed_certificate
from tests.attendance.fake_engines import open_fake_register
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, HOPPER
from tests.client.app_process import app_process, settings_in
from tests.client.behind_nginx import ProxiedSite, cookies, nginx
from tests.client.starting import ROOT

pytestmark = pytest.mark.slow

GRANT = re.compile(r'name="grant" value="([^"]+)"')
CODES = {"Eileen Collins": COLLINS, "Grace Hopper": HOPPER}
SERVERS = re.compile(r"server 127\.0\.0\.1:(8080|8081) ")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with two students and a course that photos alone are enough for."""
    place = tmp_path_factory.mktemp("behind-nginx")
    with open_fake_register(settings_in(place)) as register:
        consent = Consent(given_at=register.clock.now(), recorded_by="office", how="signed form")
        for number, (name, face) in enumerate(CODES.items(), 1):
            register.enrolment.enrol(NewStudent(str(number), name), {"1.png": photo_of(face)}, consent)
        course = register.courses.add("Physics", roster=["1", "2"], liveness=LivenessMode.FLAG)
        register.class_sessions.open_now(course.id, by="teacher")
    return place


def scanned(folder: Path) -> str:
    """The path behind the code on the wall now."""
    with open_fake_register(settings_in(folder)) as register:
        [course] = [one for one in register.courses.all() if one.name == "Physics"]
        session = register.class_sessions.open_of(course.id)
        assert session is not None
        return f"/s/{register.entrances.address(session)}"


def checked_in(site: ProxiedSite, folder: Path, face: int) -> str:
    """The code of the verdict on a student who scans and sends a photo."""
    status, headers, page = site.ask(scanned(folder))
    assert status == 200
    found = GRANT.search(page)
    assert found is not None
    parts: MultiDict[str, object] = MultiDict(
        [("grant", found[1]), ("image", FileStorage(io.BytesIO(photo_of(face)), "photo.jpg"))]
    )
    boundary, body = encode_multipart(parts)
    kind = f"multipart/form-data; boundary={boundary}"
    sent = {"Content-Type": kind, "Accept": "application/json", "Cookie": cookies(headers)}
    return str(json.loads(site.ask("/capture", body, **sent)[2])["code"])


@pytest.fixture(scope="module")
def servers(folder: Path) -> Iterator[tuple[ExitStack, int, int]]:
    """Two processes; what ends the first of them, and their ports."""
    with ExitStack() as first, app_process(folder, "127.0.0.1") as other:
        yield first, first.enter_context(app_process(folder, "127.0.0.1")), other


@pytest.fixture(scope="module")
def site(
    servers: tuple[ExitStack, int, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProxiedSite]:
    """The site at https://school.example."""
    _, one, other = servers
    with nginx_site(tmp_path_factory.mktemp("nginx"), one, other) as proxied:
        yield proxied


@contextmanager
def nginx_site(place: Path, one: int, other: int) -> Iterator[ProxiedSite]:
    """nginx before servers at two ports."""
    certificate = self_signed_certificate(place / "tls", frozenset({"school.example"}))
    port, plain = free_port(), free_port()
    text = (
        (ROOT / "deployment" / "nginx.conf")
        .read_text()
        .replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
        .replace("listen 80;", f"listen 127.0.0.1:{plain};")
        .replace("/etc/ssl/school.example/fullchain.pem", str(certificate))
        .replace("/etc/ssl/school.example/privkey.pem", str(certificate))
        .replace("/var/log/nginx/", f"{place}/")
    )
    assert SERVERS.findall(text) == ["8080", "8081"]
    text = SERVERS.sub(lambda found: f"server 127.0.0.1:{one if found[1] == '8080' else other} ", text)
    with nginx(place / "nginx", text, port):
        yield ProxiedSite(port, certificate)


def test_what_only_monitoring_asks_is_not_for_visitors(site: ProxiedSite) -> None:
    assert [site.ask(path)[0] for path in ("/metrics", "/readyz", "/healthz")] == [404, 404, 200]


def test_phones_check_in_whichever_process_answers_and_while_one_is_gone(
    site: ProxiedSite, servers: tuple[ExitStack, int, int], folder: Path
) -> None:
    assert checked_in(site, folder, COLLINS) == "present"
    assert checked_in(site, folder, COLLINS) == "already_present"
    servers[0].close()
    assert checked_in(site, folder, HOPPER) == "present"


def test_while_no_server_answers_pages_open_again_without_a_tap(tmp_path: Path) -> None:
    with nginx_site(tmp_path, free_port(), free_port()) as alone:
        status, headers, page = alone.ask("/s/a-code")
    assert (status, headers["retry-after"]) == (503, ["3"])
    logs = [log.read_text() for log in tmp_path.rglob("*.log")]
    assert len(logs) == 2
    assert not any("a-code" in text for text in logs)
    assert '<meta http-equiv="refresh" content="3">' in page
    assert page.endswith("</html>\n")
    shared = (ROOT / "client" / "static" / "tokens.css").read_text()
    for own, all_of_scheme in zip(colours(page), colours(shared), strict=True):
        assert own.items() <= all_of_scheme.items()
        assert len(own) == 4


def colours(styles: str) -> list[dict[str, str]]:
    """The colours that styles name, in light and in dark."""
    schemes = re.findall(r":root \{([^}]*--paper[^}]*)\}", styles)
    assert len(schemes) == 2
    return [dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6});", rules)) for rules in schemes]
