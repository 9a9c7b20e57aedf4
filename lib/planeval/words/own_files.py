"""The YAML files of the package itself, read by the fast parser where PyYAML was built with it."""

from __future__ import annotations

from pathlib import Path

import yaml

# The same values, ten times as fast: every start reads some of these files.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def own_yaml(path: Path) -> dict:
    """What stands in a file of the package. Files of users go through `trust.yaml_files`, which is strict."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
