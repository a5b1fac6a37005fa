"""Embeddings of whole folders, kept in files so that no photo is embedded twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console

from benchmarks.apparatus.face_folder import Embedded, LabelledPhoto, labelled_photos
from benchmarks.apparatus.recognition import embed_with
from face_detection.engines.model_files import ENGINE_NAMES
from face_detection.runtime.openvino_runtime import Precision


def embedded_folder(
    console: Console,
    folder: Path,
    engines: Sequence[str],
    detector: str,
    *,
    cache: Path | None,
    precision: Precision = "f32",
) -> dict[str, Embedded]:
    """Embed the photos of a folder, or read what was kept of the last time.

    Args:
        console: shows the progress.
        folder: contains a folder per person.
        engines: short names.
        detector: name of the detector.
        cache: the folder of kept embeddings; None keeps nothing. They are kept by the folder's name only:
            delete them when its photos have changed.
        precision: of the networks.

    Returns:
        The embeddings by the engine's versioned name.

    Raises:
        BenchmarkError: the folder is missing or contains no photos, or no face was detected.
    """
    found: dict[str, Embedded] = {}
    missing = []
    for engine in engines:
        kept = _file(cache, folder, engine, detector, precision)
        if kept is not None and kept.is_file():
            found[ENGINE_NAMES[engine]] = _read(kept)
        else:
            missing.append(engine)
    if missing:
        fresh = embed_with(console, labelled_photos([folder]), missing, detector, precision=precision)
        for engine in missing:
            found[ENGINE_NAMES[engine]] = fresh[ENGINE_NAMES[engine]]
            kept = _file(cache, folder, engine, detector, precision)
            if kept is not None:
                _write(kept, found[ENGINE_NAMES[engine]])
    return {ENGINE_NAMES[engine]: found[ENGINE_NAMES[engine]] for engine in engines}


def joined(parts: Sequence[Embedded]) -> Embedded:
    """The photos of several folders as one."""
    return Embedded(
        np.concatenate([part.embeddings for part in parts]),
        tuple(name for part in parts for name in part.identities),
        tuple(photo for part in parts for photo in part.missed),
    )


def _file(cache: Path | None, folder: Path, engine: str, detector: str, precision: str) -> Path | None:
    name = f"{folder.name}-{ENGINE_NAMES[engine]}-{detector}-{precision}.npz"
    return None if cache is None else cache / name


def _read(path: Path) -> Embedded:
    with np.load(path, allow_pickle=False) as kept:
        missed = tuple(LabelledPhoto(Path(each).parent.name, Path(each)) for each in kept["missed"].tolist())
        return Embedded(kept["embeddings"], tuple(kept["identities"].tolist()), missed)


def _write(path: Path, embedded: Embedded) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    missed = np.array([str(photo.path) for photo in embedded.missed], dtype=str)
    np.savez(path, embeddings=embedded.embeddings, identities=np.array(embedded.identities), missed=missed)
