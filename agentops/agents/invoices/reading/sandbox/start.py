"""Run as a script in an empty environment: load this package alone, nothing above it, and become a helper.

`start.py DESCRIPTOR` becomes the one that parses, `start.py DESCRIPTOR ocr` the one that reads page images.

The package is loaded under its own short name, so that settings, Django and neighbours cannot come along.
"""

import importlib.util
import sys
from pathlib import Path


def load_package() -> None:
    home = Path(__file__).resolve().parents[1]
    spec = importlib.util.spec_from_file_location(
        "reading", home / "__init__.py", submodule_search_locations=[str(home)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"no package at {home}")
    module = importlib.util.module_from_spec(spec)
    sys.modules["reading"] = module
    spec.loader.exec_module(module)


if __name__ == "__main__":
    load_package()
    if sys.argv[2:] == ["ocr"]:
        from reading.ocr.worker import main  # type: ignore[import-not-found]  # the name given above
    else:
        from reading.sandbox.child import main  # type: ignore[import-not-found]

    main(int(sys.argv[1]))
