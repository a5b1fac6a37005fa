"""The same class with real networks: both portraits are enrolled, and the kit makes what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from attendance.accounts.passwords import Passwords
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from face_detection.liveness.values import Turn
from face_detection.pad_kit.presenting import Performer
from face_detection.pad_kit.values import Direction, PresentationKind
from face_detection.pipeline import FacePipeline, load_pipeline
from face_matching.thresholds import policy_for
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.fake_bursts import SentBurst
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.filled_store import fill_once
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone, enrol
from tests.face_detection.pad_kit.stills import eileen, grace

FIRST_TAKE = 1  # of a head whose movement is right; the kit measures how many are


@pytest.fixture(scope="session")
def real_networks(models: Path) -> FacePipeline:
    """What reads photos and frames."""
    return load_pipeline("dlib", "mtcnn", models=models, precision="f32")


@pytest.fixture
def register(  # noqa: PLR0917 - what a register is made of
    settings: Settings,
    store: Store,
    clock: FrozenClock,
    real_networks: FacePipeline,
    astronaut_jpeg: bytes,
    hopper_jpeg: bytes,
) -> Register:
    """A register with the portraits of Eileen Collins and Grace Hopper enrolled."""
    engines = FakeEngines(store, real_networks)
    opened = Register(settings, store, clock, engines=engines, policy=policy_for, passwords=Passwords(CHEAP))

    def enrol_both() -> None:
        enrol(opened, "1", "Eileen Collins", astronaut_jpeg)
        enrol(opened, "2", "Grace Hopper", hopper_jpeg)

    fill_once(store, ("two portraits", clock.now()), enrol_both)
    engines.pipeline()  # which enrolling loads
    return opened


class Stage:
    """Presents something of Eileen Collins to a phone; Grace Hopper helps."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        collins, hopper = replace(eileen(), person="collins"), replace(grace(), person="hopper")
        self._performer = Performer(collins, hopper, seed=14)

    def made(self, kind: PresentationKind, asked: Sequence[Turn], take: int) -> tuple[bytes, SentBurst]:
        """The photo and the frames of one presentation."""
        made = self._performer.present(kind, [Direction(turn.value) for turn in asked], take)
        return made.snapshot, SentBurst(made.frames, made.taken)

    def shown(self, kind: PresentationKind, tries: int = 2) -> list[TestResponse]:
        """Scan, and show it as often; the replies."""
        self._phone.scan()
        replies = []
        for take in range(FIRST_TAKE, FIRST_TAKE + tries):
            photo, burst = self.made(kind, self._phone.asked(), take)
            replies.append(self._phone.submit(photo, burst=burst))
        return replies


@pytest.fixture
def stage(phone: Phone) -> Stage:
    """What is before the phone's camera."""
    return Stage(phone)
