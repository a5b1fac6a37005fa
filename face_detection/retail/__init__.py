"""Open Model Zoo's face-reidentification-retail-0095, read by OpenVINO as it is published."""
