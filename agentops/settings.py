"""The one settings file: reads the environment, wires which class fills which doorway."""

import secrets
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from agentops import env, logs
from agentops.database import database, given_by_supervisor
from agentops.outgoing_mail import outgoing_mail
from agentops.storage import storage_of_blobs

BASE_DIR = Path(__file__).resolve().parent.parent

# --- where and as what this process runs ----------------------------------------------------------
DATA_DIR = env.path("AGENTOPS_DATA_DIR", BASE_DIR / ".local", "Folder of everything that must survive a restart.")
given_by_supervisor(
    DATA_DIR
)  # addresses and profile of the servers that `manage.py up` owns, unless the environment says otherwise
PROFILE = env.text(
    "AGENTOPS_PROFILE",
    "production",
    "How strict to be. `demo` is for this machine only.",
    choices=("production", "demo", "test"),
)
DEMO = PROFILE == "demo"
TEST = PROFILE == "test"
DEBUG = env.boolean("AGENTOPS_DEBUG", False, "Django's debug pages. Refused in production.")
ROLE = env.text(
    "AGENTOPS_ROLE",
    "command",
    "Which part this is; set by the commands themselves.",
    choices=("web", "worker", "models", "ticker", "command"),
)
_today = env.day("AGENTOPS_TODAY", "Business date to take as today; only in `demo` and `test`.")
TODAY = _today if DEMO or TEST else None

# --- secrets --------------------------------------------------------------------------------------
KEYS_DIR = DATA_DIR / "keys"
_TEST_KEY = "0" * 64 if TEST else ""
_secret_key = env.secret("AGENTOPS_SECRET_KEY", "Signs sessions and forms.", file=KEYS_DIR / "secret_key")
SECRET_KEY_GIVEN = bool(_secret_key)
SECRET_KEY = _secret_key or secrets.token_urlsafe(50)  # without one nothing outlives this process; the start refuses it
AUDIT_MAC_KEY = (
    env.secret(
        "AGENTOPS_AUDIT_MAC_KEY",
        "Authenticates audit entries; 32 bytes or more.",
        file=KEYS_DIR / "audit_mac_key",
    )
    or _TEST_KEY
).encode()
PAYLOAD_KEY = bytes.fromhex(
    env.secret(
        "AGENTOPS_PAYLOAD_KEY",
        "Wraps the keys of stored payloads; 64 hexadecimal digits.",
        file=KEYS_DIR / "payload_key",
    )
    or _TEST_KEY
)

# --- servers --------------------------------------------------------------------------------------
DATABASE_URL = env.url(
    "DATABASE_URL",
    "",
    "PostgreSQL, as the application's role. Unset: the supervisor's own.",
    schemes=("postgres", "postgresql"),
)
DATABASE_OWNER_URL = env.url(
    "DATABASE_OWNER_URL",
    "",
    "The same database as its owner, for migrations only.",
    schemes=("postgres", "postgresql"),
)
AS_OWNER = env.boolean(
    "AGENTOPS_AS_OWNER", False, "Whether this process changes tables; set by the commands themselves."
)
DATABASES = {"default": database(DATABASE_URL, DATABASE_OWNER_URL, role=ROLE, as_owner=AS_OWNER, test=TEST)}
REDIS_URL = env.url(
    "REDIS_URL", "", "Redis, the doorbell. Unset: the supervisor's own.", schemes=("redis", "rediss", "unix")
)
RQ_QUEUES = {
    name: {"URL": REDIS_URL or "redis://127.0.0.1:6379/0", "SERIALIZER": "json", "DEFAULT_TIMEOUT": -1}
    for name in ("default", "models")
}
RQ = {"COMMIT_MODE": "on_db_commit"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
BLOB_DIR = env.path("AGENTOPS_BLOB_DIR", DATA_DIR / "blobs", "Folder of uploaded files, named by their hash.")
BLOBS = env.url(
    "AGENTOPS_BLOBS",
    "",
    "Bucket for uploaded files instead of the folder, as s3://bucket/prefix.",
    schemes=("s3",),
)
BLOBS_ENDPOINT = env.url(
    "AGENTOPS_BLOBS_ENDPOINT", "", "Address of an S3-compatible storage; unset: Amazon's.", schemes=("https", "http")
)
BLOBS_REGION = env.text("AGENTOPS_BLOBS_REGION", "", "Region of the bucket.")
BLOBS_KEY_ID = env.text("AGENTOPS_BLOBS_KEY_ID", "", "Access key id for the bucket; unset: the machine's own role.")
BLOBS_SECRET = env.secret("AGENTOPS_BLOBS_SECRET", "Secret access key for the bucket.")
MAIL_DIR = env.path("AGENTOPS_MAIL_DIR", DATA_DIR / "mail", "Folder of outgoing mail.")
EMAIL_FILE_PATH = str(MAIL_DIR)
SMTP = outgoing_mail(
    env.url(
        "AGENTOPS_SMTP",
        "",
        "Mail server for outgoing mail, as smtp://user@host:587 (STARTTLS is demanded, but on this machine) or "
        "smtps://user@host. Unset: each mail becomes a file in the folder.",
        schemes=("smtp", "smtps"),
    ),
    env.secret("AGENTOPS_SMTP_PASSWORD", "Password of the user in AGENTOPS_SMTP."),
)
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = SMTP.backend, SMTP.host, SMTP.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SMTP.user, SMTP.password
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = SMTP.starts_tls, SMTP.is_tls, 15
DEFAULT_FROM_EMAIL = env.text(
    "AGENTOPS_MAIL_FROM", "AgentOps <agentops@agentops.invalid>", "Sender of the mails that tell people what happened."
)
NEWS_SENTENCE = env.boolean(
    "AGENTOPS_NEWS_SENTENCE",
    False,
    "Whether mails and channels repeat a proposal's sentence, which may name a vendor. Without it they hold reasons, "
    "desk and number of the run.",
)
SECRETS_DIR = env.path(
    "AGENTOPS_SECRETS_DIR",
    DATA_DIR / "secrets",
    "Folder of passwords that mailboxes need: one file each, named by small letters, digits, - and _.",
)
MAIL_HOSTS = env.items("AGENTOPS_MAIL_HOSTS", (), "IMAP servers that mailboxes may be on; none unless named.")
MAIL_TRUST_FROM = env.boolean(
    "AGENTOPS_MAIL_TRUST_FROM",
    False,
    "Whether a mail from a colleague's address is asked for by that colleague. A From header proves nothing: only "
    "where the mail server refuses forged senders.",
)
WATCH_ROOT = env.path(
    "AGENTOPS_WATCH_ROOT", DATA_DIR / "incoming", "Folder below which folders can be watched for documents."
)

# --- the house's rules ----------------------------------------------------------------------------
AGENTS = [
    "agentops.agents.invoices",
    "agentops.agents.support",
    *env.items("AGENTOPS_AGENTS", (), "More agents, each as the name of its importable folder."),
]
INBOX = "reviews.inbox.ReviewInbox"
INBOX_USER = "inbox@agentops.invalid"  # the service user that asks for what comes in by itself
ACCOUNTING = env.text(
    "AGENTOPS_ACCOUNTING",
    "agentops.agents.invoices.accounting.ledger.Ledger",
    "Class that keeps the books: the built-in ledger, or a connector to yours.",
)
BANK = env.text(
    "AGENTOPS_BANK",
    "agentops.agents.invoices.bank.payment_file.PaymentFile",
    "Class that releases payments: files for the bank's portal, or a connector to it.",
)
VENDOR_COOLING_DAYS = env.integer(
    "AGENTOPS_VENDOR_COOLING_DAYS",
    5,
    "Working days between the second person's word and a vendor's new bank account; payments wait so long.",
    low=1,
    high=60,
)
BASE_CURRENCY = "EUR"
HOUSE_CEILING = {
    "item_limit": env.decimal(
        "AGENTOPS_HOUSE_ITEM_LIMIT",
        Decimal("25000.00"),
        "No grant lets an agent do a risky thing above this alone.",
    ),
    "second_signature_over": env.decimal(
        "AGENTOPS_HOUSE_SECOND_SIGNATURE_OVER",
        Decimal("50000.00"),
        "Above this two people sign, whatever a grant says.",
    ),
    "max_evidence_age": env.duration(
        "AGENTOPS_HOUSE_MAX_EVIDENCE_AGE",
        timedelta(hours=1),
        "Older evidence is fetched again before it counts.",
    ),
}
RUN_BUDGET = {
    "steps": env.integer("AGENTOPS_RUN_STEPS", 40, "Steps one run may take.", low=1),
    "tool_calls": env.integer("AGENTOPS_RUN_TOOL_CALLS", 60, "Tool calls one run may make, retries included.", low=1),
    "tokens": env.integer("AGENTOPS_RUN_TOKENS", 50_000, "Model tokens one run may use."),
    "cost": env.decimal("AGENTOPS_RUN_COST", Decimal("0.50"), "Money one run may spend, in the base currency."),
    "work": env.duration("AGENTOPS_RUN_WORK", timedelta(minutes=15), "Time one run may work; waiting does not count."),
    "revisions": env.integer("AGENTOPS_RUN_REVISIONS", 3, "How often the plan of one run may be made anew."),
}
LEASE = timedelta(
    seconds=env.integer(
        "AGENTOPS_LEASE_SECONDS",
        30,
        "How long a worker holds a run before it must renew; so long a dead worker's runs wait.",
        low=1,
        high=3600,
    )
)
REDACTION_CANARIES = env.items(
    "AGENTOPS_REDACTION_CANARIES", (), "Texts that must never appear in a log, a page or a prompt."
)
TOOL_HOSTS = env.items("AGENTOPS_TOOL_HOSTS", (), "Hosts that tools may call over the network.")
WEBHOOK_ORIGINS = env.items(
    "AGENTOPS_WEBHOOK_ORIGINS", (), "Origins inside the house, or without TLS, that webhooks may go to all the same."
)
HOOK_RATE_SOURCE = env.integer("AGENTOPS_HOOK_RATE_SOURCE", 120, "Signed calls one source may make in a minute.", low=1)
HOOK_RATE_ADDRESS = env.integer(
    "AGENTOPS_HOOK_RATE_ADDRESS", 240, "Calls one address may make in a minute, signed or not.", low=1
)
WEBHOOK_LOG_DAYS = env.integer(
    "AGENTOPS_WEBHOOK_LOG_DAYS", 90, "Days the log of sent and received webhooks is kept.", low=7, high=3650
)
SANDBOX_MINIMUM = env.text(
    "AGENTOPS_SANDBOX_MINIMUM",
    "rlimits" if DEMO or TEST else "seccomp",
    "Walls that documents must at least be parsed behind; with weaker ones nothing starts.",
    choices=("rlimits", "seccomp", "landlock"),
)
OCR_PAGES = env.integer(
    "AGENTOPS_OCR_PAGES", 20, "Pages of one document that OCR reads; of a longer one the first and the last.", low=1
)
OCR_TIME = env.duration("AGENTOPS_OCR_TIME", timedelta(seconds=90), "How long OCR may take for one document.")

# --- knowledge --------------------------------------------------------------------------------------
KNOWLEDGE_EMBEDDER = env.text(
    "AGENTOPS_KNOWLEDGE_EMBEDDER", "", "Class that makes vectors of passages, as package.module.Name; none: words only."
)

# --- models -----------------------------------------------------------------------------------------
ANTHROPIC_API_KEY = env.secret("ANTHROPIC_API_KEY", "Key of Anthropic's API. Without one agents go on by rules.")
ANTHROPIC_URL = env.url(
    "AGENTOPS_ANTHROPIC_URL",
    "https://api.anthropic.com",
    "Where Anthropic's API is, or what stands in for it; https, unless it is on this machine.",
    schemes=("https", "http"),
)
MODEL_PROVIDERS = {
    "anthropic": "runs.gateway.providers.anthropic.Anthropic",
    "scripted": "runs.gateway.providers.scripted.Scripted",
}
MODEL_SCRIPT = env.text(
    "AGENTOPS_MODEL_SCRIPT", "", "Function that answers in place of a model, as package.module.name, for demos."
)
MODEL_TIERS = {
    "strong": env.text("AGENTOPS_MODEL_STRONG", "anthropic:claude-opus-5-5", "Model that plans, as provider:model."),
    "cheap": env.text("AGENTOPS_MODEL_CHEAP", "anthropic:claude-haiku-5-5", "Model that reads and checks."),
}
MODEL_EGRESS = env.text(
    "AGENTOPS_MODEL_EGRESS",
    "",
    "What agents may tell models, as `support anthropic@eu: ticket.* article.* critic.claims; invoices anthropic: "
    "invoice.* image/png critic.claims`. An agent that is not named tells nothing and asks no model; without "
    "`critic.claims` what a model wrote is compared with its sources by rules alone.",
)
MODEL_CONCURRENCY = env.integer(
    "AGENTOPS_MODEL_CONCURRENCY", 256, "Calls in flight to one provider at once, over all processes.", low=1, high=4096
)
MODEL_REQUESTS_PER_MINUTE = env.integer(
    "AGENTOPS_MODEL_REQUESTS_PER_MINUTE", 1000, "Calls to one provider in a minute, over all processes.", low=1
)
MODEL_TOKENS_PER_MINUTE = env.integer(
    "AGENTOPS_MODEL_TOKENS_PER_MINUTE", 2_000_000, "Tokens to and from one provider in a minute.", low=1000
)
MODEL_TIMEOUT = env.duration("AGENTOPS_MODEL_TIMEOUT", timedelta(seconds=120), "How long one call may take.")
MODEL_WAIT = env.duration(
    "AGENTOPS_MODEL_WAIT", timedelta(minutes=30), "How long a call may wait to be made; then the run goes on by rules."
)
MODEL_BATCHED = env.text(
    "AGENTOPS_MODEL_BATCHED",
    "",
    "Agents and desks (`support desk:accounts-payable`) whose questions to models can wait, for half the price.",
)
MODEL_BATCH_GATHER = env.duration(
    "AGENTOPS_MODEL_BATCH_GATHER", timedelta(minutes=1), "How long a question waits for others of its batch."
)
MODEL_BATCH_LOOK = env.duration(
    "AGENTOPS_MODEL_BATCH_LOOK", timedelta(minutes=1), "How often a batch is looked at until it has ended."
)
MODEL_CEILING = (
    env.decimal("AGENTOPS_MODEL_CEILING_IN", Decimal("25"), "Dollars a million tokens in count as, unpriced."),
    env.decimal("AGENTOPS_MODEL_CEILING_OUT", Decimal("125"), "The same for tokens out."),
)
MODEL_DAY_COST = {
    "house": env.decimal("AGENTOPS_MODEL_DAY_HOUSE", Decimal("100"), "Money all models may cost in a day."),
    "agent": env.decimal("AGENTOPS_MODEL_DAY_AGENT", Decimal("50"), "Money the models of one agent may cost in a day."),
    "desk": env.decimal("AGENTOPS_MODEL_DAY_DESK", Decimal("50"), "The same for the agents of one desk."),
    "user": env.decimal("AGENTOPS_MODEL_DAY_USER", Decimal("50"), "The same for the runs that one user asked for."),
}

# --- the HTTP API -----------------------------------------------------------------------------------
API_TOKEN_DAYS = env.integer("AGENTOPS_API_TOKEN_DAYS", 90, "Days an API token lives at most.", low=1, high=366)
API_RATE_TOKEN = env.integer("AGENTOPS_API_RATE_TOKEN", 120, "Requests one API token may make in a minute.", low=1)
API_RATE_USER = env.integer(
    "AGENTOPS_API_RATE_USER", 240, "Requests all API tokens of one user may make in a minute.", low=1
)
API_RATE_WRONG = env.integer(
    "AGENTOPS_API_RATE_WRONG", 30, "Wrong API tokens one address may show in a minute; then it is told to wait.", low=1
)
API_BODY_MB = env.integer("AGENTOPS_API_BODY_MB", 64, "Megabytes one API request may bring.", low=1, high=1024)
API_FILES = env.integer("AGENTOPS_API_FILES", 10, "Files one API request may bring.", low=1, high=100)
API_REPLAY = env.duration(
    "AGENTOPS_API_REPLAY", timedelta(days=1), "How long the answer to an Idempotency-Key is kept for a repeat."
)

# --- apps -----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_rq",
    "guardian",
    "agentops.core",
    "agentops.knowledge",
    "tools_registry",
    "runs",
    "reviews",
    *AGENTS,
    "agentops.intake",
    "agentops.api",
    "agentops.webhooks",
    "agentops.notifications",
    "agentops.web",
    "agentops.demo",
    "agentops.supervisor",
]
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "agentops.core.backends.PersonBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ROOT_URLCONF = "agentops.urls"
WSGI_APPLICATION = "agentops.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ANONYMOUS_USER_NAME = None  # guardian would make an active user otherwise

MIDDLEWARE = [
    "agentops.web.health.HealthMiddleware",
    "agentops.web.headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "agentops.api.door.DoorMiddleware",  # before sessions and forms: no cookie passes it
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "agentops.web.sessions.SessionLimitMiddleware",
    "agentops.web.access.AccessMiddleware",
    "agentops.web.plain_text.PlainTextMiddleware",
    "axes.middleware.AxesMiddleware",  # last: turns a lock-out into 429
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "agentops.web.context.shell",
            ],
        },
    }
]

WEB_PROCESSES = env.integer("AGENTOPS_WEB_PROCESSES", 2, "Processes of the web server.", low=1, high=64)
WEB_THREADS = env.integer("AGENTOPS_WEB_THREADS", 8, "Threads in each of them.", low=1, high=256)

# --- language, time, files ------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = env.text("AGENTOPS_TIME_ZONE", "Europe/Berlin", "Zone of the business day and of times on pages.")
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # uploads become blobs; nothing uses this
    "blobs": storage_of_blobs(BLOBS, BLOBS_ENDPOINT, BLOBS_REGION, BLOBS_KEY_ID, BLOBS_SECRET),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TEST
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 1000  # pages say themselves, and kindly, how many they take
UPLOAD_REQUEST_MB = env.integer(
    "AGENTOPS_UPLOAD_REQUEST_MB", 250, "Megabytes of files one upload may bring together.", low=1
)
UPLOAD_USER_MB_PER_HOUR = env.integer(
    "AGENTOPS_UPLOAD_USER_MB_PER_HOUR", 2000, "Megabytes of files one person may upload in an hour.", low=1
)
FILE_UPLOAD_HANDLERS = [
    "agentops.web.upload_limits.UploadLimits",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- sign-in, sessions, headers ----------------------------------------------------------------------
PUBLIC_URL = env.url(
    "AGENTOPS_PUBLIC_URL",
    "http://127.0.0.1:8000" if DEMO or TEST else "",
    "Address people type, as https://host.",
    schemes=("https", "http"),
)
HTTPS = PUBLIC_URL.startswith("https://") or not (DEMO or TEST)
ALLOWED_HOSTS = env.items(
    "AGENTOPS_ALLOWED_HOSTS",
    ("127.0.0.1", "localhost", "testserver") if DEMO or TEST else (),
    "Host names the web server answers to.",
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")] if PUBLIC_URL else []
BEHIND_PROXY = env.boolean(
    "AGENTOPS_BEHIND_PROXY", False, "A proxy ends TLS and sets X-Forwarded-Proto and X-Forwarded-For."
)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
AXES_CLIENT_IP_CALLABLE = "agentops.core.addresses.client_address"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^api/"]  # refused at its door instead: a redirect would hide that a token went in the clear
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "agentops_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "agentops_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True  # pages carry the token in the form or in hx-headers
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "agentops.web.errors.csrf_failed"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests make many people
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
# Of the form and of authenticate(); the default would be the model's field and lock nobody out.
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "agentops.web.sign_in.locked_out"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# --- logs -----------------------------------------------------------------------------------------
LOG_LEVEL = env.text(
    "AGENTOPS_LOG_LEVEL",
    "WARNING" if TEST else "INFO",
    "Least important line that is written.",
    choices=("DEBUG", "INFO", "WARNING", "ERROR"),
)
LOG_FORMAT = env.text("AGENTOPS_LOG_FORMAT", "json", "`json` for machines, `text` for eyes.", choices=("json", "text"))
LOGGING = logs.configuration(LOG_LEVEL, LOG_FORMAT)
