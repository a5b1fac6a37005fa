"""All that needs TensorFlow, in one process, as loading it takes longest.

``python one_tensorflow.py WEIGHTS FOLDER`` writes what Keras computes from the folder's ``crops.npy`` to
``keras.npy``, and tries to convert each of its ``NAME.h5``: why that failed is in ``NAME.txt`` afterwards.
The ``mtcnn`` package reads each ``pictures/NAME.npy`` (RGB pixels) and writes ``pictures/NAME.found.npy``:
rows of image, x1, y1, x2, y2, confidence, five x, five y.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from face_detection.errors import ModelFileError
from face_detection.facenet.convert import convert
from tests.face_detection.originals import PICTURES, SMALLEST_FACE


def main(weights: Path, folder: Path) -> None:
    from keras_facenet.inception_resnet_v1 import InceptionResNetV1

    network = InceptionResNetV1(input_shape=(None, None, 3), classes=512)
    network.load_weights(str(weights))
    crops = np.load(folder / "crops.npy")
    np.save(folder / "keras.npy", network.predict((np.float32(crops) - 127.5) / 127.5, verbose=0))
    for other in sorted(folder.glob("*.h5")):
        (folder / other.stem).mkdir()
        try:
            convert(other, folder / other.stem)
        except ModelFileError as error:
            other.with_suffix(".txt").write_text(str(error), "utf-8")
    find_faces(folder / PICTURES)


def find_faces(folder: Path) -> None:
    from mtcnn import MTCNN

    detector = MTCNN()
    for path in sorted(folder.glob("*.npy")):
        rows = detector.detect_faces(
            np.load(path),
            min_face_size=SMALLEST_FACE,
            fit_to_image=False,
            box_format="xyxy",
            output_type="numpy",
        )
        np.save(path.with_suffix(".found.npy"), np.asarray(rows, np.float64).reshape(-1, 16))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
