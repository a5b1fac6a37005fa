"""The one table from a code to what people read: a title and one sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from attendance.verdict import VerdictCode
from client.refusals import RequestProblem


@dataclass(frozen=True)
class Words:
    """What people read for one code.

    Attributes:
        title: a few words, legible at arm's length.
        sentence: what it means, or the one thing to do.
    """

    title: str
    sentence: str


_PHOTO = "Let's try another photo"
_SCAN = "Scan the code again"

_WORDS: dict[StrEnum, Words] = {
    VerdictCode.PRESENT: Words("Present", "You are marked present."),
    VerdictCode.LATE: Words("Late", "You are marked as here, and late."),
    VerdictCode.ALREADY_PRESENT: Words("Already in", "You were already marked. There is nothing more to do."),
    VerdictCode.NEEDS_REVIEW: Words(
        "Your teacher will check it", "Your photo is with your teacher. There is nothing more to do now."
    ),
    VerdictCode.NOT_FOUND: Words(
        "We didn't find you in this class",
        "The photo may not show you well, or you are not in this class yet.",
    ),
    VerdictCode.NOT_ON_ROSTER: Words(
        "You are not in this class yet",
        "We know you, but you are not on the list of this class. Your teacher sees it and can add you.",
    ),
    VerdictCode.NOT_AN_IMAGE: Words(_PHOTO, "This file is not a photo that we can read. Take a new photo."),
    VerdictCode.TOO_MANY_BYTES: Words(_PHOTO, "This photo is larger than 10 MB. Take a new one here."),
    VerdictCode.TOO_MANY_PIXELS: Words(_PHOTO, "This photo has too many pixels. Take a new one here."),
    VerdictCode.NO_FACE: Words(_PHOTO, "We can't see a face. Hold the phone in front of you."),
    VerdictCode.SEVERAL_FACES: Words(_PHOTO, "Two faces are in the picture. Step aside from the other one."),
    VerdictCode.TOO_SMALL: Words(_PHOTO, "Come a little closer."),
    VerdictCode.OFF_CENTRE: Words(_PHOTO, "Bring your whole face into the outline."),
    VerdictCode.TOO_DARK: Words(_PHOTO, "Your face is too dark. Turn towards the light."),
    VerdictCode.TOO_BRIGHT: Words(
        _PHOTO, "The light on your face is too bright. Turn away from it a little."
    ),
    VerdictCode.BLURRED: Words(_PHOTO, "The photo is blurred. Hold the phone still."),
    VerdictCode.TURNED_AWAY: Words(_PHOTO, "Look straight at the phone."),
    VerdictCode.GRANT_USED: Words(
        _SCAN, "This page can't take another photo. Scan the code on the wall to start again."
    ),
    VerdictCode.SESSION_CLOSED: Words(
        "Check-in is closed",
        "Nobody can check in to this class now. Please tell your teacher that you are here.",
    ),
    RequestProblem.GRANT_MISSING: Words(_SCAN, "Scan the code on the wall to check in."),
    RequestProblem.GRANT_INVALID: Words(
        _SCAN, "This page can't be used any more. Scan the code on the wall."
    ),
    RequestProblem.GRANT_EXPIRED: Words(
        _SCAN, "This page was open for more than five minutes. Scan the code on the wall."
    ),
    RequestProblem.CLAIM_INVALID: Words(
        "Please tell your teacher",
        "This page is too old to change anything. Tell your teacher that it isn't you.",
    ),
    RequestProblem.IMAGE_MISSING: Words(_PHOTO, "No photo arrived. Take one and send it again."),
    RequestProblem.BAD_FORM: Words(_PHOTO, "The photo did not arrive whole. Send it again."),
    RequestProblem.WRONG_CONTENT_TYPE: Words(_PHOTO, "Photos are sent from the check-in page as a form."),
    RequestProblem.TOO_LARGE: Words(_PHOTO, "This photo is larger than 10 MB. Take a new one here."),
    RequestProblem.TOO_MANY_TRIES: Words(
        "One moment", "There were many tries just now. Wait a little, then try again."
    ),
    RequestProblem.SESSION_UNKNOWN: Words(
        "This code isn't known here", "It may be from another place. Scan the code that is on the wall now."
    ),
    RequestProblem.SESSION_OVER: Words(
        "This class is over", "The code is from an earlier class. Scan the code that is on the wall now."
    ),
    RequestProblem.SESSION_NOT_YET_OPEN: Words(
        "Check-in has not opened yet", "Scan the code again when the class begins."
    ),
    RequestProblem.CODE_TOO_OLD: Words(
        "This code is over", "The code on the wall changes every few seconds. Use the one that is there now."
    ),
    RequestProblem.CODE_NOT_YET: Words(
        "This code is not valid yet", "Wait a few seconds, then use the code that is on the wall."
    ),
    RequestProblem.CODE_UNKNOWN: Words(
        "This code isn't known here", "Look at the wall again and type the six characters that are there now."
    ),
    RequestProblem.POSTER_OFF: Words(
        "This poster doesn't count any more", "Scan the code that is on the wall now, or ask your teacher."
    ),
    RequestProblem.NO_SESSION_NOW: Words(
        "Check-in is not open", "Scan the poster again when the class begins."
    ),
    RequestProblem.NUMBER_MISSING: Words("Your roll number", "Type your roll number, then go on."),
    RequestProblem.NUMBER_UNKNOWN: Words(
        "Your roll number", "Nobody has this roll number. Look at it again, or ask your teacher."
    ),
    RequestProblem.ONLY_THIS_COMPUTER: Words(
        "Only on the teacher's computer",
        "Open this page on the computer that runs the check-in, as localhost.",
    ),
    RequestProblem.BAD_REQUEST: Words(
        "That didn't work", "We could not read this request. Scan the code on the wall."
    ),
    RequestProblem.PAGE_UNKNOWN: Words("There is no such page", "Scan the code on the wall to check in."),
    RequestProblem.METHOD_NOT_ALLOWED: Words(
        "There is no such page", "Scan the code on the wall to check in."
    ),
    RequestProblem.BUSY: Words(
        "One moment", "Many people are checking in just now. Wait a moment, then try again."
    ),
    RequestProblem.ENGINE_UNAVAILABLE: Words(
        "Photos can't be compared now", "It is not your fault. Please tell your teacher that you are here."
    ),
    RequestProblem.STORE_AWAY: Words(
        "The register can't be reached", "Nothing is lost. Wait a few seconds, then try again."
    ),
    RequestProblem.SERVER_ERROR: Words(
        "Something went wrong here",
        "It is not your fault. Try again, or tell your teacher that you are here.",
    ),
}

# The same answers to a roll number instead of a photo.
_WORDS_WITHOUT_PHOTO: dict[VerdictCode, Words] = {
    VerdictCode.NEEDS_REVIEW: Words(
        "Your teacher will confirm", "Your roll number is with your teacher. There is nothing more to do now."
    ),
    VerdictCode.GRANT_USED: Words(
        _SCAN, "This page was used already. Use the code that is on the wall to start again."
    ),
}


def words_for(code: VerdictCode | RequestProblem) -> Words:
    """Title and sentence of a code; every code has them."""
    return _WORDS[code]


def words_without_photo(code: VerdictCode) -> Words:
    """Title and sentence of a code where a roll number was sent instead of a photo."""
    return _WORDS_WITHOUT_PHOTO.get(code) or words_for(code)
