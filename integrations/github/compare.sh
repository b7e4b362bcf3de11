#!/usr/bin/env bash
# Compare the project of the working folder with the base of the pull request, in each environment or in the one given.
# That the base has no policies yet fails nothing. One that cannot be compared, since it has errors or lacks an
# environment, is said; where `fail-on` is given, it fails, too: what cannot be judged is not let through. What is wrong
# now, `check` says.
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
case $code in
  0) echo "changed=false" >> "$GITHUB_OUTPUT" ;;
  1) echo "changed=true" >> "$GITHUB_OUTPUT" ;;
  *)
    # Of several environments, those that can be compared are told, also where another one cannot.
    [ ! -s "$diff" ] || echo >> "$diff"
    echo "**Network policies:** the change could not be compared with its base; the log of the job says why." >> "$diff"
    ;;
esac
cat "$diff" >> "$GITHUB_STEP_SUMMARY"
echo "diff=$diff" >> "$GITHUB_OUTPUT"

if [ "$code" = 1 ] && [ "${NETPOLC_FAIL_ON:-}" != any ]; then
  # There are changes: of the kind that is refused, or of one that the project's rules make an error?
  code=0
  compare ${NETPOLC_FAIL_ON:+--fail-on="$NETPOLC_FAIL_ON"} > /dev/null || code=$?
fi
if [ "$code" = 1 ]; then
  echo "refused=true" >> "$GITHUB_OUTPUT"
elif [ "$code" != 0 ] && [ -n "${NETPOLC_FAIL_ON:-}" ]; then
  echo "::error title=netpolc::the pull request cannot be compared with its base, and fail-on is $NETPOLC_FAIL_ON"
  exit 1
fi
