"""A classroom video: each person once, in the frame that shows them best."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from attendance.classroom.faces.classroom_video_people import Person, PersonInFrame, same_people
from attendance.recognition.face_tracking import FaceTracker, TrackedFace
from attendance.recognition.mismatch import engines_must_match
from attendance.recognition.pipelines import ClassroomReading
from face_detection.classroom_photo import SeenFace
from face_detection.face_detect_video import VideoSource
from face_detection.photo import decode, encode_jpeg
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Photo
from face_detection.video.frames import Frame
from face_detection.video.video_limits import VideoLimits
from face_matching.decision import Decision, DecisionPolicy
from face_matching.gallery import Gallery
from face_matching.tracks.evidence_rules import EvidenceRules
from face_matching.tracks.probe_fusion import Agreement, decide_together

ROOM_VIDEO_LIMITS = VideoLimits(seconds=180.0, frames=180 * 240, work_seconds=600.0)
"""Three minutes: long enough to walk through a hall. Phones record up to 240 frames a second; a slow computer
decodes three minutes of 4K in less than ten."""

FRAMES_PER_SECOND = 5.0
"""Frames per second that are analysed, for videos up to full HD; faces are tracked between them."""

LEAST_FRAMES_PER_SECOND = 2.0
"""The minimum in large or long videos."""

FULL_HD = 1920 * 1080
MOST_FRAMES = 450
"""Frames in full HD that are analysed, if that is not below the minimum a second."""

LEAST_FRAMES = 3
"""In how many frames something must be found to count as a face."""

NEARLY_AS_GOOD = 0.85
"""Fraction of the best quality at which a person may be shown in a frame kept for another person."""

RULES = EvidenceRules(decide_at=(6, 30), pauses=(0.2, 1.0), keep=12, most_restarts=8)
"""All embeddings are gathered, and decided once, at the end."""

STILL_QUALITY = 92  # of the JPEG in which a frame is kept
FRAME = "frame"
"""The stage that is reported while a video is read."""


@dataclass(frozen=True, eq=False)
class ClassroomStill:
    """A frame of the video with the people who were seen best in it.

    Attributes:
        photo: the frame.
        seconds: from the beginning of the video.
        faces: largest first.
        decisions: one for each of the faces that has an embedding, in their order.
    """

    photo: Photo
    seconds: float
    faces: tuple[SeenFace, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, eq=False)
class ClassroomVideo:
    """The result of reading a classroom video.

    Attributes:
        stills: by time; every person is in one of them.
        seconds: how long the video is.
        frames: how many frames were analysed.
    """

    stills: tuple[ClassroomStill, ...]
    seconds: float
    frames: int


@engines_must_match()
def read_room_video(
    path: Path,
    *,
    room: ClassroomReading,
    gallery: Gallery | None,
    policy: DecisionPolicy,
    told: Progress = silent,
    limits: VideoLimits = ROOM_VIDEO_LIMITS,
) -> ClassroomVideo:
    """Recognise the people in a video.

    Args:
        path: an MP4, MOV, WebM, MKV or AVI file.
        room: detects and embeds faces.
        gallery: whom to search; None: nobody.
        policy: the rule of decision.
        told: called with the number of finished frames, as ``FRAME``; an exception ends the reading.
        limits: what the video may have.

    Raises:
        VideoError: it can't be read, or exceeds a limit.
        EngineMismatchError: the templates are of another engine.
    """
    people = _People()
    following = FaceTracker(room, gallery, policy, rules=RULES)
    seconds, frames = 0.0, 0
    with VideoSource.open(path, limits=limits) as video:
        rate = _rate(video)
        expected = math.ceil(video.duration * rate) if video.duration else 0
        for frame in video.frames(rate):
            people.take(frame, following.look(frame.photo, frame.seconds, decide=False), following)
            seconds, frames = frame.seconds, frames + 1
            told(FRAME, min(frames, expected) if expected else frames, expected)
    return ClassroomVideo(people.stills(gallery, policy, min(LEAST_FRAMES, frames)), seconds, frames)


def _rate(video: VideoSource) -> float:
    """Frames per second to analyse: fewer of large and of long videos."""
    height, width = video.size
    rate = FRAMES_PER_SECOND * min(1.0, FULL_HD / max(1, height * width))
    if video.duration:
        rate = min(rate, MOST_FRAMES / video.duration)
    return max(LEAST_FRAMES_PER_SECOND, rate)


class _People:
    """Who was seen so far, and the frames that show them best, compressed until the end."""

    def __init__(self) -> None:
        self._people: dict[tuple[int, int], Person] = {}
        self._frames: dict[int, bytes] = {}

    def take(self, frame: Frame, faces: Sequence[TrackedFace], following: FaceTracker) -> None:
        """Note who is in a frame, and keep it if it shows a person markedly better than any before."""
        seen: list[tuple[Person, PersonInFrame]] = []
        for face in faces:
            person = self._people.setdefault((face.track.id, face.start), Person())
            person.frames.add(frame.number)
            if face.seen is None:
                continue
            person.looks = following.evidence.observations(face.track.id)
            odd = all(look.at != frame.seconds for look in person.looks)
            if face.seen.embedding is None or not odd:
                seen.append((person, PersonInFrame(frame.number, frame.seconds, face.seen)))
        if any(person.is_shown_better_by(sighting) for person, sighting in seen):
            for person, sighting in seen:
                person.sightings.append(sighting)
            self._frames[frame.number] = encode_jpeg(frame.photo.pixels, STILL_QUALITY)
            self._tidy()

    def _tidy(self) -> None:
        """Drop frames that no longer show anybody best."""
        wanted = {person.best.frame for person in self._people.values() if person.best}
        self._frames = {number: data for number, data in self._frames.items() if number in wanted}
        for person in self._people.values():
            person.sightings = [each for each in person.sightings if each.frame in wanted]

    def stills(
        self, gallery: Gallery | None, policy: DecisionPolicy, least_frames: int
    ) -> tuple[ClassroomStill, ...]:
        """Who was in the video, each person in one frame; detections in too few frames are dropped."""
        seen = [p for p in self._people.values() if p.sightings and len(p.frames) >= least_frames]
        people = same_people(seen, gallery, policy)
        known = [person for person in people if person.looks]
        decisions = decide_together(gallery, [person.looks for person in known], policy, Agreement())
        decided = dict(zip(map(id, known), decisions, strict=True))
        return tuple(
            self._still(number, shown, decided)
            for number, shown in sorted(_spread_over_frames(people).items())
        )

    def _still(
        self, number: int, shown: list[tuple[Person, PersonInFrame]], decided: dict[int, Decision]
    ) -> ClassroomStill:
        shown = sorted(shown, key=lambda each: -each[1].seen.face.width)
        return ClassroomStill(
            photo=decode(self._frames[number]),
            seconds=shown[0][1].seconds,
            faces=tuple(sighting.seen for _, sighting in shown),
            decisions=tuple(
                decided[id(person)] for person, sighting in shown if sighting.seen.embedding is not None
            ),
        )


def _spread_over_frames(people: Iterable[Person]) -> dict[int, list[tuple[Person, PersonInFrame]]]:
    """One frame for each person in which they are shown about as well as in any, and few frames in all."""
    choices = {id(person): _good_sightings(person) for person in people}
    waiting = {id(person): person for person in people}
    frames: dict[int, list[tuple[Person, PersonInFrame]]] = {}
    while waiting:
        counts: dict[int, int] = {}
        for key in waiting:
            for number in choices[key]:
                counts[number] = counts.get(number, 0) + 1
        fullest = max(counts, key=lambda number: (counts[number], -number))
        chosen = [key for key in waiting if fullest in choices[key]]
        frames[fullest] = [(waiting.pop(key), choices[key][fullest]) for key in chosen]
    return frames


def _good_sightings(person: Person) -> dict[int, PersonInFrame]:
    """The frames that a person may be shown in."""
    best = person.best
    assert best is not None
    return {
        sighting.frame: sighting
        for sighting in person.sightings
        if sighting.is_fit == best.is_fit and sighting.seen.quality >= NEARLY_AS_GOOD * best.seen.quality
    }
