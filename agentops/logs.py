"""JSON log lines: timestamp, level, event and the facts an operator searches by; redacted when written."""

from collections.abc import MutableMapping
from typing import Any

import structlog

# Every line may carry these; what is unknown is left out.
FACTS = ("agent", "run", "step", "tool", "duration_ms", "tokens", "cost", "outcome")


def configuration(level: str, form: str) -> dict[str, Any]:
    """`LOGGING` for Django; the same processors serve structlog and the standard library."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    render = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *_shared()],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _redacted,
                    _in_order,
                    render,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"level": level},
            "django.server": {"handlers": [], "propagate": True, "level": level},
            "django.request": {"level": "ERROR"},
            "axes": {"level": "WARNING"},
            "rq.worker": {"level": "WARNING"},
            "gunicorn.error": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "factur-x": {"level": "WARNING"},
        },
    }


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


def _redacted(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # Imported here: settings load this module before the apps are there.
    from agentops.core.redaction import redact

    redacted: dict[str, Any] = redact(dict(line))
    return redacted


def _in_order(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    first = {name: line.pop(name) for name in ("timestamp", "level", "event", *FACTS) if name in line}
    return {**first, **{name: value for name, value in line.items() if value is not None}}
