"""Whether the server can take photos now, check by check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from attendance.errors import AttendanceError, EngineMismatchError, SchemaError, StoreUnavailableError
from attendance.files.free_space import LEAST_FREE_BYTES, MEGABYTE, free_bytes
from attendance.register import Register
from attendance.values import EnginePin
from client.serving.certificates.certificate_end import certificate_end

OTHERS = ("backup", "certificate", "clock", "daily_csv", "reports")
"""All that ``others_of`` may name."""


@dataclass(frozen=True)
class Check:
    """One thing that a check-in needs.

    Attributes:
        name: ``store``, ``schema``, ``models`` or ``disk``.
        problem: what is wrong, with the remedy; None if it is fine.
        error: what was raised, if that is what is wrong.
    """

    name: str
    problem: str | None = None
    error: AttendanceError | None = None


def checks_of(register: Register) -> tuple[Check, ...]:
    """Check everything that a check-in needs, the most basic first; takes some milliseconds."""
    of_store = _store_checks(register)
    is_away = any(check.problem is not None for check in of_store)
    pin = None if is_away else _pin(register)
    return (*of_store, models_check(register, pin), _disk(register.settings.data))


def failing_of(register: Register) -> dict[str, bool]:
    """Whether it fails, for each check and for everything else that a person has to see to."""
    checks = {check.name: check.problem is not None for check in checks_of(register)}
    return checks | dict.fromkeys(OTHERS, False) | dict.fromkeys(others_of(register), True)


def others_of(register: Register) -> list[str]:
    """What fails although photos can be taken."""
    found = {*register.reporting.problems, *register.backups.problems}
    if certificate_end(register.clock.now()) is not None:  # soon
        found.add("certificate")
    if register.clock_watch.change is not None:
        found.add("clock")
    return sorted(found)


def _store_checks(register: Register) -> tuple[Check, Check]:
    try:
        register.store.check()
    except SchemaError as error:
        return Check("store"), Check("schema", str(error), error)
    except StoreUnavailableError as error:
        return Check("store", str(error), error), Check("schema")
    return Check("store"), Check("schema")


def _pin(register: Register) -> EnginePin | None:
    try:
        return register.store.engine_pin()
    except StoreUnavailableError:  # which it wasn't a moment ago
        return None


def models_check(register: Register, pin: EnginePin | None) -> Check:
    """Whether the networks are loaded, and those that the register's faces are read with.

    Args:
        register: the register.
        pin: its engine and detector; None if that isn't known.
    """
    if pin is not None and not register.engines.allows(pin):
        sentence = (
            f"The faces of the register are read with {pin.engine} and {pin.detector}, and the settings of "
            "this server ask for others. Remove or change ATTENDANCE_ENGINE and ATTENDANCE_DETECTOR, and "
            "restart it."
        )
        return Check("models", sentence, EngineMismatchError(sentence))
    if register.ready:
        return Check("models")
    return Check("models", "The networks are not loaded yet. This takes some seconds after a start.")


def _disk(folder: Path) -> Check:
    try:
        free = free_bytes(folder)
    except OSError as error:
        return Check("disk", f"The free space of {folder} can't be read: {error.strerror}.")
    if free >= LEAST_FREE_BYTES:
        return Check("disk")
    return Check(
        "disk",
        f"Only {free // MEGABYTE} MB are free where {folder} is; {LEAST_FREE_BYTES // MEGABYTE} MB are "
        "needed. Delete what you can spare, or move the data to a larger disk.",
    )
