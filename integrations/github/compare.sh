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

judge() { # how the change is: 0 if there is none of this kind, 1 if there is, more if that is not known
  local code=0
  compare --fail-on="$1" > /dev/null 2>&1 || code=$?
  echo "$code"
}

# Of several environments, those that can be compared are told, also where another one cannot.
# It ends with 1 if a rule of the project takes a risk of the change for an error, whatever `fail-on` is.
rm -f "$diff"
code=0
compare --format md --output "$diff" || code=$?
if [ "$code" -gt 1 ]; then
  [ ! -s "$diff" ] || echo >> "$diff"
  echo "**Network policies:** the change could not be compared with its base; the log of the job says why." >> "$diff"
fi
cat "$diff" >> "$GITHUB_STEP_SUMMARY"
echo "diff=$diff" >> "$GITHUB_OUTPUT"

case $(judge any) in
  0) echo "changed=false" >> "$GITHUB_OUTPUT" ;;
  1) echo "changed=true" >> "$GITHUB_OUTPUT" ;;
esac
if [ "$code" = 1 ]; then
  echo "refused=true" >> "$GITHUB_OUTPUT"
  exit 0
fi
[ -n "${NETPOLC_FAIL_ON:-}" ] || exit 0
case $(judge "$NETPOLC_FAIL_ON") in
  0) ;;
  1) echo "refused=true" >> "$GITHUB_OUTPUT" ;;
  *)
    echo "::error title=netpolc::the pull request cannot be compared with its base, and fail-on is $NETPOLC_FAIL_ON"
    exit 1
    ;;
esac
