"""The kinds of inputs, and which part of all inputs each has."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.kinds.codes import Codes
from benchmarks.hostile.kinds.cookies import Cookies
from benchmarks.hostile.kinds.databases import Databases
from benchmarks.hostile.kinds.images import Images
from benchmarks.hostile.kinds.json_bodies import JsonBodies
from benchmarks.hostile.kinds.lists import Lists
from benchmarks.hostile.kinds.multipart import Multipart
from benchmarks.hostile.kinds.pages import PageParameters
from benchmarks.hostile.kinds.receipts import ReceiptTexts
from benchmarks.hostile.kinds.sockets import Sockets
from benchmarks.hostile.kinds.videos import Videos
from benchmarks.hostile.kinds.workbooks import Workbooks
from benchmarks.hostile.values import HostileKind

KINDS: dict[str, Callable[[HostileSite], HostileKind]] = {
    each.name: each
    for each in (
        Images,
        Multipart,
        JsonBodies,
        Sockets,
        Cookies,
        Codes,
        PageParameters,
        Lists,
        Workbooks,
        Videos,
        Databases,
        ReceiptTexts,
    )
}
# Per cent of all inputs; what takes longer to answer has fewer.
SHARES = {
    "images": 18,
    "multipart": 16,
    "json": 18,
    "sockets": 8,
    "cookies": 9,
    "codes": 8,
    "pages": 6,
    "lists": 6,
    "workbooks": 4,
    "videos": 2,
    "databases": 1,
    "receipts": 4,
}


def counts_of(inputs: int) -> dict[str, int]:
    """How many of a number of inputs each kind has, at least one.

    Args:
        inputs: of all kinds.
    """
    return {name: max(1, inputs * share // 100) for name, share in SHARES.items()}
