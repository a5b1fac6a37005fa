"""A login that is locked to the kiosk: whose it is, what it may still open, and how it is opened again.

That there is a lock stands in the register, found by the login's own number, and not in the cookie: a tab
that was loading while the lock came could bring back the cookie from before. The cookie says only which
session the kiosk is for; without that, the kiosk asks for the PIN and shows nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, g, request, session

from attendance.accounts.kiosk_locks import KioskLocks
from attendance.accounts.login_attempts import Visitor
from client.web.cookie_names import LOGIN_NUMBER
from client.web.services import the_register
from client.web.visitors.identity import the_address

_KIOSK = "kiosk"  # in the login's cookie: the kiosk's session, and how it marks
_IN_KIOSK = "attendance_in_kiosk"  # of a view
_FOUND = "kiosk_found"  # in g
_OUT = "kiosk_locked_out"  # in g
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Kiosk:
    """A login that is locked.

    Attributes:
        session_id: where the kiosk marks; None if the cookie no longer has it.
        by_click: whether a student taps to be marked.
    """

    session_id: str | None
    by_click: bool


def login_number() -> str | None:
    """The number of this browser's login, whether or not it has ended; None without any."""
    number = session.get(LOGIN_NUMBER)
    return number if isinstance(number, str) else None


def in_kiosk(view: View) -> View:
    """Allow a locked login to open this view; goes below the route decorator."""
    setattr(view, _IN_KIOSK, True)
    return view


def the_kiosk() -> Kiosk | None:
    """The kiosk that the login of this request is locked to, or None."""
    if _FOUND not in g:
        setattr(g, _FOUND, _look())
    kiosk: Kiosk | None = getattr(g, _FOUND)
    return kiosk


def locks_out() -> bool:
    """Whether the login of this request may not open what is asked for before the PIN is typed."""
    view = current_app.view_functions.get(request.endpoint or "")
    out = not getattr(view, _IN_KIOSK, False) and the_kiosk() is not None
    setattr(g, _OUT, out)
    return out


def is_locked_out() -> bool:
    """Whether the login of this request was found to be locked out; ask for the user first."""
    return bool(getattr(g, _OUT, False))


def lock_kiosk(pin: str, kiosk: Kiosk) -> None:
    """Lock this browser's login.

    Raises:
        PinRefusedError: the PIN won't do.
    """
    _locks().lock(session[LOGIN_NUMBER], pin)
    session[_KIOSK] = [kiosk.session_id, kiosk.by_click]


def open_kiosk(pin: str) -> None:
    """Open the lock with its PIN.

    Raises:
        LoginRefusedError: this is not the PIN.
        LoginDelayedError: many tries failed.
    """
    _locks().open(session[LOGIN_NUMBER], pin)
    session.pop(_KIOSK, None)


def kiosk_visitor() -> Visitor:
    """The visitor who enters the password here; failed attempts count for this lock only."""
    return Visitor(the_address(), trusted=f"kiosk-{session[LOGIN_NUMBER]}")


def release_kiosk() -> None:
    """Open the lock after the password was entered."""
    _locks().release(session[LOGIN_NUMBER])
    session.pop(_KIOSK, None)


def _look() -> Kiosk | None:
    number = login_number()
    if number is None or not _locks().holds(number):
        return None
    told = session.get(_KIOSK)
    session_id, by_click = told if isinstance(told, list) and len(told) == 2 else (None, False)
    return Kiosk(session_id, bool(by_click))


def _locks() -> KioskLocks:
    register = the_register()
    return KioskLocks(register.store, register.clock, current_app.config["SECRET_KEY"])
