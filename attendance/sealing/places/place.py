"""What every place of the site's key can do."""

from __future__ import annotations

from typing import Protocol

from attendance.sealing.site_keys import SiteKeys


class KeyPlace(Protocol):
    """One place, for the site whose settings it was made from."""

    @property
    def where(self) -> str:
        """Where the key is, or belongs, as a noun."""
        ...

    @property
    def sentence(self) -> str:
        """Where the key is and what that means, for the person at the terminal."""
        ...

    def read(self) -> SiteKeys | None:
        """The keys; None: there are none here.

        Raises:
            SiteKeyError: they are damaged or can't be read.
        """
        ...

    def write(self, keys: SiteKeys) -> None:
        """Replace the keys.

        Raises:
            SiteKeyError: they can't be written here.
        """
        ...

    def delete(self) -> None:
        """Delete the keys, if there are some.

        Raises:
            SiteKeyError: they can't be deleted.
        """
        ...
