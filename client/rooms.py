"""The rooms of the pages' app: every module that answers addresses, by who asks."""

from __future__ import annotations

from flask import Flask

from client import (
    account,
    accounts,
    api_tokens_pages,
    board,
    capture,
    chosen_password,
    classroom_confirm,
    classroom_pages,
    classroom_uploads,
    codes,
    corrections_pages,
    course_roster,
    courses_pages,
    first_admin,
    health,
    login,
    notices_pages,
    phone,
    projector,
    qr,
    realtime_pages,
    reports_pages,
    reviews_pages,
    roster_upload,
    sessions_pages,
    student_photos,
    students_pages,
    teach_home,
)
from client.api import docs_page
from client.rate_limits import CHECKS_PER_ADDRESS, PHOTOS_PER_ADDRESS

PHONE_ROOMS = (phone, codes, capture, qr, health)
TEACHER_ROOMS = (
    students_pages,
    student_photos,
    roster_upload,
    courses_pages,
    course_roster,
    teach_home,
    sessions_pages,
    projector,
    board,
    realtime_pages,
    corrections_pages,
    classroom_uploads,
    classroom_pages,
    classroom_confirm,
    reviews_pages,
    reports_pages,
    notices_pages,
    account,
    accounts,
    api_tokens_pages,
    chosen_password,
    first_admin,
    login,
    docs_page,
)

STRICTER_LIMITS = {
    capture.blueprint: PHOTOS_PER_ADDRESS,
    health.blueprint: CHECKS_PER_ADDRESS,
}
"""The rooms that one address may not ask as often as others."""


def open_rooms(app: Flask) -> None:
    """Let the app answer for all of them."""
    for room in (*PHONE_ROOMS, *TEACHER_ROOMS):
        app.register_blueprint(room.blueprint)
