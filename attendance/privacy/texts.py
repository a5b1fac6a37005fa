"""A text of a document in each of its languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class DocumentLanguage(StrEnum):
    """A language of documents."""

    ENGLISH = "en"
    GERMAN = "de"


@dataclass(frozen=True)
class Text:
    """The same in each language.

    Attributes:
        en: English.
        de: German.
    """

    en: str
    de: str

    def in_(self, language: DocumentLanguage) -> str:
        """The text in a language."""
        return self.de if language is DocumentLanguage.GERMAN else self.en

    def __add__(self, other: Text) -> Text:
        """Both, one after the other."""
        return Text(self.en + other.en, self.de + other.de)


def same(text: str) -> Text:
    """A text that is the same in all languages, such as a name."""
    return Text(text, text)


def days(time: timedelta) -> Text:
    """A number of days."""
    count = time.days
    english = f"{count:,} {'day' if count == 1 else 'days'}"
    return Text(english, f"{count:,}".replace(",", ".") + (" Tag" if count == 1 else " Tage"))
