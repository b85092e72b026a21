"""Every setting, read from the environment; an invalid value is refused by name at start."""

from pathlib import Path
from typing import Any

from corsheaders.defaults import default_headers
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from core.files.filetypes import TYPES
from ems.api_document import API_DOCUMENT
from ems.environment import PLAIN_SWITCH, Environment, plain_upstreams
from ems.logs import configure_structlog, logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Environment()
Environment.read_env(BASE_DIR / ".env")  # a real environment variable wins over it


def _refuse(name: str, why: str) -> None:
    raise ImproperlyConfigured(f"{name}: {why}")


# --- Who we are -------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="http://localhost:8000")
PUBLIC_BASE_URL = PUBLIC_BASE_URL.rstrip("/")
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
# django-structlog asks ipware, which would believe what any client writes into a header.
IPWARE_META_PRECEDENCE_ORDER = ("REMOTE_ADDR",)
CONNECTIONS_PER_ADDRESS = env.whole("CONNECTIONS_PER_ADDRESS", 200)
SECURE_SSL = env.bool("SECURE_SSL", default=not DEBUG)
EMS_ADMINS = env.list("EMS_ADMINS", default=[])
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}
MIN_SECRET = 32
if len(SECRET_KEY) < MIN_SECRET:
    _refuse("SECRET_KEY", "set it to at least 32 random characters.")
if "*" in ALLOWED_HOSTS:
    _refuse("ALLOWED_HOSTS", "name the hosts; '*' would accept any forged Host header.")
if DEBUG and not set(ALLOWED_HOSTS) <= LOOPBACK:
    _refuse("DEBUG", "it is on, but ALLOWED_HOSTS names a host that is not loopback.")
if not PUBLIC_BASE_URL.startswith(("http://", "https://")):
    _refuse("PUBLIC_BASE_URL", "it must start with http:// or https://.")

# --- Apps -------------------------------------------------------------------
# The image leaves the demo company out.
INSTALLED_APPS = [
    *(["demo"] if (BASE_DIR / "demo").is_dir() else []),
    "ems",
    "legacy",
    "reports",
    "notifications",
    "activities",
    "engineering",
    "bom",
    "aianalyzer",
    "supportdocs",
    "core.receipts",
    "core.service_accounts",
    "core.talk",
    "core.lists",
    "core.approvals",
    "core.workdays",
    "core.ledger",
    "core.accounts",
    "core.pages",
    "ems.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.forms",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_filters",
    "django_htmx",
    "django_linear_migrations",
    "django_prometheus",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "core.files.upload_handler.CloseUploadsMiddleware",
    "core.http.middleware.RefusalHeadersMiddleware",
    "core.http.middleware.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.http.middleware.RequestLog",
    "core.http.middleware.SafeInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.accounts.middleware.SessionRulesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ems.errors.RefusalMiddleware",
    "core.service_accounts.middleware.TokenlessCallsMiddleware",
    "ems.old_client.OldClientMiddleware",
    "ems.read_only.ReadOnlyMiddleware",
    "ems.upstream_notices.NoteReadings",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
CORS_ALLOWED_ORIGINS = env.list("CORS_ORIGINS", default=[])
if not all(each.startswith(("http://", "https://")) for each in CORS_ALLOWED_ORIGINS):
    _refuse("CORS_ORIGINS", "name whole origins, such as https://ppic.example.com.")
if CORS_ALLOWED_ORIGINS:
    # First of all: a preflight carries no login and is answered before anybody asks for one.
    INSTALLED_APPS.append("corsheaders")
    MIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")
CORS_ALLOW_CREDENTIALS = False  # tokens only: no other site acts with a person's cookie
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match"]
CORS_EXPOSE_HEADERS = [
    "ETag", "Idempotency-Replayed", "Link", "Location", "Retry-After", "X-Data-Stale",
    "X-Total-Count",
]  # fmt: skip
ROOT_URLCONF = "ems.urls"
WSGI_APPLICATION = "ems.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ems.context_processors.portal",
            ],
        },
    },
]
FORM_RENDERER = "core.pages.form_fields.ComponentRenderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False  # API paths are served with and without; portal paths redirect

# --- Data -------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'ems.sqlite3'}")
}
_database = DATABASES["default"]
_database["ATOMIC_REQUESTS"] = False
_database["CONN_HEALTH_CHECKS"] = True
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["ENGINE"] = "core.db.sqlite"
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _database["CONN_MAX_AGE"] = None
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # no upgrade deadlock: docs/threats.md#f22
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;",
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["ENGINE"] = "core.db.postgres"
    _database["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": 10, "timeout": 3},
        # A cable that was cut says nothing: what it was sent is given up after 5 s.
        "connect_timeout": 3,
        "tcp_user_timeout": 5000,
        "options": "-c statement_timeout=15000 -c lock_timeout=2000"
        " -c idle_in_transaction_session_timeout=15000",
    }
else:
    _refuse("DATABASE_URL", "only sqlite:// and postgres:// are supported.")

REDIS_URL = env.str("REDIS_URL", default="")
_REDIS = "core.db.redis_or_memory.RedisOrMemoryCache"
_CACHE = _REDIS if REDIS_URL else "django.core.cache.backends.locmem.LocMemCache"
CACHES: dict[str, Any] = {"default": {"BACKEND": _CACHE, "LOCATION": REDIS_URL}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# --- Files ------------------------------------------------------------------
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))
STORAGE = env.str("STORAGE", default="files")
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "core.pages.joined_files.JoinedFinder",
]
# Maps are for debuggers: compressing them takes most of the time and serves nobody.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
FILE_STORAGES = {
    "files": {"BACKEND": "core.files.storages.DurableStorage"},
    "s3": {
        "BACKEND": "core.files.s3.VerifiedS3Storage",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET", default=""),
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "access_key": env.str("S3_ACCESS_KEY", default=None),
            "secret_key": env.str("S3_SECRET_KEY", default=None),
            "region_name": env.str("S3_REGION", default=None),
            "default_acl": "private",
            "file_overwrite": False,
            # A large file is read back in parts; none of it belongs into memory.
            "max_memory_size": 8 * 2**20,
        },
    },
}
if STORAGE not in FILE_STORAGES:
    _refuse("STORAGE", "it is one of: files, s3.")
if STORAGE == "s3" and not env.str("S3_BUCKET", default=""):
    _refuse("S3_BUCKET", "STORAGE=s3 needs the name of a bucket.")
STORAGES: dict[str, Any] = {
    "default": FILE_STORAGES[STORAGE],
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
CHECKPOINT_DIR = env.str("CHECKPOINT_DIR", default="")
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.files.upload_handler.BoundedUpload",
]
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
JSON_MAX_BYTES = 4 * 2**20  # orjson takes twelve times as much while it reads
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000  # an ECN of 500 lines, ten fields each
DATA_UPLOAD_MAX_NUMBER_FILES = 10
ATTACHMENT_MAX_BYTES = env.whole("ATTACHMENT_MAX_MB", 30) * 2**20
DOCUMENT_MAX_BYTES = env.whole("DOCUMENT_MAX_MB", 250) * 2**20
DOCUMENT_DAILY_BYTES = env.whole("DOCUMENT_DAILY_MB", 2048) * 2**20
DOCUMENT_TYPES = frozenset(env.list("DOCUMENT_TYPES", default=sorted(TYPES)))
if not DOCUMENT_TYPES or not TYPES.keys() >= DOCUMENT_TYPES:
    _refuse("DOCUMENT_TYPES", f"it is some of: {', '.join(sorted(TYPES))}.")
CLAMAV_ADDRESS = env.str("CLAMAV_ADDRESS", default="")
_is_port = CLAMAV_ADDRESS.rpartition(":")[2].isdigit()
if CLAMAV_ADDRESS and not (CLAMAV_ADDRESS.startswith("/") or _is_port):
    _refuse("CLAMAV_ADDRESS", "it is host:port or the path of a socket.")

# --- Who may come in --------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["core.accounts.backends.AuthServerBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
LOGIN_URL = LOGOUT_REDIRECT_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
AUTH_TOKEN_TTL = env.whole("AUTH_TOKEN_TTL", 12 * 3600)
SESSION_ENGINE = "core.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = env.whole("SESSION_IDLE_MINUTES", 60) * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
LOGIN_FAILURES = {"pair": 10, "account": 20, "address": 50, "window": 15 * 60}
SIGNATURE_REAUTH = env.one_of("SIGNATURE_REAUTH", "off", "each", "above_threshold")
RECEIPT_KEY = env.secret_key("RECEIPT_KEY")
REQUESTER_MAY_DECIDE = env.bool("REQUESTER_MAY_DECIDE", default=False)
PRICE_DEVIATION_SHARE = env.whole("PRICE_DEVIATION_SHARE", 10, lowest=0)
AUTHOR_MAY_DECIDE = env.one_of(
    "AUTHOR_MAY_DECIDE", "never", "when_alone", "always", default="when_alone"
)

# --- The outside world ------------------------------------------------------
AUTH_SERVER_URL = env.str("AUTH_SERVER_URL", default="")
AUTH_JWT_KEY = env.str("AUTH_JWT_KEY", default="")
CRM_URL = env.str("CRM_URL", default="")
CRM_INQUIRIES_URL = env.str("CRM_INQUIRIES_URL", default="")
PPIC_URL = env.str("PPIC_URL", default="")
PPIC_SNAPSHOT_METHOD = env.str("PPIC_SNAPSHOT_METHOD", default="POST")
PPIC_WEBHOOK_SECRET = env.list("PPIC_WEBHOOK_SECRET", default=[])
MEETING_URL = env.str("MEETING_URL", default="")
AI_BASE_URL = env.str("AI_BASE_URL", default="")
AI_API_KEY = env.str("AI_API_KEY", default="")
AI_MODELS = env.list("AI_MODELS", default=[])
AI_ANTHROPIC_KEY = env.str("AI_ANTHROPIC_KEY", default="")
AI_ANTHROPIC_URL = env.str("AI_ANTHROPIC_URL", default="https://api.anthropic.com")
AI_ANTHROPIC_MODELS = env.list("AI_ANTHROPIC_MODELS", default=[])
AI_ESTIMATOR_URL = env.str("AI_ESTIMATOR_URL", default="")
# smtp://user:password@host:port, or smtp+tls://, smtp+ssl://; without it no e-mail is owed.
_MAIL = env.email_url("EMAIL_URL") if env.str("EMAIL_URL", default="") else {}
EMAIL_HOST = _MAIL.get("EMAIL_HOST") or ""
EMAIL_PORT = _MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_MAIL.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_MAIL.get("EMAIL_USE_SSL"))
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="EMS <ems@localhost>")
WHATSAPP_SOURCE = env.str("WHATSAPP_SOURCE", default="")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
OTEL_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
AI_ESTIMATOR_MODELS = env.list("AI_ESTIMATOR_MODELS", default=["gpt4", "claude"])
# To which providers a document of each class may go; the offline analyzer may read them all.
AI_PROVIDERS = {"openai", "anthropic", "estimator"}
AI_CLASSES = {
    "public": env.list("AI_CLASS_PUBLIC", default=sorted(AI_PROVIDERS)),
    "internal": env.list("AI_CLASS_INTERNAL", default=["estimator"]),
    "confidential": env.list("AI_CLASS_CONFIDENTIAL", default=[]),
}
for _class, _allowed in AI_CLASSES.items():
    if not set(_allowed) <= AI_PROVIDERS:
        _refuse(
            f"AI_CLASS_{_class.upper()}",
            "it names one or more of: openai, anthropic, estimator.",
        )
AI_DAILY_PER_PERSON = env.whole("AI_DAILY_PER_PERSON", 20)
AI_DAILY_TOTAL = env.whole("AI_DAILY_TOTAL", 200)
AI_MAX_CHARACTERS = env.whole("AI_MAX_CHARACTERS", 150_000)
UPSTREAM_CACHE_DIR = env.str("UPSTREAM_CACHE_DIR", default=str(VAR_DIR / "upstream"))
if PPIC_SNAPSHOT_METHOD not in {"POST", "GET"}:
    _refuse("PPIC_SNAPSHOT_METHOD", "it is one of: POST, GET.")
for _name in (
    "AUTH_SERVER_URL",
    "CRM_URL",
    "CRM_INQUIRIES_URL",
    "PPIC_URL",
    "MEETING_URL",
    "AI_ESTIMATOR_URL",
    "AI_BASE_URL",
    "AI_ANTHROPIC_URL",
):
    _url = globals()[_name]
    if _url and not _url.startswith(("http://", "https://")):
        _refuse(_name, "it must start with http:// or https://.")

if not env.bool("ALLOW_PLAIN_UPSTREAMS", default=False):
    for _name in plain_upstreams(globals()):
        _refuse(_name, "it would get secrets unencrypted; use TLS. " + PLAIN_SWITCH)

# --- HTTP safety ------------------------------------------------------------
SECURE_SSL_REDIRECT = SECURE_SSL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL
SESSION_COOKIE_NAME = "__Host-ems" if SECURE_SSL else "ems"
CSRF_COOKIE_NAME = "__Host-emscsrf" if SECURE_SSL else "emscsrf"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
CSRF_FAILURE_VIEW = "ems.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- API --------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.service_accounts.authentication.ServiceTokenAuthentication",
        "core.accounts.authentication.BearerAuthentication",
        "core.accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["core.http.parsers.LimitedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["core.http.renderers.OrjsonRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.http.api.answer_error",
    "COERCE_DECIMAL_TO_STRING": False,
}
# The switch from the old system: where its database is, and its folder of files.
LEGACY_DATABASE_URL = env.str("LEGACY_DATABASE_URL", default="")
LEGACY_FILES = env.str("LEGACY_FILES", default="")
EMS_READ_ONLY = env.bool("EMS_READ_ONLY", default=False)
SERVICE_CALLS_PER_MINUTE = env.int("SERVICE_CALLS_PER_MINUTE", default=600)
SPECTACULAR_SETTINGS = API_DOCUMENT
REQUEST_GUARD = "core.ledger.api.guard"  # answers a repeated Idempotency-Key

# --- Time, language, money --------------------------------------------------
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = env.str("LANGUAGE_DEFAULT", default="id")
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_THOUSAND_SEPARATOR = True

# --- Logs -------------------------------------------------------------------
configure_structlog(is_readable=DEBUG)
LOGGING = logging_config(env.str("LOG_LEVEL", default="INFO"), is_readable=DEBUG)
