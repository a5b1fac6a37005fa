"""What a site allows faces to be used for, and the error for what it doesn't."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.errors import SwitchedOffError
from attendance.settings.engine_settings import KNOWN
from attendance.settings.settings import Settings
from attendance.settings.use_settings import OFF, TWO_PEOPLE


@dataclass(frozen=True)
class SiteUses:
    """What a site allows.

    Attributes:
        search: whether a face may be searched among many students; else it is compared with one.
        room_photos: whether classroom photos are read.
        two_people: whether a second person has to confirm them.
        live_camera: whether cameras recognise who passes.
    """

    search: bool = True
    room_photos: bool = True
    two_people: bool = False
    live_camera: bool = True

    @classmethod
    def of(cls, settings: Settings) -> SiteUses:
        """What the settings allow; where nobody has chosen, ``attendance.open_register`` has."""
        return cls(
            search=settings.one_to_one != KNOWN,
            room_photos=settings.room_photos != OFF,
            two_people=settings.room_photos == TWO_PEOPLE,
            live_camera=settings.live_camera is not False,
        )

    def need_search(self) -> None:
        """Check that faces may be searched among many.

        Raises:
            SwitchedOffError: they may not.
        """
        if not self.search:
            raise SwitchedOffError(
                "Searching a class by face is switched off at this site (ATTENDANCE_ONE_TO_ONE=known). "
                "Compare the picture with one student instead."
            )

    def need_room_photos(self) -> None:
        """Check that classroom photos may be read.

        Raises:
            SwitchedOffError: they may not.
        """
        if not self.room_photos:
            raise SwitchedOffError(
                "Classroom photos are switched off at this site. An admin can allow them with the setting "
                "ATTENDANCE_ROOM_PHOTOS."
            )

    def need_live_camera(self) -> None:
        """Check that cameras may recognise who passes.

        Raises:
            SwitchedOffError: they may not.
        """
        if not self.live_camera:
            raise SwitchedOffError(
                "Live cameras are switched off at this site. An admin can allow them with the setting "
                "ATTENDANCE_LIVE_CAMERA."
            )


EVERYTHING = SiteUses()
