"""How often somebody may try: counters, rate limits, and pauses after failures."""
