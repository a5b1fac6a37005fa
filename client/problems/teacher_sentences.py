"""The words for teachers and admins: what happened, and what to do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from client.problems.refusals import RequestProblem
from client.problems.sentences import Words, words_for
from client.problems.table import KnownProblem

_WAIT = Words(_l("One moment"), _l("Nothing is lost. Wait a few seconds, then try again."))
_GONE = Words(_l("That is no longer here"), _l("It may have been removed. Go back and reload the page."))
_FAILED = Words(_l("That could not be done"), _l("Nothing was changed. Go back and try again."))

# Where an error brings a sentence of its own, teachers read that one.
_WORDS: dict[RequestProblem, Words] = {
    RequestProblem.FORM_TOO_OLD: Words(
        _l("This form is too old"), _l("Nothing was changed. Open the page again and repeat it.")
    ),
    RequestProblem.BAD_FORM: Words(
        _l("The form did not arrive whole"), _l("Nothing was changed. Open the page again and repeat it.")
    ),
    RequestProblem.TOO_LARGE: Words(
        _l("That is too large"), _l("Send less at once: the limit is 10 MB per file.")
    ),
    RequestProblem.TOO_MANY_TRIES: Words(
        _l("One moment"), _l("There were many tries just now. Wait a little, then try again.")
    ),
    RequestProblem.SESSION_UNKNOWN: _GONE,
    RequestProblem.ITEM_UNKNOWN: _GONE,
    RequestProblem.LINK_ENDED: Words(_l("This link no longer works"), _l("Ask for a new one.")),
    RequestProblem.ONLY_THIS_COMPUTER: Words(
        _l("Only on the server's own computer"),
        _l("Open this page on the computer that runs the check-in, with localhost in the address."),
    ),
    RequestProblem.NOT_SECURE: Words(
        _l("This connection is not private"), _l("Others in this network could read what is sent.")
    ),
    RequestProblem.KIOSK_LOCKED: Words(_l("This browser is a kiosk"), _l("Unlock it with the PIN first.")),
    RequestProblem.LOGIN_MISSING: Words(_l("Please log in"), _l("Your login has ended. Log in again.")),
    RequestProblem.PROOF_NEEDED: Words(
        _l("Enter your password first"), _l("Reload the page and enter your password first.")
    ),
    RequestProblem.FORBIDDEN: Words(_l("This is not for your account"), _l("Ask an admin if you need it.")),
    RequestProblem.BAD_REQUEST: Words(
        _l("That didn't work"), _l("We could not read this request. Go back and try again.")
    ),
    RequestProblem.PAGE_UNKNOWN: Words(
        _l("There is no such page"), _l("It may have been removed, or the address is wrong.")
    ),
    RequestProblem.METHOD_NOT_ALLOWED: Words(
        _l("There is no such page"), _l("Go back, and use the buttons of the page.")
    ),
    RequestProblem.CHECK_IN_CLOSED: _FAILED,
    RequestProblem.CHECK_IN_CANCELLED: Words(
        _l("This session was cancelled"), _l("Nothing was changed. Restore the session first.")
    ),
    RequestProblem.CONFLICT: _FAILED,
    RequestProblem.NOT_POSSIBLE: _FAILED,
    RequestProblem.PHOTO_UNUSABLE: Words(_l("This photo can't be used"), _l("Choose another one.")),
    RequestProblem.TOO_BUSY: _WAIT,
    RequestProblem.BUSY: _WAIT,
    RequestProblem.STORE_AWAY: _WAIT,
    RequestProblem.ENGINE_UNAVAILABLE: Words(
        _l("Faces can't be compared now"), _l("Nothing is lost. Please tell an admin.")
    ),
    RequestProblem.NOT_READY: Words(
        _l("That doesn't work now"), _l("Nothing is lost. Please tell an admin.")
    ),
    RequestProblem.SERVER_ERROR: Words(
        _l("Something went wrong here"), _l("Nothing is lost. Go back and try again.")
    ),
}


def teacher_words(problem: KnownProblem) -> Words:
    """Title and sentence of a problem, in the language of the request.

    The problems that only phones have keep their words.
    """
    words = _WORDS.get(problem.problem) or words_for(problem.problem)
    return Words(str(words.title), problem.message or str(words.sentence))
