"""The server that runs the Flask app: ASGI, HTTP, limits, TLS and the tunnel."""
