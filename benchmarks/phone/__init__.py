"""What the phone page costs a phone."""
