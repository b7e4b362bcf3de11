"""A digest is that of `hashlib`, whoever computes it, and short ones load no OpenSSL."""

import hashlib
import subprocess
import sys

import pytest

from netpolc.digests import LONG, sha256
from tests.rows import each_row


@each_row("size", [0, 1, 64, LONG - 1, LONG, LONG + 1])
def test_a_digest_is_that_of_hashlib(size):
    content = bytes(number % 251 for number in range(size))
    assert sha256(content).hexdigest() == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("first", [0, LONG])
def test_more_may_be_added(first):
    begun = sha256(b"a" * first)
    begun.update(b"b" * LONG)
    assert begun.digest() == hashlib.sha256(b"a" * first + b"b" * LONG).digest()


@pytest.mark.parametrize(("size", "loads"), [(LONG - 1, False), (LONG, True)])
def test_only_what_is_long_loads_openssl(size, loads):
    script = f"import sys; from netpolc.digests import sha256; sha256(bytes({size})); print('hashlib' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ran.stdout == f"{loads}\n"
