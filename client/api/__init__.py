"""The REST API under ``/api/v1``, for other software: see docs/api.md."""
