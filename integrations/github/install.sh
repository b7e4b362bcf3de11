#!/usr/bin/env bash
# Install the netpolc that this action comes with, beside the runner's own Python packages.
set -euo pipefail

folder="$RUNNER_TEMP/netpolc"
python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
echo "$folder/bin" >> "$GITHUB_PATH"
