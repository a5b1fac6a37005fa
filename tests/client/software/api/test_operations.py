"""The calls' names, which generated clients use for their functions."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from flask.testing import FlaskClient

from tests.client.software.api.test_docs_page import calls

TABLE = Path(__file__).with_name("operations.txt")
LONGEST = 24  # characters of a name that still reads well in a line of code


def names() -> dict[str, str]:
    """Method and path below ``/api/v1`` of each call in the table, to its name."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.rsplit(maxsplit=1) for line in lines if not line.startswith("#")]
    return {" ".join(call.split()): name for call, name in rows}


def test_every_call_has_the_name_that_clients_know(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    found = {
        f"{method.upper()} {path.removeprefix('/api/v1')}": call["operationId"]
        for path, method, call in calls(document)
    }
    assert found == names(), "A name is as public as an address: keep it; new calls get a row in the table."


def test_the_names_are_short_and_make_good_functions() -> None:
    known = list(names().values())
    assert len(set(known)) == len(known)
    for name in known:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name), name
        assert len(name) <= LONGEST, name
        assert not keyword.iskeyword(name)
