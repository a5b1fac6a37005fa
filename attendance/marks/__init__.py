"""Who attended: check-ins and their verdicts, reviews, corrections and the board that shows them."""
