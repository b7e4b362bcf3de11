"""Kubernetes' own schemas, each read once: to read them takes longer than to hold documents against them."""

import functools
from unittest import mock

import kubernetes_validate
from kubernetes_validate import utils

READ_ONCE = {name: functools.cache(getattr(utils, name)) for name in ("schema_contents", "all_versions")}


def check(document, version):
    """Raise a ValidationError for a document that a version of Kubernetes does not take."""
    with mock.patch.multiple(utils, **READ_ONCE):
        kubernetes_validate.validate(document, version, strict=True)
