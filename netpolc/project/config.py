"""The project file, netpolc.toml: its sources, outputs and environments, every fault of it found at once."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.project.bounds import GIT, out_of_bounds
from netpolc.project.filesystem import DISK, Disk
from netpolc.project.reading import unreadable
from netpolc.source import Location, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.project.places import Keys

FILE_NAME = "netpolc.toml"
SCHEMA = "https://raw.githubusercontent.com/netpolc/netpolc/main/schema/netpolc.schema.json"
"""Where the schema of the file is, which a line `#:schema` names to editors that have Taplo."""
TOML = ".toml"
MAX_SIZE = 64 * 1024
FILE_SUFFIXES = frozenset({".yaml", ".yml"})
"""By which an output is one file, and no folder."""

Layout = Literal["object", "namespace", "single"]
Target = Literal["networkpolicy"]
Finality = Literal["pod", "direction"]


class EnvironmentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of `[env.NAME]`; None where it leaves one out."""

    output: str | None = None
    namespace: str | None = None


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A project file. Paths and patterns are relative to `root`, written with `/`, and stay below it."""

    root: Path
    file: Path
    sources: tuple[str, ...] = ("**/*.netpol",)
    output: str | None = None
    target: Target = "networkpolicy"
    layout: Layout = "object"
    manifests: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    templates: str | None = None
    namespace: str | None = None
    pod_addresses: tuple[str, ...] | None = None
    finality: Finality = "pod"
    ingress_controllers: dict[str, str] = {}
    known_pods: tuple[str, ...] = ()
    environments: dict[str, EnvironmentSettings] = {}

    def output_of(self, environment: str | None) -> Path | None:
        """Return an environment's output: its own, else a folder of the project's output named after it."""
        settings = self.environments.get(environment or "")
        if settings is not None and settings.output is not None:
            return self.root / settings.output
        if self.output is None:
            return None
        return self.root / self.output / (environment if environment and self.environments else "")

    def namespace_of(self, environment: str | None) -> str | None:
        """Return the name that the unnamed namespace has in an environment."""
        settings = self.environments.get(environment or "")
        return self.namespace if settings is None or settings.namespace is None else settings.namespace


def find(start: Path, files: Disk = DISK) -> Path | None:
    """Find the project file of a folder: its own, or that of the nearest folder above.

    Whatever has its name is found: settings that cannot be read are no settings left out.
    """
    folder = start.absolute()
    return next((found for above in (folder, *folder.parents) if files.is_named(found := above / FILE_NAME)), None)


def load(path: Path, display: str | None = None, files: Disk = DISK) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """Read a project file; return the project, or everything that is wrong with the file (NP801, NP805)."""
    source = files.source(path, display or str(path), limit=MAX_SIZE)
    if path.is_symlink() and files.holds(path):
        why = out_of_bounds(path, _repository(path, files), files, (TOML,))
        # What cannot be read is not quoted.
        if why is not None and not (isinstance(source, Diagnostic) and source.location is None):
            return None, (unreadable(display or str(path), why),)
    if isinstance(source, Diagnostic):
        code = "NP801" if source.code == "NP105" else source.code
        return None, (msgspec.structs.replace(source, code=code),)
    from netpolc.project import toml  # most runs have no project file

    document = toml.parse(source)
    if isinstance(document, Diagnostic):
        return None, (document,)
    reading = _ProjectReader(path.absolute())
    project = reading.project(document)
    return (None, _located(reading.faults, source)) if reading.faults else (project, ())


def _repository(path: Path, files: Disk) -> Path:
    """Return the folder that a project file may be a link into: the Git repository, else its own folder."""
    return next((above for above in path.absolute().parents if files.exists(above / GIT)), path.absolute().parent)


def place(project: Project, *keys: str | int, files: Disk = DISK) -> Location | None:
    """Return the location of a value in a project's file, or None where the file cannot be read any more."""
    source = files.source(project.file, str(project.file), limit=MAX_SIZE)
    from netpolc.project import places, toml  # only a faulty project needs places

    if isinstance(source, Diagnostic) or isinstance(toml.parse(source), Diagnostic):
        return None
    return Location(source, places.Places(source.text).value(keys))


class _Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a value, or with its key, on the way to it through the tables."""

    keys: Keys
    message: str
    help: str | None = None
    of_key: bool = False


class _ProjectReader:
    """One pass over a parsed file; faults are collected, and a faulty value is read as if it were not there."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.root = file.parent
        self.faults: list[_Fault] = []

    def project(self, document: dict[str, Any]) -> Project:
        readers: dict[str, Callable[[Keys, Any], Any]] = {
            "sources": self._patterns,
            "output": self._path,
            "target": self._target,
            "layout": self._layout,
            "manifests": self._patterns,
            "exclude": self._exclusions,
            "templates": self._path,
            "namespace": self._namespace,
            "labels": self._labels,
            "pod-addresses": self._blocks,
            "finality": self._finality,
            "ingress-controllers": self._controllers,
            "known-pods": self._known_pods,
            "env": self._environments,
        }
        self._known((), document, tuple(readers))
        settings = {key: readers[key]((key,), value) for key, value in document.items() if key in readers}
        project = Project(
            root=self.root,
            file=self.file,
            environments=settings.pop("env", {}),
            pod_addresses=settings.pop("pod-addresses", None),
            ingress_controllers=settings.pop("ingress-controllers", {}),
            known_pods=settings.pop("known-pods", ()),
            **settings,
        )
        self._distinct_outputs(project)
        return project

    def _distinct_outputs(self, project: Project) -> None:
        """Report environments that share an output, since the build of one would remove that of another."""
        shared = [name for name, settings in project.environments.items() if settings.output is None]
        if shared and PurePosixPath(project.output or "").suffix in FILE_SUFFIXES:
            advice = "name a folder, or give each environment an `output` of its own"
            self._fault(("output",), f"`{project.output}` is one file, and there are environments", help=advice)
            return
        places: dict[str, str] = {}
        for name in project.environments:
            output = project.output_of(name)
            other = places.setdefault(str(output).casefold(), name)
            if output is not None and other != name:
                keys = ("env", name, *(() if name in shared else ("output",)))
                message = f"the environments `{other}` and `{name}` have one output"
                self._fault(keys, message, help="give each an `output` of its own")

    def _known(self, table: Keys, values: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in values:
            if key in known:
                continue
            written = ".".join(str(step) for step in (*table, key))
            self._fault((*table, key), f"unknown key `{written}`", help=_nearest(key, known, table), of_key=True)

    def _fault(self, keys: Keys, message: str, *, help: str | None = None, of_key: bool = False) -> None:  # noqa: A002 - named as in Diagnostic
        self.faults.append(_Fault(keys=keys, message=message, help=help, of_key=of_key))

    def _wrong_type(self, keys: Keys, value: object, wanted: str, help: str) -> None:  # noqa: A002 - as above
        from netpolc.project import toml  # only a faulty value needs it

        self._fault(keys, f"`{_written(keys)}` is {toml.type_name(value)}, not {wanted}", help=help)

    def _text(self, keys: Keys, value: object) -> str | None:
        if isinstance(value, str) and value:
            return value
        if value == "":
            self._fault(keys, f"`{_written(keys)}` is empty", help="write a value or leave the key out")
        else:
            self._wrong_type(keys, value, "a string", "write it in quotes")
        return None

    def _namespace(self, keys: Keys, value: object) -> str | None:
        from netpolc.policy.names import dns_label  # few projects name one

        text = self._text(keys, value)
        for fault in () if text is None else dns_label(text):
            self._fault(keys, f"`{text}` cannot be a namespace: {fault}")
        return text

    def _target(self, keys: Keys, value: object) -> str | None:
        return self._choice(keys, value, get_args(Target))

    def _layout(self, keys: Keys, value: object) -> str | None:
        return self._choice(keys, value, get_args(Layout))

    def _finality(self, keys: Keys, value: object) -> str | None:
        return self._choice(keys, value, get_args(Finality))

    def _choice(self, keys: Keys, value: object, choices: tuple[str, ...]) -> str | None:
        text = self._text(keys, value)
        if text is not None and text not in choices:
            listed = ", ".join(f"`{choice}`" for choice in choices)
            self._fault(keys, f"unknown {_written(keys)} `{text}`", help=f"use one of {listed}")
        return text

    def _path(self, keys: Keys, value: object, *, follows: bool = True) -> str | None:
        text = self._text(keys, value)
        why = None if text is None else (unfit(text) or (_leaves(text, self.root) if follows else None))
        if why is not None:
            self._fault(keys, f"`{text}` {why}", help=f"write a path below the folder of {FILE_NAME}, with `/`")
        return text

    def _exclusions(self, keys: Keys, value: object) -> tuple[str, ...]:
        """Read patterns of what is left out, to which a link that leads elsewhere is a name like any other."""
        return self._patterns(keys, value, follows=False)

    def _patterns(self, keys: Keys, value: object, *, follows: bool = True) -> tuple[str, ...]:
        if not isinstance(value, list):
            self._wrong_type(keys, value, "an array of strings", f'write `{keys[-1]} = ["…"]`')
            return ()
        if not value:
            self._fault(keys, f"`{_written(keys)}` is empty", help="name a file or a pattern, or leave the key out")
        patterns = [self._path((*keys, index), item, follows=follows) for index, item in enumerate(value)]
        for index, pattern in enumerate(patterns):
            if pattern and any("**" in part and part != "**" for part in pattern.split("/")):
                self._fault(
                    (*keys, index),
                    f"`**` is only a part of a folder's name in `{pattern}`",
                    help="write `**` between slashes, as in `policies/**/*.netpol`",
                )
        return tuple(pattern for pattern in patterns if pattern)

    def _blocks(self, keys: Keys, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            self._wrong_type(keys, value, "an array of strings", f'write `{keys[-1]} = ["10.244.0.0/16"]`')
            return ()
        from netpolc.policy.addresses import ambiguity, parse  # few projects name any

        blocks = [text for index, item in enumerate(value) if (text := self._text((*keys, index), item)) is not None]
        for index, text in enumerate(blocks):
            block = parse(text)
            why = "must be a CIDR, such as 10.244.0.0/16" if block is None else ambiguity(text, block)
            if why is not None:
                self._fault((*keys, index), f"`{text}` is no block of addresses: it {why}")
        return tuple(blocks)

    def _labels(self, keys: Keys, value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            self._wrong_type(keys, value, "a table", 'write `[labels]`, and `team = "payments"` below it')
            return {}
        from netpolc.policy.names import MANAGED_BY, label_key, label_value  # few projects have labels

        if MANAGED_BY[0] in value:
            message = f"the label `{MANAGED_BY[0]}` is netpolc's own: each policy has it, and says `{MANAGED_BY[1]}`"
            self._fault((*keys, MANAGED_BY[0]), message, help="remove it", of_key=True)
        for key, text in value.items():
            for fault in label_key(key):
                self._fault((*keys, key), f"`{key}` cannot be the key of a label: {fault}", of_key=True)
            if not isinstance(text, str):
                self._wrong_type((*keys, key), text, "a string", "write it in quotes")
                continue
            for fault in label_value(text):
                self._fault((*keys, key), f"`{text}` cannot be the value of a label: {fault}")
        return value

    def _controllers(self, keys: Keys, value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            advice = 'write `[ingress-controllers]`, and `nginx = "edge/[app=proxy]"` below it'
            self._wrong_type(keys, value, "a table", advice)
            return {}
        from netpolc.policy.names import dns_subdomain  # few projects name any

        for name, endpoint in value.items():
            for fault in () if name == "*" else dns_subdomain(name):
                self._fault((*keys, name), f"`{name}` cannot be the name of a class: {fault}", of_key=True)
            self._endpoint((*keys, name), endpoint)
        return value

    def _known_pods(self, keys: Keys, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            self._wrong_type(keys, value, "an array of strings", f'write `{keys[-1]} = ["shop/[app=database]"]`')
            return ()
        return tuple(item for index, item in enumerate(value) if self._endpoint((*keys, index), item, of_pods=True))

    def _endpoint(self, keys: Keys, value: object, *, of_pods: bool = False) -> bool:
        """Tell whether a value is an endpoint that means the same wherever it is written, and report what is not."""
        from netpolc.ir.model import Pods  # few projects name any
        from netpolc.language.resolve.standalone import StandaloneError, standalone_peers  # as above

        text = self._text(keys, value)
        try:
            peers = () if text is None else standalone_peers(text)
        except StandaloneError as error:
            self._fault(keys, f"`{text}` {error}", help=error.advice)
            return False
        if of_pods and not all(isinstance(peer, Pods) for peer in peers):
            self._fault(keys, f"`{text}` is no endpoint of pods", help="write pods as `shop/[app=database]`")
        return text is not None

    def _environments(self, keys: Keys, value: object) -> dict[str, EnvironmentSettings]:
        if not isinstance(value, dict):
            self._wrong_type(keys, value, "a table", "write `[env.prod]`, and its settings below it")
            return {}
        return {name: self._environment((*keys, name), name, table) for name, table in value.items()}

    def _environment(self, keys: Keys, name: str, table: object) -> EnvironmentSettings:
        if not _is_name(name):
            self._fault(
                keys,
                f"`{name}` cannot name an environment",
                help="use letters, digits, `_` and `-`, not ending in `-`, and not digits alone",
                of_key=True,
            )
        if not isinstance(table, dict):
            self._wrong_type(keys, table, "a table", f"write `[env.{name}]`, and its settings below it")
            return EnvironmentSettings()
        self._known(keys, table, EnvironmentSettings.__struct_fields__)
        return EnvironmentSettings(
            output=self._path((*keys, "output"), table["output"]) if "output" in table else None,
            namespace=self._namespace((*keys, "namespace"), table["namespace"]) if "namespace" in table else None,
        )


def _located(faults: list[_Fault], source: Source) -> tuple[Diagnostic, ...]:
    from netpolc.project.places import Places  # only a faulty file needs it

    places = Places(source.text)
    diagnostics = [
        Diagnostic(
            code="NP801",
            severity="error",
            message=fault.message,
            location=Location(source, (places.key if fault.of_key else places.value)(fault.keys)),
            help=fault.help,
        )
        for fault in faults
    ]
    return tuple(sorted(diagnostics, key=lambda diagnostic: diagnostic.order))


def _nearest(key: str, known: tuple[str, ...], table: Keys) -> str:
    from netpolc.diagnostics.closest import closest  # only a faulty file needs it

    near = closest(key, known)
    if near is not None:
        return f"use `{near}`"
    if table and key in Project.__struct_fields__:
        return f"write `{key}` above the first table, where it holds for the whole project"
    return "the keys here are " + ", ".join(f"`{name}`" for name in known)


def unfit(path: str) -> str | None:
    """Return why a path cannot stand in a project file, on any system, as the end of a sentence, or None."""
    windows = PureWindowsPath(path)
    if "\0" in path:
        return "has a null byte in it"
    if path.startswith("/") or windows.drive or windows.root:
        return "is an absolute path"
    if ".." in windows.parts:
        return "leaves the project's folder"
    return "has `\\` in it" if "\\" in path else None


def _leaves(path: str, root: Path) -> str | None:
    """Return that a path leads out of a project by a link, as the end of a sentence, or None."""
    literal = root.joinpath(*literal_parts(path))
    try:
        inside = literal.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        inside = False
    return None if inside else "leaves the project's folder through a symbolic link"


def literal_parts(pattern: str) -> tuple[str, ...]:
    """Return the leading parts of a pattern that hold no wildcard."""
    parts = PurePosixPath(pattern).parts
    wild = (index for index, part in enumerate(parts) if any(sign in part for sign in "*?["))
    return parts[: next(wild, len(parts))]


def _is_name(text: str) -> bool:
    """Tell whether a text is a name in the language."""
    signs = text.replace("_", "a").replace("-", "a")
    return text.isascii() and signs.isalnum() and text[0] != "-" and text[-1] != "-" and not text.isdigit()


def _written(keys: Keys) -> str:
    text = ".".join(str(step) for step in keys if isinstance(step, str))
    return f"{text}[{keys[-1]}]" if isinstance(keys[-1], int) else text
