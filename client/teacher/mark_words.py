"""Words for a mark's status, its method and who made it."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from attendance.marks.last_word import BY_THE_STUDENT, SEEN, UNDONE, Remark, contradiction_of, is_note
from attendance.presence.answers import NOTES, AskedBy
from attendance.presence.room_pictures import NOT_SEEN_AFTER_ALL, SEEN_IN_ROOM
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, Place
from client.web.services import the_register
from client.web.wording import clock_time

# state -> (tone of its badge, icon, word)
STATES = {
    "present": ("ok", "present", _l("Present")),
    "late": ("warn", "late", _l("Late")),
    "absent": ("bad", "absent", _l("Absent")),
    "excused": ("plain", "excused", _l("Excused")),
    "review": ("warn", "held", _l("Needs review")),
    "none": ("plain", "dot", _l("No mark")),
    "withdrawn": ("plain", "undo", _l("No mark")),
}
# method -> (icon, words)
METHODS = {
    MarkMethod.FACE.value: ("face", _l("by face")),
    MarkMethod.CLASSROOM_PHOTO.value: ("face", _l("from a classroom photo")),
    MarkMethod.MANUAL.value: ("hand", _l("by hand")),
    MarkMethod.CODE.value: ("code", _l("with a roll number")),
    MarkMethod.CLOSING.value: ("clock", _l("when the session closed")),
}
SETTABLE = (MarkStatus.PRESENT, MarkStatus.LATE, MarkStatus.ABSENT, MarkStatus.EXCUSED)
_SEEN = {
    MarkStatus.ABSENT: _l("Seen by a camera at %(time)s although marked absent."),
    MarkStatus.EXCUSED: _l("Seen by a camera at %(time)s although excused."),
    MarkStatus.WITHDRAWN: _l("Seen by a camera at %(time)s after the mark was removed."),
}
_CHECKED_IN = {
    MarkStatus.ABSENT: _l("Checked in at %(time)s after being marked absent."),
    MarkStatus.EXCUSED: _l("Checked in at %(time)s although excused."),
    MarkStatus.WITHDRAWN: _l("Checked in at %(time)s after the mark was removed."),
}
_PLACES = {
    Place.THIS_NETWORK: _l("this network"),
    Place.ROOM_PHOTO: _l("seen in the room photo"),
    Place.KIOSK: _l("seen by the kiosk"),
}
_NOTED = {
    SEEN: _l("Seen by a camera. The mark stayed as it was."),
    SEEN_IN_ROOM: _l("Seen in a classroom photo."),
    NOT_SEEN_AFTER_ALL: _l("The classroom photo that showed this student was corrected or discarded."),
}
_IN_ROOM = {
    NOTES[AskedBy.LOOKING, True]: _l("Looked around: here"),
    NOTES[AskedBy.LOOKING, False]: _l("Looked around: not here"),
    NOTES[AskedBy.CALLING, True]: _l("Called out: here"),
    NOTES[AskedBy.CALLING, False]: _l("Called out: not here"),
}
_PHOTO = re.compile(r"photo of the room [0-9a-f]{8}")
_REVIEW = re.compile(r"review [0-9a-f]{8} (accepted|refused)")


def place_words(place: Place) -> str:
    """Where a student was, in a row of a list; empty where that is not known."""
    return str(_PLACES.get(place, ""))


def word_of(status: MarkStatus) -> str:
    """A status in one or two words."""
    return str(STATES[status.value][2])


def who(by: str) -> str:
    """The name of the person, token or process that changed a mark."""
    user = the_register().store.user(by) if by else None
    if user is not None:
        return user.name
    known: dict[str, str] = {
        "student": _("the student"),
        "clock": _("the clock"),
        "": _("automatically"),
    }
    return known.get(by, by)


def remark_words(mark: Mark) -> str:
    """That a student came whom a person had marked otherwise, for the teacher to look at; empty mostly."""
    found = contradiction_of(mark)
    if found is None:
        return ""
    sentences = _SEEN if found.remark is Remark.SEEN else _CHECKED_IN
    return str(sentences[found.word]) % {"time": clock_time(found.at)}


def method_words(event: MarkEvent) -> str:
    """How an entry of a mark's history came about; a person's click on a face is not what a camera does."""
    if event.note in (SEEN_IN_ROOM, NOT_SEEN_AFTER_ALL):
        return str(METHODS[MarkMethod.CLASSROOM_PHOTO.value][1])
    if is_note(event):
        return str(METHODS[MarkMethod.FACE.value][1])
    if event.method is MarkMethod.FACE and event.by_person and not event.note:
        return str(_("by a click on the face"))
    return str(METHODS[event.method.value][1])


def note_words(event: MarkEvent) -> str:
    """The note of an entry as people read it."""
    if is_note(event):
        return str(_NOTED.get(event.note, _("Checked in again.")))
    if event.under_review and event.by == BY_THE_STUDENT:
        return str(_("“That's not me”"))
    if event.note == UNDONE and not event.by_person:
        return str(_("Undone"))
    if _PHOTO.fullmatch(event.note):
        return ""  # the method already shows this
    found = _REVIEW.fullmatch(event.note)
    if found:
        return str(_("Check-in accepted") if found[1] == "accepted" else _("Check-in rejected"))
    return str(_IN_ROOM.get(event.note, event.note))
