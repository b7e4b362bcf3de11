#!/bin/sh
# Helm 4 drops what a plugin says on standard error. Name a file in NETPOLC_LOG to keep it.
if [ -n "${NETPOLC_LOG:-}" ]; then
  exec 2>> "$NETPOLC_LOG"
fi
exec netpolc post-render "$@"
