"""What is odd about check-ins: compared with each other, told to the teacher, refusing nothing."""
