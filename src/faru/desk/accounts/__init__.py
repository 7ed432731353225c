"""Who works here, in which roles, and what these roles may do."""
