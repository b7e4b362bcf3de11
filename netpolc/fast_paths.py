"""The switch that turns off every fast path, which is a second implementation that exists for speed alone.

| fast path | does the work of | unless |
|---|---|---|
| `language.syntax.fast_parser` | Lark | a text has a syntax error |
| `targets.translation` | Jinja | the templates are a user's |
| `manifests.plain` | PyYAML | a document uses more of YAML |
| `manifests.untracked` | `manifests.plain` | somebody asks where something stands |

Their docstrings say what each buys: relative CPU time without it of a build of one policy, of a first build of 1,500
services, and of `reach` over 2,000 pods. All results are the same with and without (`tests/test_plain.py`).
"""

from __future__ import annotations

import os

PLAIN = "NETPOLC_PLAIN"
"""The environment variable: with any value but an empty one, fast paths are off."""


def are_off() -> bool:
    """Tell whether to run without fast paths, and without what runs with them have cached."""
    return bool(os.environ.get(PLAIN))
