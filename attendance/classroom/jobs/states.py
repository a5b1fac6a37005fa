"""What may become of a job and of a face, and what may be wrong with them."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """The state of a job."""

    WAITING = "waiting"  # in the job queue
    READING = "reading"
    READY = "ready"  # a person has to confirm what was seen
    CONFIRMED = "confirmed"  # marks are written
    FAILED = "failed"  # nothing could be read; ``problem`` is the reason
    DISCARDED = "discarded"


class JobStep(StrEnum):
    """What is being done to a job that is read."""

    WAITING = "waiting"
    LOADING = "loading"  # the networks, at the first job after a start
    DECODING = "decoding"
    FINDING = "finding"
    EMBEDDING = "embedding"
    FRAMES = "frames"  # of a video
    NAMING = "naming"
    DONE = "done"


class FaceState(StrEnum):
    """The result for one face."""

    MATCH = "match"
    DOUBTFUL = "doubtful"  # needs a teacher's choice among the candidates
    UNKNOWN = "unknown"
    UNFIT = "unfit"  # too small, dark or turned to be compared; ``problem`` is the reason


class ClassroomProblem(StrEnum):
    """What is wrong with an upload, a job or a choice.

    What else an upload lacks, such as any face, has its ``PhotoProblem`` of ``face_detection.problems``.
    """

    # of what was sent as a whole (ClassroomError of submit)
    NO_UPLOADS = "no_uploads"
    TOO_MANY_PHOTOS = "too_many_photos"
    PHOTOS_OR_ONE_VIDEO = "photos_or_one_video"
    NOT_OPENED_YET = "not_opened_yet"  # the session has not begun, or was cancelled
    LINE_FULL = "line_full"
    # of one upload
    NEITHER_PHOTO_NOR_VIDEO = "neither_photo_nor_video"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_LONG = "too_long"  # a video
    NOT_READABLE = "not_readable"  # a video that can't be decoded
    # of a job that failed
    NOTHING_USABLE = "nothing_usable"  # each upload has its own problem
    ENGINE_MISMATCH = "engine_mismatch"  # the enrolled faces have to be read again
    NO_ENGINE = "no_engine"  # its networks can't be had
    GAVE_UP = "gave_up"  # reading it ended in a crash several times
    BROKEN = "broken"  # of an upload too: a program error, or a damaged record; see the log
    # of choices (ClassroomError of confirm)
    NOT_READY = "not_ready"  # not read yet, failed or discarded
    CONFIRMED_OTHERWISE = "confirmed_otherwise"
    UNKNOWN_FACE = "unknown_face"
    TWICE_IN_ONE_PICTURE = "twice_in_one_picture"
    # of one choice that can no longer be carried out (RefusedChoice)
    STUDENT_GONE = "student_gone"
    NOT_ON_ROSTER = "not_on_roster"
