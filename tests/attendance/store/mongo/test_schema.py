"""MongoDB databases are created with, and migrated to, the current schema."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from attendance.errors import SchemaError
from attendance.store.mongo.connection import Register
from attendance.store.mongo.documents import to_document
from attendance.store.mongo.migrations.versions_1_to_5 import (
    version_1,
    version_2,
    version_3,
    version_4,
    version_5,
)
from attendance.store.mongo.schema import (
    BEFORE,
    LONGEST_MIGRATION,
    MIGRATIONS,
    prepare,
)
from attendance.store.records import to_record
from attendance.values import Course, LivenessMode
from tests.attendance.store.builders import (
    MS,
    NOON,
    api_token,
    course,
    login,
    mark,
    notice,
    session,
    student,
    student_change,
    template,
    user,
)
from tests.attendance.store.databases import MongoPlace
from tests.attendance.store.twins import assert_twins_stay_and_no_third_one_comes


def author(register: Register) -> None:
    register["notes"].update_many({}, {"$inc": {"migrated": 1}})


def test_an_older_register_is_migrated_and_keeps_what_it_holds(register: Register) -> None:
    prepare(register, "here", [version_1])
    register["notes"].insert_one({"_id": "first", "migrated": 0})
    for _ in range(2):
        prepare(register, "here", [version_1, author])
    assert list(register["notes"].find()) == [{"_id": "first", "migrated": 1}]


def test_a_register_of_version_1_opens_and_reads(register: Register, mongo_place: MongoPlace) -> None:
    prepare(register, "here", [version_1])
    old = {"course_id": "general", "day": "2025-11-21", "opens_at": 0, "late_at": None}
    register["sessions"].insert_many(
        [
            old | {"_id": "over", "token": "one", "closes_at": 5},
            old | {"_id": "under way", "token": "two", "closes_at": 32472144000000},
        ]
    )
    register["courses"].insert_one({"_id": "small", "name": "Small", "roster": ["s1", "s2"]})
    with closing(mongo_place.open()) as store:
        assert store.course("small") == Course(
            "small", "Small", roster=("s1", "s2"), liveness=LivenessMode.FLAG
        )
        over, under_way = store.sessions()
        assert over.secret != under_way.secret
        assert all(len(bytes.fromhex(each.secret)) == 32 for each in (over, under_way))
        assert over.closed_at == over.closes_at
        assert store.unclosed_sessions(NOON) == [under_way]
        store.add_student(student("s1"))
        before = store.session_changes("over")
        assert store.insert_mark(mark("s1", "over"))
        assert store.session_changes("over") == before + 1
    version_2(register)  # as if its process had died before it could write that it is done
    with closing(mongo_place.open()) as store:
        assert store.sessions() == [over, under_way]
        assert store.session_changes("over") == before + 1


def test_a_register_of_version_2_opens_and_reads(register: Register, mongo_place: MongoPlace) -> None:
    prepare(register, "here", [version_1, version_2])
    for key in ("s1", "s2"):
        older = to_document(student(key)) | {"templates": [], "revision": 0}
        del older["guardian_email"], older["withdrawn"]
        register["students"].insert_one(older)
    with closing(mongo_place.open()) as store:
        assert store.students() == [student("s1"), student("s2")]
        told = student("s1", guardian_email="guardian@example.org")
        store.update_student(told)
        assert store.claim_notice(notice("n1"))
        store.add_api_token(api_token())
    version_3(register)  # as if its process had died before it could write that it is done
    with closing(mongo_place.open()) as store:
        assert store.students() == [told, student("s2")]
        assert store.notices() == [notice("n1")]
        assert store.api_tokens() == [api_token()]
        with pytest.raises(ValueError, match="Another API token"):
            store.add_api_token(api_token("t2", digest=api_token().digest))


def test_a_user_of_version_3_has_no_second_factor_and_no_right_to_enrol(
    register: Register, mongo_place: MongoPlace
) -> None:
    prepare(register, "here", [version_1, version_2, version_3])
    older = to_document(user("u1"))
    del older["second_factor"], older["strong_password"], older["asked_for_factor"], older["enrols"]
    register["users"].insert_one(older)
    with closing(mongo_place.open()) as store:
        assert store.users() == [user("u1")]
        store.add_login(login())
        decided = user("u1", asked_for_factor=True, strong_password=True, enrols=True, version=2)
        assert store.replace_user(decided)
    version_4(register)  # as if its process had died before it could write that it is done
    with closing(mongo_place.open()) as store:
        assert store.users() == [decided]
        assert store.logins_of("u1") == [login()]


def test_a_student_of_version_4_has_no_picture_number(register: Register, mongo_place: MongoPlace) -> None:
    prepare(register, "here", [version_1, version_2, version_3, version_4])
    older = to_document(student("s1")) | {"templates": [], "revision": 0}
    del older["image_id"]
    register["students"].insert_one(older)
    with closing(mongo_place.open()) as store:
        assert store.students() == [student("s1")]
        numbered = student("s1", image_id="4")
        store.update_student(numbered)
    version_5(register)  # as if its process had died before it could write that it is done
    with closing(mongo_place.open()) as store:
        assert store.students() == [numbered]


def test_a_session_that_was_closed_before_it_opened_is_a_cancelled_one_since_version_5(
    register: Register, mongo_place: MongoPlace
) -> None:
    prepare(register, "here", [version_1, version_2, version_3, version_4])
    for key, closed_at in (("off", NOON - 1 * MS), ("held", NOON + MS), ("coming", None)):
        older = to_document(session(key, closed_at=closed_at)) | {"board_version": 0, "changes": []}
        del older["by_hand"], older["cancelled_at"], older["history"]
        register["sessions"].insert_one(older)
    older = to_document(course()) | {"board_version": 0}
    del older["first_day"], older["last_day"]
    register["courses"].insert_one(older)
    with closing(mongo_place.open()) as store:
        found = {each.id: each for each in store.sessions()}
        assert [key for key, each in found.items() if each.is_cancelled] == ["off"]
        assert found["off"].closed_at is None
        assert [each.id for each in store.unclosed_sessions(NOON)] == ["coming"]
        assert store.courses() == [course()]
        restored = replace(found["off"], cancelled_at=None, version=2)
        assert store.replace_session(restored)
    version_5(register)  # as if its process had died before it could write that it is done
    with closing(mongo_place.open()) as store:
        assert store.session("off") == restored


def test_twins_of_version_4_stay_and_no_third_one_comes(register: Register, mongo_place: MongoPlace) -> None:
    prepare(register, "here", [version_1, version_2, version_3, version_4])
    twins = [student("a", roll_number="CS-17"), student("b", roll_number="cs-17")]
    for each in (*twins, student("s1")):
        older = to_document(each) | {"templates": [], "revision": 0}
        del older["image_id"]
        register["students"].insert_one(older)
    mongo_place.open().close()
    version_5(register)  # as if its process had died before it could write that it is done
    with closing(mongo_place.open()) as store:
        assert_twins_stay_and_no_third_one_comes(store, twins)


def test_notices_and_changes_of_version_4_are_held_by_nobody_and_about_no_user(
    register: Register, mongo_place: MongoPlace
) -> None:
    prepare(register, "here", MIGRATIONS[:4])
    for name, value, new in (
        ("notices", notice("n1"), "held_by"),
        ("student_changes", student_change("c1"), "user_id"),
    ):
        older = to_document(value)
        del older[new]
        register[name].insert_one(older)
    for _ in range(2):  # the second time as if its process had died before it could write that it is done
        with closing(mongo_place.open()) as store:
            assert store.notices() == [notice("n1")]
            assert store.student_changes(9) == [student_change("c1")]
        MIGRATIONS[4](register)


def names(register: Register, collection: str) -> list[str]:
    return sorted(each["name"] for each in register[collection].find())


def test_a_register_is_copied_before_it_is_migrated_and_the_log_says_where(
    register: Register, mongo_place: MongoPlace, caplog: pytest.LogCaptureFixture
) -> None:
    prepare(register, "here", [version_1, version_2, version_3])
    older = to_document(student("s1")) | {"templates": [], "revision": 0}
    register["students"].insert_one(older)
    assert caplog.text == ""
    with closing(mongo_place.open()) as store:
        assert BEFORE in caplog.text
        assert store.update_student(student("s1", name="Another Name"))
    [kept] = register[f"{BEFORE}register"].find({"_id": "schema"})
    assert kept["version"] == 3
    assert names(register, f"{BEFORE}students") == [student("s1").name]
    assert names(register, "students") == ["Another Name"]


@pytest.mark.parametrize("change", ["erase", "withdraw", "photo", "photos"])
def test_no_copy_keeps_who_is_erased_an_erased_photo_or_a_face_without_consent(
    register: Register, mongo_place: MongoPlace, change: str
) -> None:
    prepare(register, "here", [version_1, version_2, version_3])
    kept = {"templates": [to_record(template("s1"))], "revision": 0}
    register["students"].insert_one(to_document(student("s1")) | kept)
    with closing(mongo_place.open()) as store:
        assert names(register, f"{BEFORE}students") == [student("s1").name]
        if change == "erase":
            store.remove_student("s1")
        elif change == "photo":
            assert not store.forget_photo("s1", "no such photo")
            assert names(register, f"{BEFORE}students") == [student("s1").name]
            assert store.forget_photo("s1", template("s1").source)
        elif change == "photos":
            store.replace_templates("s1", [])
        else:
            store.update_student(student("s1", consent=None))
        assert names(register, f"{BEFORE}students") == []


def test_a_migration_that_did_not_end_is_not_copied_again(
    register: Register, mongo_place: MongoPlace
) -> None:
    prepare(register, "here", [version_1, version_2, version_3])
    register["students"].insert_one(to_document(student("s1")) | {"templates": [], "revision": 0})
    mongo_place.open().close()
    register["register"].update_one({"_id": "schema"}, {"$set": {"version": 3}})
    register["students"].update_one({"_id": "s1"}, {"$set": {"name": "Half Migrated"}})
    mongo_place.open().close()
    assert names(register, f"{BEFORE}students") == [student("s1").name]


def test_of_several_that_start_at_once_one_migrates(register: Register) -> None:
    prepare(register, "here", [version_1])
    register["notes"].insert_one({"_id": "first", "migrated": 0})
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: prepare(register, "here", [version_1, author]), range(8)))
    assert list(register["notes"].find()) == [{"_id": "first", "migrated": 1}]


def test_a_lock_that_a_dead_process_left_is_taken_over(register: Register) -> None:
    since = time.time() - LONGEST_MIGRATION - 1
    register["register"].insert_one({"_id": "migration", "by": "the dead", "since": since})
    prepare(register, "here")
    assert register["register"].find_one({"_id": "migration"}) is None
    assert register["register"].find_one({"_id": "schema"}) == {"_id": "schema", "version": len(MIGRATIONS)}


def test_a_newer_register_is_refused_by_both_versions(register: Register, mongo_place: MongoPlace) -> None:
    mongo_place.open().close()
    register["register"].update_one({"_id": "schema"}, {"$set": {"version": 99}})
    with pytest.raises(SchemaError, match=rf"version 99.*up to {len(MIGRATIONS)}.*MONGODB_URI"):
        mongo_place.open()


def test_students_of_another_program_are_left_alone(register: Register, mongo_place: MongoPlace) -> None:
    register["students"].insert_one({"_id": 1, "pupil": "somebody"})
    with pytest.raises(SchemaError, match="another program"):
        mongo_place.open()
    assert list(register["students"].find()) == [{"_id": 1, "pupil": "somebody"}]
