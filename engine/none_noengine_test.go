//go:build noengine

package engine

import (
	"errors"
	"testing"
)

func TestNoEngine(t *testing.T) {
	for _, c := range []Config{{Form: Trial, Dir: t.TempDir()}, {Form: OneNode, PostgresDSN: "dbname=postgres"}} {
		if _, err := Start(t.Context(), c); !errors.Is(err, ErrNoEngine) {
			t.Errorf("%s: got %v, want ErrNoEngine", c.Form, err)
		}
	}
}
