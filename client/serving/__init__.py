"""The server around the Flask app: ASGI, HTTP, limits, TLS and the tunnel."""
