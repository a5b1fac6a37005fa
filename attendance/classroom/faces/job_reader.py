"""Reads one job: all its photos, or its video, into pictures with named faces."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np

from attendance.classes.sessions import Sessions
from attendance.classroom.faces.classroom_video import ROOM_VIDEO_LIMITS, read_room_video
from attendance.classroom.faces.face_naming import ReadPicture, name_faces
from attendance.classroom.faces.seen_students import seen_students
from attendance.classroom.jobs.job_folder import JobFolder
from attendance.classroom.jobs.job_records import JobProgress, JobReading, Order
from attendance.classroom.jobs.limits import LONGEST_PICTURE, MOST_PHOTO_BYTES, MOST_VIDEO_SECONDS
from attendance.classroom.jobs.states import ClassroomProblem, JobStep
from attendance.classroom.jobs.values import UploadProblem
from attendance.errors import EngineMismatchError
from attendance.recognition.matcher import MatcherSource
from attendance.recognition.pipelines import ClassroomReading
from face_detection.classroom_photo import DECODING, EMBEDDING, FINDING
from face_detection.errors import BusyError, FaceDetectionError, PhotoError, VideoError
from face_detection.photo import encode_jpeg, turn_to_read
from face_detection.problems import PhotoProblem, VideoProblem
from face_detection.runtime.progress import Progress
from face_detection.values import Photo
from face_matching.decision import DecisionPolicy
from face_matching.errors import FaceMatchingError
from face_matching.gallery import Gallery

ReportProgress = Callable[[JobProgress], None]
"""Receives the progress; raises an exception to end the reading."""

_STEPS = {
    # stage of a photo: the step, and what part of the photo's time has passed when it begins and ends
    DECODING: (JobStep.DECODING, 0.0, 0.15),
    FINDING: (JobStep.FINDING, 0.15, 0.6),
    EMBEDDING: (JobStep.EMBEDDING, 0.6, 1.0),
}
_PICTURE_QUALITY = 85
_PATIENCE = 600.0  # seconds that a photo waits while other software has large ones read
_log = logging.getLogger(__name__)


class JobReader:
    """Reads jobs with the register's own networks.

    Args:
        sessions: finds sessions and their courses.
        matcher: gives the matcher, which reads photos and identifies students.
        claimed: gives the ids of the students who have checked in to a session.
    """

    def __init__(
        self, sessions: Sessions, matcher: MatcherSource, claimed: Callable[[str], Collection[str]]
    ) -> None:
        self._sessions = sessions
        self._matcher = matcher
        self._claimed = claimed

    def load(self) -> JobReading | None:
        """Load the networks; returns what to record for the job if they are unavailable."""
        try:
            self._matcher()
        except EngineMismatchError:
            return JobReading(problem=ClassroomProblem.ENGINE_MISMATCH)
        except BusyError:
            raise
        except (FaceDetectionError, FaceMatchingError):
            return JobReading(problem=ClassroomProblem.NO_ENGINE)
        return None

    def read(self, folder: JobFolder, order: Order, report: ReportProgress) -> JobReading:
        """Read all uploads of a job, and store the pictures for confirmation.

        Args:
            folder: where its uploads are.
            order: the job's order.
            report: receives the progress; an exception ends the reading.

        Raises:
            SessionNotFoundError: the session or its course no longer exists.
            StoreUnavailableError: the database is unavailable.
            BusyError: too many photos were being decoded for too long.
            OSError: pictures can't be stored.
        """
        matcher = self._matcher()
        room, policy = matcher.pipeline.room, matcher.policy
        course = self._sessions.course_of(self._sessions.get(order.session_id))
        try:
            gallery = matcher.gallery(course)
            reading = _Reading(folder, order, room, gallery, policy, report, list(order.upload_problems))
            pictures = reading.video() if order.is_video else reading.photos()
            problems = tuple(sorted(reading.problems, key=lambda problem: problem.number))
            if not pictures:
                return JobReading(problem=ClassroomProblem.NOTHING_USABLE, upload_problems=problems)
            report(JobProgress(0.99, JobStep.NAMING, 0, 0))
            named = name_faces(pictures, gallery, policy)
            seen = seen_students(pictures, named, gallery, policy, self._claimed(order.session_id))
            return JobReading(named, upload_problems=problems, seen=seen)
        except EngineMismatchError:
            return JobReading(problem=ClassroomProblem.ENGINE_MISMATCH, upload_problems=order.upload_problems)


@dataclass(frozen=True, eq=False)
class _Reading:
    """A job that is being read."""

    folder: JobFolder
    order: Order
    room: ClassroomReading
    gallery: Gallery | None
    policy: DecisionPolicy
    report: ReportProgress
    problems: list[UploadProblem]

    def photos(self) -> list[ReadPicture]:
        """The faces of each photo; an unreadable one is noted and skipped."""
        pictures: list[ReadPicture] = []
        numbers = list(self._usable())
        for place, number in enumerate(numbers):

            def stage(stage: str, done: int, total: int, place: int = place) -> None:
                step, begin, end = _STEPS[stage]
                part = begin + (end - begin) * (done / total if total else 0.0)
                self.report(JobProgress((place + part) / len(numbers) * 0.98, step, place, len(numbers)))

            try:
                data = self.folder.photo(number)
            except FileNotFoundError:
                self._note(number, ClassroomProblem.BROKEN)
                continue
            try:
                picture = self._photo(number, data, len(pictures), stage)
            except PhotoError as error:
                self._note(number, error.problem)
                continue
            if picture is None:
                self._note(number, PhotoProblem.NO_FACE)
            else:
                pictures.append(picture)
        return pictures

    def _photo(self, number: int, data: bytes, place: int, stage: Progress) -> ReadPicture | None:
        """The faces of a photo, stored as a picture at a place; None without faces.

        Its pixels are freed before the next photo has its turn.
        """
        with turn_to_read(data, most_bytes=MOST_PHOTO_BYTES, patience=_PATIENCE):
            probe = self.room.read(data, progress=stage)
            if not probe.faces:
                return None
            size = probe.photo.width, probe.photo.height
            shown = self._keep(place, probe.photo)
            return ReadPicture(number, size, shown, probe.faces)

    def video(self) -> list[ReadPicture]:
        """The faces of the video, one picture for each moment at which a person was seen best."""

        def frame(stage: str, done: int, total: int) -> None:  # noqa: ARG001 - there is only one
            part = done / total if total else 0.0
            self.report(JobProgress(min(part, 1.0) * 0.98, JobStep.FRAMES, done, total))

        [number] = self._usable()
        try:
            video = read_room_video(
                self.folder.upload(number),
                room=self.room,
                gallery=self.gallery,
                policy=self.policy,
                told=frame,
                limits=replace(ROOM_VIDEO_LIMITS, seconds=MOST_VIDEO_SECONDS),
            )
        except VideoError as error:
            _log.info("The video %s is skipped: %s", self.folder.upload(number), error)
            is_long = error.problem is VideoProblem.TOO_LONG
            self._note(number, ClassroomProblem.TOO_LONG if is_long else ClassroomProblem.NOT_READABLE)
            return []
        if not video.stills:
            self._note(number, PhotoProblem.NO_FACE)
        return [
            ReadPicture(
                number,
                (still.photo.width, still.photo.height),
                self._keep(place, still.photo),
                still.faces,
                still.decisions,
                still.seconds,
            )
            for place, still in enumerate(video.stills)
        ]

    def _usable(self) -> Iterator[int]:
        left_out = {problem.number for problem in self.order.upload_problems}
        return (number for number in range(len(self.order.uploads)) if number not in left_out)

    def _note(self, number: int, problem: StrEnum) -> None:
        self.problems.append(UploadProblem(number, self.order.uploads[number], problem.value))

    def _keep(self, number: int, photo: Photo) -> tuple[int, int]:
        """Store a picture for the page; returns its width and height."""
        factor = min(1.0, LONGEST_PICTURE / max(photo.width, photo.height))
        size = max(1, round(photo.width * factor)), max(1, round(photo.height * factor))
        pixels = photo.pixels
        if factor < 1.0:
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        self.folder.write_picture(number, encode_jpeg(pixels, _PICTURE_QUALITY))
        return size
