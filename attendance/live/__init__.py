"""Live recognition: frames from one camera, faces followed, students marked."""
