"""Writes the three files of an evaluation into a folder."""

from __future__ import annotations

from pathlib import Path

from attendance.errors import EvaluationDataError
from attendance.evaluation.output.html_page import html_of
from attendance.evaluation.output.json_file import json_of
from attendance.evaluation.output.markdown import markdown_of
from attendance.evaluation.results import Evaluation
from attendance.files.whole_file import write_whole

NAME = "evaluation"


def write_report(found: Evaluation, folder: Path) -> list[Path]:
    """Write ``evaluation.html``, ``evaluation.md`` and ``evaluation.json``, readable by their owner alone.

    Args:
        found: the evaluation.
        folder: made if it isn't there; earlier files of these names are replaced.

    Returns:
        The files.

    Raises:
        EvaluationDataError: they can't be written.
    """
    texts = {"html": html_of(found), "md": markdown_of(found), "json": json_of(found)}
    paths = [folder / f"{NAME}.{kind}" for kind in texts]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, texts.values(), strict=True):
            write_whole(path, text.encode())
    except OSError as error:
        raise EvaluationDataError(f"The report can't be written to {folder}: {error.strerror}.") from error
    return paths
