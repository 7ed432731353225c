"""Questions to carriers, their answers, and what these prove."""
