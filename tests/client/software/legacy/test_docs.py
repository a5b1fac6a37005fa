"""docs/known-names.md documents every address, and its examples use existing fields."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.settings.settings import Settings
from client.software.lazy_api_app import software_of
from tests.attendance.fake_pipeline import photo_of, room_of
from tests.attendance.site import HOPPER
from tests.client.software.legacy.conftest import OldClient, WithScopes, data_url, failed, film

DOCS = Path(__file__).parents[4] / "docs" / "known-names.md"
ROW = re.compile(r"^\| `(GET|POST) (/[^`]+)` \| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
EXAMPLE = re.compile(r"[^\n]*`(/[^`]+)`\n.*?```json\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def text() -> str:
    return DOCS.read_text(encoding="utf-8")


def test_every_address_stands_in_the_table(app: Flask, text: str) -> None:
    known = {
        (method, rule.rule)
        for rule in software_of(app).url_map.iter_rules()
        if rule.endpoint.startswith("known_")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(method, path) for method, path, _ in ROW.findall(text)} == known
    for _, path in known:
        assert f"`{path}`\n" in text, "each has a section"


def test_a_token_without_the_scope_of_the_table_is_refused(with_scopes: WithScopes, text: str) -> None:
    for method, path, told in ROW.findall(text):
        (scope,) = (scope for scope in Scope if f"`{scope.value}`" in told)
        others = with_scopes(*(other for other in Scope if other is not scope))
        answer = others.get(path) if method == "GET" else others.json(path)
        assert failed(answer, 403, "scope-missing", scope.value), path
        alone = with_scopes(scope)
        answer = alone.get(path) if method == "GET" else alone.json(path)
        assert answer.status_code != 403, path


def test_every_task_has_an_example_in_every_language(text: str) -> None:
    sections = [section for section in text.split("\n## ") if EXAMPLE.match(section)]
    assert len(sections) == len(ROW.findall(text)) - 1, "one tells of both ways to register"
    for section in sections:
        missing = [fence for fence in ("$SERVER/", "```python\n", "```js\n") if fence not in section]
        assert missing == [], section[:40]


def test_the_answers_have_the_fields_that_the_examples_show(
    settings: Settings, old_client: OldClient, text: str
) -> None:
    examples = [found for section in text.split("\n## ") if (found := EXAMPLE.match(section))]
    shown = {found[1]: json.loads(found[2]) for found in examples}
    face = data_url(photo_of(HOPPER))
    film(settings, room_of(photo_of(HOPPER)))
    given = {
        "/detect_face": old_client.json("/detect_face", image=data_url(room_of(photo_of(HOPPER)))),
        "/recognize": old_client.json("/recognize", image=face),
        "/mark-attendance": old_client.form("/mark-attendance"),
        "/student_attendance": old_client.get("/student_attendance"),
        "/create-student": old_client.json(
            "/create-student", name="K", roll_no="17", image_id="4", image_data=data_url(photo_of(12))
        ),
        "/register": old_client.json(
            "/register", username="D", serial_number=18, face_image=data_url(photo_of(14))
        ),
    }
    assert set(shown) == set(given)
    for path, answer in given.items():
        assert _shape(answer.get_json()) == _shape(shown[path]), path


def _shape(value: object) -> object:
    """The names of all fields, without their values."""
    if isinstance(value, dict):
        return {name: _shape(below) for name, below in value.items()}
    return [_shape(each) for each in value] if isinstance(value, list) else None
