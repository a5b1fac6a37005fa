from __future__ import annotations

import ast
import hashlib
import importlib.util
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from face_detection.errors import ModelFileError
from face_detection.facenet import weights as facenet_weights
from face_detection.facenet.weights import FILE_NAME, SHA256, URL, download_weights, named_weights
from face_detection.runtime.progress import silent

FILE = np.random.default_rng(0).integers(0, 256, 3_000_000, dtype=np.uint8).tobytes()
DIGEST = hashlib.sha256(FILE).hexdigest()


class FileServer(ThreadingHTTPServer):
    """Serves ``FILE`` as a good, a bad or a fragile server does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.breaks_after: list[int] = []  # bytes after which each answer breaks off
        self.knows_ranges = True
        self.ranges: list[str | None] = []
        self.released = threading.Event()

    def url(self, path: str = FILE_NAME) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"


class _Answers(BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:
        if self.path == "/hangs":
            self.server.released.wait()
            return
        if self.path != f"/{FILE_NAME}":
            self.send_error(404)
            return
        wanted = self.headers.get("Range")
        self.server.ranges.append(wanted)
        start = int(wanted[6:-1]) if wanted and self.server.knows_ranges else 0
        body = FILE[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.breaks_after.pop(0) if self.server.breaks_after else None])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


def fetch(server: FileServer, folder: Path) -> Path:
    return download_weights(folder, silent, url=server.url(), sha256=DIGEST)


def test_what_is_downloaded_is_what_keras_facenet_downloads() -> None:
    package = importlib.util.find_spec("keras_facenet")
    assert package is not None
    assert package.origin is not None
    metadata = Path(package.origin).with_name("metadata.py").read_text("utf-8")
    models = ast.literal_eval(metadata[metadata.index("{") :])
    model = models["20180402-114759"]
    assert model["keras_weights_url"] == URL
    assert model["keras_weights_sha256"] == SHA256
    assert model["keras_weights_filename"] == FILE_NAME
    assert model["fixed_image_standardization"] is True
    assert model["dimensions"] == 512


def test_a_download_brings_the_file_and_tells_how_far_it_is(server: FileServer, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = download_weights(
        tmp_path / "new", lambda _, done, total: told.append((done, total)), url=server.url(), sha256=DIGEST
    )
    assert path.read_bytes() == FILE
    assert told[0] == (0, len(FILE))
    assert told[-1] == (len(FILE), len(FILE))
    assert told == sorted(told)


def test_a_file_that_is_there_is_not_downloaded_again(server: FileServer, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    fetch(server, tmp_path)
    assert server.ranges == [None]


def test_a_damaged_file_that_is_there_is_downloaded_again(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(FILE[:-1])
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
    with pytest.raises(ModelFileError, match=r"ended after 400,000 bytes.*FACENET_WEIGHTS"):
        fetch(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_file_than_the_known_one_is_refused_and_not_kept(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=rf"checksum {DIGEST} instead of {SHA256}.*FACENET_WEIGHTS"):
        download_weights(tmp_path, silent, url=server.url())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_gone_is_an_error_with_the_servers_answer(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"404 Not Found.*ATTENDANCE_ENGINE=dlib"):
        download_weights(tmp_path, silent, url=server.url("gone"))


@pytest.mark.server
def test_without_a_connection_the_error_names_the_remedies(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        url = f"http://127.0.0.1:{closed.server_address[1]}/"
    with pytest.raises(ModelFileError, match=r"refused.*internet.*FACENET_WEIGHTS.*ATTENDANCE_ENGINE=dlib"):
        download_weights(tmp_path, silent, url=url)


def test_a_server_that_never_answers_is_given_up_soon(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="no answer within"):
        download_weights(tmp_path, silent, url=server.url("hangs"), connect_seconds=0.3)
    assert facenet_weights.CONNECT_SECONDS <= 5


def test_a_folder_that_cannot_be_written_is_told_apart_from_the_network(
    server: FileServer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ModelFileError, match=r"can't be kept in .*ATTENDANCE_CACHE"):
        fetch(server, tmp_path / "file")


def test_a_named_file_that_is_missing_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"FACENET_WEIGHTS names .*gone\.h5, which can't be read"):
        named_weights(tmp_path / "gone.h5")


def test_a_named_file_that_is_a_saved_web_page_is_refused_by_name(tmp_path: Path) -> None:
    page = tmp_path / "weights.h5"
    page.write_text("<html>Sign in</html>")
    with pytest.raises(ModelFileError, match=r"weights\.h5, which is no HDF5 file"):
        named_weights(page)
