"""Translates notices with the message catalogues of the pages."""

from __future__ import annotations

import gettext
from pathlib import Path

DOMAIN = "messages"  # as the catalogues are called


def catalogue(folder: Path, language: str) -> gettext.NullTranslations:
    """The sentences in a language; English where a catalogue or an entry is missing.

    Args:
        folder: contains a folder for each language.
        language: such as ``de`` or ``pt_BR``; for the latter ``pt`` is used too.
    """
    wanted = [language, language.partition("_")[0]]
    return gettext.translation(DOMAIN, folder, wanted, fallback=True)
