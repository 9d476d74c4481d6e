// Package static holds the files that pages load: one stylesheet, compiled from
// src with govuk-frontend (MIT), and the scripts that passkeys and the
// pages of a hall use. Every page works without them.
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

//go:embed live.js
var liveScript []byte

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
type Files struct{ style, passkeys, live file }

// New packs the files once.
func New() *Files {
	return &Files{
		style:    pack("yishi", "css", "text/css; charset=utf-8", stylesheet),
		passkeys: pack("passkey", "js", "text/javascript; charset=utf-8", passkeyScript),
		live:     pack("live", "js", "text/javascript; charset=utf-8", liveScript),
	}
}

// Stylesheet is the address of the stylesheet.
func (f *Files) Stylesheet() string { return f.style.path }

// PasskeyScript is the address of the script that passkeys need.
func (f *Files) PasskeyScript() string { return f.passkeys.path }

// LiveScript is the address of the script that renews pages of a hall.
func (f *Files) LiveScript() string { return f.live.path }

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
	case f.live.path:
		found = f.live
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
