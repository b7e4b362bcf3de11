#!/usr/bin/env bash
# Keep one comment in the pull request, known by a hidden marker: there if anything changes, or did before.
# A token that may not comment, as in a pull request of a fork, is no failure: the job summary says the same.
set -euo pipefail

# 65,536 characters is the most that GitHub takes.
longest=60000
marker="<!-- netpolc $(printf '%s' "$NETPOLC_PROJECT" | tr -c 'A-Za-z0-9._/ ' '?') -->"
comments="repos/$GITHUB_REPOSITORY/issues/$NETPOLC_PULL_REQUEST/comments"
body="$RUNNER_TEMP/netpolc-comment.md"

{
  echo "$marker"
  if [ "$(wc -c < "$NETPOLC_DIFF")" -le "$longest" ]; then
    cat "$NETPOLC_DIFF"
  else
    grep -E '^(### |\*\*Network policies)' "$NETPOLC_DIFF"
    printf '\nThe list is too long for a comment; the summary of the job has all of it.\n'
  fi
} > "$body"

decline() {
  echo "::notice title=netpolc::the token may not comment here; the job summary says what changes"
  exit 0
}

known=$(gh api --paginate "$comments" --jq '.[] | select(.user.type == "Bot") | "\(.id) \(.body // "" | split("\n")[0])"') || decline
number=$(awk -v marker="$marker" '{ id = $1; sub(/^[^ ]* /, ""); sub(/\r$/, ""); if ($0 == marker) { print id; exit } }' <<< "$known")
if [ -n "$number" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$number" --field "body=@$body" || decline
elif [ "${NETPOLC_CHANGED:-}" != false ]; then
  gh api --silent --method POST "$comments" --field "body=@$body" || decline
fi
