#!/usr/bin/env bash
# k8s.io/apimachinery v0.32.9, by which kubectl 1.32 reads files: of a YAML stream whose documents are written as JSON, it
# reads the first and refuses the next, since it took the whole for JSON at its first character. With a comment in front the
# same stream is read to its end. v0.33.5 reads both.
#
# Seen:
#   v0.32.9: {"kind": …: 1 read, json: offset 51: invalid character '-' in numeric literal
#   v0.32.9: # a comment: 2 read, end
#   v0.33.5: {"kind": …: 2 read, end
#   v0.33.5: # a comment: 2 read, end
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > main.go <<'GO'
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
)

const stream = `{"kind": "ConfigMap", "metadata": {"name": "a"}}
---
{"kind": "ConfigMap", "metadata": {"name": "b"}}
`

func main() {
	for name, text := range map[string]string{"{\"kind\": …": stream, "# a comment": "# a comment\n" + stream} {
		decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
		count := 0
		for {
			var object map[string]any
			err := decoder.Decode(&object)
			if err == io.EOF {
				fmt.Printf("%s: %s: %d read, end\n", os.Args[1], name, count)
				break
			}
			if err != nil {
				fmt.Printf("%s: %s: %d read, %v\n", os.Args[1], name, count, err)
				break
			}
			count++
		}
	}
}
GO
go mod init stream > log 2>&1
for version in v0.32.9 v0.33.5; do
  { go get "k8s.io/apimachinery@$version" && go mod tidy; } >> log 2>&1 || { cat log; exit 1; }
  go run . "$version" | sort -r
done | tee seen
diff seen - <<'SEEN'
v0.32.9: {"kind": …: 1 read, json: offset 51: invalid character '-' in numeric literal
v0.32.9: # a comment: 2 read, end
v0.33.5: {"kind": …: 2 read, end
v0.33.5: # a comment: 2 read, end
SEEN
