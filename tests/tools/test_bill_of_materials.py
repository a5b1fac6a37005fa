"""The bill of materials names everything that a release consists of."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from attendance.doctor.pins import Pin
from tools.bill_of_materials import __main__ as command
from tools.bill_of_materials.networks import network_files
from tools.bill_of_materials.packages import licences
from tools.bill_of_materials.pins import pins_in
from tools.pinning import FILES

ROOT = Path(__file__).resolve().parents[2]
LENGTHS = {"SHA-256": 64, "SHA-384": 96}


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the command writes."""
    file = tmp_path_factory.mktemp("bill") / "bill.json"
    assert command.main([str(file)]) == 0
    written: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return written


def test_it_names_every_package_that_is_installed_with_the_program(bill: dict[str, Any]) -> None:
    named = {(each["name"], each.get("version")) for each in bill["components"]}
    pinned = {
        (pin.name, pin.version)
        for file in ("requirements.txt", "requirements-nodeps.txt")
        for pin in pins_in(ROOT / file)
    }
    assert len(pinned) > 100
    assert pinned <= named


def test_each_component_has_a_licence_and_hashes(bill: dict[str, Any]) -> None:
    for each in bill["components"]:
        stated = [one.get("expression") or one["license"]["name"] for one in each["licenses"]]
        assert stated, each["name"]
        assert "unknown" not in stated, each["name"]
        assert each["hashes"], each["name"]
        for one in each["hashes"]:
            assert re.fullmatch(f"[0-9a-f]{{{LENGTHS[one['alg']]}}}", one["content"]), each["name"]


def test_it_names_every_network_of_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")
    headings = re.findall(r"^(\S.*)\n  (?:Network|Origin) ", notice, re.MULTILINE)
    files = network_files()
    assert len(headings) > 5
    assert [head for head in headings if not any(head.startswith(each.network) for each in files)] == []
    assert [each for each in files if not any(head.startswith(each.network) for head in headings)] == []


def test_references_are_unique_and_lead_somewhere(bill: dict[str, Any]) -> None:
    known = [each["bom-ref"] for each in bill["components"]]
    assert len(known) == len(set(known))
    itself = bill["metadata"]["component"]["bom-ref"]
    for each in bill["dependencies"]:
        assert {each["ref"], *each["dependsOn"]} <= {*known, itself}
    flask = next(each for each in bill["dependencies"] if each["ref"].startswith("pkg:pypi/flask@"))
    assert any(one.startswith("pkg:pypi/werkzeug@") for one in flask["dependsOn"])


def test_the_same_release_has_the_same_bill(bill: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    again = command.bill([pin for name in command.FILES for pin in pins_in(ROOT / name)])
    assert again["serialNumber"] == bill["serialNumber"]
    assert again["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize("file", FILES)
def test_every_list_can_be_read(file: str) -> None:
    assert all(isinstance(pin, Pin) and pin.hashes for pin in pins_in(ROOT / file))


@pytest.mark.parametrize("line", ["thing==1.0\n", "thing --hash=sha256:00\n", "-r other.txt\n"])
def test_a_line_without_version_or_hash_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "list.txt").write_text(line)
    with pytest.raises(ValueError, match="without version or hash"):
        pins_in(tmp_path / "list.txt")


def test_a_package_that_nobody_knows_has_an_unknown_licence() -> None:
    assert licences("no-such-package") == [{"license": {"name": "unknown"}}]


def test_without_a_file_it_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 2
    assert "python -m tools.bill_of_materials FILE" in capsys.readouterr().err
