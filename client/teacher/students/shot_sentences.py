"""The camera page's sentences for shots that can't be used: one thing to do, for any device."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from face_detection.problems import PhotoProblem

_SENTENCES = {
    PhotoProblem.NOT_AN_IMAGE: _("The camera's picture did not arrive completely. Continuing."),
    PhotoProblem.TOO_MANY_BYTES: _("The camera's picture is too large. Use another camera."),
    PhotoProblem.TOO_MANY_PIXELS: _("The camera's picture is too large. Use another camera."),
    PhotoProblem.NO_FACE: _("No face can be seen. Look at the camera."),
    PhotoProblem.SEVERAL_FACES: _("Two faces are in the picture. Step aside from the other one."),
    PhotoProblem.TOO_SMALL: _("Come a little closer."),
    PhotoProblem.OFF_CENTRE: _("Bring the whole face into the picture."),
    PhotoProblem.TOO_DARK: _("The face is too dark. Turn towards the light."),
    PhotoProblem.TOO_BRIGHT: _("The light on the face is too bright. Turn away from it a little."),
    PhotoProblem.BLURRED: _("The picture is blurred. Hold still for a moment."),
    PhotoProblem.TURNED_AWAY: _("That is too far. Turn back towards the camera a little."),
}


def shot_sentence(problem: PhotoProblem) -> str:
    """The sentence for a shot that can't be used."""
    return str(_SENTENCES[problem])
