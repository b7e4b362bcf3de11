"""Options that mean one thing in every command."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer


class Form(str, Enum):
    """A form of diagnostics."""

    HUMAN = "human"
    PLAIN = "plain"
    JSON = "json"


class When(str, Enum):
    """When to use colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Layout(str, Enum):
    """How policies are spread over files."""

    OBJECT = "object"
    NAMESPACE = "namespace"
    SINGLE = "single"


class Target(str, Enum):
    """What to compile to."""

    NETWORK_POLICY = "networkpolicy"


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Files, folders of `*.netpol` files, or `-` for standard input. "
        "Without any: the sources of netpolc.toml, or all files below the working folder.",
        show_default=False,
    ),
]
Environment = Annotated[
    str | None, typer.Option("--env", "-e", metavar="NAME", help="Build for this environment.", show_default=False)
]
Namespace = Annotated[
    str | None,
    typer.Option(
        "--namespace", "-n", metavar="NAME", help="The namespace of statements outside of any.", show_default=False
    ),
]
ErrorForm = Annotated[Form, typer.Option("--error-format", help="The form of errors and warnings.")]
Color = Annotated[When, typer.Option("--color", help="When to use colour; NO_COLOR is heeded, too.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Also print notes, and what is done.")]
