"""Live recognition: a stream of frames from one camera, faces followed, students marked."""
