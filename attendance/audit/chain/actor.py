"""Who acts, and from where: known to the web app and to commands, and read where a change is written.

It is a context variable, not an argument of the store's sixty methods, so that no caller can forget it. A
thread that serves nobody, such as a timer's, acts for the program.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

PROGRAM = "program"  # timers, and what follows from the clock
PHONE = "phone"  # a phone's page: a student
VISITOR = "visitor"  # a teacher's page, where nobody is logged in
USER, TOKEN, COMMAND = "user:", "token:", "command:"  # and a username, a token's name, a user of the computer
_ORIGIN_DIGITS = 16  # hex digits; 64 bits, which the addresses of a day don't make collide


@dataclass(frozen=True)
class Actor:
    """Who acts.

    Attributes:
        name: ``PROGRAM``, ``PHONE``, ``VISITOR``, or one of the prefixes and a name.
        origin: the hash of the address, by ``hashed_origin``; empty if there is none.
    """

    name: str = PROGRAM
    origin: str = ""


def _program() -> Actor:
    return Actor()


_source: ContextVar[Callable[[], Actor]] = ContextVar("actor", default=_program)


def the_actor() -> Actor:
    """Who acts in this context."""
    return _source.get()()


def act_as(source: Callable[[], Actor]) -> None:
    """From now on, in this context, the actor is what a function returns when something is written."""
    _source.set(source)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Act as somebody inside the block."""
    token = _source.set(lambda: actor)
    try:
        yield
    finally:
        _source.reset(token)


def hashed_origin(secret: bytes, day: str, address: str) -> str:
    """An address under a salt of the day, so that those of two days can't be compared.

    Args:
        secret: the site's signing secret, which isn't in the register.
        day: ``YYYY-MM-DD`` in UTC.
        address: in one spelling.
    """
    salt = hmac.digest(secret, f"attendance.audit.origin.1|{day}".encode(), hashlib.sha256)
    return hmac.digest(salt, address.encode(), hashlib.sha256).hex()[:_ORIGIN_DIGITS]
