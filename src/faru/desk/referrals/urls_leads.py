"""Addresses of leads."""

from django.urls import path

from faru.desk.referrals.views import lead, leads

urlpatterns = [
    path("leads/", leads.leads, name="leads"),
    path("leads/<slug:number>/", lead.lead, name="lead"),
    path("leads/<slug:number>/claim/", lead.claim, name="lead_claim"),
    path("leads/<slug:number>/let-go/", lead.let_go, name="lead_let_go"),
    path("leads/<slug:number>/wait/", lead.wait, name="lead_wait"),
    path("leads/<slug:number>/close/", lead.close, name="lead_close"),
    path("leads/<slug:number>/reopen/", lead.reopen, name="lead_reopen"),
    path("leads/<slug:number>/override/", lead.override, name="lead_override"),
    path("leads/<slug:number>/join/", lead.join, name="lead_join"),
    path("leads/<slug:number>/part/", lead.part, name="lead_part"),
    path("leads/<slug:number>/undo/", lead.undo, name="lead_undo"),
    path("leads/<slug:number>/interrupt/", lead.raise_interrupt, name="interrupt_raise"),
    path("interrupts/<uuid:interrupt_id>/take/", lead.take_interrupt, name="interrupt_take"),
    path("interrupts/<uuid:interrupt_id>/clear/", lead.clear_interrupt, name="interrupt_clear"),
]
