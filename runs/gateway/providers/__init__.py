"""Who answers: each provider turns a neutral request into its own and reads its own answer back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from runs.gateway.messages import Answer, Request

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider sent: its own JSON, whole."""

    body: Json
    request_id: str = ""


class ProviderFailed(Exception):
    """No answer. `certain`: the provider did nothing and bills nothing. `retry`: another try may help."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        certain: bool,
        retry: bool,
        retry_after: float | None = None,
        body: Any = None,
        request_id: str = "",
    ) -> None:
        self.code, self.message, self.certain, self.retry = code, message, certain, retry
        self.retry_after, self.body, self.request_id = retry_after, body, request_id
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a call is made with beside its request."""

    region: str = ""
    strict: bool = True  # whether the provider holds schemas itself; we do in any case

    def as_json(self) -> Json:
        return {"region": self.region, "strict": self.strict}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Setting:
        return cls(region=str(body.get("region", "")), strict=bool(body.get("strict", True)))


class Batches(Protocol):
    """Many questions at once, for a provider that answers them later and cheaper; all raise `ProviderFailed`."""

    async def submit(self, bodies: Mapping[str, Json]) -> str:
        """Hand over bodies by name; the provider's id of the batch."""

    async def has_ended(self, batch: str) -> bool:
        """Whether it is done."""

    async def results(self, batch: str) -> dict[str, Json]:
        """What came of each question of a batch that has ended, by name."""

    async def since(self, when: datetime) -> list[str]:
        """Ids of the batches made since then, whoever made them."""


class Provider(Protocol):
    """One provider in this process. One that takes batches has `batches` as well."""

    name: str

    def is_ready(self) -> bool:
        """Whether it is configured here: with a key, and an address that may be called."""

    def wire(self, request: Request, model: str, how: Setting) -> Json:
        """The body that will be sent; documents stand in it as `blob:<sha256>`. Pure."""

    async def send(self, body: Json) -> Reply:
        """Ask once, without retries. Raises `ProviderFailed`."""

    def read(self, body: Json, request: Request) -> Answer:
        """The answer in neutral words. Raises `ProviderFailed` for one that cannot be read."""

    async def close(self) -> None:
        """Give back connections."""


@dataclass(slots=True)
class Providers:
    """Those of this process, by name."""

    made: dict[str, Provider] = field(default_factory=dict)

    def get(self, name: str) -> Provider:
        """Raises `LookupError` for a provider that is not in `MODEL_PROVIDERS`."""
        if name not in self.made:
            path = settings.MODEL_PROVIDERS.get(name)
            if path is None:
                raise LookupError(
                    f"There is no model provider {name!r}: name one of {sorted(settings.MODEL_PROVIDERS)}."
                )
            self.made[name] = import_string(path)()
        return self.made[name]

    def is_ready(self, name: str) -> bool:
        """Whether this provider can be asked from here."""
        try:
            return self.get(name).is_ready()
        except LookupError:
            return False

    def ready(self) -> list[str]:
        """Names of all that can be asked from here."""
        return [name for name in settings.MODEL_PROVIDERS if self.is_ready(name)]


@lru_cache(maxsize=1)
def providers() -> Providers:
    """The one of this process."""
    return Providers()
