"""The web app: the phone page, its routes, the server and the tunnel."""
