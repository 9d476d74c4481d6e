// Package static holds the files that pages load: one stylesheet, compiled from
// src with govuk-frontend (MIT). There is no script: every page works without.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed" // the stylesheet
	"encoding/hex"
	"net/http"
	"strings"
)

//go:embed yishi.css
var stylesheet []byte

// Files serves the static files from memory.
type Files struct {
	plain, packed []byte
	path          string
}

// New packs the files once.
func New() *Files {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	_, _ = w.Write(stylesheet)                            // a buffer takes all
	_ = w.Close()
	sum := sha256.Sum256(stylesheet)
	return &Files{plain: stylesheet, packed: b.Bytes(), path: "/static/yishi." + hex.EncodeToString(sum[:6]) + ".css"}
}

// Stylesheet is the address of the stylesheet; it changes with its content, so
// that browsers may keep it for good.
func (f *Files) Stylesheet() string { return f.path }

// Packed is the size of the stylesheet as it goes over the wire, in bytes.
func (f *Files) Packed() int { return len(f.packed) }

// ServeHTTP serves the stylesheet under its present address only.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != f.path {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		_, _ = w.Write(f.packed) // the browser went away
		return
	}
	_, _ = w.Write(f.plain)
}
