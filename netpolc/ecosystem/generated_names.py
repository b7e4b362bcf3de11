"""Names that controllers make up, as far as one can tell them from those that people write."""

from __future__ import annotations

import re

_SCHEDULED = r".+-(?:[2-9][0-9]{7}|[1-9][0-9]{9})"
"""A CronJob's Job ends in the minutes since 1970 for which it was scheduled (kubernetes, pkg/controller/cronjob,
getJobName); until Kubernetes 1.20, and with the CronWorkflows of Argo still, in the seconds."""

_LETTERS = "bcdfghjklmnpqrstvwxz"
_DIGITS = "2456789"
_RANDOM = rf".+-(?=[{_LETTERS}]*[{_DIGITS}])[{_LETTERS}{_DIGITS}]{{5}}"
"""What the API server adds to `generateName` (apiserver, pkg/storage/names/generate.go; apimachinery,
pkg/util/rand). A word of letters alone may well be a person's."""


def is_generated(name: str) -> bool:
    """Tell whether a name looks as if the next object of its kind gets another one."""
    return re.fullmatch(rf"{_SCHEDULED}|{_RANDOM}", name) is not None
