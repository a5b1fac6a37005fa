"""Hold POST heads without a body, and count the honest check-ins that are served meanwhile.

    python -m benchmarks.attacks.slow_heads [--heads 280] [--seconds 20]

A throwaway server on 127.0.0.1 with the usual limits; heads that it turns away are sent again at once. The
phones come from the same address.
"""

from __future__ import annotations

import click

from benchmarks.attacks.held_connections import HeldAttack, report

PHOTO_BYTES = 300_000


@click.command(help=__doc__)
@click.option("--heads", default=280, show_default=True, type=click.IntRange(1, 1000))
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(1, 120))
def main(heads: int, seconds: float) -> None:
    """Attack, and print the result."""
    report([HeldAttack(f"{heads} heads without a body", heads, PHOTO_BYTES, 0)], seconds)


if __name__ == "__main__":
    main()
