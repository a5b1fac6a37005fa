"""The words for phones: for each code a title and one sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from attendance.marks.verdict import VerdictCode
from client.problems.refusals import RequestProblem


@dataclass(frozen=True)
class Words:
    """What people read for one code.

    Attributes:
        title: a few words, legible at arm's length.
        sentence: what it means, or the one thing to do.
    """

    title: str
    sentence: str


_PHOTO = _l("Let's try another photo")
_SCAN = _l("Scan the code again")
_MOMENT = _l("One moment")
_NO_PAGE = Words(_l("There is no such page"), _l("Scan the code on the wall to check in."))
_NO_PHOTO = Words(_PHOTO, _l("This file is not a photo that we can read. Take a new photo."))
_CLOSED = Words(
    _l("Check-in is closed"),
    _l("Nobody can check in to this class now. Please tell your teacher that you are here."),
)
_CANCELLED = Words(
    _l("This class was cancelled"),
    _l("You don't need to check in. If it takes place after all, tell your teacher that you are here."),
)
_FAILED = Words(_l("That didn't work"), _l("Please tell your teacher that you are here."))

_WORDS: dict[StrEnum, Words] = {
    VerdictCode.PRESENT: Words(_l("Present"), _l("You are marked present.")),
    VerdictCode.LATE: Words(_l("Late"), _l("You are marked as here, and late.")),
    VerdictCode.ALREADY_PRESENT: Words(
        _l("Already in"), _l("You were already marked. There is nothing more to do.")
    ),
    VerdictCode.ALREADY_LATE: Words(
        _l("Already in, late"), _l("You were already marked as here, and late. There is nothing more to do.")
    ),
    VerdictCode.MARKED_OTHERWISE: Words(
        _l("Not marked as here"), _l("Your teacher has changed your mark since. Talk to your teacher.")
    ),
    VerdictCode.NEEDS_REVIEW: Words(
        _l("Your teacher will check it"),
        _l("Your photo is with your teacher. There is nothing more to do now."),
    ),
    VerdictCode.NOT_FOUND: Words(
        _l("We didn't find you in this class"),
        _l("The photo may not show you well, or you are not in this class yet."),
    ),
    VerdictCode.MOVE_AGAIN: Words(
        _l("Once more, please"),
        _l("Look straight at the phone first. Then turn your head a little, as the picture shows, and back."),
    ),
    VerdictCode.STAY_IN_VIEW: Words(
        _l("Once more, please"), _l("Your face left the picture. Keep all of it in the outline.")
    ),
    VerdictCode.NUMBER_NEEDED: Words(
        _l("Your roll number, please"),
        _l("We don't know this phone yet. Type your roll number below the picture, then check in."),
    ),
    VerdictCode.NOT_AN_IMAGE: _NO_PHOTO,
    VerdictCode.TOO_MANY_BYTES: Words(_PHOTO, _l("This photo is larger than 10 MB. Take a new one here.")),
    VerdictCode.TOO_MANY_PIXELS: Words(_PHOTO, _l("This photo has too many pixels. Take a new one here.")),
    VerdictCode.NO_FACE: Words(_PHOTO, _l("We can't see a face. Hold the phone in front of you.")),
    VerdictCode.SEVERAL_FACES: Words(
        _PHOTO, _l("Two faces are in the picture. Step aside from the other one.")
    ),
    VerdictCode.TOO_SMALL: Words(_PHOTO, _l("Come a little closer.")),
    VerdictCode.OFF_CENTRE: Words(_PHOTO, _l("Bring your whole face into the outline.")),
    VerdictCode.TOO_DARK: Words(_PHOTO, _l("Your face is too dark. Turn towards the light.")),
    VerdictCode.TOO_BRIGHT: Words(
        _PHOTO, _l("The light on your face is too bright. Turn away from it a little.")
    ),
    VerdictCode.BLURRED: Words(_PHOTO, _l("The photo is blurred. Hold the phone still.")),
    VerdictCode.TURNED_AWAY: Words(_PHOTO, _l("Look straight at the phone.")),
    VerdictCode.GRANT_USED: Words(
        _SCAN, _l("This page can't take another photo. Scan the code on the wall to start again.")
    ),
    VerdictCode.TOO_MANY_WAIT: Words(
        _MOMENT,
        _l("Several check-ins from this phone wait for your teacher. Ask your teacher to look at them."),
    ),
    VerdictCode.SESSION_CLOSED: _CLOSED,
    VerdictCode.SESSION_CANCELLED: _CANCELLED,
    RequestProblem.GRANT_MISSING: Words(_SCAN, _l("Scan the code on the wall to check in.")),
    RequestProblem.GRANT_INVALID: Words(
        _SCAN, _l("This page can't be used any more. Scan the code on the wall.")
    ),
    RequestProblem.GRANT_EXPIRED: Words(
        _SCAN, _l("This page was opened too long ago. Scan the code that is on the wall now.")
    ),
    RequestProblem.CLAIM_INVALID: Words(
        _l("Please tell your teacher"),
        _l("This page is too old to change anything. Tell your teacher that it isn't you."),
    ),
    RequestProblem.IMAGE_MISSING: Words(_PHOTO, _l("No photo arrived. Take one and send it again.")),
    RequestProblem.BAD_FORM: Words(_PHOTO, _l("The photo did not arrive whole. Send it again.")),
    RequestProblem.BAD_FRAMES: Words(
        _PHOTO, _l("The pictures of your movement did not arrive whole. Try it again.")
    ),
    RequestProblem.FORM_TOO_OLD: Words(
        _SCAN, _l("This page is too old, and nothing was changed. Scan the code on the wall.")
    ),
    RequestProblem.WRONG_CONTENT_TYPE: Words(_PHOTO, _l("Photos are sent from the check-in page as a form.")),
    RequestProblem.TOO_LARGE: Words(_PHOTO, _l("This photo is larger than 10 MB. Take a new one here.")),
    RequestProblem.TOO_SLOW: Words(_MOMENT, _l("The photo took too long to arrive. Please try again.")),
    RequestProblem.TOO_MANY_TRIES: Words(
        _MOMENT, _l("There were many tries just now. Wait a little, then try again.")
    ),
    RequestProblem.PAUSED: Words(
        _l("A short pause"),
        _l("The last photos from here weren't recognised. It goes on after a pause of half a minute."),
    ),
    RequestProblem.SESSION_UNKNOWN: Words(
        _l("This code isn't known here"),
        _l("It may be from another place. Scan the code that is on the wall now."),
    ),
    RequestProblem.SESSION_OVER: Words(
        _l("This class is over"),
        _l("The code is from an earlier class. Scan the code that is on the wall now."),
    ),
    RequestProblem.SESSION_NOT_YET_OPEN: Words(
        _l("Check-in has not opened yet"), _l("Scan the code again when the class begins.")
    ),
    RequestProblem.CHECK_IN_CANCELLED: _CANCELLED,
    RequestProblem.CHECK_IN_CLOSED: _CLOSED,
    RequestProblem.CODE_TOO_OLD: Words(
        _l("This code is over"),
        _l("The code on the wall changes every few seconds. Use the one that is there now."),
    ),
    RequestProblem.CODE_NOT_YET: Words(
        _l("This code is not valid yet"), _l("Wait a few seconds, then use the code that is on the wall.")
    ),
    RequestProblem.CODE_UNKNOWN: Words(
        _l("This code isn't known here"),
        _l("Look at the wall again and type the six characters that are there now."),
    ),
    RequestProblem.POSTER_OFF: Words(
        _l("This poster doesn't count any more"),
        _l("Scan the code that is on the wall now, or ask your teacher."),
    ),
    RequestProblem.LINK_ENDED: Words(
        _l("This link no longer works"), _l("Scan the code on the wall to check in.")
    ),
    RequestProblem.NO_SESSION_NOW: Words(
        _l("Check-in is not open"), _l("Scan the poster again when the class begins.")
    ),
    RequestProblem.NUMBER_MISSING: Words(
        _l("Your roll number"), _l("Type your roll number, then tap Check in.")
    ),
    RequestProblem.ONLY_THIS_COMPUTER: Words(
        _l("Only on the teacher's computer"),
        _l("On that computer, open the whole address from its start window. Or log in and open Projector."),
    ),
    RequestProblem.NOT_SECURE: Words(
        _l("This connection is not private"), _l("Please tell your teacher that you are here.")
    ),
    RequestProblem.KIOSK_LOCKED: Words(
        _l("This browser is a kiosk"), _l("Scan the code on the wall with your own phone.")
    ),
    RequestProblem.LOGIN_MISSING: Words(
        _l("This page is for teachers"), _l("Scan the code on the wall to check in.")
    ),
    RequestProblem.PROOF_NEEDED: Words(
        _l("This page is for teachers"), _l("Scan the code on the wall to check in.")
    ),
    RequestProblem.FORBIDDEN: Words(
        _l("This page is not for you"), _l("Scan the code on the wall to check in.")
    ),
    RequestProblem.BAD_REQUEST: Words(
        _l("That didn't work"), _l("We could not read this request. Scan the code on the wall.")
    ),
    RequestProblem.PAGE_UNKNOWN: _NO_PAGE,
    RequestProblem.ITEM_UNKNOWN: _NO_PAGE,
    RequestProblem.METHOD_NOT_ALLOWED: _NO_PAGE,
    RequestProblem.CONFLICT: _FAILED,
    RequestProblem.NOT_POSSIBLE: _FAILED,
    RequestProblem.PHOTO_UNUSABLE: _NO_PHOTO,
    RequestProblem.TOO_BUSY: Words(
        _MOMENT, _l("The check-in is very busy right now. Please try again in a moment.")
    ),
    RequestProblem.BUSY: Words(
        _MOMENT, _l("The check-in is very busy just now. Wait a moment, then try again.")
    ),
    RequestProblem.ENGINE_UNAVAILABLE: Words(
        _l("Photos can't be compared now"),
        _l("It is not your fault. Please tell your teacher that you are here."),
    ),
    RequestProblem.STORE_AWAY: Words(
        _l("The register can't be reached"), _l("Nothing is lost. Wait a few seconds, then try again.")
    ),
    RequestProblem.NOT_READY: Words(
        _l("Check-in doesn't work now"),
        _l("It is not your fault. Please tell your teacher that you are here."),
    ),
    RequestProblem.SERVER_ERROR: Words(
        _l("Something went wrong here"),
        _l("It is not your fault. Try again, or tell your teacher that you are here."),
    ),
}

# The same answers to a roll number instead of a photo.
_WORDS_WITHOUT_PHOTO: dict[VerdictCode, Words] = {
    VerdictCode.NEEDS_REVIEW: Words(
        _l("Your teacher will confirm"),
        _l("The number is with your teacher. If it has a typing mistake, tell your teacher."),
    ),
    VerdictCode.GRANT_USED: Words(
        _SCAN, _l("This page was used already. Use the code that is on the wall to start again.")
    ),
}

# "That's not me" from a page that no longer has the photo.
_WITHOUT_PICTURE = Words(
    _l("Your teacher will check it"), _l("Your teacher will decide. There is nothing more to do now.")
)


def words_for(code: VerdictCode | RequestProblem) -> Words:
    """Title and sentence of a code, in the language of the request; every code has them."""
    return _spoken(_WORDS[code])


def words_without_photo(code: VerdictCode) -> Words:
    """Title and sentence of a code where a roll number was sent instead of a photo."""
    words = _WORDS_WITHOUT_PHOTO.get(code)
    return _spoken(words) if words else words_for(code)


def words_without_picture() -> Words:
    """Title and sentence of a check-in in review whose photo the teacher doesn't have."""
    return _spoken(_WITHOUT_PICTURE)


def _spoken(words: Words) -> Words:
    """The words translated; until here they are looked up only when read."""
    return Words(str(words.title), str(words.sentence))
