"""Hold bodies that don't end, and count the honest check-ins that are served meanwhile.

    python -m benchmarks.attacks.held_bodies [--seconds 20]

A throwaway server on 127.0.0.1 with the usual limits. First 13 bodies of 10 MB, which would fill its memory,
then the same with a grant for each, then as much in 450 bodies of a photo's size with a grant for each. The
phones come from the same address.
"""

from __future__ import annotations

import click

from benchmarks.attacks.held_connections import HeldAttack, report

LARGE, PHOTO = 10_000_000, 300_000
ATTACKS = (
    HeldAttack("13 bodies of 10 MB", 13, LARGE, LARGE - 1),
    HeldAttack("13 bodies of 10 MB with grants", 13, LARGE, LARGE - 1, with_grants=True),
    HeldAttack("450 bodies of 300 kB with grants", 450, PHOTO, PHOTO - 1, with_grants=True),
)


@click.command(help=__doc__)
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(1, 120))
def main(seconds: float) -> None:
    """Attack, and print the results."""
    report(ATTACKS, seconds)


if __name__ == "__main__":
    main()
