"""The WebSocket ``/ws``: frames of a camera in, faces with names out; see docs/live.md."""
