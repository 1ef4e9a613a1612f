"""Fails on a secret that nobody looked at yet; `--accept` writes what is there now to .secrets.baseline.

The baseline is detect-secrets' own. We compare by file, kind and hash, so that moving a line changes nothing.
"""

import json
import subprocess
import sys
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings

BASELINE = Path(".secrets.baseline")
SKIP = {".secrets.baseline", "requirements.txt", "requirements-dev.txt"}
SETTINGS = {
    "plugins_used": [
        {"name": name}
        for name in (
            "AWSKeyDetector",
            "AzureStorageKeyDetector",
            "BasicAuthDetector",
            "GitHubTokenDetector",
            "GitLabTokenDetector",
            "JwtTokenDetector",
            "KeywordDetector",
            "OpenAIDetector",
            "PrivateKeyDetector",
            "SlackDetector",
            "StripeDetector",
        )
    ]
    + [{"name": "Base64HighEntropyString", "limit": 4.5}, {"name": "HexHighEntropyString", "limit": 3.5}],
    "filters_used": [
        {"path": f"detect_secrets.filters.{name}"}
        for name in (
            "allowlist.is_line_allowlisted",
            "heuristic.is_indirect_reference",
            "heuristic.is_likely_id_string",
            "heuristic.is_sequential_string",
            "heuristic.is_templated_secret",
            "heuristic.is_potential_uuid",
            "heuristic.is_prefixed_with_dollar_sign",
        )
    ],
}


def main() -> int:
    """1 if something new was found."""
    found = scan()
    if "--accept" in sys.argv:
        BASELINE.write_text(json.dumps({"results": found}, indent=1, sort_keys=True) + "\n")
        return 0
    known = json.loads(BASELINE.read_text())["results"] if BASELINE.exists() else {}
    new = [
        (file, one)
        for file, list_ in found.items()
        for one in list_
        if keyed(one) not in map(keyed, known.get(file, []))
    ]
    for file, one in new:
        print(f"{file}:{one['line_number']}: {one['type']}: take it out, or look at it and run `make secrets`")
    return int(bool(new))


def scan() -> dict[str, list[dict[str, object]]]:
    """What detect-secrets sees in the files of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    collection = SecretsCollection()
    with transient_settings(SETTINGS):
        for name in sorted(set(listed.split("\0")) - SKIP - {""}):
            if Path(name).is_file():
                collection.scan_file(name)
    return {
        file: [described(secret.json()) for secret in sorted(secrets, key=lambda one: one.line_number)]
        for file, secrets in collection.data.items()
        if secrets
    }


def described(secret: dict[str, object]) -> dict[str, object]:
    """The parts that identify one finding, and where to look."""
    return {name: secret[name] for name in ("type", "hashed_secret", "line_number")}


def keyed(one: dict[str, object]) -> tuple[object, object]:
    """What a finding is compared by."""
    return one["type"], one["hashed_secret"]


if __name__ == "__main__":
    sys.exit(main())
