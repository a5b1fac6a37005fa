"""The form of a list's preview, as a browser sends it back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from html.parser import HTMLParser

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from tests.client.signed_in import SignedIn

ROSTER = "/teach/students/roster"


class _Fields(HTMLParser):
    """Collects the fields of the form ``list-form``."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._inside = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == "list-form"
        elif not self._inside:
            return
        elif tag == "input":
            self.found.append((given["name"] or "", given.get("value") or ""))
        elif tag == "select":
            self._select = given["name"] or ""
            self.found.append((self._select, ""))
        elif tag == "option" and "selected" in given:
            self.found[-1] = (self._select, given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


def send(who: SignedIn, text: str | bytes, course: str = "", name: str = "roster.csv") -> TestResponse:
    """Choose a file."""
    data = text.encode() if isinstance(text, str) else text
    parts = [("file", FileStorage(io.BytesIO(data), name)), ("course", course)]
    # In memory: the client's own way would put a large file on the disk, and never close it.
    boundary, body = encode_multipart(MultiDict([*parts, ("csrf_token", who.token())]))
    kind = f"multipart/form-data; boundary={boundary}"
    return who.client.post(ROSTER, data=body, content_type=kind)


def carried(page: TestResponse) -> MultiDict[str, str]:
    """The fields of the preview's form."""
    fields = _Fields()
    fields.feed(page.text)
    return MultiDict(fields.found)


def chooses(
    page: TestResponse, columns: Mapping[int, str] | None = None, **others: str
) -> MultiDict[str, str]:
    """The fields after somebody chose something; columns are counted from 1."""
    form = carried(page)
    kinds = form.getlist("column")
    for number, kind in (columns or {}).items():
        kinds[number - 1] = kind
    form.setlist("column", kinds)
    for name, value in others.items():
        form[name] = value
    return form
