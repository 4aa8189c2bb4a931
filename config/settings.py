"""Settings, all of them by environment variable; `.env.example` lists every one.

Embedded default (nothing set): SQLite, process memory and a folder, for `make run`. With DATABASE_URL and REDIS_URL the same
code runs on PostgreSQL and Redis with separate workers. DALIL_ENVIRONMENT=production refuses to start without its secrets.
"""

from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

ENVIRONMENT = env.str("DALIL_ENVIRONMENT", default="embedded")
if ENVIRONMENT not in {"embedded", "production"}:
    raise ImproperlyConfigured(f'DALIL_ENVIRONMENT is "embedded" or "production", not {ENVIRONMENT!r}.')
PRODUCTION = ENVIRONMENT == "production"


def _required_in_production(name: str, default: str) -> str:
    value = env.str(name, default="")
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"{name} must be set in production. See .env.example.")
    return value or default


DATA_ROOT = Path(env.str("DALIL_DATA_ROOT", default=str(BASE_DIR / "var")))
DATA_ROOT.mkdir(parents=True, exist_ok=True)

SECRET_KEY = _required_in_production("DALIL_SECRET_KEY", "embedded-only-never-in-production")
DEBUG = env.bool("DALIL_DEBUG", default=False)
ALLOWED_HOSTS = _required_in_production("DALIL_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = env.list("DALIL_CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # config.urls finds what the admin shows, when it is asked for
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "apikit",
    "accounts",
    "visitors",
    "venues",
    "notifications",
    "beacons",
    "navigation",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.static_files.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
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

# --- where state lives -------------------------------------------------------------------------------------------------

DATABASE_URL = _required_in_production("DATABASE_URL", f"sqlite:///{DATA_ROOT / 'dalil.sqlite3'}")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    if PRODUCTION:
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database in production, not SQLite.")
    # One writer at a time that waits its turn, readers beside it (https://sqlite.org/wal.html).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DALIL_DATABASE_MAX_AGE_S", default=0)
    # A database that is away: who asks hears of it within seconds, and is answered as soon as it is back. (The pool's own are half a
    # minute, and five minutes of ever rarer attempts.)
    DATABASES["default"]["OPTIONS"] = {
        "pool": {
            "min_size": 0,
            "max_size": env.int("DALIL_DATABASE_POOL", default=16),
            "timeout": 3.0,
            "reconnect_timeout": 1.0,
        }
    }

REDIS_URL = _required_in_production("REDIS_URL", "")
# A Redis that hangs is taken for one that is away: an answer takes it less than a thousandth of this.
REDIS_TIMEOUT_S = 2.0
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "apikit.services.caches.KeptRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": REDIS_TIMEOUT_S, "socket_connect_timeout": REDIS_TIMEOUT_S},
    }
    if REDIS_URL
    else {"BACKEND": "apikit.services.caches.ProcessCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
}

BLOB_ROOT = Path(env.str("DALIL_BLOB_ROOT", default=str(DATA_ROOT / "blobs")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "blobs": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(BLOB_ROOT)}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# A map that another process publishes is seen this much later at most. Reading the pointer takes as long as finding a route.
POINTER_AGE_S = env.float("DALIL_POINTER_AGE_S", default=0.25)

# --- work in the background --------------------------------------------------------------------------------------------

# Without Redis the tasks run in a worker thread of the server process, on the same outbox (config/embedded_worker.py).
EMBEDDED_WORKER = not REDIS_URL
CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# No limit but this one: a worker whose acknowledgement is cut off counts its task as under way for good, and takes no other.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": REDIS_TIMEOUT_S} if REDIS_URL else {}
CELERY_TIMEZONE = "UTC"
# Sending waits for others: it has a queue of its own, so that a provider that hangs holds up nothing else. A worker that is
# not told which queue to take takes both.
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_QUEUES = tuple(Queue(name, Exchange(name), routing_key=name) for name in ("work", "delivery"))
CELERY_TASK_ROUTES = {"notifications.tasks.deliver_due": {"queue": "delivery"}}
# The sweeper finds what a wake-up missed: it runs as often as a visitor may be kept waiting for a retry.
OUTBOX_SWEEP_S = env.float("DALIL_OUTBOX_SWEEP_S", default=5.0)
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {
        "task": "notifications.tasks.deliver_due",
        "schedule": OUTBOX_SWEEP_S,
        "options": {"expires": 60.0},  # long enough for a worker that is busy, so that no heap of sweeps gathers
    },
    # A visit ends 60 s after its last fix (CAMPAIGNS.md, Zones): a quarter of that late at the most.
    "close-lost-visits": {"task": "notifications.tasks.close_lost", "schedule": 15.0},
    # What quiet hours have put off is sent within seconds of their end.
    "decide-deferred": {"task": "notifications.tasks.decide_deferred", "schedule": 10.0, "options": {"expires": 10.0}},
    # A closure that was planned begins within a second.
    "begin-closures": {"task": "navigation.tasks.begin_closures", "schedule": 1.0, "options": {"expires": 5.0}},
    # A beacon that was moved misleads whoever is about it: it has no weight within half a minute of the last pass needed.
    "fold-observations": {"task": "beacons.tasks.fold_observations", "schedule": 30.0, "options": {"expires": 30.0}},
    # Every row ends as its table's retention.toml says; the shortest-lived are answers, kept for 15 minutes.
    "purge-expired": {"task": "apikit.tasks.purge_expired", "schedule": 60.0, "options": {"expires": 60.0}},
    # Who consents to no analytics leaves no visit behind for longer than a day and an hour.
    "forget-unmeasured-visits": {"task": "notifications.tasks.forget_unmeasured", "schedule": 3600.0},
    "collect-blobs": {"task": "navigation.tasks.collect_blobs", "schedule": crontab(hour=2, minute=30)},
    # At night, when few walk: what the day taught of how strongly beacons are heard.
    "learn": {"task": "beacons.tasks.learn", "schedule": crontab(hour=3, minute=15)},
}

# --- push --------------------------------------------------------------------------------------------------------------

# The key of a service account of the Firebase project, a JSON file; without it nothing is sent through FCM.
FCM_CREDENTIALS = env.str("DALIL_FCM_CREDENTIALS", default="")
FCM_URL = env.str("DALIL_FCM_URL", default="https://fcm.googleapis.com")
# The server's key for Web Push (RFC 8292). Embedded, one is made in the data folder; in production Web Push is off without.
VAPID_PRIVATE_KEY = env.str("DALIL_VAPID_PRIVATE_KEY", default="")
VAPID_SUBJECT = env.str("DALIL_VAPID_SUBJECT", default="mailto:operator@localhost.localdomain")
VAPID_KEY_FILE = None if PRODUCTION else DATA_ROOT / "vapid.key"
# What one push provider is given at most; after an outage a tenth of it at first.
PUSH_PER_S = env.float("DALIL_PUSH_PER_S", default=500.0)
# Push services of one's own within a private network: these hosts may be sent to, by plain http too.
PUSH_PRIVATE_HOSTS = env.list("DALIL_PUSH_PRIVATE_HOSTS", default=[])

# --- people, languages, time -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية"), ("fr", "Français")]
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]  # `make words` compiles what is written there
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the API -----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["apikit.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apikit.api.parsers.OrjsonParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apikit.api.problems.problem_handler",
    "UNAUTHENTICATED_USER": None,
    # By visitor's token where there is one, else by address: a hotel's guests share one. A phone sends a batch a second or so.
    "DEFAULT_THROTTLE_RATES": {
        "new_visitor": env.str("DALIL_RATE_NEW_VISITORS", default="1200/m"),
        "visitor": env.str("DALIL_RATE_VISITOR", default="1200/m"),
        "sightings": env.str("DALIL_RATE_SIGHTINGS", default="3000/m"),
        "visitor_code": env.str("DALIL_RATE_VISITOR_CODES", default="30/m"),
    },
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Dalil",
    "DESCRIPTION": "Guides visitors, indoors and outdoors, through a city district.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apikit.api.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ManeuverTypeEnum": "navigation.core.guiding.maneuvers.ManeuverType",
        "FeatureTypeEnum": "venues.core.imdf.features.FeatureType",
        "GeoJsonFeatureEnum": ["Feature"],
        "GeoJsonFeatureCollectionEnum": ["FeatureCollection"],
        "GeoJsonPointEnum": ["Point"],
        "GeoJsonLineStringEnum": ["LineString"],
        "BeaconStateEnum": "beacons.models.BeaconState.choices",
        "DeviceKindEnum": "visitors.models.DeviceKind.choices",
        "OverrideKindEnum": ["forbid", "reweight", "add"],
        "CampaignKindEnum": "notifications.core.campaign.CampaignKind",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # of one request body: docs/guides and API.md promise 256 KiB for a batch

# --- files -------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_ROOT / "static"
SITE_DIST = BASE_DIR / "web" / "dist"  # built by `make site`
STATICFILES_DIRS = [("site", SITE_DIST)] if SITE_DIST.is_dir() else []
SERVESTATIC_USE_FINDERS = not PRODUCTION

# --- security ----------------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env.int("DALIL_HSTS_S", default=31_536_000)

# --- logs --------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("DALIL_LOG_LEVEL", default="WARNING")},
}
