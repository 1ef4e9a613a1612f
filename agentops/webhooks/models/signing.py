"""Who signs or is verified with a secret: what it is sealed to, and the one before while it still counts."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone

from agentops.core.sealed import open_secret, seal_secret


class Signing(models.Model):
    """The secret, sealed to the row's own place, and the one it replaced, which counts for a while after that."""

    secret = models.BinaryField()
    former_secret = models.BinaryField(null=True)
    former_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def place(self) -> str:
        """What its secrets are sealed to."""
        raise NotImplementedError

    def secrets(self) -> list[str]:
        """The secret, and the one before while it still counts. Raises `SealBroken`."""
        sealed = [self.secret]
        if self.former_secret is not None and self.former_until and self.former_until > timezone.now():
            sealed.append(self.former_secret)
        return [open_secret(self.place, bytes(one)) for one in sealed]

    def replace_secret(self, secret: str, *, former_until: datetime) -> None:
        """Put another secret in force and save; the one in force until now counts until then."""
        self.former_secret, self.former_until = self.secret, former_until
        self.secret = seal_secret(self.place, secret)
        self.save(update_fields=["secret", "former_secret", "former_until"])
