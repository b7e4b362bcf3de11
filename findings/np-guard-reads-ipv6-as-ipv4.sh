#!/usr/bin/env bash
# github.com/np-guard/models v0.5.7 (Go), by which netpol-analyzer knows blocks of addresses: it takes the first four
# bytes of an IPv6 network for an IPv4 one, without an error. So a policy with the ipBlock `fd00::/8` is listed by
# netpol-analyzer (commit e54a3343, 2025-10-08) as open to 253.0.0.0/8, one with `2001:db8::/32` to 32.1.13.184, one
# with `::/0` to all of IPv4, and none as open to any IPv6 address. `a00::/7` becomes 10.0.0.0/7, private addresses.
#
# Seen:
#   fd00::/8       -> 253.0.0.0-253.255.255.255
#   2001:db8::/32  -> 32.1.13.184-32.1.13.184
#   a00::/7        -> 10.0.0.0-11.255.255.255
#   ::/0           -> 0.0.0.0-255.255.255.255
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > go.mod <<'MODULE'
module example.com/finding

go 1.23

require github.com/np-guard/models v0.5.7
MODULE
cat > go.sum <<'SUMS'
github.com/np-guard/models v0.5.7 h1:U3Cc3NVRGG88+1KPdxhPTUe8JxrDUME+jiSvjHXdkyg=
github.com/np-guard/models v0.5.7/go.mod h1:Cj2nHAECvIuNoEBHXyzvauf3jXYgLzjxuHH73COaazE=
SUMS
cat > main.go <<'GO'
package main

import (
	"fmt"

	"github.com/np-guard/models/pkg/netset"
)

func main() {
	for _, cidr := range []string{"fd00::/8", "2001:db8::/32", "a00::/7", "::/0"} {
		block, err := netset.IPBlockFromCidr(cidr)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%-14s -> %s\n", cidr, block.ToIPRanges())
	}
}
GO
GOPATH="$work/go" GOFLAGS=-modcacherw go run . | tee seen
diff seen - <<'SEEN'
fd00::/8       -> 253.0.0.0-253.255.255.255
2001:db8::/32  -> 32.1.13.184-32.1.13.184
a00::/7        -> 10.0.0.0-11.255.255.255
::/0           -> 0.0.0.0-255.255.255.255
SEEN
