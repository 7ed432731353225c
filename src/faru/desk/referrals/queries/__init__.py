"""Every reading of referrals for a page. Each starts from what the viewer may see."""
