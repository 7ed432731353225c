"""Where people sign in. Of allauth only what this unit uses."""

from allauth.account import views as allauth
from django.urls import include, path

from faru.desk.accounts import views

urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("demo/<slug:username>/", views.demo_enter, name="demo_enter"),
    path("language/", views.language, name="language"),
    path("account/sign-in/", allauth.login, name="account_login"),
    path("account/sign-out/", allauth.logout, name="account_logout"),
    path("account/again/", allauth.reauthenticate, name="account_reauthenticate"),
    path("account/password/", views.change_password, name="account_change_password"),
    path("account/factors/", include("allauth.mfa.urls")),
]
