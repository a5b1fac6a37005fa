"""The blueprints of the pages' app."""

from __future__ import annotations

from flask import Flask

from client.monitoring import health, metrics_page
from client.phone import capture, codes
from client.phone import check_in_page as phone
from client.projector import general_wall
from client.projector import projector_page as projector
from client.software.api import docs_page
from client.teacher.accounts import accounts_pages as accounts
from client.teacher.accounts import chosen_password, first_admin, login, login_code, proof_form, safer_login
from client.teacher.accounts import own_account as account
from client.teacher.accounts import second_factor_pages as second_factor
from client.teacher.audit import audit_pages
from client.teacher.board import alarms_pages, corrections_pages, room_pages
from client.teacher.board import board_page as board
from client.teacher.classroom import classroom_pages
from client.teacher.classroom import confirm as classroom_confirm
from client.teacher.classroom import uploads as classroom_uploads
from client.teacher.courses import course_roster, courses_pages
from client.teacher.days_off import days_off_pages
from client.teacher.doctor import doctor_page
from client.teacher.evaluation import evaluation_pages
from client.teacher.home import home_page as teach_home
from client.teacher.notices import notices_pages
from client.teacher.privacy import privacy_page
from client.teacher.realtime import realtime_pages
from client.teacher.receipts import receipts_pages
from client.teacher.reports import reports_pages
from client.teacher.reviews import reviews_pages
from client.teacher.sessions import cancelling_pages, sessions_pages
from client.teacher.students import (
    changes_page,
    consents,
    exemptions,
    objections,
    student_data,
    student_photos,
    students_pages,
)
from client.teacher.students.uploaded_lists import roster_upload
from client.teacher.tokens import tokens_pages as api_tokens_pages
from client.web.visitors import own_address_page

PHONE_BLUEPRINTS = (phone, codes, capture, general_wall, health, metrics_page, own_address_page)
TEACHER_BLUEPRINTS = (
    students_pages,
    student_photos,
    student_data,
    roster_upload,
    consents,
    exemptions,
    objections,
    changes_page,
    courses_pages,
    course_roster,
    teach_home,
    audit_pages,
    privacy_page,
    doctor_page,
    days_off_pages,
    sessions_pages,
    cancelling_pages,
    projector,
    board,
    realtime_pages,
    alarms_pages,
    corrections_pages,
    room_pages,
    classroom_uploads,
    classroom_pages,
    classroom_confirm,
    reviews_pages,
    reports_pages,
    receipts_pages,
    notices_pages,
    account,
    safer_login,
    second_factor,
    proof_form,
    accounts,
    api_tokens_pages,
    evaluation_pages,
    chosen_password,
    first_admin,
    login,
    login_code,
    docs_page,
)

MONITORED = (health.blueprint, metrics_page.blueprint)
"""Blueprints for monitoring, with threads of their own: they must not wait for counters that are away."""
DOORS = (phone.blueprint, codes.blueprint, capture.blueprint, login.blueprint)
"""Blueprints that count failures for themselves, so that nobody's failures close them for others."""


def register_blueprints(app: Flask) -> None:
    """Register all blueprints."""
    for module in (*PHONE_BLUEPRINTS, *TEACHER_BLUEPRINTS):
        app.register_blueprint(module.blueprint)
