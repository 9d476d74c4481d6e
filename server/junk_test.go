package server

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// junk is what nobody would send who means well.
var junk = []string{
	"", " ", "\x00", "\xff\xfe", "-1", "0", "99999999999999999999", "1e309", "NaN", "２", "null", "' OR 1=1 --", "../../etc/passwd",
	"<script>alert(1)</script>", "{{.}}", "2026-02-30", "9999-12-31T23:59", "\r\nSet-Cookie: a=b", "\u202e甲", strings.Repeat("议", 5000),
}

// junkBodies are the ways in which a command of the API can be wrong: no object at
// all, and each field of the object with each kind of value.
func junkBodies(fields []string) []string {
	list := []string{"", "null", "[]", "{", "7", `"x"`, "\x00", "{}{}", `{"a":{"a":{"a":[[[[[]]]]]}}}`, strings.Repeat("[", 20_000)}
	for _, value := range []string{"null", "-1", "1e30", `"\u0000"`, "[null]"} {
		all := make([]string, len(fields))
		for i, f := range fields {
			all[i] = fmt.Sprintf("%q:%s", f, value)
			list = append(list, "{"+all[i]+"}")
		}
		list = append(list, "{"+strings.Join(all, ",")+"}")
	}
	return list
}

// fieldsIn finds the names of fields in our own sources.
func fieldsIn(t *testing.T, pattern string, files ...string) []string {
	t.Helper()
	var found []string
	for _, glob := range files {
		names, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
				found = append(found, m[1])
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// Whatever is sent to whichever route by somebody who may take it, the answer says
// what is wrong and is never an error of ours.
func TestJunkIsRefused(t *testing.T) {
	form := fieldsIn(t, `FormValue\("(\w+)"\)|form\["(\w+)"\]`, "*.go")
	query := fieldsIn(t, `QueryParam\("(\w+)"\)`, "*.go")
	body := fieldsIn(t, "`json:\"(\\w+)[,\"]", "api/api.gen.go")
	if len(form) < 40 || len(query) < 10 || len(body) < 60 {
		t.Fatalf("only %d, %d and %d fields were found", len(form), len(query), len(body))
	}
	for _, office := range []deliberation.Office{deliberation.Clerk, deliberation.Director} {
		t.Run(string(office), func(t *testing.T) {
			w := newWalker(t, office, false, false)
			for _, route := range allRoutesOf(w.h) {
				a := routes[route]
				if slices.Contains(endsSession, a) || permit(a, w.expected(route), true) != nil {
					continue
				}
				w.throw(route, form, query, body)
			}
		})
	}
}

func (w *walker) throw(route string, form, query, body []string) {
	t := w.h.t
	t.Helper()
	method, pattern, _ := strings.Cut(route, " ")
	path := func(id string) string {
		return parameter.ReplaceAllStringFunc(pattern, func(m string) string {
			if id != "" {
				return url.PathEscape(id)
			}
			return walkParams[strings.TrimPrefix(m, ":")][0]
		})
	}
	answered := func(what string, got *httptest.ResponseRecorder) {
		t.Helper()
		if got.Code >= http.StatusInternalServerError {
			t.Errorf("%s with %.80q: %d %.300s", route, what, got.Code, got.Body.String())
		}
	}
	isAPI := strings.HasPrefix(pattern, "/api/v1/")
	if strings.Contains(pattern, ":") {
		for _, j := range junk[1:] {
			if isAPI {
				answered(j, w.raw(method, path(j), []byte("{}")))
			} else if method == http.MethodGet {
				answered(j, w.send(method, path(j), nil, nil))
			}
		}
	}
	for _, j := range junk {
		if method == http.MethodGet {
			values := url.Values{}
			for _, q := range query {
				values.Set(q, j)
			}
			target := path("") + "?" + values.Encode()
			if isAPI {
				answered(target, w.raw(method, target, nil))
			} else {
				answered(target, w.send(method, target, nil, nil))
			}
		}
	}
	switch {
	case method != http.MethodPost || strings.HasPrefix(pattern, "/engine"):
	case isAPI:
		for _, b := range junkBodies(body) {
			answered(b, w.raw(method, path(""), []byte(b)))
		}
	default:
		for _, j := range junk {
			all := url.Values{"_csrf": {w.token()}}
			for _, f := range form {
				all.Set(f, j)
			}
			answered(j, w.send(method, path(""), all, nil))
			answered("file "+j, w.file(path(""), j))
			if len(j) != 1 && j != "-1" { // one wrong field among right ones: the few that go deepest
				continue
			}
			for _, f := range form {
				one := url.Values{"_csrf": {w.token()}}
				for k, v := range walkFields(false) {
					one.Set(k, v)
				}
				one.Set(f, j)
				answered(f+"="+j, w.send(method, path(""), one, nil))
			}
		}
	}
}

// raw sends a command of the API as it is.
func (w *walker) raw(method, target string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(w.h.t.Context(), method, target, bytes.NewReader(body))
	w.h.keys++
	r.Header.Set("Idempotency-Key", fmt.Sprintf("junk-%08d", w.h.keys))
	r.Header.Set("Content-Type", echo.MIMEApplicationJSON)
	r.Header.Set("Authorization", "Bearer "+w.api)
	rec := httptest.NewRecorder()
	w.h.Handler().ServeHTTP(rec, r)
	return rec
}

// file sends a form with files in all the places where one is taken.
func (w *walker) file(target, content string) *httptest.ResponseRecorder {
	t := w.h.t
	t.Helper()
	var buf bytes.Buffer
	m := multipart.NewWriter(&buf)
	for k, v := range walkFields(false) {
		_ = m.WriteField(k, v)
	}
	_ = m.WriteField("_csrf", w.token())
	for _, name := range []string{"photo", "file", "proof"} {
		part, err := m.CreateFormFile(name, content+".png")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(content))
	}
	_ = m.Close()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, &buf)
	r.Header.Set("Content-Type", m.FormDataContentType())
	for _, c := range w.cookies {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	w.h.Handler().ServeHTTP(rec, r)
	return rec
}
