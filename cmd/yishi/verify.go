package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/dossier"
)

type verifyCmd struct {
	Dossier string `arg:"" help:"The zip to verify." type:"path"`
	Key     string `help:"The register's public key, from a public place. Without it the key in the dossier is used, and the report says so." placeholder:"KEY"`
	JSON    bool   `name:"json" help:"Print the report as JSON."`
	Lang    string `help:"zh or en." enum:"zh,en" default:"zh"`
}

var errNotVerified = errors.New("the dossier does not verify")

// Run fails where anything does not hold, after the report is printed.
func (c verifyCmd) Run() error {
	f, err := os.Open(c.Dossier)
	if err != nil {
		return err
	}
	defer f.Close()
	zip, err := io.ReadAll(io.LimitReader(f, dossier.MaxZip+1)) // one byte more is refused by name
	if err != nil {
		return err
	}
	lang := c.Lang
	if c.JSON {
		lang = "json"
	}
	return verifyDossier(os.Stdout, zip, c.Key, lang)
}

// verifyDossier writes the report in "zh", "en" or "json". key may be empty.
func verifyDossier(w io.Writer, zip []byte, key, lang string) error {
	law, err := packs.Load()
	if err != nil {
		return fmt.Errorf("rule packs: %w", err)
	}
	r := dossier.Verify(zip, dossier.Options{VerifierKey: key, LoadPack: packs.Resolve, DaysOn: law.DaysOn})
	if lang == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		err = e.Encode(struct {
			OK bool `json:"ok"`
			dossier.Report
		}{r.OK(), r})
	} else {
		err = r.Write(w, lang)
	}
	if err == nil && !r.OK() {
		err = errNotVerified
	}
	return err
}
