"""Users, their logins, failed logins and one-time links in the MongoDB register."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from attendance.clock import from_milliseconds, to_milliseconds
from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import exchange, from_document, insert_once, to_document
from attendance.store.refusals import username_taken
from attendance.values import Login, OneTimeLink, User


class MongoAccounts:
    """Users, their logins, failed logins and one-time links.

    All links of one purpose are one document, so that using one deletes all of them at once.
    """

    _connection: MongoConnection

    def add_user(self, user: User) -> None:
        """See ``Store``."""
        with self._connection.register() as register:
            if not insert_once(register["users"], to_document(user)):
                raise username_taken(user)

    def replace_user(self, user: User) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            try:
                return exchange(register["users"], to_document(user))
            except DuplicateKeyError as error:
                raise username_taken(user) from error

    def user(self, user_id: str) -> User | None:
        """See ``Store``."""
        return self._one_user({"_id": user_id})

    def user_by_name(self, username: str) -> User | None:
        """See ``Store``."""
        return self._one_user({"username": username})

    def users(self) -> list[User]:
        """See ``Store``."""
        with self._connection.register() as register:
            found = list(register["users"].find().sort("username"))
        return [from_document(User, document) for document in found]

    def add_login(self, login: Login) -> None:
        """See ``Store``."""
        with self._connection.register() as register:
            register["logins"].insert_one(to_document(login))

    def login(self, login_id: str) -> Login | None:
        """See ``Store``."""
        with self._connection.register() as register:
            document = register["logins"].find_one({"_id": login_id})
        return None if document is None else from_document(Login, document)

    def logins_of(self, user_id: str) -> list[Login]:
        """See ``Store``."""
        order = [("created_at", DESCENDING), ("_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["logins"].find({"user_id": user_id}).sort(order))
        return [from_document(Login, document) for document in found]

    def note_login_seen(self, login_id: str, at: datetime) -> None:
        """See ``Store``."""
        self._note_of_login(login_id, "seen_at", at)

    def note_login_proof(self, login_id: str, at: datetime) -> None:
        """See ``Store``."""
        self._note_of_login(login_id, "proved_at", at)

    def end_login(self, login_id: str) -> None:
        """See ``Store``."""
        with self._connection.register() as register:
            register["logins"].delete_one({"_id": login_id})

    def end_logins(self, user_id: str, *, but: str | None = None) -> int:
        """See ``Store``."""
        with self._connection.register() as register:
            return register["logins"].delete_many({"user_id": user_id, "_id": {"$ne": but}}).deleted_count

    def purge_logins(self, now: datetime) -> int:
        """See ``Store``."""
        over = {"expires_at": {"$lte": to_milliseconds(now)}}
        with self._connection.register() as register:
            return register["logins"].delete_many(over).deleted_count

    def note_login_failure(self, key: str, at: datetime) -> None:
        """See ``Store``."""
        failure = {"_id": uuid.uuid4().hex, "key": key, "at": to_milliseconds(at)}
        with self._connection.register() as register:
            register["login_failures"].insert_one(failure)

    def login_failures(self, key: str, since: datetime) -> list[datetime]:
        """See ``Store``."""
        wanted = {"key": key, "at": {"$gte": to_milliseconds(since)}}
        with self._connection.register() as register:
            found = list(register["login_failures"].find(wanted).sort("at", ASCENDING))
        return [from_milliseconds(document["at"]) for document in found]

    def forget_login_failures(self, key: str) -> None:
        """See ``Store``."""
        with self._connection.register() as register:
            register["login_failures"].delete_many({"key": key})

    def purge_login_failures(self, before: datetime) -> int:
        """See ``Store``."""
        with self._connection.register() as register:
            old = {"at": {"$lt": to_milliseconds(before)}}
            return register["login_failures"].delete_many(old).deleted_count

    def put_link(self, link: OneTimeLink) -> None:
        """See ``Store``."""
        entry = {f"links.{link.digest}": to_milliseconds(link.expires_at)}
        with self._connection.register() as register:
            insert_once(register["one_time_links"], {"_id": link.purpose, "links": {}})
            register["one_time_links"].update_one({"_id": link.purpose}, {"$set": entry})

    def has_link(self, digest: str, purpose: str, now: datetime) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return register["one_time_links"].find_one(_live(digest, purpose, now)) is not None

    def consume_link(self, digest: str, purpose: str, now: datetime) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            used = register["one_time_links"].update_one(_live(digest, purpose, now), {"$set": {"links": {}}})
            return used.matched_count == 1

    def purge_links(self, now: datetime) -> int:
        """See ``Store``."""
        end, gone = to_milliseconds(now), 0
        with self._connection.register() as register:
            for of_purpose in list(register["one_time_links"].find()):
                over = {f"links.{digest}": "" for digest, at in of_purpose["links"].items() if at <= end}
                if over:
                    register["one_time_links"].update_one({"_id": of_purpose["_id"]}, {"$unset": over})
                gone += len(over)
        return gone

    def _note_of_login(self, login_id: str, field: str, at: datetime) -> None:
        with self._connection.register() as register:
            register["logins"].update_one({"_id": login_id}, {"$set": {field: to_milliseconds(at)}})

    def _one_user(self, key: dict[str, str]) -> User | None:
        with self._connection.register() as register:
            document = register["users"].find_one(key)
        return None if document is None else from_document(User, document)


def _live(digest: str, purpose: str, now: datetime) -> dict[str, Any]:
    return {"_id": purpose, f"links.{digest}": {"$gt": to_milliseconds(now)}}
