"""Which engine this register uses, chosen once and pinned, and its pipeline, loaded when first needed."""

from __future__ import annotations

from dataclasses import replace
from threading import RLock

from attendance.clock import Clock
from attendance.errors import EngineMismatchError
from attendance.program import admin_command
from attendance.recognition.pipelines import Pipeline
from attendance.recognition.turned_pipeline import TurnedPipeline
from attendance.sealing.turn import TemplateTurn
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import EnginePin
from face_detection.engines.engine_choice import (
    ALWAYS,
    AUTO,
    BEST,
    KEPT,
    SETTING,
    EngineChoice,
    choose_engine,
)
from face_detection.engines.model_files import ENGINE_NAMES, ModelFiles
from face_detection.errors import EngineError
from face_detection.pipeline import FacePipeline, load_pipeline
from face_detection.runtime.openvino_runtime import Precision
from face_detection.runtime.progress import Progress, silent

FIRST_DETECTOR = "mtcnn"  # finds more faces than Haar and needs no second network for the landmarks


def load_configured(
    settings: Settings,
    engine: str,
    detector: str,
    *,
    precision: Precision | None = None,
    progress: Progress = silent,
) -> FacePipeline:
    """Load a pipeline with the networks, and on the device, that the settings name; see ``load_pipeline``."""
    return load_pipeline(
        engine,
        detector,
        models=settings.models,
        facenet_weights=settings.facenet_weights,
        retail_model=settings.retail_model,
        device=settings.device,
        precision=precision,
        progress=progress,
    )


class EngineLoader:
    """Chooses, pins and loads; any thread may ask.

    Args:
        settings: which engine and detector, and where networks are stored.
        store: where the choice is pinned.
        clock: the source of the time.
        progress: receives the progress of a download or conversion.
        turn: turns embeddings; None leaves them as they are.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        progress: Progress,
        turn: TemplateTurn | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._progress = progress
        self.turn = turn
        self._models = ModelFiles(settings.models, settings.facenet_weights, settings.retail_model, progress)
        self._lock = RLock()
        self._loaded: Pipeline | None = None
        self._only_tries = False
        self._asked_with = SETTING
        self._tried: EnginePin | None = None
        self._has_chosen = False
        self._keeps = False  # whether faces were enrolled at the start, so that nothing was chosen

    @property
    def ready(self) -> bool:
        """Whether the pipeline is loaded."""
        return self._loaded is not None

    def pin(self) -> EnginePin:
        """The engine and detector in use, and why.

        The first call on a register in which nobody is enrolled chooses them, also where an earlier start
        has: what could not be had then may be there now. This may download and convert networks.

        Raises:
            EngineMismatchError: the settings ask for others than the enrolled faces were read with.
            face_detection.errors.FaceDetectionError: no engine can be had.
        """
        pinned = self._tried or self._store.engine_pin()
        if pinned is not None and self.allows(pinned) and self._has_chosen:
            return self._explained(pinned)
        with self._lock:
            if pinned is None or not self._is_anyone_enrolled():
                pinned = self._pinned(self._fresh_pin(pinned), pinned)
            else:
                self._keeps = True
            if not self.allows(pinned):
                raise self._mismatch(pinned)
            self._has_chosen = True
            return self._explained(pinned)

    def _explained(self, pin: EnginePin) -> EnginePin:
        """The pin with the reason that is true now."""
        return replace(pin, reason=KEPT) if self._keeps else pin

    def _fresh_pin(self, before: EnginePin | None) -> EnginePin:
        """What the settings choose now; the pin from before if that is the same."""
        choice = self._choose(self._settings.engine, pinned=None)
        detector = self._settings.detector or (before.detector if before else FIRST_DETECTOR)
        chosen_at = before.pinned_at if before else self._clock.now()
        fresh = EnginePin(choice.name, detector, choice.reason, chosen_at)
        return fresh if fresh == before else replace(fresh, pinned_at=self._clock.now())

    def _pinned(self, fresh: EnginePin, before: EnginePin | None) -> EnginePin:
        """The pin that is valid now, after the fresh one was written unless somebody else was faster."""
        if self._only_tries:
            self._tried = fresh
            return fresh
        if before is None:
            return self._store.pin_engine(fresh)
        if fresh == before or self._is_anyone_enrolled():  # while networks were downloaded
            return before
        self._store.repin_engine(fresh)
        return fresh

    def _is_anyone_enrolled(self) -> bool:
        """Whether there are templates, also of students who can't check in or be recognised now."""
        if self._store.templates():
            return True
        left_out = (each for each in self._store.students() if not each.active or each.consent_ends)
        return any(self._store.templates_of(student.id) for student in left_out)

    def allows(self, pin: EnginePin) -> bool:
        """See ``Engines``."""
        asked = self._settings.engine
        is_asked_for = asked == AUTO or ENGINE_NAMES[asked] == pin.engine
        return is_asked_for and self._settings.detector in (None, pin.detector)

    def pipeline(self) -> Pipeline:
        """The pipeline of the pinned engine and detector; another one after re-embedding.

        Raises:
            EngineMismatchError: the settings ask for others, or the pinned engine can't be had here.
            face_detection.errors.FaceDetectionError: networks can't be had or loaded.
        """
        pin = self.pin()
        loaded = self._loaded
        if loaded is not None and (loaded.engine_name, loaded.detector_name) == (pin.engine, pin.detector):
            return loaded
        with self._lock:
            loaded = self._loaded
            if loaded is None or (loaded.engine_name, loaded.detector_name) != (pin.engine, pin.detector):
                self._prepare_pinned(pin)
                loaded = self._load(pin.engine, pin.detector)
                self._loaded = loaded
            return loaded

    def choose_again(self) -> tuple[Pipeline, str]:
        """The pipeline that the settings ask for, whatever is pinned, and why that one.

        Where they leave the choice, the pinned engine stays if this version of the program has it.

        Raises:
            face_detection.errors.FaceDetectionError: it can't be had.
        """
        pinned = self._store.engine_pin()
        stays = (
            self._settings.engine == AUTO and pinned is not None and pinned.engine in ENGINE_NAMES.values()
        )
        choice = self._choose(self._settings.engine, pinned=pinned.engine if pinned and stays else None)
        detector = self._settings.detector or (pinned.detector if pinned else FIRST_DETECTOR)
        return self._load(choice.name, detector), KEPT

    def only_try(self) -> None:
        """From now on choose without pinning, for a dry run."""
        self._only_tries = True

    def asked_with(self, option: str) -> None:
        """Name the option of the command line that asks for an engine, instead of the setting."""
        self._asked_with = option

    def _choose(self, requested: str, *, pinned: str | None) -> EngineChoice:
        return choose_engine(requested, pinned=pinned, models=self._models, asked_with=self._asked_with)

    def _load(self, engine: str, detector: str) -> Pipeline:
        try:
            pipeline = load_configured(self._settings, engine, detector, progress=self._progress)
        except (MemoryError, OSError, RuntimeError) as error:  # OpenVINO raises these for what it lacks
            raise EngineError(
                f"The networks of {engine} can't be loaded: {type(error).__name__}: {error}. Give the "
                "program more memory, or close others, and start it again."
            ) from error
        return pipeline if self.turn is None else TurnedPipeline(pipeline, self.turn)

    def _mismatch(self, pin: EnginePin) -> EngineMismatchError:
        try:
            self._choose(self._settings.engine, pinned=pin.engine)
        except EngineError as error:
            return self._with_the_command(error)
        return self._with_the_command(
            f"ATTENDANCE_DETECTOR is {self._settings.detector}, but the faces of this register "
            f"were found with {pin.detector}, and the two crop faces differently. To change the "
            "detector, re-embed. To keep it, omit ATTENDANCE_DETECTOR."
        )

    def _prepare_pinned(self, pin: EnginePin) -> EngineChoice:
        try:
            return self._choose(AUTO, pinned=pin.engine)
        except EngineError as error:
            raise self._with_the_command(error, self._another_engine(pin)) from error

    def _another_engine(self, pin: EnginePin) -> str:
        """The engine to change to if the pinned one can't be had; the settings' own, if they name one."""
        if self._settings.engine != AUTO or pin.engine not in ENGINE_NAMES.values():
            return self._settings.engine
        names = {version: name for name, version in ENGINE_NAMES.items()}
        return names[BEST if pin.engine == ALWAYS else ALWAYS]

    def _with_the_command(self, problem: EngineError | str, engine: str | None = None) -> EngineMismatchError:
        """The problem, and what to type to re-embed: the folders below don't know the admin's command."""
        engine = engine or self._settings.engine
        asked = [] if engine == AUTO else ["--engine", engine]
        asked += [] if self._settings.detector is None else ["--detector", self._settings.detector]
        return EngineMismatchError(f"{problem} To re-embed, run: {admin_command('re-embed', *asked)}")
