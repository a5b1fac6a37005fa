"""E-mail to students and guardians: what is due, what it reads like, and sending it."""
