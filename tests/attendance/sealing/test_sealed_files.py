"""Files with faces in the data folder: sealed, each with a key that goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from attendance.classroom.jobs.job_folder import JobFolder
from attendance.errors import SealBrokenError
from attendance.files.snapshots import Snapshots
from attendance.recognition.classifier import Classifier, fingerprint_of
from attendance.sealing.opening import open_sealed_store
from attendance.sealing.rotating import rotate
from attendance.sealing.sealed_files import BEGINNING, files_of
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from face_matching.matchers.student_svm import StudentSvm

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 a face"
JOB = "a" * 32


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A sealed register."""
    with closing(open_sealed_store(settings)) as opened:
        yield opened


@pytest.fixture
def snapshots(settings: Settings, store: Store) -> Snapshots:
    """Its snapshots."""
    return Snapshots(settings.data / "Images", files_of(store))


@pytest.fixture
def job(settings: Settings, store: Store) -> JobFolder:
    """The folder of a job of classroom photos."""
    (settings.data / "Images").mkdir(exist_ok=True)
    folder = JobFolder(settings.data / "Images" / JOB, store, files_of(store))
    folder.make()
    return folder


def plain_files(settings: Settings) -> list[Path]:
    """The files of the data folder in which something of the picture can be read."""
    paths = [path for path in settings.data.rglob("*") if path.is_file()]
    return [path for path in paths if b"JFIF" in (data := path.read_bytes()) or b"a face" in data]


def test_no_picture_in_the_data_folder_is_plain(
    settings: Settings, snapshots: Snapshots, job: JobFolder
) -> None:
    name = snapshots.save("a review", JPEG)
    job.write_picture(0, JPEG)
    job.upload(0).write_bytes(JPEG)
    job.seal_photos()
    assert plain_files(settings) == []
    assert snapshots.read(name) == JPEG
    assert job.picture(0) == JPEG
    assert job.photo(0) == JPEG


def test_what_an_older_version_wrote_plainly_is_read_and_then_sealed(
    settings: Settings, snapshots: Snapshots, job: JobFolder
) -> None:
    plain = Snapshots(settings.data / "Images")
    name = plain.save("a review", JPEG)
    JobFolder(job.path, job._store).write_picture(0, JPEG)
    assert len(plain_files(settings)) == 2
    assert (snapshots.read(name), job.picture(0)) == (JPEG, JPEG)
    for _ in range(2):
        snapshots.seal_plain()
        job.seal_plain()
    assert plain_files(settings) == []
    assert (snapshots.read(name), job.picture(0)) == (JPEG, JPEG)


def test_a_copy_of_a_deleted_picture_can_not_be_read(snapshots: Snapshots, job: JobFolder) -> None:
    name = snapshots.save("a review", JPEG)
    job.write_picture(0, JPEG)
    picture = next((job.path / "pictures").iterdir())
    copies = {path: path.read_bytes() for path in (snapshots.path(name), picture)}
    snapshots.delete(name)
    job.forget_pictures()
    picture.parent.mkdir()
    for path, copy in copies.items():
        path.write_bytes(copy)
    assert snapshots.read(name) is None
    assert job.picture(0) is None


def test_a_changed_and_an_exchanged_picture_are_noticed(snapshots: Snapshots) -> None:
    one, other = snapshots.save("one", JPEG), snapshots.save("other", JPEG)
    sealed = snapshots.path(one).read_bytes()
    snapshots.path(other).write_bytes(sealed)
    with pytest.raises(SealBrokenError, match="changed or exchanged"):
        snapshots.read(other)
    snapshots.path(one).write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(SealBrokenError, match="changed or exchanged"):
        snapshots.read(one)


def test_pictures_stay_readable_when_the_key_is_changed(settings: Settings) -> None:
    with closing(open_sealed_store(settings)) as store:
        name = Snapshots(settings.data / "Images", files_of(store)).save("a review", JPEG)
    rotate(settings)
    with closing(open_sealed_store(settings)) as store:
        assert Snapshots(settings.data / "Images", files_of(store)).read(name) == JPEG


def test_the_classifier_is_sealed_and_its_copies_can_not_be_read_after_it_is_deleted(
    settings: Settings, store: Store
) -> None:
    classifier = Classifier(store, settings, files_of(store))
    trained = svm(fingerprint_of([]))
    assert classifier.save(trained)
    copy = classifier.path.read_bytes()
    assert copy.startswith(BEGINNING)
    assert trained.to_bytes() not in copy
    classifier.purge()
    assert classifier.path.exists(), "it fits the enrolled faces"
    classifier.path.write_bytes(trained.to_bytes())
    classifier.purge()
    assert classifier.path.read_bytes().startswith(BEGINNING), "a plain one is sealed"
    assert not classifier.save(svm("of other faces"))
    classifier.path.write_bytes(copy)
    classifier.purge()
    assert not classifier.path.exists()


def svm(fingerprint: str) -> StudentSvm:
    """A classifier of nobody in particular."""
    zeros = np.zeros((1, 16)), np.zeros(1), np.zeros((1, 2))
    return StudentSvm("retail-1", "mtcnn", fingerprint, ("s1",), *zeros, accepts_at=0.5)
