"""What follows from a check-in that was judged: a mark, another try, or a person who decides."""
