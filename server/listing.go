package server

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// listingOf writes the API's operations as a plain page for developers; the
// description itself is /api/openapi.json.
func listingOf(spec *openapi3.T) []byte {
	var b strings.Builder
	b.WriteString("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Yishi API</title><h1>Yishi API</h1>\n")
	fmt.Fprintf(&b, "<p>%s</p>\n<p><a href=\"/api/openapi.json\">OpenAPI description</a></p>\n<table><thead><tr><th>Method<th>Path<th>What it does<tbody>\n", html.EscapeString(spec.Info.Description))
	paths := spec.Paths.InMatchingOrder()
	slices.Sort(paths)
	for _, path := range paths {
		operations := spec.Paths.Value(path).Operations()
		for _, method := range []string{"GET", "POST", "DELETE"} {
			if op := operations[method]; op != nil {
				fmt.Fprintf(&b, "<tr><td>%s<td><code>/api/v1%s</code><td>%s\n", method, html.EscapeString(path), html.EscapeString(op.Summary))
			}
		}
	}
	b.WriteString("</table></html>\n")
	return []byte(b.String())
}
