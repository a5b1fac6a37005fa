"""The whole register; ``attendance.open_register`` opens it."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from attendance.classes.general_course import GENERAL_COURSE
from attendance.enrolment.re_embed import ReEmbedResult, re_embed
from attendance.errors import StoreUnavailableError
from attendance.register_parts import RegisterParts
from attendance.values import EnginePin


class Register(RegisterParts):
    """Everything that can be done with one site's register; thread-safe."""

    def engine(self) -> EnginePin:
        """Which engine and detector are in use, and why; the first call on a new register chooses them.

        Raises:
            EngineMismatchError: the enrolled faces were read with others than those of the settings.
            face_detection.errors.FaceDetectionError: no engine can be had.
        """
        return self.engines.pin()

    @property
    def ready(self) -> bool:
        """Whether a photo would be judged without loading anything first."""
        return self.engines.ready

    def warm_up(self) -> None:
        """Load everything that the first check-in needs; meant for a thread in the background.

        Raises:
            EngineMismatchError: the templates have to be made again.
            face_detection.errors.FaceDetectionError: networks can't be had or loaded.
        """
        (matcher := self._matcher()).gallery(GENERAL_COURSE)
        matcher.pipeline.bursts.load()

    def re_embed(self) -> ReEmbedResult:
        """Make new templates from the kept faces with the engine of the settings.

        Raises:
            face_detection.errors.FaceDetectionError: that engine can't be had.
        """
        pipeline, reason = self.engines.choose_again()
        zone = self.settings.time_zone
        return re_embed(self.store, self.clock, pipeline, reason=reason, zone=zone, progress=self._progress)

    def settle_due(self) -> None:
        """Open and close the sessions that are due, and do what else is; cheap, for a timer.

        What fails keeps nothing else from being done, such as a backup, but a database that is away ends it.

        Raises:
            StoreUnavailableError: the database is unavailable.
            Exception: the first thing that failed, after all was tried.
        """
        errors: list[Exception] = []
        parts = (self.reporting, self.notices, self.retention, self.backups)
        for do in (
            self.clock_watch.look,
            self.class_sessions.settle_due,
            self.store.chain_pending,
            *(part.tick for part in parts),
        ):
            try:
                do()
            except StoreUnavailableError:  # each of the others would wait for it, too
                raise
            except Exception as error:  # noqa: BLE001 - raised below
                errors.append(error)
        if errors:
            raise errors[0]

    def close(self) -> None:
        """Close the database's connections; the register can't be used afterwards."""
        for part in (self.alarms, self.notices, self.classroom, self.backups, self.reporting, self.store):
            part.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
