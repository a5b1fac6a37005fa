"""The two files come from a folder or a download, and are the published ones or refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from face_detection.errors import ModelFileError
from face_detection.retail.weights import FILES, PRECISION, download_model, named_model
from face_detection.runtime.download import PublishedFile
from face_detection.runtime.progress import silent
from tests.face_detection.runtime.file_server import FileServer, serving

XML, BIN = b"<net/>" * 1000, bytes(range(256)) * 200


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving({"net.xml": XML, "net.bin": BIN}) as server:
        yield server


def published(server: FileServer) -> tuple[PublishedFile, ...]:
    return tuple(
        PublishedFile(
            "the network", server.url(name), "sha384", hashlib.sha384(data).hexdigest(), len(data), ""
        )
        for name, data in (("net.xml", XML), ("net.bin", BIN))
    )


def test_addresses_sizes_and_checksums_are_those_that_open_model_zoo_publishes(retail_model: Path) -> None:
    text = (retail_model / "model.yml").read_text("utf-8")
    for file in FILES:
        entry = rf"name: {PRECISION}/{file.name}\s+size: (\d+)\s+checksum: (\w+)\s+source: (\S+)"
        found = re.search(entry, text)
        assert found is not None
        assert found.groups() == (str(file.most_bytes), file.digest, file.url)


def test_a_download_brings_both_files_and_tells_how_far_they_are(server: FileServer, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    paths = download_model(tmp_path, lambda _, done, total: told.append((done, total)), published(server))
    assert [path.read_bytes() for path in paths] == [XML, BIN]
    assert told == sorted(told)
    assert told[0] == (0, len(XML) + len(BIN))
    assert told[-1] == (len(XML) + len(BIN), len(XML) + len(BIN))


def test_after_a_failure_only_what_is_missing_is_downloaded(server: FileServer, tmp_path: Path) -> None:
    del server.files["net.bin"]
    with pytest.raises(ModelFileError, match="404"):
        download_model(tmp_path, silent, published(server))
    server.files = {"net.bin": BIN}
    assert [path.read_bytes() for path in download_model(tmp_path, silent, published(server))] == [XML, BIN]


def folder_with(source: Path, folder: Path, cut: str = "") -> Path:
    """A folder with the published files, one of which may be cut."""
    folder.mkdir(parents=True)
    for file in FILES:
        data = (source / file.name).read_bytes()
        (folder / file.name).write_bytes(data[: len(data) // 2] if file.name.endswith(cut or "?") else data)
    return folder


def test_a_folder_is_taken_as_it_is_or_as_open_model_zoos_downloader_makes_it(
    retail_model: Path, tmp_path: Path
) -> None:
    assert named_model(retail_model) == retail_model / FILES[0].name
    inner = folder_with(retail_model, tmp_path / PRECISION)
    assert named_model(tmp_path) == inner / FILES[0].name


@pytest.mark.parametrize("cut", ["xml", "bin"])
def test_a_cut_file_is_refused_by_name_with_its_checksum_and_the_remedy(
    retail_model: Path, tmp_path: Path, cut: str
) -> None:
    folder = folder_with(retail_model, tmp_path / "model", cut)
    with pytest.raises(
        ModelFileError,
        match=rf"ATTENDANCE_RETAIL_MODEL.*0095\.{cut} is cut or another.*SHA-384.*Download http",
    ):
        named_model(folder)


@pytest.mark.parametrize("name", ["", "long" * 100], ids=["empty", "out of reach"])
def test_a_folder_without_the_files_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelFileError, match=r"0095\.xml can't be read.*unset ATTENDANCE_RETAIL_MODEL"):
        named_model(tmp_path / name)
