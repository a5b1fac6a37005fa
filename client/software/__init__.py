"""The interfaces for other software: REST API, WebSocket, legacy addresses and health check."""
