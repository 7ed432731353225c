"""Addresses of cases. A case is named by its number: it names nobody."""

from django.urls import path

from faru.desk.cases import views

urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/open/", views.case_open, name="case_open"),
    path("cases/<str:number>/", views.case, name="case"),
    path("cases/<str:number>/steps/<str:step>/", views.case_step, name="case_step"),
    path("cases/<str:number>/steps/<str:step>/skip/", views.case_skip, name="case_skip"),
    path("cases/<str:number>/records/<uuid:record>/sign/", views.case_sign, name="case_sign"),
    path("cases/<str:number>/move/", views.case_move, name="case_move"),
    path("cases/<str:number>/referrals/", views.case_referrals, name="case_referrals"),
    path("cases/<str:number>/facts/", views.case_fact, name="case_fact"),
    path("cases/<str:number>/events/", views.case_event, name="case_event"),
    path("cases/<str:number>/people/", views.case_person, name="case_person"),
    path("cases/<str:number>/documents/", views.case_document_add, name="case_document_add"),
    path("cases/<str:number>/documents/<uuid:version>/", views.case_document, name="case_document"),
    path("cases/<str:number>/notes/", views.case_note, name="case_note"),
    path("cases/<str:number>/staff/", views.case_staff, name="case_staff"),
    path("cases/<str:number>/dossiers/", views.case_dossier_build, name="case_dossier_build"),
    path("cases/<str:number>/dossiers/<uuid:dossier>/", views.case_dossier, name="case_dossier"),
    path(
        "cases/<str:number>/dossiers/<uuid:dossier>/send/", views.case_dossier_send, name="case_dossier_send"
    ),
    path("cases/<str:number>/outcome/", views.case_outcome, name="case_outcome"),
    path("cases/<str:number>/close/", views.case_close, name="case_close"),
]
