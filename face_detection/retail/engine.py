"""The engine ``retail``: Open Model Zoo's face-reidentification-retail-0095."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from face_detection.image_embedding import NetworkEngine
from face_detection.image_preprocess import RETAIL_TEMPLATE, aligned_chip
from face_detection.retail import network as retail_network
from face_detection.retail.weights import FILES, download_model, named_model
from face_detection.runtime.download import PublishedFile
from face_detection.runtime.model_folder import NETWORK, find_network, install_network
from face_detection.runtime.openvino_core import openvino
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Face, Pixels

RETAIL = "retail-1"


class RetailEngine(NetworkEngine):
    """face-reidentification-retail-0095: 256 values, from chips aligned by the five landmarks."""

    name: ClassVar[str] = RETAIL
    dimension: ClassVar[int] = retail_network.DIMENSION
    averages_mirror: ClassVar[bool] = False  # docs/engines.md: twice the time for no gain
    has_own_for_one: ClassVar[bool] = True

    def chip(self, pixels: Pixels, face: Face) -> Pixels:
        """Align the face by its landmarks with the network's template."""
        return aligned_chip(pixels, face.landmarks, RETAIL_TEMPLATE, retail_network.CHIP_SIDE)


def prepare_retail(
    models: Path,
    named: Path | None = None,
    progress: Progress = silent,
    *,
    files: Sequence[PublishedFile] = FILES,
) -> Path:
    """Prepare the network, unless it exists.

    Args:
        models: the folder of prepared networks.
        named: a folder with the two published files; None means to download them (2.6 MB).
        progress: receives the progress of the download.
        files: where they are downloaded from.

    Returns:
        Path of the network's file.

    Raises:
        ModelFileError: the files are not available or not the published ones, or the folder can't be written.
    """
    if (existing := find_network(models, RETAIL)) is not None:
        return existing
    downloaded = () if named is not None else download_model(models, progress, files)
    source = named_model(named) if named is not None else downloaded[0]

    def write(folder: Path) -> dict[str, str]:
        openvino().save_model(retail_network.build(source), str(folder / NETWORK), compress_to_fp16=True)
        return {"source": source.name, "source_sha384": FILES[1].digest}

    network = install_network(models, RETAIL, write)
    for path in downloaded:
        path.unlink(missing_ok=True)
    return network
