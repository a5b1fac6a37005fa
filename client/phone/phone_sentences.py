"""What the phone page says while a photo is taken and sent; its script reads them from the page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

_NO_CAMERA_API = _l(
    "This browser has no camera for web pages. Open the link in Safari or Chrome, or use a photo."
)
_SENTENCES = {
    "starting": _l("Starting the camera…"),
    "allow": _l("Allow the camera when your phone asks."),
    "ready": _l("Look at the phone and tap Check in."),
    "notSeen": _l("We didn't see that movement. Make it a little bigger, right after the tap."),
    "sending": _l("Sending…"),
    "slowNetwork": _l("The network is slow. Still sending…"),
    "checking": _l("Checking…"),
    "slowAnswer": _l("This takes longer than usual. Still checking…"),
    "queued": _l("Your photo has arrived and is in the queue. Please stay on this page."),
    "crowd": _l("Many people are checking in just now."),
    "onTheWay": _l("It is still on its way. Please stay on this page."),
    "lost": _l("No connection. Nothing is lost."),
    "again": _l("Trying again"),
    "seconds": _l("%s s"),
    "gaveUpLost": _l("There was no connection for too long. Scan the code on the wall when it is back."),
    "gaveUpBusy": _l("The check-in was busy for too long. Please tell your teacher that you are here."),
    "tooOld": _l("This page was opened too long ago. Scan the code that is on the wall now."),
    "tellTeacher": _l("That didn't work. Please tell your teacher."),
    "reading": _l("Reading the photo…"),
    "unreadable": _l("This photo can't be read. Take a new one, or choose another."),
    "tooLarge": _l("This photo is larger than 10 MB. Take a new one here."),
    "stopped": _l("The camera stopped. Start it again, or use a photo."),
    "insecure": _l("Your phone doesn't open its camera on this page. Take a photo instead."),
    "insideApp": _l("The camera may not work inside this app. Use Safari or Chrome, or use a photo."),
    "noApi": _NO_CAMERA_API,
    "otherCamera": _l("The camera did not start. Use a photo instead."),
    "another": _l("Take another photo of your face."),
    "checkIn": _l("Check in"),
    "startCamera": _l("Start the camera"),
    "usePhoto": _l("Use a photo instead"),
    "takePhoto": _l("Take a photo"),
}
_CAMERA_ERRORS = {  # by the name of the DOMException that getUserMedia ends with
    "NotAllowedError": _l(
        "The camera is blocked for this page. Allow it in the address bar, or use a photo."
    ),
    "SecurityError": _l("This browser doesn't allow web pages to use the camera. Use a photo instead."),
    "NotFoundError": _l("No camera was found on this device. Use a photo instead."),
    "NotReadableError": _l("Another app is using the camera. Close it and try again, or use a photo."),
    "OverconstrainedError": _l("This camera can't be used here. Use a photo instead."),
    "AbortError": _l("The camera did not start. Try again, or use a photo."),
    "TypeError": _NO_CAMERA_API,
}
_MOVEMENTS = {  # by the way to turn, from the student's own view
    "tapThen": {
        "left": _l("Look at the phone, tap Check in, then turn your head a little to the left."),
        "right": _l("Look at the phone, tap Check in, then turn your head a little to the right."),
        "up": _l("Look at the phone, tap Check in, then raise your head a little."),
        "down": _l("Look at the phone, tap Check in, then lower your head a little."),
    },
    "afterThat": {
        "left": _l("After that, turn it a little to the left."),
        "right": _l("After that, turn it a little to the right."),
        "up": _l("After that, raise it a little."),
        "down": _l("After that, lower it a little."),
    },
    "turnNow": {
        "left": _l("Turn your head a little to the left."),
        "right": _l("Turn your head a little to the right."),
        "up": _l("Raise your head a little."),
        "down": _l("Lower your head a little."),
    },
}


def phone_sentences() -> dict[str, object]:
    """The sentences in the language of the request.

    Those of camera errors are under ``byName``, those of movements under the moment at which they are read.
    """
    nested = {"byName": _CAMERA_ERRORS, **_MOVEMENTS}
    return _spoken(_SENTENCES) | {name: _spoken(sentences) for name, sentences in nested.items()}


def _spoken(sentences: dict[str, str]) -> dict[str, str]:
    return {name: str(sentence) for name, sentence in sentences.items()}
