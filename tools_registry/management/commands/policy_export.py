"""Write the policy in force as a file."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from tools_registry.queries import current_policy


class Command(BaseCommand):
    help = "Print the policy in force as JSON; policy_import reads it back."

    def handle(self, **options: Any) -> None:
        self.stdout.write(json.dumps(current_policy().as_json(), indent=2, ensure_ascii=False))
