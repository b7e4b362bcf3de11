"""What netpolc emits: the outputs of examples, goldens and documents, and those of random programs with guardrails."""

import re
from pathlib import Path
from random import Random

import yaml

from netpolc.compiler.loading import load_text
from netpolc.compiler.model import CompileOptions
from netpolc.compiler.pipeline import compile_program
from netpolc.source import Source
from tests import goldens
from tests.properties.building import HERE, NAME, RENDERER, made_up, write_library

ROOT = Path(__file__).parents[2]
VERSIONS = ("v1alpha2", "v1beta1")
TARGETS = ("networkpolicy", "cluster-network-policy", None)
UNNAMED = "default"
KINDS = ("NetworkPolicy", "ClusterNetworkPolicy")
BLOCK = re.compile(r"^```netpol[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)

PODS = (
    "*/*",
    "shop/*",
    "data/db",
    "[team=a]/*",
    "[team, team!=b]/web",
    "*/[app in (web, db), tier]",
    "*/[!tier]",
    "shop/{web, api}",
    "{shop/*, data/db}",
    "*/* except shop/web",
    "[team]/* except {data/db, shop/[app=web]}",
)
BLOCKS = ("10.0.0.0/8", "169.254.169.254/32", "{0.0.0.0/0, ::/0}", "{*/*, 0.0.0.0/0}", "2001:db8::/32")
PORTS = ("*", "*/udp", "80", "53/udp", "8000-8100", "{80, 443, 9000-9100/sctp}", '"http"', "1-65535", "*/sctp", "65535")


def from_files():
    """Yield outputs that lie in the repository, each with where it lies."""
    for path in sorted((ROOT / "examples").glob("*/deploy/**/*.yaml")):
        yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    for folder in ("golden", "golden-import", "golden-diff", "golden-suggest"):
        for path in sorted((ROOT / "tests" / folder).glob("*.golden")):
            text = goldens.read(path).expected.get("expected.yaml")
            if text:
                yield path.stem, text


def from_documents():
    """Yield what programs in documents become, as far as they stand by themselves."""
    for path in sorted((ROOT / "docs").rglob("*.md")):
        for number, block in enumerate(BLOCK.findall(path.read_text("utf-8"))):
            for version in VERSIONS:
                yield from built(f"{path.stem} {number} {version}", block, CompileOptions(api_version=version))


def from_programs(first, count):
    """Yield what random programs become, with guardrails, for any target and version."""
    for seed in range(first, first + count):
        random = Random(seed)
        program, text = made_up(seed)
        write_library(program)
        options = CompileOptions(
            environment=program.environment, namespace=program.namespace, api_version=random.choice(VERSIONS)
        )
        yield from built(f"program {seed}", text, options)
        lines = "\n".join(guardrail(random) for _ in range(random.randint(1, 6))) + "\n"
        for target in TARGETS[1:]:
            whole = lines if target else f"{lines}namespace shop\nweb -> db:{random.randint(1, 65535)}\n"
            settings = CompileOptions(target=target, api_version=random.choice(VERSIONS))
            yield from built(f"guardrails {seed} {target}", whole, settings)


def guardrail(random):
    """Return a random line of a tier, which may be none that can be said."""
    start = f"{random.choice(('always', 'default'))} {random.choice(('allow', 'deny', 'deny'))}"
    destination = random.choice((*PODS, *BLOCKS))
    return f"{start} {random.choice(PODS)} -> {destination}:{random.choice(PORTS)}"


def built(name, text, options):
    """Yield the name and the output of a program that compiles to something."""
    compilation = compile_program(load_text(Source(NAME, text), HERE), options)
    if compilation.ok and compilation.documents:
        yield name, RENDERER.render_file(compilation.documents, (NAME,))


def documents(text):
    """Yield the policies of an output, those without a namespace as `kubectl` would send them."""
    for document in yaml.load_all(text, yaml.CSafeLoader):
        if document is not None and document["kind"] in KINDS:
            if document["kind"] == "NetworkPolicy":
                document["metadata"].setdefault("namespace", UNNAMED)
            yield document
