#!/usr/bin/env bash
# Compare the project of the working folder with the base of the pull request.
# That the base has no policies yet fails nothing. One that cannot be compared, since it has errors, is said; where
# `fail-on` is given, it fails, too: what cannot be judged is not let through. What is wrong now, `check` says.
set -euo pipefail

options=()
[ -z "${NETPOLC_ENV:-}" ] || options+=(--env="$NETPOLC_ENV")
diff="$RUNNER_TEMP/netpolc.md"

git cat-file -e "$NETPOLC_BASE^{commit}" 2> /dev/null || git fetch --quiet --no-tags --depth=1 -- origin "$NETPOLC_BASE"
base="$NETPOLC_BASE"
# A shallow clone may not know where the branch left the base.
! git merge-base "$NETPOLC_BASE" HEAD > /dev/null 2>&1 || base="$NETPOLC_BASE..."

compare() {
  netpolc diff --against="$base" "${options[@]}" "$@"
}

rm -f "$diff"
code=0
compare --format md --output "$diff" --fail-on any || code=$?
if [ ! -s "$diff" ] || [ "$code" -gt 1 ]; then
  echo "**Network policies:** the change could not be compared with its base; the log of the job says why." > "$diff"
  cat "$diff" >> "$GITHUB_STEP_SUMMARY"
  echo "diff=$diff" >> "$GITHUB_OUTPUT"
  [ -n "${NETPOLC_FAIL_ON:-}" ] || exit 0
  echo "::error title=netpolc::the pull request cannot be compared with its base, and fail-on is $NETPOLC_FAIL_ON"
  exit 1
fi

cat "$diff" >> "$GITHUB_STEP_SUMMARY"
{
  echo "diff=$diff"
  [ "$code" = 0 ] && echo "changed=false" || echo "changed=true"
} >> "$GITHUB_OUTPUT"
if [ -n "${NETPOLC_FAIL_ON:-}" ] && ! compare --fail-on="$NETPOLC_FAIL_ON" > /dev/null; then
  echo "refused=true" >> "$GITHUB_OUTPUT"
fi
