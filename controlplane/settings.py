"""All settings, from the environment (12-factor). A secret NAME may also come from a file named by NAME_FILE."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from controlplane import logs
from controlplane.environment import NAMES

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv()

# A missing or unknown environment is production: the strictest reading.
ENVIRONMENT: str = env.str("ENVIRONMENT", default="production")
if ENVIRONMENT not in NAMES:
    ENVIRONMENT = "production"

DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "controlplane.site.app.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "axes",
    "controlplane",
    "events",
    "routing",
    "dlq",
]

MIDDLEWARE = [
    "controlplane.logs.request_id.request_id",
    "controlplane.monitoring.http_metrics.HttpMetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "controlplane.access.nul.no_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "controlplane.access.content_policy.content_policy",
    # The last: it makes a page of what the login said.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "controlplane.urls"
WSGI_APPLICATION = "controlplane.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the theme's own.
        "DIRS": [BASE_DIR / "controlplane" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / '.quickstart' / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Several processes write: take the write lock at BEGIN and wait for it, or they fail with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Out of reach, so that nothing is prepared because it comes often: only where a statement asks for it.
    if env.bool("DATABASE_PREPARED_STATEMENTS", default=True):
        DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 2**31

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"
# A working day; whoever changes their password ends their other sessions.
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
# How many proxies stand in front, whose X-Forwarded-For is believed: of as many addresses, from the right.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=0)
# Shown to people without a role; by default it names administrators.
ACCESS_CONTACT: str = env.str("ACCESS_CONTACT", default="")
AXES_HANDLER = "controlplane.access.login_guard.LoginGuard"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address", "username"]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "controlplane.access.login_guard.pseudonym"
AXES_CLIENT_IP_CALLABLE = "controlplane.access.login_guard.client_address"
AXES_CLIENT_STR_CALLABLE = "controlplane.access.login_guard.described"
AXES_LOCKOUT_CALLABLE = "controlplane.access.login_guard.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "controlplane.formats"

STATIC_URL = "/static/"
COLLECTED = BASE_DIR / "staticfiles"
# In development files are served from where they are, with no `collectstatic` before.
WHITENOISE_USE_FINDERS = ENVIRONMENT == "development"
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Named here too: whoever collects in development gets the files, though they are not served from there.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "OPTIONS": {"location": COLLECTED},
    },
}

# Redis carries Celery's messages and the wake-up hint: nothing in it is needed to keep a promise.
REDIS_URL: str = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL: str = env.str("CELERY_BROKER_URL", default=REDIS_URL)

# An event of a type that nobody has registered: "refuse", or "accept" it and mark it so.
UNKNOWN_EVENT_TYPES: str = env.str(
    "UNKNOWN_EVENT_TYPES", default="accept" if ENVIRONMENT == "development" else "refuse"
)

# What nobody publishes alone who changed it: "policies" for personal data, "tables" of routing.
FOUR_EYES: list[str] = env.list("FOUR_EYES", default=["policies"] if ENVIRONMENT == "production" else [])
if unknown := set(FOUR_EYES) - {"policies", "tables"}:
    raise ImproperlyConfigured(f"FOUR_EYES: nothing is called {', '.join(sorted(unknown))}")

# What wraps the keys that personal data is encrypted by: 32 random bytes in base64; older ones may follow it after a
# space. From PII_KEK or PII_KEK_FILE ("env"), from that file whenever it is needed ("file"), or in AWS KMS ("aws-kms").
PII_KEK_PROVIDER: str = env.str("PII_KEK_PROVIDER", default="env")
PII_KEY_ENCRYPTION_KEYS: str = env.str("PII_KEK", default="")
PII_KEK_FILE: str = os.environ.get("PII_KEK_FILE", "")
PII_KMS_KEY_ID: str = env.str("PII_KMS_KEY_ID", default="")

# What a destination's secrets may refer to, by its beginning: `env:ECP_` and `file:/run/secrets/` are narrower. The
# product's own secrets are never meant.
SECRET_REFERENCES: list[str] = env.list("SECRET_REFERENCES", default=["env:", "file:/"])

# Destinations in memory lose what is sent to them. The test suite turns them on; nothing else has a use for them.
MEMORY_DESTINATIONS = False

# A body over this size is refused with 413 before it is parsed.
MAX_BODY_BYTES: int = env.int("MAX_BODY_BYTES", default=4 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["events.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "events.api.schema.ContractSchema",
    "EXCEPTION_HANDLER": "events.api.problems.exception_handler",
    # A parameter like any other that is not known.
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Event control plane",
    "DESCRIPTION": (
        "Ingest CloudEvents, see where they went, and put right what could not be delivered.\n\n"
        "Every error is a problem (RFC 9457) with a stable `code`. Unknown parameters and members are refused. "
        "Lists come in pages: `next` of a page is the `cursor` of the following one. "
        "Send `X-Request-ID` (at most 64 of letters, digits, dot, hyphen and underscore) to find a request in the logs."
    ),
    "EXTERNAL_DOCS": {"url": "/problems/", "description": "Every problem, and what to do about it"},
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": "/"}],
    "ENUM_NAME_OVERRIDES": {
        "EventState": "routing.entry_state.STATES",
        "DeliveryState": "routing.models.Delivery.State",
        "DestinationState": "routing.api.status.STATES",
        "DestinationKind": "routing.api.status.KINDS",
        "OperationState": "dlq.models.Operation.State",
        "OperationKind": "dlq.models.Operation.Kind",
        "PiiKind": "events.pii.policies.policy.KINDS",
        "PiiAction": "events.pii.policies.policy.ACTIONS",
        "PiiPathAction": "events.pii.policies.policy.PATH_ACTIONS",
        "PiiEnvironment": "events.pii.policies.policy.ENVIRONMENTS",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "events.api.schema.complete"],
}

UNFOLD = {
    "SITE_TITLE": "Event control plane",
    "SITE_HEADER": "Event control plane",
    "SITE_URL": None,
    "SITE_SYMBOL": "hub",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/controlplane/icon.svg"}],
    "ENVIRONMENT": "controlplane.site.environment.badge",
    "ENVIRONMENT_TITLE_PREFIX": "controlplane.site.environment.title_prefix",
    "STYLES": ["/static/controlplane/accessible.css"],
    "SCRIPTS": ["/static/controlplane/accessible.js"],
    "SIDEBAR": {
        "navigation": "controlplane.site.navigation.navigation",
        "show_search": True,
        "command_search": True,
    },
}

# "json" for machines, "text" for people; manage.py's default is text on stderr.
LOG_FORMAT: str = env.str("LOG_FORMAT", default="json")
LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO").upper()
LOG_STREAM: str = env.str("LOG_STREAM", default="stdout")
LOGGING = logs.configure(LOG_FORMAT, LOG_LEVEL, LOG_STREAM)

# Where processes of one machine keep their metrics for each other; the client library wants the folder to be there.
if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)

# The relay. A dotted path to a callable(label) that is told each step of a batch; chaos runs use it to inject faults.
RELAY_OBSERVER: str = env.str("RELAY_OBSERVER", default="")
RELAY_LEASE_SECONDS: float = env.float("RELAY_LEASE_SECONDS", default=10.0)
RELAY_DRAIN_SECONDS: float = env.float("RELAY_DRAIN_SECONDS", default=60.0)

if not DEBUG:
    SECURE_CONTENT_TYPE_NOSNIFF = True
    SESSION_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=True)
    CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=True)
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    # A load balancer asks without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if env.bool("TRUST_X_FORWARDED_PROTO", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
