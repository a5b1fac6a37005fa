"""Reads bursts: decodes the frames, follows the one face through them, and measures the head's pose."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np

from face_detection.face_crop import cropped
from face_detection.face_detect import Detector
from face_detection.liveness.burst_checks import most_lost, problem_of_times, repeats, require_sizes
from face_detection.liveness.face_mesh import FaceMesh
from face_detection.liveness.five_points import pose_of_points
from face_detection.liveness.mesh_file import why_no_mesh
from face_detection.liveness.mesh_pose import landmarks_of_mesh, pose_of_mesh
from face_detection.liveness.thresholds import LEAST_FRAMES
from face_detection.liveness.values import BurstReading, FrameReading, MovementProblem
from face_detection.photo import decode
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.search.face_search import FaceSearch
from face_detection.search.turning import turned
from face_detection.values import Face, Photo

FRAME_SIDE = 320
"""Longer side in pixels to which frames are decoded; the page sends them so."""

CONFIDENCE = 0.7
"""Least confidence of a face in the first frame, as in FaceSearch; later ones are looked for near it."""

STEADY = 0.5
"""Least confidence, as the mean over placements of its box, of a face where the last one was and where no
search finds one; as for a photo in which nothing was found (`SECOND_LOOK_ABOVE`). Of four such frames of
heads it is 0.57 and more, of 31 of sheets 0.41 in the mean (half 0 of LFW, presented by
face_detection/pad_kit, 2026-12-01)."""

SECOND_FACE = 0.6
"""Side of another face, relative to the largest, from which there are several; as for the photo of a
check-in."""

REACH, REACH_PER_SECOND = 0.4, 1.5
"""How far the middle of a face may move from one frame to the next, in sides of its box: at once, and for
each second between them. The most of 900 pairs of neighbouring frames of NUAA was 0.3; a head that turns
moves by a third of its width."""

GROWTH = 1.35
"""Most by which the side of a face may change from one frame to the next, as a factor."""


class BurstReader:
    """Reads bursts with one detector, and with the face mesh where there is one; thread-safe.

    The mesh is compiled for the first burst, because that takes as long as all other networks together.

    Args:
        detector: detects faces.
        runtime: runs the face mesh.

    Attributes:
        mesh_note: why there is no face mesh, in words for an admin; empty if there is one.
    """

    def __init__(self, detector: Detector, runtime: Runtime) -> None:
        self._detector = detector
        self._runtime = runtime
        self._search = FaceSearch(detector)
        self._mesh: FaceMesh | None = None
        self._lock = Lock()
        self.mesh_note = why_no_mesh()

    @property
    def has_mesh(self) -> bool:
        """Whether the face mesh is there."""
        return not self.mesh_note

    def load(self) -> None:
        """Load the face mesh now instead of at the first burst. Idempotent."""
        self._loaded_mesh()

    def read(self, frames: Sequence[bytes], taken: Sequence[int]) -> BurstReading:
        """Read a burst.

        Args:
            frames: JPEGs in the order in which they were taken.
            taken: when each was taken, in milliseconds.

        Returns:
            What the frames with a face show, up to the first one that can't be used, and the problems. Some
            may have none (`most_lost`): then the next one has to follow the one before them.

        Raises:
            PhotoError: a frame is not a readable photo, or there are too many or too large ones.
            BusyError: no decoding slot became free in time.
        """
        require_sizes(frames)
        problem = (
            MovementProblem.TOO_FEW if len(frames) < LEAST_FRAMES else problem_of_times(taken, len(frames))
        )
        if problem is None and len(set(frames)) < len(frames):
            problem = MovementProblem.REPEATED
        if problem is not None:
            return BurstReading((), (problem,), self.has_mesh)
        photos = [decode(frame, longest_side=FRAME_SIDE) for frame in frames]
        if repeats(photos):
            return BurstReading((), (MovementProblem.REPEATED,), self.has_mesh)
        return self._read_photos(photos, taken)

    def read_face(self, photo: Photo, face: Face, at: int) -> FrameReading:
        """Measure the head of a face that something else found and follows.

        Args:
            photo: the frame.
            face: the face in it.
            at: when it was taken, in milliseconds from any moment.

        Returns:
            The reading; its photo is the part of the frame around the face, which needs little memory.
        """
        around, moved = cropped(photo, face)
        return _reading(around, moved, at, self._loaded_mesh())

    def _read_photos(self, photos: Sequence[Photo], taken: Sequence[int]) -> BurstReading:
        mesh = self._loaded_mesh()
        followed, problem = self._followed(photos, taken)
        readings = tuple(
            _reading(photo, face, taken[number] - taken[0], mesh) for number, photo, face in followed
        )
        return BurstReading(readings, () if problem is None else (problem,), mesh is not None)

    def _followed(
        self, photos: Sequence[Photo], taken: Sequence[int]
    ) -> tuple[list[tuple[int, Photo, Face]], MovementProblem | None]:
        """The one face in each frame that shows it, upright, with the frame's number; and what ended this."""
        look = self._search.find(photos[0], CONFIDENCE, SECOND_FACE)
        if not look.faces:
            return [], MovementProblem.NO_FACE
        if _is_crowded(look.faces):
            return [], MovementProblem.SEVERAL_FACES
        followed = [(0, look.photo, look.faces[0])]
        everybody: Sequence[Face] = ()
        for number, photo in enumerate(photos[1:], start=1):
            upright, last = turned(photo, look.quarters), followed[-1][-1]
            if number == len(photos) - 1:
                everybody = self._detector.detect_subject(upright, CONFIDENCE, SECOND_FACE)
            # Also after lost frames it may move only as far as in the time of one.
            seconds = (taken[number] - taken[number - 1]) / 1000
            face = self._next_face(upright, last, everybody, seconds)
            if face is not None and _follows(last, face, seconds):
                followed.append((number, upright, face))
            elif number + 1 - len(followed) > most_lost(len(photos)):
                return followed, MovementProblem.NO_FACE if face is None else MovementProblem.JUMPED
        is_alone = not _has_others(everybody, followed[-1][-1])
        return followed, None if is_alone else MovementProblem.SEVERAL_FACES

    def _next_face(self, photo: Photo, last: Face, everybody: Sequence[Face], seconds: float) -> Face | None:
        """The face of the next frame: the one nearest to the last.

        It has the points that it has in a search of the whole frame. O-Net alone, where the last face was,
        takes a fifth of the time. But it then sees a head that has turned off the middle of its square, and
        puts the points nearer to where they were, sometimes by half of the turn: 6 of 60 heads that turned
        were refused then, and 4 by the same rule now (half 0 of LFW, presented by face_detection/pad_kit,
        2026-11-30). Only where no search finds the face, O-Net looks where it was: the networks before it may
        lose a head that is turned far.

        Args:
            photo: the next frame.
            last: the face of the frame before.
            everybody: the faces of the whole frame, where it was searched before; else none.
            seconds: since the frame before.
        """
        faces = (
            everybody
            or self._detector.detect_around(photo, last.box)
            or self._detector.detect_subject(photo, CONFIDENCE, SECOND_FACE)
            or self._detector.detect_near(photo, last.box[np.newaxis])
            or self._detector.detect_again(photo)
        )
        nearest = min(faces, key=lambda face: _apart(last, face), default=None)
        if nearest is not None and _follows(last, nearest, seconds):
            return nearest
        (steadied,) = self._detector.steadied(photo, last.box[np.newaxis])
        return steadied if steadied.confidence >= STEADY else nearest

    def _loaded_mesh(self) -> FaceMesh | None:
        if not self.has_mesh:
            return None
        with self._lock:
            if self._mesh is None:
                self._mesh = FaceMesh(self._runtime)
            return self._mesh


def _reading(photo: Photo, face: Face, at: int, mesh: FaceMesh | None) -> FrameReading:
    points = None if mesh is None else mesh.points(photo, face)
    by_points = pose_of_points(face.landmarks)
    if points is None:
        return FrameReading(at, face, by_points, None, photo)
    return FrameReading(at, face, by_points, pose_of_mesh(points), photo, landmarks_of_mesh(points))


def _is_crowded(faces: Sequence[Face]) -> bool:
    return len(faces) > 1 and _side(faces[1]) >= SECOND_FACE * _side(faces[0])


def _has_others(everybody: Sequence[Face], own: Face) -> bool:
    """Whether there is a face beside the own one that is not much smaller."""
    return any(face is not own and _side(face) >= SECOND_FACE * _side(own) for face in everybody)


def _follows(last: Face, face: Face, seconds: float) -> bool:
    """Whether a face can be the one of the frame before."""
    reach = (REACH + REACH_PER_SECOND * seconds) * _side(last)
    growth = _side(face) / max(1.0, _side(last))
    return _apart(last, face) <= reach and 1 / GROWTH <= growth <= GROWTH


def _apart(last: Face, face: Face) -> float:
    """How far the middle of a face is from that of another one, in pixels."""
    return float(np.hypot(*(face.box[:2] + face.box[2:] - last.box[:2] - last.box[2:]) / 2))


def _side(face: Face) -> float:
    return max(face.width, face.height)
