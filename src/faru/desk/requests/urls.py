"""Addresses of this app."""

from django.urls import path

from faru.desk.requests.views import acts, answers, exports, pages

urlpatterns = [
    path("requests/", pages.requests, name="requests"),
    path("requests/new/", acts.new, name="request_new"),
    path("requests/<slug:number>/", pages.request, name="request"),
    path("requests/<slug:number>/lines/", acts.lines, name="request_lines"),
    path("requests/<slug:number>/approve/", acts.approve, name="request_approve"),
    path("requests/<slug:number>/refuse/", acts.refuse, name="request_refuse"),
    path("requests/<slug:number>/withdraw/", acts.withdraw, name="request_withdraw"),
    path("requests/<slug:number>/serve/", acts.serve, name="request_serve"),
    path("requests/<slug:number>/close/", acts.close, name="request_close"),
    path("requests/<slug:number>/letter.pdf", exports.letter, name="request_letter"),
    path("requests/<slug:number>/lines.csv", exports.table, name="request_table"),
    path("requests/<slug:number>/rejects/<uuid:answer_id>.csv", exports.rejects, name="request_rejects"),
    path("requests/<slug:number>/answer/", answers.receive, name="request_answer"),
    path("requests/<slug:number>/answer/<uuid:answer_id>/try/", answers.dry_run, name="request_dry_run"),
    path("requests/<slug:number>/answer/<uuid:answer_id>/import/", answers.take_over, name="request_import"),
    path("requests/<slug:number>/coverage/", answers.coverage, name="request_coverage"),
    path(
        "requests/<slug:number>/coverage/<uuid:row_id>/drop/",
        answers.drop_coverage,
        name="request_coverage_drop",
    ),
    path("requests/<slug:number>/verdicts/", answers.resolve, name="request_resolve"),
]
