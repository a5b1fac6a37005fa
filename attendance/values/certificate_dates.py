"""Whether a certificate ends so soon that people are told: one rule for pages, terminal and doctor."""

from __future__ import annotations

from datetime import datetime, timedelta

TOLD_BEFORE = timedelta(days=14)  # certificates of Let's Encrypt are renewed a month before they end


def ends_soon(ends_at: datetime, now: datetime) -> bool:
    """Whether a certificate ends soon, or has ended.

    Args:
        ends_at: its last moment, aware UTC.
        now: aware UTC.
    """
    return now >= ends_at - TOLD_BEFORE
