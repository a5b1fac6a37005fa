"""What other software calls: the REST API, the WebSocket, legacy addresses and health."""
