"""What breaks around the program in mid-class: what phones and teachers see, and that nothing is lost."""
