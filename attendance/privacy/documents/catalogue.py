"""All documents by the names under which pages and the command have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attendance import __version__
from attendance.clock import Clock, local_day
from attendance.privacy.documents.ai_file import ai_file
from attendance.privacy.documents.for_people import consent_form, notice, promises_page
from attendance.privacy.documents.for_the_file import processing_record, retention_schedule
from attendance.privacy.documents.html_page import html_page
from attendance.privacy.documents.impact import impact_assessment
from attendance.privacy.documents.parts import LawDocument
from attendance.privacy.documents.site_facts import SiteFacts
from attendance.privacy.texts import DocumentLanguage
from attendance.settings.settings import Settings
from attendance.store.protocol import Store

DOCUMENTS: Mapping[str, Callable[[SiteFacts], LawDocument]] = {
    "notice": notice,
    "consent-form": consent_form,
    "retention": retention_schedule,
    "record": processing_record,
    "impact": impact_assessment,
    "ai": ai_file,
    "promises": promises_page,
}


class LawDocuments:
    """The documents of a site, as it is now.

    Args:
        settings: those in use.
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock

    def facts(self) -> SiteFacts:
        """What the documents state about the site."""
        pin, now = self._store.engine_pin(), self._clock.now()
        software = tuple(each.name for each in self._store.api_tokens() if each.is_live(now))
        return SiteFacts(self._settings, "" if pin is None else pin.engine, __version__, software)

    def document(self, name: str) -> LawDocument:
        """One of ``DOCUMENTS``.

        Raises:
            KeyError: there is none of this name.
        """
        return DOCUMENTS[name](self.facts())

    def html(self, name: str, language: DocumentLanguage) -> str:
        """The same as one HTML file.

        Raises:
            KeyError: there is none of this name.
        """
        day = local_day(self._clock.now(), self._settings.time_zone)
        return html_page(self.document(name), language, day)
