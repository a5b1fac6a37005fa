"""Running networks with OpenVINO, storing converted networks, and reporting progress."""
