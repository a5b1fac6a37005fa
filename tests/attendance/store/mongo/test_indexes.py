"""A MongoDB register has its indexes whenever it is opened, or says what is in their way."""

from __future__ import annotations

from contextlib import closing

import pytest

from attendance.errors import RollNumberTakenError, SchemaError
from attendance.store.mongo.connection import Register
from attendance.store.mongo.migrations.indexes import INDEXES
from tests.attendance.store.builders import student
from tests.attendance.store.databases import MongoPlace


def fields_of(register: Register) -> set[tuple[str, tuple[str, ...]]]:
    return {
        (name, tuple(field for field, _ in each["key"]))
        for name in register.list_collection_names()
        for each in register[name].index_information().values()
        if each["key"] != [("_id", 1)]
    }


def drop(register: Register, collection: str, *fields: str) -> None:
    [name] = [
        name
        for name, each in register[collection].index_information().items()
        if [field for field, _ in each["key"]] == [*fields]
    ]
    register[collection].drop_index(name)


def test_the_list_is_what_the_migrations_make(register: Register, mongo_place: MongoPlace) -> None:
    mongo_place.open().close()
    assert fields_of(register) == {(each.collection, each.fields) for each in INDEXES}


def test_an_index_that_was_dropped_is_made_again_and_the_log_says_so(
    register: Register, mongo_place: MongoPlace, caplog: pytest.LogCaptureFixture
) -> None:
    mongo_place.open().close()
    assert caplog.text == ""
    before = fields_of(register)
    drop(register, "students", "roll_number")
    drop(register, "marks", "student_id")
    with closing(mongo_place.open()) as store:
        store.add_student(student("s1"))
        with pytest.raises(RollNumberTakenError):
            store.add_student(student("s2", roll_number=student("s1").roll_number))
    assert fields_of(register) == before
    assert "lacks its index of students on roll_number" in caplog.text
    assert "lacks its index of marks on student_id" in caplog.text


def test_an_index_that_documents_contradict_is_an_error_that_names_it(
    register: Register, mongo_place: MongoPlace
) -> None:
    with closing(mongo_place.open()) as store:
        store.add_student(student("s1"))
    drop(register, "students", "roll_number")
    drop(register, "students", "number_key", "twin")
    twin = register["students"].find_one({"_id": "s1"})
    assert twin is not None
    register["students"].insert_one({**twin, "_id": "s2"})
    with pytest.raises(SchemaError, match=r"lacks its index of students on roll_number.*can't be made"):
        mongo_place.open()
    register["students"].delete_one({"_id": "s2"})
    mongo_place.open().close()


def test_an_index_that_is_not_unique_is_an_error(register: Register, mongo_place: MongoPlace) -> None:
    mongo_place.open().close()
    drop(register, "sessions", "token")
    register["sessions"].create_index("token")
    with pytest.raises(SchemaError, match=r"index of sessions on token that isn't unique.*Drop that index"):
        mongo_place.open()
