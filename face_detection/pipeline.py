"""The pipeline from the bytes of a photo to an embedding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from face_detection.classroom_photo import ClassroomReader
from face_detection.dlib.engine import DlibEngine
from face_detection.engines.both_engine import BothEngine
from face_detection.engines.model_files import ENGINE_NAMES, ModelFiles
from face_detection.face_crop import CutFace, face_of
from face_detection.face_detect import Detector, load_detector
from face_detection.facenet.engine import FaceNetEngine
from face_detection.image_embedding import Engine
from face_detection.liveness.burst_reader import BurstReader
from face_detection.photo import decode, start_decoder
from face_detection.quality import QualityLimits, assess
from face_detection.retail.engine import RetailEngine
from face_detection.runtime.openvino_runtime import Precision, Runtime
from face_detection.runtime.progress import Progress, silent
from face_detection.search.face_search import FaceSearch, Look
from face_detection.search.turning import turned
from face_detection.values import Embedding, Face, Photo, Probe

# Longer side in pixels; JPEGs are decoded two to three times as fast to this size.
QUICK_SIDE = 640
# If the face is small at that size, the photo is decoded again to this one, for more detail.
FINE_SIDE = 1280
# Longer edge of a box in pixels, below which a face is small. docs/engines.md: at 96 px neither engine
# loses measurably, at 64 px each loses about 1 % of the matches at FAR 1e-3.
FINE_BELOW = 96

_ENGINES: dict[str, type[Engine]] = {e.name: e for e in (RetailEngine, BothEngine, FaceNetEngine, DlibEngine)}


class FacePipeline:
    """Reads photos with one detector and one engine; thread-safe.

    Args:
        detector: detects faces.
        engine: computes their embeddings.
        runtime: runs the face mesh.

    Attributes:
        room: reads classroom photos with the same networks.
        bursts: reads bursts of frames with the same detector.
    """

    def __init__(self, detector: Detector, engine: Engine, runtime: Runtime) -> None:
        self.detector = detector
        self.engine = engine
        self.room = ClassroomReader(detector, engine)
        self.bursts = BurstReader(detector, runtime)
        self._search = FaceSearch(detector)

    @property
    def engine_name(self) -> str:
        """The versioned name of the engine, such as ``facenet-1``."""
        return self.engine.name

    @property
    def detector_name(self) -> str:
        """The name of the detector, such as ``mtcnn``."""
        return self.detector.name

    @property
    def dimension(self) -> int:
        """Number of values in an embedding."""
        return self.engine.dimension

    def read(self, data: bytes, limits: QualityLimits) -> Probe:
        """Decode a photo, detect and assess its faces, and embed the main one if its quality suffices.

        A photo that lies on its side or upside down is turned first; see `FaceSearch`.

        Args:
            data: a JPEG, PNG, WebP or HEIC file.
            limits: the quality limits.

        Raises:
            PhotoError: the bytes are not a readable photo.
            BusyError: no decoding slot became free in time.
        """
        look = self._find_faces(data, limits)
        photo, faces = look.photo, look.faces
        verdict = assess(photo, faces, limits)
        embedding = None
        if verdict.face is not None and not verdict.problems:
            embedding = self.engine.embed(photo, [verdict.face])[0]
        return Probe(photo, faces, verdict.face, verdict.problems, verdict.quality, embedding, look.quarters)

    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:
        """Embed faces that this pipeline's detector found, for example in a frame of a burst.

        Args:
            photo: the photo in which they were found.
            faces: any number of faces.

        Returns:
            ``(N, D)`` float32, rows of length 1, in the order of ``faces``.
        """
        return self.engine.embed(photo, faces)

    def embed_cut(self, cut: CutFace) -> Embedding:
        """Embed a face that this pipeline's detector found and that was cut out, without detecting it again.

        Args:
            cut: the face.

        Returns:
            ``(D,)`` float32 of length 1.

        Raises:
            PhotoError: the picture is damaged.
            BusyError: no decoding slot became free in time.
        """
        photo, face = face_of(cut)
        return np.asarray(self.engine.embed(photo, [face])[0], np.float32)

    def warm_up(self) -> None:
        """Load and run everything once, so that the first photo takes no longer than later ones."""
        start_decoder()
        blank = Photo(np.zeros((QUICK_SIDE, QUICK_SIDE, 3), np.uint8), (QUICK_SIDE, QUICK_SIDE))
        self.detector.detect(blank)
        middle = np.array([QUICK_SIDE / 4, QUICK_SIDE / 4, QUICK_SIDE / 2, QUICK_SIDE / 2], np.float32)
        landmarks = np.array([[200, 200], [280, 200], [240, 250], [210, 300], [270, 300]], np.float32)
        self.engine.embed(blank, [Face(middle, 1.0, landmarks)])

    def _find_faces(self, data: bytes, limits: QualityLimits) -> Look:
        photo = decode(data, longest_side=QUICK_SIDE)
        look = self._search.find(photo, limits.confidence, limits.second_face)
        small = bool(look.faces) and max(look.faces[0].width, look.faces[0].height) < FINE_BELOW
        if not small or max(look.photo.original_size) <= QUICK_SIDE:
            return look
        photo = turned(decode(data, longest_side=FINE_SIDE), look.quarters)
        faces = self.detector.detect_subject(photo, limits.confidence, limits.second_face)
        return Look(photo, look.quarters, faces)


def prepare_models(
    engine: str,
    *,
    models: Path,
    facenet_weights: Path | None = None,
    retail_model: Path | None = None,
    progress: Progress = silent,
) -> None:
    """Prepare an engine's networks, unless they exist.

    Args:
        engine: ``retail``, ``both``, ``facenet`` or ``dlib``, or the versioned name.
        models: the folder of converted networks.
        facenet_weights: a file with FaceNet's weights; None means to download it once.
        retail_model: a folder with the files of retail-0095; None means to download them once.
        progress: receives the progress.

    Raises:
        EngineError: there is no such engine.
        ModelFileError: its weights are not available, or not the expected ones.
    """
    ModelFiles(models, facenet_weights, retail_model, progress).prepare(ENGINE_NAMES.get(engine, engine))


def load_pipeline(
    engine: str,
    detector: str,
    *,
    models: Path,
    facenet_weights: Path | None = None,
    retail_model: Path | None = None,
    device: str = "CPU",
    precision: Precision | None = None,
    progress: Progress = silent,
) -> FacePipeline:
    """Load a detector and an engine, ready for the first photo; prepare missing networks.

    Args:
        engine: ``retail``, ``both``, ``facenet`` or ``dlib``, or the versioned name.
        detector: ``mtcnn`` or ``haar``.
        models: the folder of converted networks.
        facenet_weights: a file with FaceNet's weights; None means to download it once.
        retail_model: a folder with the files of retail-0095; None means to download them once.
        device: OpenVINO's name of the device.
        precision: the numeric precision; None means the device's default.
        progress: receives the progress of the preparation.

    Raises:
        EngineError: there is no such engine, detector or device.
        ModelFileError: weights are not available, or not the expected ones.
    """
    name = ENGINE_NAMES.get(engine, engine)
    prepare_models(
        name,
        models=models,
        facenet_weights=facenet_weights,
        retail_model=retail_model,
        progress=progress,
    )
    # A CPU compiles in 0.1 to 0.3 s; caching would save 0.2 s but need 95 MB. A GPU takes long.
    runtime = Runtime(device, precision, None if device == "CPU" else models / "compiled")
    pipeline = FacePipeline(load_detector(detector, runtime), _ENGINES[name](runtime, models), runtime)
    pipeline.warm_up()
    return pipeline
