package dossier

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What a dossier may hold at most. A zip beyond it is refused unread.
const (
	MaxZip   = 256 << 20
	MaxFile  = 64 << 20
	MaxTotal = 512 << 20
	MaxFiles = 20000
	MaxFacts = 100000
)

// contents is the files of a dossier by name.
type contents map[string][]byte

func (c contents) names() []string { return slices.Sorted(maps.Keys(c)) }

// under gives the names in a folder, sorted.
func (c contents) under(dir string) []string {
	return slices.DeleteFunc(c.names(), func(n string) bool { return !strings.HasPrefix(n, dir) })
}

// zipTime is the time of every file in a zip: the same content is the same zip.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func pack(c contents) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(o io.Writer) (io.WriteCloser, error) { return flate.NewWriter(o, flate.DefaultCompression) })
	for _, name := range c.names() {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipTime})
		if err != nil {
			return nil, fmt.Errorf("dossier: %w", err)
		}
		if _, err := f.Write(c[name]); err != nil {
			return nil, fmt.Errorf("dossier: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("dossier: %w", err)
	}
	return out.Bytes(), nil
}

// lawfulName: one folder at most, nothing that leads elsewhere on any system.
var lawfulName = regexp.MustCompile(`^([A-Za-z0-9_%-][A-Za-z0-9._%+-]*/)?[A-Za-z0-9_%-][A-Za-z0-9._%+-]*$`)

// unreadable says why a zip was refused, in both languages.
type unreadable struct{ file, zh, en string }

func (u *unreadable) Error() string { return u.en }

// unpack reads a zip that may have been made to do harm: sizes are counted while
// reading, since headers lie.
func unpack(b []byte) (contents, *unreadable) {
	if len(b) > MaxZip {
		return nil, &unreadable{"", fmt.Sprintf("文件超过 %d MB", MaxZip>>20), fmt.Sprintf("larger than %d MB", MaxZip>>20)}
	}
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, &unreadable{"", "不是 zip 文件,或文件已损坏", "not a zip, or damaged"}
	}
	if len(r.File) > MaxFiles {
		return nil, &unreadable{"", fmt.Sprintf("所含文件超过 %d 个", MaxFiles), fmt.Sprintf("more than %d files", MaxFiles)}
	}
	c, left := contents{}, int64(MaxTotal)
	for _, f := range r.File {
		if !lawfulName.MatchString(f.Name) || strings.Contains(f.Name, "..") || !f.Mode().IsRegular() {
			return nil, &unreadable{fmt.Sprintf("%.100q", f.Name), "文件名不合规或不是普通文件", "not a lawful name, or not a plain file"}
		}
		if _, twice := c[f.Name]; twice {
			return nil, &unreadable{f.Name, "同名文件出现两次", "the same name twice"}
		}
		data, bad := inflate(f, min(left, MaxFile))
		if bad != nil {
			return nil, bad
		}
		left -= int64(len(data))
		c[f.Name] = data
	}
	return c, nil
}

func inflate(f *zip.File, limit int64) ([]byte, *unreadable) {
	r, err := f.Open()
	if err != nil {
		return nil, &unreadable{f.Name, "无法解压", "cannot be unpacked"}
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case int64(len(data)) > limit:
		return nil, &unreadable{f.Name, "解压后过大", "too large when unpacked"}
	case err != nil:
		return nil, &unreadable{f.Name, "已损坏,与 zip 校验和不符", "damaged: differs from the zip's checksum"}
	}
	return data, nil
}
