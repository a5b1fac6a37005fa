"""The rooms of the web app: every module that answers addresses, by who asks."""

from __future__ import annotations

from flask_openapi3.openapi import OpenAPI

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
from client.api import about, courses, docs_page, faces, marks, sessions, students
from client.known_names import faces as known_faces
from client.known_names import people as known_people
from client.known_names import room as known_room
from client.live import handshake
from client.rate_limits import CHECKS_PER_ADDRESS, PHOTOS_PER_ADDRESS

PHONE_ROOMS = (phone, codes, capture, qr, health)
SOCKET_ROOMS = (handshake,)
KNOWN_ROOMS = (known_faces, known_people, known_room)
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
API_ROOMS = (about, students, courses, sessions, marks, faces)

STRICTER_LIMITS = {
    capture.blueprint: PHOTOS_PER_ADDRESS,
    known_faces.blueprint: PHOTOS_PER_ADDRESS,
    health.blueprint: CHECKS_PER_ADDRESS,
}
"""The rooms that one address may not ask as often as others."""


def open_rooms(app: OpenAPI) -> None:
    """Let the app answer for all of them."""
    for room in (*PHONE_ROOMS, *SOCKET_ROOMS, *KNOWN_ROOMS, *TEACHER_ROOMS):
        app.register_blueprint(room.blueprint)
    for resource in API_ROOMS:
        app.register_api(resource.blueprint)
