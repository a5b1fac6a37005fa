"""A file is downloaded completely or not at all, and what went wrong is told with its remedy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from face_detection.errors import ModelFileError
from face_detection.runtime import download as downloading
from face_detection.runtime.download import PublishedFile, download
from face_detection.runtime.progress import silent
from tests.face_detection.runtime.file_server import FileServer, serving

FILE = np.random.default_rng(0).integers(0, 256, 3_000_000, dtype=np.uint8).tobytes()
NAME = "weights.bin"
REMEDY = "Copy it here from a stick."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with serving({NAME: FILE}) as server:
        yield server


def published(url: str) -> PublishedFile:
    return PublishedFile("the weights", url, "sha384", hashlib.sha384(FILE).hexdigest(), 4_000_000, REMEDY)


def fetch(server: FileServer, folder: Path) -> Path:
    return download(published(server.url(NAME)), folder, silent)


def test_a_download_brings_the_file_and_tells_how_far_it_is(server: FileServer, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    path = download(published(server.url(NAME)), tmp_path / "new", lambda *step: told.append(step))
    assert path.read_bytes() == FILE
    assert told[0] == ("Downloading the weights", 0, len(FILE))
    assert told[-1] == ("Downloading the weights", len(FILE), len(FILE))
    assert told == sorted(told)


def test_a_file_that_is_there_is_not_downloaded_again(server: FileServer, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    fetch(server, tmp_path)
    assert server.ranges == [None]


def test_a_damaged_file_that_is_there_is_downloaded_again(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(FILE[:-1])
    assert fetch(server, tmp_path).read_bytes() == FILE


def test_a_broken_line_goes_on_where_it_broke(server: FileServer, tmp_path: Path) -> None:
    server.breaks_after = [1_000_000, 500_000]
    assert fetch(server, tmp_path).read_bytes() == FILE
    assert server.ranges == [None, "bytes=1000000-", "bytes=1500000-"]


def test_a_server_that_knows_no_ranges_begins_anew(server: FileServer, tmp_path: Path) -> None:
    server.knows_ranges = False
    server.breaks_after = [1_000_000]
    assert fetch(server, tmp_path).read_bytes() == FILE


def test_a_line_that_keeps_breaking_is_an_error_and_leaves_nothing(
    server: FileServer, tmp_path: Path
) -> None:
    server.breaks_after = [100_000, 100_000, 100_000, 100_000]
    with pytest.raises(ModelFileError, match=rf"ended after 400,000 bytes.*{REMEDY}"):
        fetch(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_file_than_the_known_one_is_refused_and_not_kept(server: FileServer, tmp_path: Path) -> None:
    server.files[NAME] = FILE[:-1] + b"x"
    digest = hashlib.sha384(server.files[NAME]).hexdigest()
    with pytest.raises(ModelFileError, match=rf"checksum {digest} instead of .*{REMEDY}"):
        fetch(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_refused_before_all_of_it_is_here(
    server: FileServer, tmp_path: Path
) -> None:
    file = replace(published(server.url(NAME)), most_bytes=1_000_000)
    told: list[int] = []
    with pytest.raises(ModelFileError, match=rf"larger than 1,000,000 bytes.*{REMEDY}"):
        download(file, tmp_path, lambda _, done, __: told.append(done))
    assert told[-1] < len(FILE)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_gone_is_an_error_with_the_servers_answer(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=rf"404 Not Found.*{REMEDY}") as raised:
        download(published(server.url("gone")), tmp_path, silent)
    assert raised.value.brief == "the weights could not be downloaded (the server responded 404 Not Found)"


@pytest.mark.server
def test_without_a_connection_the_error_names_the_remedies(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        url = f"http://127.0.0.1:{closed.server_address[1]}/{NAME}"
    with pytest.raises(ModelFileError, match=rf"^The weights .*refused.*internet.*{REMEDY}"):
        download(published(url), tmp_path, silent)


def test_a_server_that_never_answers_is_given_up_soon(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="no response within"):
        download(published(server.url("hangs")), tmp_path, silent, connect_seconds=0.3)
    assert downloading.CONNECT_SECONDS <= 5


def test_a_proxy_of_the_environment_is_used_unless_it_is_not_for_that_server(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url(""))
    elsewhere = published(f"http://models.invalid/{NAME}")
    assert download(elsewhere, tmp_path / "by proxy", silent).read_bytes() == FILE
    assert server.hosts == ["models.invalid"]
    monkeypatch.setenv("no_proxy", "models.invalid")
    with pytest.raises(ModelFileError, match="could not be downloaded"):
        download(elsewhere, tmp_path / "directly", silent)
    assert server.hosts == ["models.invalid"]


def test_a_folder_that_cannot_be_written_is_told_apart_from_the_network(
    server: FileServer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ModelFileError, match=r"can't be stored in .*ATTENDANCE_CACHE"):
        fetch(server, tmp_path / "file")
