"""A register whose engine is the small fake one; everything else of it is real."""

from __future__ import annotations

from datetime import UTC, datetime

from attendance.accounts.passwords import Passwords
from attendance.clock import Clock, SystemClock
from attendance.recognition.pipelines import Pipeline
from attendance.register import Register
from attendance.sealing.opening import open_sealed_store
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.protocol import Store
from attendance.values import EnginePin
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.fake_pipeline import FakePipeline, fake_policy
from tests.attendance.new_store import make_database

PINNED_AT = datetime(2026, 11, 21, tzinfo=UTC)


class FakeEngines:
    """See ``attendance.recognition.engines.Engines``."""

    def __init__(self, store: Store, pipeline: Pipeline) -> None:
        self._store = store
        self._pipeline = pipeline
        self.ready = False
        self.refused = ""

    def pin(self) -> EnginePin:
        """The fake engine, pinned."""
        pinned = self._store.engine_pin()
        if pinned is not None:  # as the real one: only who pins has to write
            return pinned
        pipeline = self._pipeline
        return self._store.pin_engine(
            EnginePin(pipeline.engine_name, pipeline.detector_name, "It is a test.", PINNED_AT)
        )

    def allows(self, pin: EnginePin) -> bool:
        """All but ``refused``."""
        return pin.engine != self.refused

    def pipeline(self) -> Pipeline:
        """The fake pipeline."""
        self.pin()
        self.ready = True
        return self._pipeline

    turn = None

    def only_try(self) -> None:
        """See ``Engines``."""

    def asked_with(self, option: str) -> None:
        """See ``Engines``."""

    def choose_again(self) -> tuple[Pipeline, str]:
        """The fake pipeline again."""
        return self._pipeline, "It is a test."


def open_fake_register(
    settings: Settings, *, clock: Clock | None = None, pipeline: FakePipeline | None = None
) -> Register:
    """Open a register as ``open_register`` does, but with the fake pipeline and cheap hashes of passwords."""
    if settings.mongodb_uri is None:
        make_database(settings.data / FILE_NAME)
    store = open_sealed_store(settings)
    engines = FakeEngines(store, pipeline or FakePipeline())
    return Register(
        settings,
        store,
        clock or SystemClock(),
        engines=engines,
        policy=fake_policy,
        passwords=Passwords(CHEAP),
    )
