"""What presentations come from: stills of people, and bursts that were recorded."""
