package register

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// NewKey makes an Ed25519 key pair in the form of signed notes. The origin names
// the register, for example yishi.example.cn/register: it holds neither spaces
// nor plus signs, and stands in every checkpoint and signature. The verifier is
// public; the signer must be kept secret.
func NewKey(origin string) (signer, verifier string, err error) {
	signer, verifier, err = note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return "", "", fmt.Errorf("register key: %w", err)
	}
	if _, err := note.NewVerifier(verifier); err != nil {
		return "", "", fmt.Errorf("register key: %q cannot name a register", origin)
	}
	return signer, verifier, nil
}

// VerifierOf gives the public half of a signer's key. The error never repeats the key.
func VerifierOf(signer string) (verifier string, err error) {
	if _, err := note.NewSigner(signer); err != nil {
		return "", errNotAKey
	}
	parts := strings.SplitN(strings.TrimPrefix(signer, "PRIVATE+KEY+"), "+", 3)
	if len(parts) != 3 {
		return "", errNotAKey
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", errNotAKey
	}
	public, ok := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return "", errNotAKey
	}
	return note.NewEd25519VerifierKey(parts[0], public)
}

var errNotAKey = errors.New("not a signer's key of a register")
