#!/usr/bin/env bash
# pyodide 314.0.7 (npm), Node.js 20: Python in WebAssembly has `os.fork`, as CPython's builds for platforms without it
# have not, and calling it always fails. So `hasattr(os, "fork")`, by which programs ask whether they may share work out
# to processes, says yes; `os.sched_getaffinity` is missing, and only `os.cpu_count()` being 1 keeps many from trying.
# `sys.platform == "emscripten"` is the question to ask.
#
# Seen:
#   ['emscripten', True, False, 1, 'OSError 52 Function not implemented']
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund pyodide@314.0.7 > /dev/null
cat > ask.mjs <<'JAVASCRIPT'
import { loadPyodide } from "pyodide";
const python = await loadPyodide();
console.log(python.runPython(`
import os, sys
seen = [sys.platform, hasattr(os, "fork"), hasattr(os, "sched_getaffinity"), os.cpu_count()]
try:
    os.fork()
except OSError as error:
    seen.append(f"OSError {error.errno} {error.strerror}")
str(seen)
`));
JAVASCRIPT
seen=$(node ask.mjs)
echo "$seen"
[ "$seen" = "['emscripten', True, False, 1, 'OSError 52 Function not implemented']" ]
