"""Write the software bill of materials of this version: `python -m tools.bill_of_materials FILE`.

It is CycloneDX 1.6 in JSON, and names every package of requirements.txt and requirements-nodeps.txt with
version, licence and the hashes of its files, and every file of a neural network with checksum and licence.
The licence is what the installed package states; those for other systems are in `packages.py`.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attendance import __version__
from attendance.doctor.pins import Pin
from tools.bill_of_materials.networks import network_component, network_files
from tools.bill_of_materials.packages import component, needed_by, reference
from tools.bill_of_materials.pins import pins_in
from tools.glance import ROOT, WITHOUT_DEPENDENCIES

FILES = ("requirements.txt", WITHOUT_DEPENDENCIES)
PROGRAM = "face-attendance"


def main(words: list[str]) -> int:
    """Write the bill.

    Args:
        words: the command line's: where to.

    Returns:
        The exit status.
    """
    if len(words) != 1 or words[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    document = bill([pin for name in FILES for pin in pins_in(ROOT / name)])
    Path(words[0]).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(f"{words[0]} has {len(document['components'])} components.")
    return 0


def bill(pins: list[Pin]) -> dict[str, Any]:
    """The bill as CycloneDX 1.6.

    Args:
        pins: the packages of the release.
    """
    networks = [network_component(each) for each in network_files()]
    components = [component(pin) for pin in pins] + networks
    itself = f"pkg:pypi/{PROGRAM}@{__version__}"
    # The same content has the same number, whenever and wherever it is written.
    number = uuid.uuid5(uuid.NAMESPACE_URL, itself + json.dumps(components, sort_keys=True))
    references = [each["bom-ref"] for each in components]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {
            "timestamp": _now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": PROGRAM,
                "version": __version__,
                "purl": itself,
                "licenses": [{"expression": "MIT"}],
            },
        },
        "components": components,
        "dependencies": [
            {"ref": itself, "dependsOn": references},
            *({"ref": reference(pin), "dependsOn": needed_by(pin, pins)} for pin in pins),
        ],
    }


def _now() -> datetime:
    """The present, or the moment that a reproducible build names."""
    named = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(named), UTC) if named.isdigit() else datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
