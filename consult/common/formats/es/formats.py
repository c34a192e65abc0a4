"""Numbers as Mexico writes them; Django's Spanish has Spain's comma."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
