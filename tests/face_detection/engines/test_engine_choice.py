from __future__ import annotations

from pathlib import Path

import pytest

from face_detection.engines.engine_choice import choose_engine
from face_detection.errors import EngineError, ModelFileError

PARTS = {"both-1": ("facenet-1", "dlib-1")}


class Models:
    """Networks of a machine on which some can't be had."""

    def __init__(
        self, *missing: str, facenet_weights: Path | None = None, retail_model: Path | None = None
    ) -> None:
        self.missing = missing
        self.facenet_weights = facenet_weights
        self.retail_model = retail_model
        self.prepared: list[str] = []

    def prepare(self, engine: str) -> None:
        for part in PARTS.get(engine, (engine,)):
            if part in self.missing:
                raise ModelFileError(
                    f"no weights for {part}. Connect to the internet.", brief=f"{part} is gone"
                )
        self.prepared.append(engine)


def test_auto_takes_retail_where_it_can_be_had() -> None:
    models = Models()
    choice = choose_engine("auto", pinned=None, models=models)
    assert choice.name == "retail-1"
    assert models.prepared == ["retail-1"]
    assert choice.reason.endswith(".")


def test_auto_takes_facenet_and_dlib_where_retail_cannot_be_had_and_says_why_in_a_line() -> None:
    models = Models("retail-1")
    choice = choose_engine("auto", pinned=None, models=models)
    assert choice.name == "both-1"
    assert models.prepared == ["both-1"]
    assert choice.reason == "retail-1 would make fewer mistakes, but retail-1 is gone."


def test_auto_takes_dlib_where_nothing_else_can_be_had_and_says_why_in_a_line() -> None:
    models = Models("retail-1", "facenet-1")
    choice = choose_engine("auto", pinned=None, models=models)
    assert choice.name == "dlib-1"
    assert models.prepared == ["dlib-1"]
    assert choice.reason == "It needs no download. retail-1 would make fewer mistakes, but retail-1 is gone."


def test_auto_says_that_facenets_weights_are_for_other_engines() -> None:
    choice = choose_engine("auto", pinned=None, models=Models(facenet_weights=Path("weights.h5")))
    assert choice.name == "retail-1"
    assert "FACENET_WEIGHTS is for both and facenet only." in choice.reason


def test_auto_says_where_a_named_network_lies() -> None:
    choice = choose_engine("auto", pinned=None, models=Models(retail_model=Path("from a stick")))
    assert choice.name == "retail-1"
    assert "from a stick" in choice.reason


@pytest.mark.parametrize(
    "models",
    [
        Models("retail-1", retail_model=Path("wrong")),
        Models("retail-1", "facenet-1", facenet_weights=Path("wrong.h5")),
    ],
)
def test_a_named_file_that_is_wrong_is_never_passed_over(models: Models) -> None:
    with pytest.raises(ModelFileError, match="no weights"):
        choose_engine("auto", pinned=None, models=models)


@pytest.mark.parametrize(
    ("pinned", "requested"),
    [("retail-1", "retail"), ("both-1", "both"), ("facenet-1", "facenet"), ("dlib-1", "dlib")],
)
def test_a_pinned_engine_stays_whether_it_is_asked_for_or_not(pinned: str, requested: str) -> None:
    for wish in ("auto", requested):
        models = Models(facenet_weights=Path("weights.h5"))
        assert choose_engine(wish, pinned=pinned, models=models).name == pinned
        assert models.prepared == [pinned]


def test_a_pinned_engine_that_cannot_be_had_is_an_error_and_no_other_engine() -> None:
    models = Models("facenet-1")
    with pytest.raises(EngineError, match=r"facenet-1.*Connect to the internet.*re-embed"):
        choose_engine("auto", pinned="facenet-1", models=models)
    assert models.prepared == []


@pytest.mark.parametrize(
    ("pinned", "requested"),
    [
        ("facenet-1", "dlib"),
        ("dlib-1", "facenet"),
        ("dlib-1", "retail"),
        ("retail-1", "both"),
        ("facenet-1", "both"),
        ("both-1", "facenet"),
    ],
)
def test_another_engine_than_the_pinned_one_needs_new_embeddings(pinned: str, requested: str) -> None:
    with pytest.raises(EngineError, match=rf"{pinned}.*re-embed with ATTENDANCE_ENGINE={requested}"):
        choose_engine(requested, pinned=pinned, models=Models())


def test_a_pin_of_another_version_needs_new_embeddings() -> None:
    with pytest.raises(EngineError, match=r"facenet-0.*re-embed"):
        choose_engine("auto", pinned="facenet-0", models=Models())


@pytest.mark.parametrize(
    ("requested", "missing"),
    [("retail", "retail-1"), ("both", "facenet-1"), ("facenet", "facenet-1"), ("dlib", "dlib-1")],
)
def test_an_engine_that_is_asked_for_is_taken_or_its_absence_told(requested: str, missing: str) -> None:
    assert choose_engine(requested, pinned=None, models=Models()).name == f"{requested}-1"
    with pytest.raises(ModelFileError, match=f"no weights for {missing}"):
        choose_engine(requested, pinned=None, models=Models(missing))


def test_an_unknown_engine_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(EngineError, match=r"'arcface'.*auto, retail, both, facenet, dlib"):
        choose_engine("arcface", pinned=None, models=Models())
