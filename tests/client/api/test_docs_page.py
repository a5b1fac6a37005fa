"""The API's own description."""

from __future__ import annotations

from flask.testing import FlaskClient

from client.api.problem_kinds import PROBLEMS, ProblemCode


def test_the_document_names_every_call_its_scope_and_its_problems(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    about = document["paths"]["/api/v1/about"]["get"]
    assert about["security"] == [{"token": []}]
    assert "application/problem+json" in about["responses"]["401"]["content"]


def test_the_page_and_its_files_come_from_here(client: FlaskClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "https://" not in page.text
    assert client.get("/docs/").status_code == 200
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert f"/docs/assets/{name}" in page.text
        with client.get(f"/docs/assets/{name}") as asset:
            assert len(asset.data) > 100_000


def test_no_other_file_can_be_had(client: FlaskClient) -> None:
    for name in ("x.js", "..%2f__init__.py", "swagger-ui-standalone-preset.js", "%00"):
        assert client.get(f"/docs/assets/{name}").status_code == 404


def test_every_problem_has_its_place_on_the_page(client: FlaskClient) -> None:
    page = client.get("/docs/problems").text
    assert set(PROBLEMS) == set(ProblemCode)
    for code, kind in PROBLEMS.items():
        assert f'id="{code.value}"' in page
        assert str(kind.status.value) in page
