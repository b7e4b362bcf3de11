"""What all tests share: the seed of the run, and a cache of their own."""

import gc
import signal

import pytest
from hypothesis import is_hypothesis_test

from tests import seeds

SEARCH = "search(count, block): the test tries `count` random seeds, each as `seed`, or `block` at a time as `seeds`"


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write what netpolc says now into what tests expect")
    parser.addoption("--seed", type=int, default=0, help="what random searches try: one number, one run (default: 0)")
    parser.addoption("--keep-seeds", action="store_true", help="let each later run try the seeds that fail in this")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    config.addinivalue_line("markers", SEARCH)
    config.option.hypothesis_seed = str(config.option.seed)
    seeds.bound_hypothesis()
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # in the background of a shell; all that tests start inherits it
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session):
    """Print the seed, even with -q; by the process that reports, and not by each."""
    if not hasattr(session.config, "workerinput"):
        seed = session.config.option.seed
        session.config.get_terminal_writer().line(f"random searches: make test SEED={seed}")


def pytest_generate_tests(metafunc):
    for mark in metafunc.definition.iter_markers("search"):
        found = seeds.blocks(metafunc.definition.nodeid, metafunc.config.option.seed, *mark.args, **mark.kwargs)
        if "seeds" in metafunc.fixturenames:
            metafunc.parametrize("seeds", found.values(), ids=found.keys())
        else:
            metafunc.parametrize("seed", [one.all[0] for one in found.values()], ids=found.keys())


def pytest_itemcollected(item):
    """Count what hypothesis tries among the searches."""
    if is_hypothesis_test(item.obj):
        item.add_marker(pytest.mark.search)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):  # noqa: ARG001 -- hooks are called by the names of their parameters
    """Say which seed failed, to the reader and to `make search`."""
    report = yield
    tried = item.callspec.params if hasattr(item, "callspec") else {}
    failed = tried["seeds"].current if isinstance(tried.get("seeds"), seeds.Seeds) else tried.get("seed")
    if report.failed and failed is not None:
        report.sections.append(("Seed", str(failed)))
        report.user_properties.append(("seed", failed))
    return report


def pytest_terminal_summary(terminalreporter):
    """Say how to repeat each search that failed, and keep its seed if that is asked for."""
    options = terminalreporter.config.option
    for report in terminalreporter.getreports("failed"):
        if "search" in report.keywords:
            terminalreporter.line(f"again: .venv/bin/pytest --seed {options.seed} '{report.nodeid}'")
            if options.keep_seeds:
                for seed in (value for name, value in report.user_properties if name == "seed"):
                    seeds.keep(report.nodeid.partition("[")[0], seed)
                    terminalreporter.line(f"kept: seed {seed}, which every run tries from now on")


def pytest_collection_finish():
    """Thousands of tests stay until the end: to look through them for garbage again and again finds none.

    Nor does it often find any in what tests make, which takes a tenth of their time where Python is left to itself.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def private_cache_of_the_tests(tmp_path_factory):
    """A cache of its own for each session: the user's is neither read nor filled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETPOLC_CACHE", str(tmp_path_factory.mktemp("cache", numbered=True)))
        yield
