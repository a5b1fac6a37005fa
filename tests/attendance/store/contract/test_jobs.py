"""Jobs of classroom photos, on every database."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from threading import Barrier, Thread
from typing import Any

from attendance.store.protocol import Store
from attendance.store.protocols.jobs import PhotoJob
from tests.attendance.store.builders import MS, NOON, photo_job
from tests.attendance.store.databases import Place

LATER = NOON + 60_000 * MS


def stored(store: Store, **changes: Any) -> PhotoJob:
    job = photo_job(**changes)
    assert store.add_job(job)
    return job


def test_a_job_comes_back_as_written(empty_store: Store, place: Place) -> None:
    whole = PhotoJob(
        "f" * 32,
        "another|2025-11-20",
        NOON + MS,
        *('{"id": "ф"}', '{"pictures": []}', '{"confirmed": true}', '{"marked": ["s1"]}', '{"done": 1}'),
        *("a host|12|token", LATER, 2, 7),
    )
    plain = photo_job()
    assert empty_store.add_job(whole)
    assert empty_store.add_job(plain)
    assert not empty_store.add_job(replace(plain, wanted="other"))
    with closing(place.open()) as again:
        assert [again.job(whole.id), again.job(plain.id), again.job("unknown")] == [whole, plain, None]
        assert again.job_ids() == [plain.id, whole.id]
        assert again.jobs_of_session(whole.session_id) == [whole]
        assert again.unread_jobs() == [plain]


def test_of_two_who_change_a_job_one_does(empty_store: Store) -> None:
    job = stored(empty_store)
    decided = replace(job, decision="{}", version=2)
    assert empty_store.replace_job(decided)
    assert not empty_store.replace_job(replace(job, reading="{}", version=2))
    assert empty_store.job(job.id) == decided
    assert not empty_store.replace_job(replace(decided, id="unknown", version=3))
    assert empty_store.unread_jobs() == []


def test_one_process_reads_a_job_until_it_is_silent_for_long(empty_store: Store) -> None:
    job = stored(empty_store)
    claimed = empty_store.claim_job(job.id, "first", now=NOON, until=LATER)
    assert claimed == replace(job, reader="first", reader_until=LATER, version=2)
    assert empty_store.claim_job(job.id, "second", now=LATER - MS, until=LATER) is None
    assert empty_store.keep_job(job.id, "first", until=LATER + MS, progress='{"done": 1}')
    assert empty_store.keep_job(job.id, "first", until=LATER + 2 * MS)
    assert not empty_store.keep_job(job.id, "second", until=LATER)
    kept = empty_store.job(job.id)
    assert kept == replace(claimed, reader_until=LATER + 2 * MS, progress='{"done": 1}')
    taken_over = empty_store.claim_job(job.id, "second", now=LATER + 2 * MS, until=LATER + 9 * MS)
    assert taken_over == replace(job, reader="second", reader_until=LATER + 9 * MS, crashes=1, version=3)
    assert not empty_store.keep_job(job.id, "first", until=LATER + 10 * MS), "who was too slow finds out"
    empty_store.release_job(job.id, "first")
    assert empty_store.job(job.id) == taken_over


def test_a_reader_that_is_known_to_have_ended_is_replaced_at_once(empty_store: Store) -> None:
    job = stored(empty_store)
    assert empty_store.claim_job(job.id, "first", now=NOON, until=LATER)
    assert empty_store.claim_job(job.id, "second", now=NOON, until=LATER, dead=["other"]) is None
    second = empty_store.claim_job(job.id, "second", now=NOON, until=LATER, dead=["other", "first"])
    assert second is not None
    assert (second.reader, second.crashes) == ("second", 1)


def test_what_is_given_back_is_no_crash(empty_store: Store) -> None:
    job = stored(empty_store)
    assert empty_store.claim_job(job.id, "first", now=NOON, until=LATER)
    empty_store.release_job(job.id, "first")
    second = empty_store.claim_job(job.id, "second", now=NOON, until=LATER)
    assert second is not None
    assert second.crashes == 0


def test_what_is_read_decided_or_gone_is_claimed_by_nobody(empty_store: Store) -> None:
    read, decided = stored(empty_store, key="1", reading="{}"), stored(empty_store, key="2", decision="{}")
    gone = stored(empty_store, key="3")
    assert empty_store.claim_job(gone.id, "first", now=NOON, until=LATER)
    empty_store.remove_job(gone.id)
    empty_store.remove_job(gone.id)
    assert not empty_store.keep_job(gone.id, "first", until=LATER)
    for job in (read, decided, gone):
        assert empty_store.claim_job(job.id, "second", now=NOON, until=LATER) is None
    assert empty_store.job_ids() == [read.id, decided.id]


def test_a_decision_ends_a_claim(empty_store: Store) -> None:
    job = stored(empty_store)
    claimed = empty_store.claim_job(job.id, "first", now=NOON, until=LATER)
    assert claimed is not None
    assert empty_store.replace_job(replace(claimed, decision="{}", version=claimed.version + 1))
    assert not empty_store.keep_job(job.id, "first", until=LATER)


def test_of_many_who_claim_a_job_at_once_one_gets_it(empty_store: Store) -> None:
    for number in range(3):
        job = stored(empty_store, key=str(number))
        barrier, got = Barrier(6), list[PhotoJob | None]()

        def claim(
            reader: str, job: PhotoJob = job, barrier: Barrier = barrier, got: list[PhotoJob | None] = got
        ) -> None:
            barrier.wait()
            got.append(empty_store.claim_job(job.id, reader, now=NOON, until=LATER))

        threads = [Thread(target=claim, args=(f"reader {each}",)) for each in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        [winner] = [each for each in got if each is not None]
        assert empty_store.job(job.id) == winner
