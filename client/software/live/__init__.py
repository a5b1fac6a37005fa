"""The WebSocket ``/ws``: receives frames, sends faces and names; see docs/live.md."""
