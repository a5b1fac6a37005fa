"""What gives the register its engine and its pipeline."""

from __future__ import annotations

from typing import Protocol

from attendance.recognition.pipelines import Pipeline
from attendance.sealing.turn import TemplateTurn
from attendance.values import EnginePin


class Engines(Protocol):
    """Gives the pipeline in use; tests bring one without networks."""

    @property
    def turn(self) -> TemplateTurn | None:
        """How the pipeline turns embeddings; None: it leaves them as they are."""
        ...

    @property
    def ready(self) -> bool:
        """Whether the pipeline is loaded."""
        ...

    def pin(self) -> EnginePin:
        """The engine and detector in use, and why; chosen now if they never were."""
        ...

    def allows(self, pin: EnginePin) -> bool:
        """Whether this server's settings allow the engine and the detector that are in use."""
        ...

    def pipeline(self) -> Pipeline:
        """The pipeline in use, loaded now if it is not."""
        ...

    def choose_again(self) -> tuple[Pipeline, str]:
        """The pipeline that the settings ask for, whatever is pinned, and why that one."""
        ...

    def only_try(self) -> None:
        """From now on choose without pinning, for a dry run."""
        ...

    def asked_with(self, option: str) -> None:
        """Name the option of the command line that asks for an engine, instead of the setting."""
        ...
