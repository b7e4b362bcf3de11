"""What `build`, `check` and `can` do, by the Python API alone: `tool.py FOLDER COMMAND [SRC DST:PORT] [ENV]`."""

import datetime
import sys
from pathlib import Path

import netpolc


def main(folder: str, command: str, *rest: str) -> int:
    """Run one of three commands on a folder, and return how the process is to end."""
    here = netpolc.workspace(root=folder)
    env = rest[-1] if here.project and here.project.environments else None
    if command == "can":
        verdict = netpolc.can(here, rest[0], rest[1], env=env)
        print("yes" if verdict.allowed else "no", *verdict.answer.suggestion.lines, sep="\n")
        return int(not verdict.allowed)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    result = netpolc.check(here, env=env, today=today) if command == "check" else netpolc.compile(here, env=env)
    for found in result.diagnostics:
        print(f"{found.location}: {found.severity}[{found.code}]: {found.message}")
    for name, text in result.files.items() if isinstance(result, netpolc.Result) else ():
        file = Path(folder, "build", env or "", name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return int(not result.ok)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
