#!/usr/bin/env bash
# Compare the project of the working folder with the base of the pull request, in each environment.
# That the base has no policies yet fails nothing. One that cannot be compared, since it has errors or lacks the
# environment, is said; where `fail-on` is given, it fails, too: what cannot be judged is not let through. What is wrong
# now, `check` says.
set -euo pipefail

diff="$RUNNER_TEMP/netpolc.md"
part="$RUNNER_TEMP/netpolc-part.md"

git cat-file -e "$NETPOLC_BASE^{commit}" 2> /dev/null || git fetch --quiet --no-tags --depth=1 -- origin "$NETPOLC_BASE"
base="$NETPOLC_BASE"
# A shallow clone may not know where the branch left the base.
! git merge-base "$NETPOLC_BASE" HEAD > /dev/null 2>&1 || base="$NETPOLC_BASE..."

named() { # the environments of a project file; none where a name is none, which netpolc then says
  python3 -c '
import re, sys, tomllib

names = list(tomllib.loads(sys.stdin.read()).get("env", {}))
print(*names if re.fullmatch(r"[\w-]*", "".join(names)) else (), sep="\n")' 2> /dev/null || true
}

# Those that are asked for, else those of the project, now and in the base; without any, one comparison without a name.
environments() {
  if [ -n "${NETPOLC_ENV:-}" ]; then
    tr -s '[:space:]' '\n' <<< "$NETPOLC_ENV"
  else
    [ ! -f netpolc.toml ] || named < netpolc.toml
    git show "$NETPOLC_BASE:./netpolc.toml" 2> /dev/null | named
  fi | awk 'NF && !seen[$0]++'
}

compare() { # ENVIRONMENT, and further options
  netpolc diff --against="$base" ${1:+--env="$1"} "${@:2}"
}

mapfile -t all < <(environments)
[ "${#all[@]}" -gt 0 ] || all=("")
headings=()
parts=()
changed=false
refused=false
unknown=()
for environment in "${all[@]}"; do
  rm -f "$part"
  code=0
  compare "$environment" --format md --output "$part" --fail-on any || code=$?
  if [ ! -s "$part" ] || [ "$code" -gt 1 ]; then
    unknown+=("$environment")
    echo "**Network policies:** the change could not be compared with its base; the log of the job says why." > "$part"
  else
    [ "$code" = 0 ] || changed=true
    [ -z "${NETPOLC_FAIL_ON:-}" ] || compare "$environment" --fail-on="$NETPOLC_FAIL_ON" > /dev/null || refused=true
  fi
  text=$(cat "$part")
  # Environments in which the same changes are told together.
  for at in "${!parts[@]}"; do
    [ "${parts[at]}" != "$text" ] || { headings[at]+=", $environment"; continue 2; }
  done
  headings+=("### $environment")
  parts+=("$text")
done

for at in "${!parts[@]}"; do
  [ "${#all[@]}" = 1 ] || printf '%s\n\n' "${headings[at]}"
  printf '%s\n' "${parts[at]}"
  [ "$((at + 1))" = "${#parts[@]}" ] || echo
done > "$diff"
cat "$diff" >> "$GITHUB_STEP_SUMMARY"
echo "diff=$diff" >> "$GITHUB_OUTPUT"
if [ "${#unknown[@]}" -lt "${#all[@]}" ]; then
  echo "changed=$changed" >> "$GITHUB_OUTPUT"
fi
if [ "$refused" = true ]; then
  echo "refused=true" >> "$GITHUB_OUTPUT"
fi
if [ "${#unknown[@]}" -gt 0 ] && [ -n "${NETPOLC_FAIL_ON:-}" ]; then
  echo "::error title=netpolc::the pull request cannot be compared with its base, and fail-on is $NETPOLC_FAIL_ON"
  exit 1
fi
