"""What went wrong between us and Anthropic: whether it may be billed, and whether another try may help."""

from __future__ import annotations

from typing import Any

from runs.gateway.providers import ProviderFailed
from tools_registry.http.retry_after import seconds_of

# Status: our code, and whether another try may help. All of them bill nothing.
STATUSES = {
    400: ("bad_request", False),
    401: ("wrong_key", False),
    402: ("payment_required", False),
    403: ("forbidden", False),
    404: ("unknown_model", False),
    408: ("timeout", True),
    409: ("conflict", True),
    413: ("too_large", False),
    422: ("bad_request", False),
    429: ("rate_limited", True),
    529: ("overloaded", True),
}
GRAMMAR = "grammar is too large"


def translated(error: Exception) -> ProviderFailed:
    """Any exception of the SDK or of the transport under it."""
    import anthropic

    match error:
        case anthropic.APITimeoutError():
            return timed_out()
        case anthropic.APIStatusError():
            return _of_status(error)
        case anthropic.APIConnectionError():
            return _of_connection(error)
        case _:
            return ProviderFailed("failed", f"{type(error).__name__}: {error}", certain=False, retry=False)


def timed_out() -> ProviderFailed:
    return ProviderFailed("timeout", "The provider did not answer in time.", certain=False, retry=True)


def unreadable(why: str, request_id: str, *, body: Any = None) -> ProviderFailed:
    message = f"The provider's answer cannot be read: {why}."
    return ProviderFailed("malformed", message, certain=False, retry=True, body=body, request_id=request_id)


def _of_status(error: Any) -> ProviderFailed:
    status = int(error.status_code)
    code, retry = STATUSES.get(status, ("provider_error", True) if status >= 500 else ("bad_request", False))
    if status == 400 and GRAMMAR in str(error):
        code, retry = "grammar_too_large", True
    return ProviderFailed(
        code,
        f"The provider answered {status}: {str(error.message)[:500]}",
        certain=True,
        retry=retry,
        retry_after=_retry_after(error.response.headers),
        body=error.body,
        request_id=error.request_id or "",
    )


def _retry_after(headers: Any) -> float | None:
    milliseconds = headers.get("retry-after-ms", "")
    if milliseconds.isascii() and milliseconds.isdigit():
        return min(int(milliseconds[:9]) / 1000, 3600.0)
    return seconds_of(headers.get("retry-after", ""))


def _of_connection(error: Any) -> ProviderFailed:
    """One that never came about cost nothing; one that broke may have reached the model."""
    import httpx2

    refused = isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
    told = type(error.__cause__).__name__ if error.__cause__ else type(error).__name__
    return ProviderFailed(
        "disconnected", f"The connection to the provider failed ({told}).", certain=refused, retry=True
    )
