"""The register: who came to which session, how that is decided, and where it is stored."""

from __future__ import annotations

__version__ = "0.1.0"  # the only place; pyproject.toml reads it from here
