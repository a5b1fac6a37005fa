"""Running networks with OpenVINO, keeping compiled ones on disk, and reporting progress."""
