#!/usr/bin/env bash
# Check the project of the working folder: annotations in the log, and a SARIF log for code scanning.
# Paths in both begin at the repository, wherever in it the project is.
set -euo pipefail

options=()
[ -z "${NETPOLC_ENV:-}" ] || options+=(--env="$NETPOLC_ENV")
strict=()
[ "${NETPOLC_STRICT:-}" != true ] || strict+=(--strict)
below=$(git rev-parse --show-prefix 2> /dev/null || true)
# The name of a folder is part of a command to the runner, in which these are signs.
place=${below//'%'/%25} place=${place//:/%3A} place=${place//,/%2C} place=${place//$'\n'/%0A} place=${place//$'\r'/%0D}
code=0

annotate() {
  local line
  while IFS= read -r line; do
    printf '%s\n' "${line/ file=/ file="$place"}"
  done
}

annotations=$(netpolc check "${options[@]}" "${strict[@]}" --format github) || code=$?
annotate <<< "$annotations"

sarif="$RUNNER_TEMP/netpolc.sarif"
netpolc check "${options[@]}" --format sarif > "$sarif.all" || true
if [ -s "$sarif.all" ]; then
  jq --arg below "$below" '
    ($below | split("/") | map(@uri) | join("/")) as $folder
    | (.. | objects | .artifactLocation? | objects | select(.uriBaseId) | .uri) |= $folder + .
  ' "$sarif.all" > "$sarif"
  echo "sarif=$sarif" >> "$GITHUB_OUTPUT"
fi

if [ "${NETPOLC_BUILD_CHECK:-}" = true ]; then
  stale=$(netpolc build "${options[@]}" --check --error-format github 2>&1) || code=$?
  annotate <<< "$stale" >&2
fi
exit "$code"
