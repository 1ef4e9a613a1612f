"""A driver in a process of its own, for harnesses: one JSON command a line in, one JSON answer a line out."""

import json
import os
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from bench.gated import driving

    print("READY", flush=True)
    for line in sys.stdin:
        command: dict[str, Any] = json.loads(line)
        answer = getattr(driving, command["do"])(*command.get("with", []))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
