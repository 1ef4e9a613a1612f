"""Run as a script: wall this process in as for a parse, and print the names of the walls that stand, as JSON."""

import importlib.util
import json
from pathlib import Path


def main() -> None:
    start = importlib.util.spec_from_file_location("start", Path(__file__).with_name("start.py"))
    if start is None or start.loader is None:
        raise ImportError("start.py is gone")
    module = importlib.util.module_from_spec(start)
    start.loader.exec_module(module)
    module.load_package()
    from reading.sandbox import jail  # type: ignore[import-not-found]  # the name that start.py gives the package

    print(json.dumps(jail.enter(jail.Limits(threads=True))), flush=True)


if __name__ == "__main__":
    main()
