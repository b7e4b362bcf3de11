"""What all tests share."""

import gc

import pytest


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write what netpolc says now into what tests expect")


def pytest_collection_finish():
    """Thousands of tests stay until the end: to look through them for garbage again and again finds none."""
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def private_cache_of_the_tests(tmp_path_factory):
    """A cache of its own for each session: the user's is neither read nor filled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETPOLC_CACHE", str(tmp_path_factory.mktemp("cache", numbered=True)))
        yield
