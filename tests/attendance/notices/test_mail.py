"""E-mail goes out through the server of the settings, and of each message it is said what became of it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from attendance.notices.mail import MailConnection
from attendance.notices.mail_errors import MailError, MailRefusedError, MailServerError, MailUnsureError
from attendance.settings.mail_settings import MailSecurity, SmtpServer
from client.serving.tls import load_certificate, self_signed_certificate
from tests.attendance.mail_server import PASSWORD, USER, Postbox, running

pytestmark = pytest.mark.server

FROM = "office@example.org"
SOON = 2.0  # seconds; for servers that never answer


def letter(to: str = "a@example.org", text: str = "Hello") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Absent: Zoë", FROM, to
    message.set_content(text)
    return message


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[SmtpServer]:
    with running(postbox) as found:
        yield found


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    return self_signed_certificate(folder, frozenset({"localhost"}))


def trusting(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(certificate)
    return context


def test_a_message_arrives_as_it_was_written(postbox: Postbox, server: SmtpServer) -> None:
    text = "Zoë was not there.\n\n.\n..dots at the start\nlast line\n"
    with MailConnection(server) as line:
        line.send(letter(text=text), sender=FROM, to="a@example.org")
        line.send(letter("b@example.org"), sender=FROM, to="b@example.org")
    (message,) = postbox.to("a@example.org")
    assert message["Subject"] == "Absent: Zoë"
    assert message.get_content().replace("\r\n", "\n") == text
    assert len(postbox.to("b@example.org")) == 1
    assert postbox.connections == 1


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_it_is_encrypted_and_logged_in(postbox: Postbox, certificate: Path, security: MailSecurity) -> None:
    tls = load_certificate(certificate, None)
    with (
        running(postbox, certificate=tls, security=security, wants_login=True) as server,
        MailConnection(server, context=trusting(certificate)) as line,
    ):
        line.send(letter(), sender=FROM, to="a@example.org")
    assert postbox.logins == [USER]
    assert postbox.was_encrypted[-1]
    assert len(postbox.taken) == 1


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_certificate_that_nobody_trusts_ends_it_before_the_password(
    postbox: Postbox, certificate: Path, security: MailSecurity
) -> None:
    tls = load_certificate(certificate, None)
    with (
        running(postbox, certificate=tls, security=security, wants_login=True) as server,
        pytest.raises(MailServerError, match=r"certificate of the mail server localhost:\d+ is not trusted"),
    ):
        MailConnection(server)
    assert postbox.logins == []


def test_a_certificate_of_another_name_is_not_taken(postbox: Postbox, certificate: Path) -> None:
    tls = load_certificate(certificate, None)
    with running(postbox, certificate=tls, security=MailSecurity.TLS) as server:
        other = replace(server, host="127.0.0.1")
        with pytest.raises(MailServerError, match="Does the name in ATTENDANCE_SMTP match"):
            MailConnection(other, context=trusting(certificate))


def test_a_certificate_authority_of_ones_own_is_named_in_the_environment(
    postbox: Postbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = load_certificate(certificate, None)
    with (
        running(postbox, certificate=tls, security=MailSecurity.TLS) as server,
        MailConnection(server) as line,
    ):
        line.send(letter(), sender=FROM, to="a@example.org")
    assert len(postbox.taken) == 1


def test_without_starttls_on_the_other_side_nothing_is_sent(postbox: Postbox, server: SmtpServer) -> None:
    wanted = replace(server, security=MailSecurity.STARTTLS, user=USER, password=PASSWORD)
    with pytest.raises(MailServerError, match="does not offer the encryption or the login"):
        MailConnection(wanted)
    assert postbox.logins == []


def test_tls_where_the_server_speaks_none_is_told(server: SmtpServer) -> None:
    with pytest.raises(MailServerError, match="does not use TLS here"):
        MailConnection(replace(server, security=MailSecurity.TLS))


def test_a_wrong_password_is_told_without_showing_it(postbox: Postbox, certificate: Path) -> None:
    tls = load_certificate(certificate, None)
    with (
        running(postbox, certificate=tls, security=MailSecurity.TLS, wants_login=True) as server,
        pytest.raises(MailServerError) as refused,
    ):
        MailConnection(replace(server, password="hunter2"), context=trusting(certificate))
    assert "rejected the user or the password of ATTENDANCE_SMTP" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        nobody = SmtpServer("127.0.0.1", taken.getsockname()[1], MailSecurity.NONE)
        with pytest.raises(MailServerError, match=r"can't be reached: Connection refused\."):
            MailConnection(nobody)


@pytest.mark.parametrize("host", ["no-such-server.invalid", "x" * 64 + ".example", "..."])
def test_a_name_that_is_none_is_told(host: str) -> None:
    with pytest.raises(MailServerError, match="mail server"):
        MailConnection(SmtpServer(host, 25, MailSecurity.NONE), seconds=SOON)


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = SmtpServer("127.0.0.1", silent.getsockname()[1], MailSecurity.NONE)
        with pytest.raises(MailServerError, match="did not answer in time"):
            MailConnection(server, seconds=SOON)


@pytest.mark.parametrize(
    ("answer", "is_temporary"),
    [("550 No such user", False), ("452 The box is full", True), ("450 Greylisted, come back", True)],
)
def test_a_refused_address_does_not_stop_the_others(
    postbox: Postbox, server: SmtpServer, answer: str, *, is_temporary: bool
) -> None:
    postbox.refuses["a@example.org"] = answer
    with MailConnection(server) as line:
        with pytest.raises(MailRefusedError) as refused:
            line.send(letter(), sender=FROM, to="a@example.org")
        line.send(letter("b@example.org"), sender=FROM, to="b@example.org")
    assert refused.value.is_temporary is is_temporary
    assert answer in str(refused.value)
    assert [to for to, _ in postbox.taken] == ["b@example.org"]


def test_a_message_that_is_refused_after_it_was_read_was_not_sent(
    postbox: Postbox, server: SmtpServer
) -> None:
    postbox.refuses["subject"] = "Absent: Zoë"
    with MailConnection(server) as line, pytest.raises(MailRefusedError, match="554 Not this one"):
        line.send(letter(), sender=FROM, to="a@example.org")
    assert postbox.taken == []


def test_a_sender_that_is_refused_is_about_the_server_and_not_the_address(
    postbox: Postbox, server: SmtpServer
) -> None:
    postbox.refuses_sender = "553 Not from you"
    with (
        MailConnection(server) as line,
        pytest.raises(MailServerError, match="ATTENDANCE_MAIL_FROM: 553 Not from"),
    ):
        line.send(letter(), sender=FROM, to="a@example.org")


def test_a_server_that_shuts_down_is_about_the_server(postbox: Postbox, server: SmtpServer) -> None:
    postbox.refuses["a@example.org"] = "421 Good night"
    with MailConnection(server) as line, pytest.raises(MailServerError, match="answered: 421 Good night"):
        line.send(letter(), sender=FROM, to="a@example.org")


@pytest.mark.parametrize("way", ["dies_at", "hangs_at"])
@pytest.mark.parametrize(("where", "kind"), [("data", MailServerError), ("answer", MailUnsureError)])
def test_whether_it_may_have_been_sent_is_told_by_where_the_line_was_lost(
    postbox: Postbox, server: SmtpServer, way: str, where: str, kind: type[MailError]
) -> None:
    setattr(postbox, way, where)
    with MailConnection(server, seconds=SOON) as line, pytest.raises(kind):
        line.send(letter(), sender=FROM, to="a@example.org")
    assert len(postbox.taken) == (where == "answer")


def test_other_letters_before_the_at_sign_go_out_where_the_server_takes_them(
    postbox: Postbox, server: SmtpServer
) -> None:
    with MailConnection(server) as line:
        line.send(letter("zoë@example.org"), sender=FROM, to="zoë@example.org")
    assert [to for to, _ in postbox.taken] == ["zoë@example.org"]


def test_where_the_server_takes_only_ascii_that_address_alone_is_refused(
    postbox: Postbox, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailConnection(server) as line:
        monkeypatch.setattr(line._smtp, "has_extn", lambda name: name != "smtputf8")
        with pytest.raises(MailRefusedError, match="only addresses with plain letters") as refused:
            line.send(letter("zoë@example.org"), sender=FROM, to="zoë@example.org")
        line.send(letter(), sender=FROM, to="a@example.org")
    assert not refused.value.is_temporary
    assert [to for to, _ in postbox.taken] == ["a@example.org"]
