package api

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// The generated file carries the description: one that was not generated again is out of date.
func TestGeneratedFromThisDescription(t *testing.T) {
	written, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := written.Validate(context.Background()); err != nil {
		t.Error(err)
	}
	for _, path := range written.Paths.Map() {
		for _, op := range path.Operations() { // the generator writes them as Go names
			op.OperationID = strings.ToUpper(op.OperationID[:1]) + op.OperationID[1:]
		}
	}
	embedded, err := GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	a, err := json.Marshal(written)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(embedded)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("openapi.yaml has changed since: run go generate ./server/api")
	}
}
