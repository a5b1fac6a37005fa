"""The admin's command line, a thin shell over the register."""

from __future__ import annotations

__version__ = "0.1.0"
