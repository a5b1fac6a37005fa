"""E-mail to students and guardians: who is told what, when, and what became of it."""
