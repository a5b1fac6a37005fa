"""The one request of a check-in, and its "That's not me"."""

from __future__ import annotations

from flask import Blueprint, Response, request

from attendance.marks.check_in_attempt import Attempt
from attendance.marks.submission import Circumstances, Submission
from client.phone.answers import dispute_answer, verdict_answer
from client.phone.grants_in_time import in_time
from client.problems.refusals import RefusedError, RequestProblem
from client.web.grants import Grant
from client.web.limits.failures import judging
from client.web.limits.rate_limits import count_try, without_grant_limited
from client.web.parsing.upload import CAMERA, CLAIM, CLAIMED, GRANT, PROVEN, TAKEN, PhotoForm, read_form
from client.web.plain_http import has_camera
from client.web.services import the_register, the_signatures
from client.web.visitors.device_keys import KEY, SIGNATURE, proven_device
from client.web.visitors.grant_binding import same_browser
from client.web.visitors.place import address_of, place_of

blueprint = Blueprint("capture", __name__)


@blueprint.post("/capture")
def capture() -> Response:
    """A photo under a grant: the cheap checks first, then who it is."""
    register = the_register()
    with without_grant_limited():
        form = read_form(request, allowed=(GRANT, "device", TAKEN, CAMERA, CLAIMED, KEY, SIGNATURE))
        grant = the_signatures().read_signed_grant(form.fields[GRANT])
        device = proven_device(form, grant) or form.device
        attempt = Attempt.of(
            grant.id,
            form.image or b"",
            device=device,
            expires_at=grant.delivered_by,
            opened_at=grant.opened_at,
        )
        kept = in_time(grant, lambda: register.check_in.kept(attempt))
    count_try(grant=grant.id, device=device)
    state = register.check_in.state(grant.session_id, attempt)
    session = state.session or register.sessions.get(grant.session_id)  # which says that there is none
    if kept is not None:
        return verdict_answer(session, kept, attempt, grant)
    if form.image is None:
        raise RefusedError(RequestProblem.IMAGE_MISSING, grant=form.fields[GRANT])
    known = register.check_in.known(session, attempt, state)
    if known is not None:  # which no pause would change
        return verdict_answer(session, known, attempt, grant)
    with judging(attempt) as judgement:
        circumstances = _circumstances(form, grant, device)
        submission = Submission(form.image, form.frames, form.taken, circumstances, form.claimed)
        verdict = register.check_in.submit(session, submission, attempt, state)
        judgement.note(verdict.code)
    return verdict_answer(session, verdict, attempt, grant)


@blueprint.post("/not-me")
def not_me() -> Response:
    """The name on the present page is somebody else's: the teacher decides."""
    register = the_register()
    with without_grant_limited():
        form = read_form(request, allowed=(CLAIM, "device"))
        claim = the_signatures().read_claim(form.fields[CLAIM], register.clock.now())
    count_try(grant=claim.grant_id, device=form.device)
    session = register.sessions.get(claim.session_id)
    attempt = Attempt(
        claim.grant_id,
        claim.digest,
        device=form.device,
        expires_at=claim.expires_at,
        opened_at=claim.shown_at,
    )
    review = register.check_in.not_me(session, attempt, form.image)
    with_picture = review is not None and review.snapshot is not None and form.image is not None
    return dispute_answer(session, held=review is not None, with_picture=with_picture)


def _circumstances(form: PhotoForm, grant: Grant, device: str | None) -> Circumstances:
    return Circumstances(
        place=place_of(request),
        address=address_of(request),
        has_camera=has_camera(),
        same_browser=same_browser(grant, request),
        code_age=grant.code_age(the_register().clock.now()),
        signed=device is not None and device.startswith(PROVEN),
        camera=form.camera,
    )
