"""Addresses of this app."""

from django.urls import include, path

from faru.desk.referrals.views import intake, letter, maps, referral, search

urlpatterns = [
    path("intake/", intake.intake, name="intake"),
    path("intake/read/", intake.read_waiting, name="intake_read"),
    path("intake/letter/", letter.letter, name="letter"),
    path("intake/maps/new/<uuid:file_id>/", maps.new, name="map_new"),
    path("search/", search.search, name="search"),
    path("referrals/<uuid:referral_id>/", referral.referral, name="referral"),
    path("referrals/<uuid:referral_id>/raw/", referral.raw, name="referral_raw"),
    path("referrals/<uuid:referral_id>/letter/", referral.attachment, name="referral_letter"),
    path("referrals/<uuid:referral_id>/children/<uuid:child_id>/", referral.reveal, name="referral_reveal"),
    path("", include("faru.desk.referrals.urls_leads")),
]
