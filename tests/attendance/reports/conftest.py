"""Fixtures of the reports' tests."""

from __future__ import annotations

from fractions import Fraction

import pytest

from attendance.reports.content.report_builder import Reports
from attendance.values import MarkStatus, Session
from tests.attendance.site import ZONE, Site

LIMIT = Fraction(3, 4)


@pytest.fixture
def reports(site: Site) -> Reports:
    """Reports of the site."""
    return reports_of(site)


def reports_of(site: Site) -> Reports:
    """Reports of a site, with the limit of 75 %."""
    return Reports(site.store, site.clock, zone=ZONE, limit=LIMIT, settle=site.class_sessions.settle_due)


def hold(site: Site, course_id: str, **marks: str) -> Session:
    """Hold a session and close it; ``a="present"`` marks the student with the roll number a by hand."""
    session = site.class_sessions.open_now(course_id, by="t1")
    for roll_number, status in marks.items():
        site.marking.mark(roll_number, MarkStatus(status), by="t1", session=session)
        site.clock.advance(seconds=1)
    site.clock.advance(minutes=30)
    closed = site.closing.close(session.id, by="t1")
    site.clock.advance(minutes=5)
    return closed
