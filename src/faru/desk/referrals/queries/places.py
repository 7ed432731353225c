"""Where things are on the desk: one line for each address that several pages name."""

from django.urls import reverse

from faru.desk.referrals.models import Lead, Referral


def lead_url(lead: Lead) -> str:
    """The page of a lead."""
    return reverse("lead", args=[lead.number])


def referral_url(referral: Referral) -> str:
    """The page of a referral."""
    return reverse("referral", args=[referral.pk])
