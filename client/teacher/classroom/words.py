"""Words for classroom photos: the states of jobs and faces, and what went wrong."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from attendance.classroom.jobs.states import ClassroomProblem, FaceState, JobState, JobStep
from attendance.classroom.jobs.values import ClassroomJob
from face_detection.problems import PhotoProblem, VideoProblem
from face_matching.decision import Doubt

MEGABYTE = 1_000_000
AGAIN = "again"  # a match of a student who is in another picture too

# state -> (tone of its badge, icon, word)
JOB_STATES = {
    JobState.WAITING: ("plain", "clock", _l("Queued")),
    JobState.READING: ("plain", "clock", _l("Reading")),
    JobState.READY: ("warn", "held", _l("Needs review")),
    JobState.CONFIRMED: ("ok", "check", _l("Marked")),
    JobState.FAILED: ("bad", "bad", _l("Couldn't be read")),
    JobState.DISCARDED: ("plain", "undo", _l("Discarded")),
}
FACE_STATES = {
    FaceState.MATCH.value: ("ok", "check", _l("Recognised")),
    AGAIN: ("ok", "check", _l("Recognised")),
    FaceState.DOUBTFUL.value: ("warn", "held", _l("To confirm")),
    FaceState.UNKNOWN.value: ("unknown", "question", _l("Unknown")),
    FaceState.UNFIT.value: ("plain", "absent", _l("Can't be compared")),
}
STEPS = {
    JobStep.WAITING: _l("Waiting in the queue"),
    JobStep.LOADING: _l("Getting ready"),
    JobStep.DECODING: _l("Opening the picture"),
    JobStep.FINDING: _l("Looking for faces"),
    JobStep.EMBEDDING: _l("Comparing faces"),
    JobStep.FRAMES: _l("Watching the video"),
    JobStep.NAMING: _l("Finding the names"),
    JobStep.DONE: _l("Done"),
}
_DOUBTS: dict[str, object] = {
    Doubt.LOOK_ALIKE.value: _l("Two students look alike here."),
    Doubt.UNPROVEN.value: _l("Not sure enough."),
    Doubt.RIVAL.value: _l("Another face in the picture may be this student too."),
}
_FACES: dict[str, object] = {
    PhotoProblem.TOO_SMALL: _l("Too small. Go closer, or take two photos of half the class each."),
    PhotoProblem.TOO_DARK: _l("Too dark."),
    PhotoProblem.TOO_BRIGHT: _l("Too bright."),
    PhotoProblem.BLURRED: _l("Blurred. Hold the phone still."),
    PhotoProblem.TURNED_AWAY: _l("Turned away."),
    PhotoProblem.OFF_CENTRE: _l("Cut off by the edge of the picture."),
}
_FILES: dict[str, object] = {
    ClassroomProblem.NEITHER_PHOTO_NOR_VIDEO: _l("This isn't a photo or a video that can be read."),
    ClassroomProblem.TOO_MANY_BYTES: _l("It is too large. Take a smaller photo or a shorter video."),
    ClassroomProblem.BROKEN: _l("Something went wrong while reading it. Send it again."),
    VideoProblem.TOO_LONG: _l("The video is too long. Take a shorter one."),
    VideoProblem.NOT_A_VIDEO: _l("The video can't be decoded. Send it as MP4, WebM or MOV, or take photos."),
    VideoProblem.DAMAGED: _l(
        "The video is damaged, or did not arrive completely. Send it again, or take photos."
    ),
    VideoProblem.NO_FRAMES: _l("The video has no pictures. Take another one, or photos."),
    VideoProblem.FRAMES_TOO_LARGE: _l(
        "The video's pictures are too large. Record in full HD, or take photos."
    ),
    PhotoProblem.NOT_AN_IMAGE: _l("This isn't a photo that can be read. Send JPEG, PNG, WebP or HEIC."),
    PhotoProblem.TOO_MANY_BYTES: _l("It is too large. Take a smaller photo."),
    PhotoProblem.TOO_MANY_PIXELS: _l("It has too many pixels. Take a smaller photo."),
    PhotoProblem.NO_FACE: _l("No face was found. Go closer, or turn on the light."),
}
_PROBLEMS: dict[str, object] = {
    ClassroomProblem.NO_UPLOADS: _l("No photo arrived. Choose one or more, and send them again."),
    ClassroomProblem.TOO_MANY_PHOTOS: _l("Too many photos at once. Send fewer."),
    ClassroomProblem.PHOTOS_OR_ONE_VIDEO: _l("Send either photos or one video, not both."),
    ClassroomProblem.NOT_OPENED_YET: _l("The session has not started, or was cancelled. Open it first."),
    ClassroomProblem.LINE_FULL: _l(
        "Many classroom photos are waiting to be read. Press the button again in a minute."
    ),
    ClassroomProblem.NOTHING_USABLE: _l("Nothing could be read. Take another photo and send it."),
    ClassroomProblem.ENGINE_MISMATCH: _l(
        "The enrolled faces can't be compared with new ones until an admin has read them again. Ask an admin."
    ),
    ClassroomProblem.NO_ENGINE: _l("Faces can't be compared now. Ask an admin, then send it again."),
    ClassroomProblem.GAVE_UP: _l("Reading it failed several times. Send another photo."),
    ClassroomProblem.BROKEN: _l("Something went wrong while reading it. Send it again."),
    ClassroomProblem.NOT_READY: _l("It is not ready to be confirmed, or was discarded. Nothing was marked."),
    ClassroomProblem.CONFIRMED_OTHERWISE: _l(
        "It was already confirmed with other choices. Change individual marks on the board."
    ),
    ClassroomProblem.UNKNOWN_FACE: _l("A face that you chose is not in this picture. Reload the page."),
    ClassroomProblem.TWICE_IN_ONE_PICTURE: _l(
        "One student is chosen for two faces in the same picture. Change one of them. Nothing was marked."
    ),
    ClassroomProblem.STUDENT_GONE: _l("is no longer in the register"),
    ClassroomProblem.NOT_ON_ROSTER: _l("is not on the roster of this course"),
}
OTHER = _l("It could not be read. Send another photo.")


def problem_sentence(code: str | None) -> str:
    """What a person reads for a problem of a job, of what was sent or of what was chosen."""
    return str(_PROBLEMS.get(code or "") or file_sentence(code or ""))


def file_sentence(code: str) -> str:
    """Why one file was left out."""
    return str(_FILES.get(code, OTHER))


def face_sentence(state: FaceState, code: str | None) -> str:
    """Why a face is not simply recognised; empty where it is."""
    tables: dict[FaceState, dict[str, object]] = {FaceState.UNFIT: _FACES, FaceState.DOUBTFUL: _DOUBTS}
    return str(tables.get(state, {}).get(code or "", ""))


def step_words(job: ClassroomJob) -> str:
    """What is being done to a job, and how far it is."""
    words = str(STEPS[job.step])
    if job.state is JobState.READING and job.step_total > 1:
        done, total = job.step_done, job.step_total
        return str(_("%(step)s: %(done)d of %(total)d", step=words, done=done, total=total))
    return words


def line_words(ahead: int) -> str:
    """The place in line."""
    if ahead <= 0:
        return str(_("Yours is next."))
    text = ngettext("%(num)d upload is ahead of this one.", "%(num)d uploads are ahead of this one.", ahead)
    return str(text)


def size_words(count: int) -> str:
    """A number of bytes as people write it."""
    if count < MEGABYTE:
        return f"{max(1, round(count / 1000))} kB"
    megabytes = count / MEGABYTE
    return f"{megabytes:.0f} MB" if megabytes >= 10 else f"{megabytes:.1f} MB"


def moment_words(seconds: float) -> str:
    """A moment of a video."""
    whole = int(seconds)
    return str(_("at %(time)s", time=f"{whole // 60}:{whole % 60:02d}"))
