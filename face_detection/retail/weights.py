"""Obtains the two files of face-reidentification-retail-0095: a folder given by the user, or a download."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from face_detection.errors import ModelFileError
from face_detection.runtime.download import PublishedFile, checksum, download
from face_detection.runtime.progress import Progress

MODEL = "face-reidentification-retail-0095"
SETTING = "ATTENDANCE_RETAIL_MODEL"
PRECISION = "FP16"  # half the size of FP32, for the same embeddings; FP16-INT8 was not measured

_SOURCE = (
    "https://storage.openvinotoolkit.org/repositories/open_model_zoo/2023.0/models_bin/1/"
    f"{MODEL}/{PRECISION}/{MODEL}"
)
BY_HAND = (
    f"Download {_SOURCE}.xml and {_SOURCE}.bin with a browser, put both into one folder and set {SETTING} to "
    "it, or set ATTENDANCE_ENGINE=dlib, which needs no download."
)


def _published(suffix: str, size: int, sha384: str) -> PublishedFile:
    return PublishedFile("the network retail-0095", f"{_SOURCE}.{suffix}", "sha384", sha384, size, BY_HAND)


# Addresses, sizes and checksums are those of Open Model Zoo's models/intel/face-reidentification-retail-0095/
# model.yml.
FILES = (
    _published(
        "xml",
        350_427,
        "689fb39e94bbd0d22cfeeb9292d0b91ac753424a7ee2c0555070e4038a00bfcaad473b47303012b9a393027dbad0dbce",
    ),
    _published(
        "bin",
        2_213_628,
        "6d51703e854509dafdab9dfc6b932136d301d95be6d52c9c23b5a4f5de1ffec80e8d38b87e0e9556ad36f0dded1588ed",
    ),
)


def named_model(folder: Path) -> Path:
    """The network's description in a folder given by the user, after checking both files.

    Args:
        folder: contains the ``.xml`` and ``.bin`` files, directly or in ``FP16``, as Open Model Zoo's
            downloader stores them.

    Returns:
        Path of the ``.xml`` file, with its ``.bin`` file beside it.

    Raises:
        ModelFileError: a file is missing, cut or another one.
    """
    place = next((p for p in (folder, folder / PRECISION) if os.access(p / FILES[0].name, os.F_OK)), folder)
    for file in FILES:
        path = place / file.name
        try:
            digest = checksum(path, file.algorithm)
        except OSError as error:
            raise ModelFileError(
                f"{SETTING} names {folder}, in which {path} can't be read ({error.strerror}). {BY_HAND} Or "
                f"unset {SETTING} to download them."
            ) from error
        if digest != file.digest:
            raise ModelFileError(
                f"{SETTING} names {folder}, in which {path} is cut or another file: it has "
                f"{path.stat().st_size:,} bytes (expected {file.most_bytes:,}) and the SHA-384 checksum "
                f"{digest} instead of {file.digest}. {BY_HAND}"
            )
    return place / FILES[0].name


def download_model(
    folder: Path, progress: Progress, files: Sequence[PublishedFile] = FILES
) -> tuple[Path, ...]:
    """Download the files, unless the folder already has them complete.

    Args:
        folder: receives them; created if missing.
        progress: receives the downloaded bytes and the total of all files.
        files: the files; their ``most_bytes`` are their exact sizes.

    Returns:
        Their paths, in the order of ``files``.

    Raises:
        ModelFileError: there is no connection, it broke, or a file is wrong; the message says what to do.
    """
    size_of_all = sum(file.most_bytes for file in files)
    paths: list[Path] = []
    for file in files:
        before = sum(earlier.most_bytes for earlier in files[: len(paths)])
        paths.append(download(file, folder, _after(before, size_of_all, progress)))
    return tuple(paths)


def _after(before: int, size_of_all: int, progress: Progress) -> Progress:
    """The progress of one file as part of the progress of all."""

    def report(stage: str, done: int, total: int) -> None:  # noqa: ARG001 - the total of this file
        progress(stage, before + done, size_of_all)

    return report
