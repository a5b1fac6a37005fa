"""Messages arrive whole, in whatever parts they are read, and nobody waits for who doesn't read them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.startup.workers.messages import (
    LONGEST_LINE,
    LineBuffer,
    LineReader,
    Message,
    StateHeard,
    SupervisorAnswer,
    TunnelState,
    Wish,
    WorkerRequest,
    WorkerServes,
    from_line,
    to_line,
)
from client.startup.workers.outbox import MOST_ANSWERS, Outbox

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")

MESSAGES: tuple[Message, ...] = (
    TunnelState(3, may_forward=True, url="https://class.example", known=("198.51.100.4",), expected=("s",)),
    WorkerServes(),
    StateHeard(3),
    WorkerRequest("an id", Wish.NOTE_ARRIVAL, ("secret", "198.51.100.4")),
    SupervisorAnswer("an id", problem="The plan doesn't\nallow it — sorry."),
)


@given(st.lists(st.integers(0, 400), max_size=6))
def test_messages_arrive_as_they_were_sent_in_any_parts(cuts: list[int]) -> None:
    sent = b"".join(map(to_line, MESSAGES))
    ends = sorted({min(each, len(sent)) for each in cuts} | {0, len(sent)})
    buffer = LineBuffer()
    lines = [line for begin, end in pairwise(ends) for line in buffer.lines(sent[begin:end])]
    assert tuple(map(from_line, lines)) == MESSAGES


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"1", b"{}", b"[]", b'["StateHeard"]', b'["StateHeard", {}]', b'["StateHeard", 3]', b"\xff"),
        *(b'["Nothing", {}]', b'["WorkerServes", {"number": 1}]', b'[["StateHeard"], {"number": 1}]'),
        b'["WorkerRequest", {"id": "1", "wish": "fly"}]',
    ],
)
def test_another_line_is_an_error_of_its_own(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_line(line)


def test_a_line_without_end_takes_no_memory() -> None:
    buffer = LineBuffer()
    for _ in range(10):
        assert buffer.lines(b"x" * LONGEST_LINE) == []
    assert from_line(buffer.lines(b"\n" + to_line(StateHeard(1)))[-1]) == StateHeard(1)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """The end to read and the end to write."""
    read, write = os.pipe()
    with closing(os.fdopen(read)), closing(os.fdopen(write, "w")):
        yield read, write


def test_who_reads_late_gets_the_latest_state_and_all_answers(pipe: tuple[int, int]) -> None:
    read, write = pipe
    outbox = Outbox(write)
    for number in range(5_000):
        outbox.put(TunnelState(number, url="https://class.example"))
    assert not outbox.is_empty
    answers = [SupervisorAnswer(str(number)) for number in range(MOST_ANSWERS)]
    for answer in answers:
        outbox.put(answer)
    reader, found = LineReader(read), list[Message]()
    while answers[-1] not in found:
        outbox.flush()
        found.append(from_line(reader.next() or b""))
    states = found[: -len(answers)]
    assert found[-len(answers) :] == answers
    assert states[-1] == TunnelState(4_999, url="https://class.example")
    assert len(states) < 5_000


def test_who_reads_nothing_for_ever_takes_no_memory(pipe: tuple[int, int]) -> None:
    outbox = Outbox(pipe[1])
    for number in range(5_000):
        outbox.put(TunnelState(number))
        outbox.put(SupervisorAnswer(str(number)))
    assert len(outbox._answers) == MOST_ANSWERS


def test_nothing_is_left_for_who_has_ended() -> None:
    read, write = os.pipe()
    with closing(os.fdopen(write, "w")):
        os.close(read)
        outbox = Outbox(write)
        outbox.put(StateHeard(1))
        assert outbox.is_empty
