package dossier

import (
	"encoding/json"
	"fmt"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/register"
)

// Manifest is manifest.json: every other file with its hash.
type Manifest struct {
	Format      string                 `json:"format"`
	Process     deliberation.ProcessID `json:"process"`
	Origin      string                 `json:"origin"`
	VerifierKey string                 `json:"verifier_key"`
	Files       map[string]FileSum     `json:"files"`
}

// FileSum is what the manifest says of a file.
type FileSum struct {
	SHA256 string `json:"sha256"`
	Size   int    `json:"size"`
}

// seal writes the manifest of the files and signs it.
func seal(c contents, m Manifest, signerKey string) error {
	m.Format, m.Files = Format, map[string]FileSum{}
	for name, b := range c {
		if name != manifestFile && name != signatureFile {
			m.Files[name] = FileSum{SHA256: sum(b), Size: len(b)}
		}
	}
	b, err := writeJSON(m)
	if err != nil {
		return fmt.Errorf("dossier: manifest: %w", err)
	}
	signed, err := register.SignText(signerKey, sealText(m.Process, b))
	if err != nil {
		return fmt.Errorf("dossier: manifest: %w", err)
	}
	c[manifestFile], c[signatureFile] = b, signed
	return nil
}

// sealText is what the signature of a manifest is made on.
func sealText(p deliberation.ProcessID, manifest []byte) string {
	name, _ := json.Marshal(p)
	return fmt.Sprintf("%s\n%s\n%s\n", Format, name, sum(manifest))
}
