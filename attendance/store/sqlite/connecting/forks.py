"""Calls an object before and after this process forks, as long as somebody uses it."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Callable
from typing import Protocol


class FollowsForks(Protocol):
    """What has to know of forks."""

    def before_fork(self) -> None:
        """The process is about to fork."""
        ...

    def after_fork_in_parent(self) -> None:
        """It has, and this is the process that did."""
        ...

    def after_fork_in_child(self) -> None:
        """It has, and this is the new process, with one thread."""
        ...


def call_at_forks(follower: FollowsForks) -> None:
    """Call an object at each fork from now on; it is not kept alive.

    Args:
        follower: the object.
    """
    if sys.platform == "win32":
        return
    known = weakref.ref(follower)

    def calling(method: Callable[[FollowsForks], None]) -> Callable[[], None]:
        def call() -> None:
            alive = known()
            if alive is not None:
                method(alive)

        return call

    os.register_at_fork(
        before=calling(lambda each: each.before_fork()),
        after_in_parent=calling(lambda each: each.after_fork_in_parent()),
        after_in_child=calling(lambda each: each.after_fork_in_child()),
    )
