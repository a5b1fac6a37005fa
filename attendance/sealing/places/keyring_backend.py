"""The operating system's keyring, if there is a real one; asking for it blocks nobody for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from attendance.errors import SiteKeyError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PROBE_SECONDS = 3.0
"""How long the first start waits for a keyring before it uses a file; D-Bus alone would wait for 25 s."""
ASKING_SECONDS = 60.0
"""How long a keyring may take that is known to have the key: the system may ask its user for a password."""
REAL = 1.0  # the least priority of backends that keyring recommends; files in plain text have less
_ASKS_TO_OPEN = ("keyring.backends.kwallet",)  # shows a dialog as soon as it is looked at
Result = TypeVar("Result")


def real_backend() -> KeyringBackend | None:
    """The keyring that this system is set up with; None: only substitutes for one, which protect nothing.

    Raises:
        Exception: whatever a backend raises that is broken.
    """
    import keyring  # noqa: PLC0415 - it looks for plug-ins, and most starts have no use for them
    from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415 - as above

    found = keyring.get_keyring()
    candidates = found.backends if isinstance(found, ChainerBackend) else [found]
    return next((each for each in candidates if _is_real(each)), None)


def quiet_backend() -> KeyringBackend | None:
    """A real keyring that is open now, so that using it shows no dialog; None: there is none.

    Never takes longer than ``PROBE_SECONDS`` and raises nothing: then there is none either.
    """

    def probe() -> KeyringBackend | None:
        found = real_backend()
        return found if found is not None and _is_open(found) else None

    try:
        return within(PROBE_SECONDS, probe)
    except SiteKeyError:
        return None


def within(seconds: float, ask: Callable[[], Result]) -> Result:
    """What a keyring answers.

    Args:
        seconds: how long it may take.
        ask: calls the keyring, in a thread that is left alone if it takes longer.

    Raises:
        SiteKeyError: it failed or took too long.
    """
    answers: list[Result] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # noqa: BLE001 - backends raise what their system's libraries do
            errors.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if answers:
        return answers[0]
    reason = f"{type(errors[0]).__name__}: {errors[0]}" if errors else f"no answer in {seconds:.0f} s"
    raise SiteKeyError(
        f"The operating system's keyring can't be used ({reason}). Log in to the desktop and unlock the "
        "keyring, then start again. If it is lost, make the key again from the recovery key."
    ) from (errors[0] if errors else None)


def _is_real(backend: KeyringBackend) -> bool:
    module = type(backend).__module__
    if module in ("keyring.backends.fail", "keyring.backends.null") or module.startswith("keyrings.alt"):
        return False
    return float(type(backend).priority) >= REAL


def _is_open(backend: KeyringBackend) -> bool:
    module = type(backend).__module__
    if module in _ASKS_TO_OPEN:
        return False
    if module != "keyring.backends.SecretService":
        return True
    import secretstorage  # noqa: PLC0415 - there on Linux only, as this backend is

    path = "/org/freedesktop/secrets/aliases/default"
    connection = secretstorage.dbus_init()
    try:
        return not secretstorage.Collection(connection, path).is_locked()
    finally:
        connection.close()
