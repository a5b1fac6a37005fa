"""The WebSocket ``/ws``: frames in, faces with names out; see docs/live.md."""
