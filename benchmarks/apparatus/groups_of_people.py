"""Which people of a data set belong to which group, and which of them can't be measured."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from benchmarks.apparatus.face_folder import BenchmarkError, Embedded

LEFT_OUT = frozenset(
    {
        # The same person under another name in lfwhalf.
        "Brian_Williams",  # Bison_Dele, who changed his name
        "Glenn_Rivers",  # Doc_Rivers
        "Mireya_Elisa_Moscoso_Rodriguez",  # Mireya_Moscoso
        "Sung_Hong_Choi",  # Choi_Sung-hong
        "Uday_Hussein",  # Odai_Hussein
        # One of the photos shows another person of lfwhalf.
        "Morgan_Hentzen",  # Claire_Hentzen
        "Nora_Bendijo",  # Flor_Montulo
        "Recep_Tayyip_Erdogan",  # Abdullah_Gul, on the fourth photo
        "Shavon_Earp",  # Diana_Taurasi
    }
)
"""People of Labeled Faces in the Wild whose labels are wrong. Ten wrong pairs are as many as may pass in four
million at the thresholds for 1,000 students, so that these would be set by the mistakes."""


def read_groups(path: Path) -> dict[str, str]:
    """The group of each person.

    Args:
        path: a CSV file with the columns ``person`` and ``group``.

    Raises:
        BenchmarkError: there is no such file, or it lacks a column.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["person"]: row["group"] for row in csv.DictReader(file)}
    except (OSError, KeyError) as error:
        raise BenchmarkError(f"{path} is no CSV file with the columns person and group: {error}") from error


def of_people(embedded: Embedded, wanted: set[str] | frozenset[str]) -> Embedded:
    """The photos of some people, without those whose labels are wrong."""
    names = np.asarray(embedded.identities, dtype=str)
    chosen = np.array([name in wanted and name not in LEFT_OUT for name in names.tolist()], bool)
    return Embedded(embedded.embeddings[chosen], tuple(names[chosen].tolist()), embedded.missed)
