"""What is held, and that it is opened again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.attacks import held_bodies, slow_heads
from benchmarks.attacks.held_connections import HeldAttack, HeldConnections, report
from client.serving.limits import ServerLimits
from tests.client.served_app import serving, wait_until

SMALL = HeldAttack("3 bodies", 3, 10_000, 9_999)


def hello(_: object, start_response: object) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]
    return [b"hello"]


@pytest.mark.server
def test_what_the_server_closes_is_opened_again() -> None:
    limits = ServerLimits(first_byte_seconds=0.1, body_grace_seconds=0.2, body_seconds=0.2)
    with serving(hello, limits=limits) as port:
        for attack in (SMALL, replace(SMALL, sent=0)):
            with HeldConnections(port, attack) as held:
                wait_until(lambda held=held: held.opened > 6)  # type: ignore[misc]


def test_no_body_that_is_held_is_complete() -> None:
    assert all(attack.sent < attack.declared for attack in held_bodies.ATTACKS)
    assert all(
        attack.count * attack.sent > 0.9 * ServerLimits().bodies_bytes for attack in held_bodies.ATTACKS
    )
    assert b"Content-Length: 10000\r\n" in SMALL.head("/capture")


def test_the_commands_are_bounded() -> None:
    for command in (slow_heads.main, held_bodies.main):
        assert all(parameter.type.max is not None for parameter in command.params)  # type: ignore[attr-defined]


@pytest.mark.networks
@pytest.mark.server
def test_honest_check_ins_are_served_meanwhile(capsys: pytest.CaptureFixture[str]) -> None:
    report([replace(SMALL, with_grants=True)], seconds=4.0, phones=1)
    printed = capsys.readouterr().out
    assert "3 bodies" in printed
    assert "honest check-ins were served, median" in printed
    assert "the others" not in printed
