"""Students: finding, adding, changing and erasing them."""
