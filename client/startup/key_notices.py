"""What the terminal says about the site's key when the server starts, and once the recovery key."""

from __future__ import annotations

from attendance.console.screen import Screen
from attendance.program import admin_command
from attendance.register import Register
from attendance.sealing.confirming import is_unconfirmed
from attendance.sealing.key_sources import find_keys, where_the_key_is
from attendance.sealing.moving import left_behind
from attendance.sealing.opening import began_sealing
from attendance.sealing.recovery import recovery_key


def tell_about_keys(register: Register, screen: Screen) -> None:
    """Print where the key is at the first start, the recovery key, and what an interrupted move has left."""
    settings = register.settings
    is_first = began_sealing(register.store)
    if is_first:
        screen.say(f"Faces and addresses in the register are sealed. {where_the_key_is(settings)}")
    if is_unconfirmed(register.store):
        _tell_recovery_key(register, screen, is_first=is_first)
    if left_behind(settings):
        screen.note(
            "The site's key was moved, and its former file is still there. Move the key once more to "
            f"its place, which deletes the file. To see where that is, run: {admin_command('keys', 'show')}"
        )


def _tell_recovery_key(register: Register, screen: Screen, *, is_first: bool) -> None:
    """Print the recovery key at the first start, to a person and to no log; later only how to see it."""
    if is_first and screen.stream.isatty():
        key = recovery_key(find_keys(register.settings, create=False).current)
        screen.say("Recovery key, without which nobody can read a backup once this computer is lost:")
        screen.say(key)
        screen.say("Write it down, and keep it away from this computer. It isn't shown here again.")
    else:
        screen.say(
            "Nobody has confirmed that the recovery key was written down. To print it, run: "
            f"{admin_command('keys', 'recovery')}"
        )
    screen.say(f"Then confirm it with: {admin_command('keys', 'confirm')}")
