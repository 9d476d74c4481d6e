package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVerifyRefusesWhatIsNoDossier(t *testing.T) {
	for lang, want := range map[string]string{"zh": "核验不通过", "en": "NOT VERIFIED"} {
		var b bytes.Buffer
		if err := verifyDossier(&b, []byte("no zip"), "", lang); !errors.Is(err, errNotVerified) || !strings.Contains(b.String(), want) {
			t.Errorf("%s: %v\n%s", lang, err, b.String())
		}
	}
	var b bytes.Buffer
	err := verifyDossier(&b, nil, "", "json")
	var r struct {
		OK     *bool `json:"ok"`
		Checks []struct{ Name string }
	}
	if !errors.Is(err, errNotVerified) || json.Unmarshal(b.Bytes(), &r) != nil || r.OK == nil || *r.OK || len(r.Checks) != 1 || r.Checks[0].Name != "container" {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestVerifyCommandFailsWhereTheDossierDoes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.zip")
	if err := (verifyCmd{Dossier: path}).Run(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if err := os.WriteFile(path, []byte("no zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (verifyCmd{Dossier: path, JSON: true}).Run(); !errors.Is(err, errNotVerified) {
		t.Errorf("%v", err)
	}
}
