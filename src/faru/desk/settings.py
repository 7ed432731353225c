"""Django's settings. Everything that differs from unit to unit comes from the unit's folder (`unit.py`)."""

from pathlib import Path

import django.conf.locale
from csp.constants import NONE, SELF

from faru.desk import databases, env
from faru.desk import unit as _unit

UNIT = _unit.current()
HERE = Path(__file__).parent

SECRET_KEY = UNIT.secret("django.key").hex()
DEBUG = False
ALLOWED_HOSTS = env.hosts()
CSRF_TRUSTED_ORIGINS = env.origins()
ROOT_URLCONF = "faru.desk.urls"
WSGI_APPLICATION = "faru.desk.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "faru.desk.look",
    "faru.desk.accounts",
    "faru.desk.vault",
    "faru.desk.journal",
    "faru.desk.work",
    "faru.desk.referrals",
    "faru.desk.requests",
    "faru.desk.cases",
    "faru.desk.duty",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's list of security keys asks for it
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "faru.desk.middleware.WholeText",
    "faru.desk.middleware.Viewer",
    "faru.desk.accounts.middleware.SignedIn",
    "faru.desk.accounts.middleware.SecondFactor",
    "faru.desk.middleware.UnitZone",
    "faru.desk.middleware.Refusals",
    "faru.desk.middleware.NotThere",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "faru.desk.context.desk",
            ],
        },
    }
]

DATABASES = {"default": databases.chosen(UNIT)}
DATABASE_OWNER = databases.owners()
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Language and place. Django does not know Dhivehi: it must be told, and told that it runs right to left.
django.conf.locale.LANG_INFO["dv"] = {
    "bidi": True,
    "code": "dv",
    "name": "Dhivehi",
    "name_local": "ދިވެހި",
}
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("dv", "ދިވެހި")]
LANGUAGES_BIDI = ["dv", "ar", "he", "fa", "ur"]
LOCALE_PATHS = [HERE / "locale"]
FORMAT_MODULE_PATH = ["faru.desk.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HERE / "look" / "static"
WHITENOISE_USE_FINDERS = True  # the built files lie in the packages; nothing has to be collected first
WHITENOISE_MAX_AGE = 300

# Nothing that came in may touch the disk in clear, so uploads stay in memory, and are few.
FILE_UPLOAD_HANDLERS = ["faru.desk.uploads.InMemory"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 200

# Signing in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "faru.desk.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# The one owner of limits. A "key" is a name at an address (`Adapter`): wrong tries elsewhere lock nobody out.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/5m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.proxies()
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Faru"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = UNIT.demo

SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not UNIT.demo
CSRF_COOKIE_SECURE = not UNIT.demo
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "faru.desk.errors.csrf"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],  # Tabler's style sheet has data: images, and so has a TOTP's QR code
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Logs hold no paths, no request bodies and no values of variables: a traceback names lines, never persons.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"names_only": {"()": "faru.desk.logs.NamesOnly"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"filters": ["names_only"]},
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]  # TLS ends in front of the desk, or on localhost
