"""How each language writes and reads dates and numbers: day first, a 24-hour clock, never American."""
