"""Runs the ``mtcnn`` package itself, in a process of its own because it loads TensorFlow.

``python package_mtcnn.py FOLDER SMALLEST_FACE`` reads each ``NAME.npy`` (RGB pixels) of a folder and
writes ``NAME.found.npy``: rows of image, x1, y1, x2, y2, confidence, five x, five y.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np


def main(folder: Path, smallest_face: float) -> None:
    from mtcnn import MTCNN

    detector = MTCNN()
    for path in sorted(folder.glob("*.npy")):
        rows = detector.detect_faces(
            np.load(path),
            min_face_size=smallest_face,
            fit_to_image=False,
            box_format="xyxy",
            output_type="numpy",
        )
        np.save(path.with_suffix(".found.npy"), np.asarray(rows, np.float64).reshape(-1, 16))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
