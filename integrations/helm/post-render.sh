#!/bin/sh
# Helm 4 drops what a plugin says on standard error, and only tells that it failed. So this is said where Helm itself
# speaks, on its own standard error, or else on the terminal; or in a file, if NETPOLC_LOG names one.
exec 3>&1
said=$(netpolc post-render "$@" 2>&1 >&3)
code=$?
[ -n "$said" ] || exit "$code"

say() {
  # Helm goes on where it left off in a file, which is before what is added here: its error gets room.
  if [ "$code" -ne 0 ] && [ -f "$1" ] && [ "$1" = "$helm" ]; then
    printf '%1024s\n' ""
  fi >> "$1" && printf '%s\n' "$said" >> "$1"
}

helm="/proc/$PPID/fd/2"
if [ -n "${NETPOLC_LOG:-}" ]; then
  say "$NETPOLC_LOG"
else
  (say "$helm" || say /dev/tty) 2> /dev/null || printf '%s\n' "$said" >&2
fi
exit "$code"
