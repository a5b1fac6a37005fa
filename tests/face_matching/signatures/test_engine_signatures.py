"""An engine's embeddings are told from others; the numbers behind it are held against real faces."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.apparatus.face_folder import LabelledPhoto, embed_photos, labelled_photos
from benchmarks.foreign_embeddings import stretched
from face_detection.engines.model_files import NETWORKS
from face_detection.image_embedding import NetworkEngine
from face_detection.photo import decode
from face_detection.pipeline import FacePipeline, load_pipeline
from face_matching.errors import UnknownPolicyError
from face_matching.signatures.engine_signatures import (
    LEAST_PEOPLE,
    SIGNATURES,
    EngineSignature,
    mean_similarities,
    signature_of,
)
from tests.attendance.imports.made_up import faces_of, random_vectors

EVERY_ENGINE = pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@EVERY_ENGINE
def test_what_lies_as_the_engines_do_fits(signature: EngineSignature) -> None:
    rows = unit(np.concatenate([faces_of(person, engine=signature.engine) for person in range(50)]))
    assert signature.fits(rows).all()


@EVERY_ENGINE
def test_vectors_of_another_origin_do_not_fit(signature: EngineSignature) -> None:
    rows = random_vectors(5000, signature.dimension).astype(np.float32)
    assert not signature.fits(rows).any()
    made = unit(np.concatenate([faces_of(person, engine=signature.engine) for person in range(50)]))
    shuffled = made[:, np.random.default_rng(2).permutation(signature.dimension)]
    assert not signature.fits(shuffled).any()


@pytest.mark.parametrize("engine", ["facenet-1", "dlib-1"])
def test_with_their_signs_turned_they_do_not_fit(engine: str) -> None:
    signature = SIGNATURES[engine]
    rows = unit(np.concatenate([faces_of(person, engine=signature.engine) for person in range(50)]))
    assert not signature.fits(-rows).any()


def test_roughly_rounded_ones_are_not_said_to_have_their_signs_turned() -> None:
    facenet = SIGNATURES["facenet-1"]
    rows = np.concatenate([faces_of(person) for person in range(200)])
    assert facenet.fits(unit(rows.round(3))).all()
    assert facenet.fits_bias(unit(rows.round(2))).mean() > 0.95


def test_every_network_has_a_signature() -> None:
    assert set(SIGNATURES) == set(NETWORKS.values())
    with pytest.raises(UnknownPolicyError, match="there is no signature of fake-1"):
        signature_of("fake-1")


def test_likeness_counts_each_person_once_and_says_nothing_of_a_few() -> None:
    rows = unit(np.concatenate([faces_of(person, 3 if person else 30) for person in range(LEAST_PEOPLE)]))
    owners = [str(person) for person in range(LEAST_PEOPLE) for _ in range(3 if person else 30)]
    found = mean_similarities(rows, owners)
    each = []
    for person in range(LEAST_PEOPLE):
        own = rows[np.array(owners) == str(person)]
        scores = own @ own.T
        each.append(scores[~np.eye(len(own), dtype=bool)].mean())
    assert found.same == pytest.approx(np.mean(each), abs=1e-6)
    assert found.others == pytest.approx(0, abs=0.05)
    assert found.people == LEAST_PEOPLE
    few = mean_similarities(rows[:33], owners[:33])
    assert (few.same, few.others, few.people) == (None, None, 2)


def test_of_a_large_file_whole_people_are_compared() -> None:
    rows = unit(np.concatenate([faces_of(person) for person in range(1500)]))
    owners = [str(person) for person in range(1500) for _ in range(2)]
    found = mean_similarities(rows, owners)
    assert found.same == pytest.approx(0.8, abs=0.03)
    assert found.others == pytest.approx(0, abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("engine", NETWORKS)
def test_real_faces_fit_and_only_their_own_engine(
    facenet_models: Path, retail_model: Path, shared_faces: Path, engine: str
) -> None:
    pipeline = load_pipeline(engine, "mtcnn", models=facenet_models, retail_model=retail_model)
    photos = labelled_photos([shared_faces / "lfw10"])[::2]
    (embedded,) = embed_photos(photos, [pipeline], lambda _count: None)
    signature = SIGNATURES[NETWORKS[engine]]
    assert signature.fits(embedded.embeddings).all()
    found = mean_similarities(embedded.embeddings, embedded.identities)
    assert found.same is not None
    assert found.others is not None
    assert found.same > signature.same_usual
    assert found.others < signature.others_usual
    assert signature.fits(-embedded.embeddings).any() == (engine == "retail")  # which has no bias
    assert signature.fits(unit(embedded.embeddings.astype(np.float16).astype(np.float64))).all()
    order = np.random.default_rng(4).permutation(signature.dimension)
    assert not signature.fits(embedded.embeddings[:, order]).any()
    if engine == "facenet":
        assert signature.fits(_cut_out_otherwise(pipeline, photos)).all()
        centred = unit((embedded.embeddings - embedded.embeddings.mean(axis=0)).astype(np.float64))
        assert signature.fits_directions(centred).all()
        assert signature.fits(centred).mean() < 0.1


def _cut_out_otherwise(pipeline: FacePipeline, photos: Sequence[LabelledPhoto]) -> NDArray[np.float32]:
    """The embeddings of keras-facenet's cut and of the bare box with red and blue exchanged."""
    chips = []
    for labelled in photos:
        photo = decode(labelled.path.read_bytes())
        for face in pipeline.detector.detect(photo)[:1]:
            chips += [stretched(photo, face, 16), stretched(photo, face, 0)[:, :, ::-1]]
    assert isinstance(pipeline.engine, NetworkEngine)
    return pipeline.engine.embed_chips(np.stack(chips))
