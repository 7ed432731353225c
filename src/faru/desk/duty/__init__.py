"""The desk of the day: what matters first, and the handover from shift to shift."""
