"""Which threads a request may use: photos never take those that pages, boards and other software need."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum, auto

from client.serving.limits import PlaceLimits, ServerLimits
from client.serving.shares.parties import Party, PartyKind
from client.serving.shares.places import Places
from client.serving.software_addresses import is_for_software

CAPTURE = "/capture"
STAFF_SEGMENTS = frozenset({"teach", "admin", "wall", "realtime", "login", "logout", "setup", "welcome"})
"""First segments of the addresses that belong to teachers, also before anybody has logged in."""
MONITORED = frozenset({"/healthz", "/readyz", "/metrics"})
"""What monitoring asks every few seconds. It is answered while all else waits for a database that hangs."""
PHOTO_BYTES = 8 * 1024
"""A body of this size may be a photo. Forms, and rosters of a class or two, are smaller."""


class Budget(StrEnum):
    """A kind of request with threads of its own."""

    PHOTOS = auto()
    PAGES = auto()
    STAFF = auto()
    SOFTWARE = auto()
    MONITORING = auto()


def budget_of(party: Party, path: str, body_bytes: int) -> Budget:
    """The budget of a request.

    Args:
        party: whom it counts for.
        path: what it asks for.
        body_bytes: the size of its body.
    """
    if path == CAPTURE or body_bytes >= PHOTO_BYTES:
        return Budget.PHOTOS
    if path in MONITORED:
        return Budget.MONITORING
    if party.kind is PartyKind.TOKEN or is_for_software(path):
        return Budget.SOFTWARE
    if party.kind is PartyKind.LOGIN or path.lstrip("/").partition("/")[0] in STAFF_SEGMENTS:
        return Budget.STAFF
    return Budget.PAGES


@dataclass(frozen=True)
class BudgetThreads:
    """The threads of one budget.

    Attributes:
        places: who may use one now.
        threads: that run the app.
    """

    places: Places
    threads: ThreadPoolExecutor


class Budgets:
    """All budgets of one server.

    Args:
        limits: of these, ``photos``, ``pages``, ``staff``, ``software`` and ``monitoring`` apply here.
    """

    def __init__(self, limits: ServerLimits) -> None:
        each = {
            Budget.PHOTOS: limits.photos,
            Budget.PAGES: limits.pages,
            Budget.STAFF: limits.staff,
            Budget.SOFTWARE: limits.software,
            Budget.MONITORING: limits.monitoring,
        }
        self._threads = {budget: _threads(budget, places) for budget, places in each.items()}

    def of(self, party: Party, path: str, body_bytes: int) -> BudgetThreads:
        """The threads for a request; see ``budget_of``."""
        return self._threads[budget_of(party, path, body_bytes)]

    def photos_waiting(self) -> int:
        """How many complete photos wait for a thread."""
        return self._threads[Budget.PHOTOS].places.waiting


def _threads(budget: Budget, places: PlaceLimits) -> BudgetThreads:
    return BudgetThreads(Places(places), ThreadPoolExecutor(places.threads, thread_name_prefix=budget.value))
