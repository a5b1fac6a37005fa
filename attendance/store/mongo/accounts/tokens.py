"""API tokens in the MongoDB register."""

from __future__ import annotations

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import exchange, from_document, insert_once, to_document
from attendance.store.refusals import api_token_taken
from attendance.values import ApiToken


class MongoTokens:
    """The API tokens of other software."""

    _connection: MongoConnection

    def add_api_token(self, token: ApiToken) -> None:
        """See ``Store``."""
        with self._connection.register() as register:
            if not insert_once(register["api_tokens"], to_document(token)):
                raise api_token_taken(token)

    def replace_api_token(self, token: ApiToken) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            try:
                return exchange(register["api_tokens"], to_document(token))
            except DuplicateKeyError as error:
                raise api_token_taken(token) from error

    def api_token(self, token_id: str) -> ApiToken | None:
        """See ``Store``."""
        return self._one_api_token({"_id": token_id})

    def api_token_by_digest(self, digest: str) -> ApiToken | None:
        """See ``Store``."""
        return self._one_api_token({"digest": digest})

    def api_tokens(self) -> list[ApiToken]:
        """See ``Store``."""
        order = [("created_at", ASCENDING), ("_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["api_tokens"].find().sort(order))
        return [from_document(ApiToken, document) for document in found]

    def _one_api_token(self, key: dict[str, str]) -> ApiToken | None:
        with self._connection.register() as register:
            document = register["api_tokens"].find_one(key)
        return None if document is None else from_document(ApiToken, document)
