"""The neural networks of the bill: the files that the program checks before it uses them, and their licences.

NOTICE has more about each: origin, training data, and what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from face_detection.dlib import weights as dlib
from face_detection.facenet.weights import WEIGHTS as FACENET
from face_detection.haar import CASCADE
from face_detection.liveness import mesh_file
from face_detection.mtcnn.weights import SHA256 as MTCNN
from face_detection.retail.weights import FILES as RETAIL
from face_detection.runtime.download import checksum


@dataclass(frozen=True)
class NetworkFile:
    """A file with weights.

    Attributes:
        network: its heading in NOTICE begins so.
        file: its name.
        licence: an expression of SPDX, or words.
        algorithm: of the checksum, as CycloneDX writes it.
        digest: the checksum.
        origin: where it comes from.
    """

    network: str
    file: str
    licence: str
    algorithm: str
    digest: str
    origin: str


def network_files() -> list[NetworkFile]:
    """All files, in the order of NOTICE.

    Raises:
        OSError: the cascade of the installed OpenCV can't be read.
    """
    retail = [
        NetworkFile(
            "face-reidentification-retail-0095", each.name, "Apache-2.0", "SHA-384", each.digest, each.url
        )
        for each in RETAIL
    ]
    mtcnn = [
        NetworkFile("MTCNN", f"{name}.lz4", "MIT", "SHA-256", digest, "pkg:pypi/mtcnn")
        for name, digest in MTCNN.items()
    ]
    cascade = Path(cv2.data.haarcascades) / CASCADE  # type: ignore[attr-defined]  # the package's types leave it out
    package = mesh_file.PACKAGE.partition("==")[0]
    return [
        *retail,
        NetworkFile("FaceNet", FACENET.name, "MIT", "SHA-256", FACENET.digest, FACENET.url),
        NetworkFile(
            "dlib's face descriptor",
            dlib.FILE_NAME,
            "CC0-1.0",
            "SHA-256",
            dlib.FILE_SHA256,
            "pkg:pypi/face-recognition-models",
        ),
        *mtcnn,
        NetworkFile(
            "MediaPipe's face mesh",
            mesh_file.FILE.name,
            "Apache-2.0",
            "SHA-256",
            mesh_file.SHA256,
            f"pkg:pypi/{package}",
        ),
        NetworkFile(
            "Haar cascade",
            CASCADE,
            "Intel License Agreement For Open Source Computer Vision Library",
            "SHA-256",
            checksum(cascade, "sha256"),
            "pkg:pypi/opencv-python",
        ),
    ]


def network_component(one: NetworkFile) -> dict[str, Any]:
    """A file as a component of CycloneDX.

    Args:
        one: the file.
    """
    is_expression = " " not in one.licence
    return {
        "type": "machine-learning-model",
        "bom-ref": f"network:{one.file}",
        "name": one.network,
        "description": f"{one.file}; more about it is in NOTICE.",
        "licenses": [{"expression": one.licence} if is_expression else {"license": {"name": one.licence}}],
        "hashes": [{"alg": one.algorithm, "content": one.digest}],
        "properties": [
            {"name": "face-attendance:file", "value": one.file},
            {"name": "face-attendance:origin", "value": one.origin},
        ],
    }
