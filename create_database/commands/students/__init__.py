"""The commands about students: enrolling, listing, consent, erasing."""
