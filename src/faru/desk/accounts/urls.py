"""Where people sign in. Of allauth only what this unit uses."""

from allauth.account import views as allauth
from django.urls import include, path

from faru.desk.accounts import views, views_admin

urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("demo/<slug:username>/", views.demo_enter, name="demo_enter"),
    path("language/", views.language, name="language"),
    path("account/sign-in/", allauth.login, name="account_login"),
    path("account/sign-out/", allauth.logout, name="account_logout"),
    path("account/again/", allauth.reauthenticate, name="account_reauthenticate"),
    path("account/password/", views.change_password, name="account_change_password"),
    path("account/factors/", include("allauth.mfa.urls")),
    path("administration/", views_admin.administration, name="administration"),
    path("administration/users/", views_admin.add, name="user_add"),
    path("administration/users/<uuid:user_id>/", views_admin.account, name="user_roles"),
    path("administration/users/<uuid:user_id>/disable/", views_admin.disable, name="user_disable"),
    path("administration/users/<uuid:user_id>/enable/", views_admin.enable, name="user_enable"),
    path("administration/users/<uuid:user_id>/reset/", views_admin.reset, name="user_reset"),
]
