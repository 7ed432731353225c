"""Alerts as received, and the leads they join to."""
