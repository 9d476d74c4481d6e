// Package static holds the files that pages load: one stylesheet, compiled from
// src with govuk-frontend (MIT), and the script that passkeys need. Every page
// works without the script.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed" // the files
	"encoding/hex"
	"net/http"
	"strings"
)

//go:embed yishi.css
var stylesheet []byte

//go:embed passkey.js
var passkeyScript []byte

// file is one file, plain and packed, under an address that changes with its
// content, so that browsers may keep it for good.
type file struct {
	path, mediaType string
	plain, packed   []byte
}

func pack(name, extension, mediaType string, content []byte) file {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	_, _ = w.Write(content)                               // a buffer takes all
	_ = w.Close()
	sum := sha256.Sum256(content)
	return file{path: "/static/" + name + "." + hex.EncodeToString(sum[:6]) + "." + extension, mediaType: mediaType, plain: content, packed: b.Bytes()}
}

// Files serves the static files from memory.
type Files struct{ style, passkeys file }

// New packs the files once.
func New() *Files {
	return &Files{
		style:    pack("yishi", "css", "text/css; charset=utf-8", stylesheet),
		passkeys: pack("passkey", "js", "text/javascript; charset=utf-8", passkeyScript),
	}
}

// Stylesheet is the address of the stylesheet.
func (f *Files) Stylesheet() string { return f.style.path }

// PasskeyScript is the address of the script that passkeys need.
func (f *Files) PasskeyScript() string { return f.passkeys.path }

// Packed is the size of the stylesheet as it goes over the wire, in bytes.
func (f *Files) Packed() int { return len(f.style.packed) }

// ServeHTTP serves each file under its present address only.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var found file
	switch r.URL.Path {
	case f.style.path:
		found = f.style
	case f.passkeys.path:
		found = f.passkeys
	default:
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", found.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		_, _ = w.Write(found.packed) // the browser went away
		return
	}
	_, _ = w.Write(found.plain)
}
