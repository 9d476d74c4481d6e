package register

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxCheckpoint is the most bytes a signed checkpoint may have.
const MaxCheckpoint = 16 << 10

// Sign makes a signed checkpoint: the size of the register and the root of its
// tree, in the C2SP checkpoint format, so that outside witnesses may cosign it.
func Sign(signerKey, origin string, size int64, root tlog.Hash) ([]byte, error) {
	if size < 0 {
		return nil, fmt.Errorf("checkpoint: a register cannot hold %d entries", size)
	}
	signer, err := note.NewSigner(signerKey)
	if err != nil {
		return nil, errNotAKey
	}
	if signer.Name() != origin {
		return nil, fmt.Errorf("checkpoint: the key belongs to %s, not to %s", signer.Name(), origin)
	}
	c := log.Checkpoint{Origin: origin, Size: uint64(size), Hash: root[:]}
	return note.Sign(&note.Note{Text: string(c.Marshal())}, signer)
}

// Open checks the signature of a checkpoint and gives what it says. Signatures
// of witnesses beside the register's own are allowed and not judged.
func Open(checkpoint []byte, verifierKey string) (size int64, root tlog.Hash, err error) {
	if len(checkpoint) > MaxCheckpoint {
		return 0, root, errors.New("checkpoint: too long")
	}
	n, origin, err := openNote(checkpoint, verifierKey)
	if err != nil {
		return 0, root, fmt.Errorf("checkpoint: %w", err)
	}
	var c log.Checkpoint
	rest, err := c.Unmarshal([]byte(n.Text))
	switch {
	case err != nil:
		return 0, root, err
	case len(rest) != 0 || string(c.Marshal()) != n.Text:
		return 0, root, errors.New("checkpoint: not in the canonical form")
	case c.Origin != origin:
		return 0, root, fmt.Errorf("checkpoint: of %q, signed by %q", c.Origin, origin)
	case len(c.Hash) != tlog.HashSize || c.Size > math.MaxInt64:
		return 0, root, errors.New("checkpoint: impossible size or root")
	}
	return int64(c.Size), tlog.Hash(c.Hash), nil
}

// SignText signs a text, which ends in a newline, with the register's key. Its
// first line must say what kind of text it is, so that it is never taken for a
// checkpoint: a checkpoint's first line is the origin.
func SignText(signerKey, text string) ([]byte, error) {
	signer, err := note.NewSigner(signerKey)
	if err != nil {
		return nil, errNotAKey
	}
	return note.Sign(&note.Note{Text: text}, signer)
}

// OpenText checks the one signature of a text made by SignText. Any byte that
// differs is an error, also in a part that the signature would not notice.
func OpenText(signed []byte, verifierKey string) (text string, err error) {
	n, _, err := openNote(signed, verifierKey)
	if err != nil {
		return "", err
	}
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		return "", errors.New("more than the one signature")
	}
	if _, err := base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64); err != nil {
		return "", errors.New("signature is not in the canonical form")
	}
	return n.Text, nil
}

func openNote(signed []byte, verifierKey string) (*note.Note, string, error) {
	v, err := note.NewVerifier(verifierKey)
	if err != nil {
		return nil, "", errors.New("not a verifier's key of a register")
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return nil, "", err
	}
	return n, v.Name(), nil
}
