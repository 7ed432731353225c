"""How dates and numbers are written and read, for each language: day first, a 24-hour clock, never American."""
