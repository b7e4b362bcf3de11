"""Tries the changes of the engine that mutmut makes, each with the tests that reach it; `make mutants` runs it.

mutmut would start pytest for each change, and ask in every call of a function which change is tried: ten thousand of
them would take a day. Here pytest collects the tests once, and each change is tried in a process forked from that,
where it takes the place of what it changes. The tests that noticed others of the same function come first, then those
of its module, then the quickest, until one fails or they cost more than a budget. The verdicts are kept where mutmut
keeps its own, so that `mutmut results` and `mutmut show` tell of them. What has one already is not tried again while
its function stays as it is; with `--survivors`, what no test noticed is.

    python tests/mutation.py [--survivors] [netpolc/engine/rows.py ...]
"""

import gc
import io
import os
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from contextlib import redirect_stdout
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol
from hypothesis.internal.conjecture import engine
from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation import trampoline
from mutmut.mutation.data import SourceFileMutationData
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths, walk_mutatable_files
from mutmut.utils.format_utils import mangled_name_from_mutant_name

BUDGET = 4.0
"""The seconds that the tests of other modules may take for one change."""
PATIENCE, SLACK = 4, 5
"""A change may take so many times what its tests take, and so many seconds more, before it counts as noticed."""
MOST_MEMORY = 3 << 30
SURVIVED, KILLED, NO_TESTS, TIMEOUT, CRASHED = 0, 1, 33, 36, -11
"""What became of a change, as mutmut writes it down."""
UNNOTICED = {SURVIVED, NO_TESTS, CRASHED}


def make_changes():
    """Write the package with all of its changes into `mutants`, beside what the tests need."""
    trampoline.set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    mutmut.store_lines_covered_by_tests()
    with redirect_stdout(io.StringIO()):  # mutmut prints each file
        mutmut.create_mutants(1)
    trampoline.set_mutant_under_test("")
    return [data for data in map(loaded, walk_mutatable_files()) if data.exit_code_by_key]


def loaded(path):
    data = SourceFileMutationData(path=path)
    data.load()
    data.meta_path = data.meta_path.absolute()
    return data


def save(data):
    """Keep verdicts, so that nothing is lost where the process ends meanwhile."""
    path = data.meta_path
    data.meta_path = path.with_suffix(".new")
    data.save()
    data.meta_path = data.meta_path.rename(path)


def wrapped_functions():
    """Yield who holds each function that has changes: its name for mutmut, a module or a class, and the function."""
    for module in [each for name, each in sys.modules.items() if name.startswith("netpolc.")]:
        classes = [each for each in vars(module).values() if isinstance(each, type)]
        for holder in (module, *(each for each in classes if each.__module__ == module.__name__)):
            for name, function in list(vars(holder).items()):
                code = getattr(function, "__code__", None)
                if code and code.co_name == "_trampoline_wrapper" and function.__module__ == module.__name__:
                    mangled = f"x_{name}" if holder is module else f"xǁ{holder.__name__}ǁ{name}"
                    yield f"{module.__name__}.{mangled}", holder, function


def unwrap():
    """Put functions where mutmut has wrappers that choose between changes; return them by their names for mutmut."""
    found, plain = {}, {}
    for name, holder, function in list(wrapped_functions()):
        found[name] = plain[function] = function.__wrapped__
        setattr(holder, function.__name__, function.__wrapped__)
    for module in [each for each in sys.modules.values() if isinstance(each, ModuleType)]:
        for name, function in list(vars(module).items()):
            if isinstance(function, FunctionType) and function in plain:
                setattr(module, name, plain[function])
    return found


def put(change, function):
    """Make a function what a change makes of it, and have wrappers that are left somewhere choose the change."""
    trampoline.set_mutant_under_test(change)
    module, _, name = change.rpartition(".")
    changes = getattr(sys.modules[module], f"mutants_{name.rpartition('__mutmut_')[0]}__mutmut")
    function.__code__ = changes[name].__code__
    function.__defaults__, function.__kwdefaults__ = changes[name].__defaults__, changes[name].__kwdefaults__


def failing(tests):
    """Return the place of the first of some tests that fails, or None; what the session has set up is kept."""
    following = [*tests[1:], tests[0].session]
    for place, (test, after) in enumerate(zip(tests, following, strict=True)):
        if any(report.failed for report in runtestprotocol(test, nextitem=after, log=False)):
            return place
    return None


class Trials:
    """A plugin of pytest that runs tests once for each change instead of once."""

    def __init__(self, several, *, again):
        """Take the modules, and whether what was not noticed is tried again."""
        self.several = several
        self.again = again
        self.reaching = defaultdict(list)
        self.seconds = {}
        self.noticing = defaultdict(Counter)

    def pytest_collection_finish(self):
        engine.MAX_SHRINKING_SECONDS = 0

    def pytest_runtestloop(self, session):
        for data in self.several:  # some are imported in functions, so that nobody may have them yet
            import_module(".".join(data.path.with_suffix("").parts))
        functions = unwrap()
        self.measure(session.items, {id(function.__code__): name for name, function in functions.items()})
        gc.collect()
        gc.freeze()
        for data in self.several:
            for change, verdict in data.exit_code_by_key.items():
                if verdict is None or (self.again and verdict in UNNOTICED):
                    name = mangled_name_from_mutant_name(change)
                    tests = self.tests_of(name, f"test_{data.path.stem}.py")
                    data.exit_code_by_key[change] = self.tried(change, functions[name], tests) if tests else NO_TESTS
                    save(data)
            print(data.path, tally(data), flush=True)
        return True

    def measure(self, tests, names):
        """Run all tests without a change, to learn which functions each reaches, and how long it takes."""
        reached = set()

        def note(frame, event, _):
            if event == "call":
                reached.add(id(frame.f_code))

        for test in tests:
            begun = time.process_time()
            sys.setprofile(note)
            place = failing([test])
            sys.setprofile(None)
            if place is not None:
                pytest.exit(f"{test.nodeid} fails without any change", returncode=1)
            self.seconds[test] = time.process_time() - begun
            for each in reached & names.keys():
                self.reaching[names[each]].append(test)
            reached.clear()

    def tests_of(self, function, own):
        """Return the tests that reach a function, in the order in which they are to be tried."""
        noticed = self.noticing[function]
        found = sorted(
            self.reaching[function], key=lambda test: (-noticed[test], test.path.name != own, self.seconds[test])
        )
        left, kept = BUDGET, []
        for test in found:
            left -= self.seconds[test]
            if left > 0 or test.path.name == own:
                kept.append(test)
        return kept

    def tried(self, change, function, tests):
        """Return what becomes of a change."""
        seconds = int(PATIENCE * sum(map(self.seconds.get, tests)) + SLACK)
        told, tell = os.pipe()
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            try:
                put(change, function)
                place = failing(tests)
                os.write(tell, b"" if place is None else str(place).encode())
                os._exit(SURVIVED if place is None else KILLED)
            except BaseException:  # noqa: BLE001 -- whatever a change does, pytest itself is not to go on with it
                os._exit(KILLED)
        os.close(tell)
        _, status = os.waitpid(child, 0)
        with os.fdopen(told) as answer:
            for place in answer.read().split():
                self.noticing[mangled_name_from_mutant_name(change)][tests[int(place)]] += 1
        if os.WIFSIGNALED(status):
            return TIMEOUT if os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL} else CRASHED
        return os.WEXITSTATUS(status)


def tally(data):
    verdicts = data.exit_code_by_key.values()
    return f"{len(verdicts)} changes, {sum(verdict in UNNOTICED for verdict in verdicts)} not noticed"


def main(arguments):
    wanted = [each for each in arguments if not each.startswith("--")]
    several = make_changes()
    chosen = [data for data in several if not wanted or any(fnmatch(data.path.as_posix(), each) for each in wanted)]
    selection = config().pytest_add_cli_args_test_selection
    os.chdir("mutants")
    sys.path.insert(0, str(Path.cwd()))
    options = [
        "-q",
        "-s",
        "--assert=plain",
        "--tb=native",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--rootdir",
        ".",
    ]
    return pytest.main([*options, *selection], plugins=[Trials(chosen, again="--survivors" in arguments)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
