"""The engine is chosen once and pinned; a later start never changes it automatically."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from attendance.errors import EngineMismatchError
from attendance.recognition import engine_loader
from attendance.recognition.engine_loader import EngineLoader
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import EnginePin
from face_detection.errors import EngineError
from face_detection.runtime.progress import silent
from tests.attendance.fake_pipeline import FakePipeline, photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS, open_site

CLOCK = FrozenClock()
NO_INTERNET = "http://127.0.0.1:9"  # a proxy where nothing listens


@pytest.fixture
def settings(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("https_proxy", NO_INTERNET)
    return Settings(config=tmp_path / "config", models=models, data=tmp_path, engine="dlib")


def room(settings: Settings, store: Store, **asked: str) -> EngineLoader:
    return EngineLoader(settings.with_overrides(**asked), store, CLOCK, silent)


def enrolled(folder: Path, engine: str, detector: str = "mtcnn") -> None:
    """A register with one student whose face was read by this engine."""
    site = open_site(folder, pipeline=FakePipeline(engine, detector))
    site.enrol("1", photo_of(COLLINS))
    site.store.pin_engine(EnginePin(engine, detector, "It was there.", CLOCK.now()))
    site.store.close()


def test_the_first_start_chooses_and_pins(settings: Settings, store: Store) -> None:
    pin = room(settings, store).pin()
    assert (pin.engine, pin.detector, pin.pinned_at) == ("dlib-1", "mtcnn", CLOCK.now())
    assert "ATTENDANCE_ENGINE is dlib" in pin.reason
    assert store.engine_pin() == pin


def test_a_dry_run_chooses_and_does_not_pin(settings: Settings, store: Store) -> None:
    loader = room(settings, store)
    loader.only_try()
    assert loader.pin().engine == "dlib-1"
    assert loader.pin() is loader.pin()
    assert store.engine_pin() is None


def test_what_asked_for_the_engine_is_named(settings: Settings, store: Store, tmp_path: Path) -> None:
    loader = room(settings, store)
    loader.asked_with("--engine")
    assert loader.pin().reason == "--engine is dlib."
    enrolled(tmp_path, "dlib-1")
    loader = room(settings, store, engine="facenet")
    loader.asked_with("--engine")
    with pytest.raises(EngineMismatchError, match=r"^--engine is facenet.*with --engine facenet.*omit --"):
        loader.pin()


def test_a_later_start_stays_with_it(settings: Settings, store: Store) -> None:
    first = room(settings, store, detector="haar").pin()
    assert first.detector == "haar"
    assert room(settings, store).pin() == first


def test_with_somebody_enrolled_no_start_chooses_again(
    settings: Settings, store: Store, tmp_path: Path, retail_model: Path
) -> None:
    enrolled(tmp_path, "dlib-1")
    pin = room(replace(settings, retail_model=retail_model), store, engine="auto").pin()
    assert (pin.engine, pin.reason) == ("dlib-1", "The faces in the register were read with it.")


def test_a_student_who_cannot_check_in_now_counts_as_enrolled(
    settings: Settings, store: Store, tmp_path: Path, retail_model: Path
) -> None:
    enrolled(tmp_path, "dlib-1")
    (student,) = store.students()
    store.update_student(replace(student, active=False))
    assert room(replace(settings, retail_model=retail_model), store, engine="auto").pin().engine == "dlib-1"


def test_with_nobody_enrolled_each_start_chooses_again_and_once(
    settings: Settings, store: Store, tmp_path: Path, retail_model: Path
) -> None:
    alone = replace(settings, models=tmp_path / "models")
    without = room(alone, store, engine="auto")
    pin = without.pin()
    assert pin.engine == "dlib-1"
    assert re.fullmatch(
        r"It needs no download\. retail-1 would make fewer mistakes, but the network retail-0095 could not "
        r"be downloaded \(.+\)\.",
        pin.reason,
    )
    later = room(replace(alone, retail_model=retail_model), store, engine="auto")
    assert later.pin().engine == "retail-1"
    assert store.engine_pin() == later.pin()
    assert without.pin().engine == "retail-1"  # a server that runs follows and doesn't choose against it
    assert without.pipeline().engine_name == "retail-1"


def test_an_engine_that_is_not_the_enrolled_faces_is_an_error(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    enrolled(tmp_path, "dlib-1")
    with pytest.raises(
        EngineMismatchError, match=r"facenet.*dlib-1.*create_database re-embed --engine facenet"
    ):
        room(settings, store, engine="facenet").pin()


def test_a_detector_that_is_not_the_enrolled_faces_is_an_error(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    enrolled(tmp_path, "dlib-1")
    with pytest.raises(EngineMismatchError, match=r"haar.*mtcnn.*create_database re-embed"):
        room(settings, store, detector="haar").pin()


def test_before_anybody_is_enrolled_it_can_be_changed_freely(settings: Settings, store: Store) -> None:
    store.pin_engine(EnginePin("facenet-1", "mtcnn", "It was there.", CLOCK.now()))
    pin = room(settings, store, detector="haar").pin()
    assert (pin.engine, pin.detector) == ("dlib-1", "haar")
    assert store.engine_pin() == pin


def test_an_engine_that_this_version_does_not_have_is_an_error_that_says_what_to_do(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    enrolled(tmp_path, "facenet-0")
    with pytest.raises(EngineMismatchError, match=r"facenet-0.*create_database re-embed"):
        room(settings, store, engine="auto").pipeline()


def test_without_its_networks_the_named_command_changes_to_an_engine_that_can_be_had(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    enrolled(tmp_path, "retail-1")
    alone = replace(settings, models=tmp_path / "models")
    with pytest.raises(EngineMismatchError, match=r"retail-1.*create_database re-embed --engine dlib"):
        room(alone, store, engine="auto").pipeline()
    pipeline, _ = room(alone, store, engine="dlib").choose_again()
    assert pipeline.engine_name == "dlib-1"


def test_the_pipeline_is_loaded_once_however_many_ask(settings: Settings, store: Store) -> None:
    engines = room(settings, store)
    before = engines.ready
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: engines.pipeline(), range(4)))
    assert (before, engines.ready) == (False, True)
    assert all(pipeline is loaded[0] for pipeline in loaded)
    assert (loaded[0].engine_name, loaded[0].detector_name) == ("dlib-1", "mtcnn")


def test_after_somebody_has_re_embedded_the_new_pipeline_is_loaded(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    engines = room(settings, store, engine="auto")
    enrolled(tmp_path, "dlib-1")
    first = engines.pipeline()
    store.repin_engine(EnginePin("dlib-1", "haar", "Somebody has re-embedded.", CLOCK.now()))
    second = engines.pipeline()
    assert (first.detector_name, second.detector_name) == ("mtcnn", "haar")
    assert engines.pipeline() is second


def test_chosen_anew_it_is_what_the_settings_ask_for(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    enrolled(tmp_path, "facenet-1")
    pipeline, reason = room(settings, store, detector="haar").choose_again()
    assert (pipeline.engine_name, pipeline.detector_name) == ("dlib-1", "haar")
    assert reason == "The faces in the register were read with it."


def test_chosen_anew_without_a_wish_the_pinned_one_stays(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    enrolled(tmp_path, "dlib-1", "haar")
    pipeline, _ = room(settings, store, engine="auto").choose_again()
    assert (pipeline.engine_name, pipeline.detector_name) == ("dlib-1", "haar")


@pytest.mark.parametrize("error", [MemoryError("std::bad_alloc"), RuntimeError("no thread"), OSError("full")])
def test_networks_for_which_something_lacks_are_an_engine_error(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(engine_loader, "load_pipeline", fail)
    store.pin_engine(EnginePin("dlib-1", "mtcnn", "It was there.", CLOCK.now()))
    with pytest.raises(EngineError, match=f"{type(error).__name__}: {error}.*more memory"):
        room(settings, store).choose_again()
