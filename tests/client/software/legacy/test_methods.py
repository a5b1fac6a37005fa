"""A wrong method gets a 405 in the format of the known names."""

from __future__ import annotations

import pytest

from client.serving.software_addresses import KNOWN_NAMES
from tests.client.software.legacy.conftest import OldClient, failed

READ = "/student_attendance"


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("path", KNOWN_NAMES)
def test_another_method_is_refused_and_the_right_one_named(
    old_client: OldClient, nobody: OldClient, path: str, slash: str
) -> None:
    right = "GET" if path == READ else "POST"
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {right}:
        for client in (old_client, nobody):
            answer = client.client.open(path + slash, method=method, headers=client.headers)
            assert failed(answer, 405, "method-not-allowed", "Allow"), method
            assert right in answer.headers["Allow"]


@pytest.mark.parametrize("path", KNOWN_NAMES)
def test_asking_for_the_head_or_the_methods_has_no_body(old_client: OldClient, path: str) -> None:
    head = old_client.client.head(path, headers=old_client.headers)
    assert (head.status_code, head.data) == (200 if path == READ else 405, b"")
    asked = old_client.client.options(path)
    assert (asked.status_code, asked.data) == (200, b"")
    assert {"OPTIONS", "GET" if path == READ else "POST"} <= {*asked.headers["Allow"].split(", ")}


def test_what_is_below_a_known_name_is_none(old_client: OldClient) -> None:
    assert old_client.get("/register/more").status_code == 404
