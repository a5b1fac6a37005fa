"""The libraries without which no photo is read, for who wants to know whether they can be loaded."""

from __future__ import annotations

NEEDED = ("numpy", "PIL.Image", "lz4.frame", "cv2", "openvino")
"""As they are imported; the last two need libraries of the system, and openvino a processor that it knows."""
