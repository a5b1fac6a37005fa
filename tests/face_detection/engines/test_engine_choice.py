from __future__ import annotations

from pathlib import Path

import pytest

from face_detection.engines.engine_choice import choose_engine
from face_detection.errors import EngineError, ModelFileError

PARTS = {"both-1": ("facenet-1", "dlib-1")}


class Models:
    """Networks of a machine on which one can't be had."""

    def __init__(self, *, missing: str | None = None, facenet_weights: Path | None = None) -> None:
        self.missing = missing
        self.facenet_weights = facenet_weights
        self.prepared: list[str] = []

    def prepare(self, engine: str) -> None:
        if self.missing in (engine, *PARTS.get(engine, ())):
            raise ModelFileError(f"no weights for {self.missing}. Connect to the internet.")
        self.prepared.append(engine)


def test_auto_takes_both_networks_where_facenet_can_be_had() -> None:
    models = Models()
    choice = choose_engine("auto", pinned=None, models=models)
    assert choice.name == "both-1"
    assert models.prepared == ["both-1"]
    assert choice.reason.endswith(".")


def test_auto_takes_dlib_where_facenet_cannot_be_had_and_says_why() -> None:
    models = Models(missing="facenet-1")
    choice = choose_engine("auto", pinned=None, models=models)
    assert choice.name == "dlib-1"
    assert models.prepared == ["dlib-1"]
    assert "no weights for facenet-1" in choice.reason


def test_auto_says_that_the_named_weights_decided() -> None:
    choice = choose_engine("auto", pinned=None, models=Models(facenet_weights=Path("weights.h5")))
    assert choice.name == "both-1"
    assert "weights.h5" in choice.reason


def test_a_named_file_of_weights_that_is_wrong_is_never_passed_over() -> None:
    models = Models(missing="facenet-1", facenet_weights=Path("wrong.h5"))
    with pytest.raises(ModelFileError, match="no weights"):
        choose_engine("auto", pinned=None, models=models)


@pytest.mark.parametrize(
    ("pinned", "requested"), [("both-1", "both"), ("facenet-1", "facenet"), ("dlib-1", "dlib")]
)
def test_a_pinned_engine_stays_whether_it_is_asked_for_or_not(pinned: str, requested: str) -> None:
    for wish in ("auto", requested):
        models = Models(facenet_weights=Path("weights.h5"))
        assert choose_engine(wish, pinned=pinned, models=models).name == pinned
        assert models.prepared == [pinned]


def test_a_pinned_engine_that_cannot_be_had_is_an_error_and_no_other_engine() -> None:
    models = Models(missing="facenet-1")
    with pytest.raises(EngineError, match=r"facenet-1.*Connect to the internet.*re-embed"):
        choose_engine("auto", pinned="facenet-1", models=models)
    assert models.prepared == []


@pytest.mark.parametrize(
    ("pinned", "requested"),
    [("facenet-1", "dlib"), ("dlib-1", "facenet"), ("facenet-1", "both"), ("both-1", "facenet")],
)
def test_another_engine_than_the_pinned_one_needs_new_embeddings(pinned: str, requested: str) -> None:
    with pytest.raises(EngineError, match=rf"{pinned}.*re-embed with ATTENDANCE_ENGINE={requested}"):
        choose_engine(requested, pinned=pinned, models=Models())


def test_a_pin_of_another_version_needs_new_embeddings() -> None:
    with pytest.raises(EngineError, match=r"facenet-0.*re-embed"):
        choose_engine("auto", pinned="facenet-0", models=Models())


@pytest.mark.parametrize("requested", ["both", "facenet", "dlib"])
def test_an_engine_that_is_asked_for_is_taken_or_its_absence_told(requested: str) -> None:
    assert choose_engine(requested, pinned=None, models=Models()).name == f"{requested}-1"
    with pytest.raises(ModelFileError, match=f"no weights for {requested}-1"):
        choose_engine(requested, pinned=None, models=Models(missing=f"{requested}-1"))


def test_an_unknown_engine_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(EngineError, match=r"'arcface'.*auto, both, facenet, dlib"):
        choose_engine("arcface", pinned=None, models=Models())
