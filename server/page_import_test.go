package server

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
	"github.com/yishi-project/yishi/server/locale"
)

func (v visit) imports() *importsHere { return v.h.Imports.(*importsHere) }

func newImporter(t *testing.T, who deliberation.PersonID) visit {
	t.Helper()
	v := newRoster(t, who)
	v.h.Imports = newImportsHere()
	return v
}

// upload sends a file as a browser does.
func (v visit) upload(content []byte) *httptest.ResponseRecorder {
	v.h.t.Helper()
	form := formOf(v.page("/import", http.StatusOK).Find("form[action='/import']"))
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k := range form {
		if err := w.WriteField(k, form.Get(k)); err != nil {
			v.h.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "roster.csv")
	if err != nil {
		v.h.t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		v.h.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		v.h.t.Fatal(err)
	}
	return v.send(http.MethodPost, "/import", nil, func(r *http.Request) {
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Body, r.ContentLength = io.NopCloser(&b), int64(b.Len())
	})
}

func TestImportFromFileToDone(t *testing.T) {
	v := newImporter(t, "clerk")
	r := v.upload([]byte("人员,出生日期,备注\n欧阳修,1980-01-31,x\n曾巩,1980-02-30,\n"))
	if r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	at := r.Header().Get("Location")
	doc := v.page(at, http.StatusOK)
	if doc.Find("select").Length() != len(roster.Columns) || doc.Find("#column_birth option[selected]").AttrOr("value", "") != "1" {
		t.Error("the columns are not matched and changeable")
	}
	doc = v.document(v.post(at, at, url.Values{"column_name": {""}, "column_birth": {"1"}}), http.StatusUnprocessableEntity)
	if doc.Find(".govuk-error-summary a[href='#columns']").Length() == 0 {
		t.Error("nothing says that no column holds the names")
	}
	v.document(v.post(at, at, url.Values{"column_name": {"99"}}), http.StatusUnprocessableEntity)
	v.document(v.post(at, at, url.Values{"column_name": {"1"}, "column_birth": {"1"}}), http.StatusUnprocessableEntity)
	if r = v.post(at, at, url.Values{"column_name": {"0"}, "column_birth": {"1"}, "add_groups": {"yes"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	doc = v.page(r.Header().Get("Location"), http.StatusOK)
	if doc.Find("#issues tr.issue").Length() == 0 || doc.Find("input[name=seen]").Length() != 0 {
		t.Error("a plan with errors can be confirmed, or does not show them")
	}

	r = v.upload([]byte("姓名,出生日期\n欧阳修,1980-01-31\n"))
	preview := r.Header().Get("Location") + "/preview"
	doc = v.page(preview, http.StatusOK)
	if doc.Find("#differences tr.difference").Length() != 1 {
		t.Error("the differences are not listed")
	}
	seen := doc.Find("input[name=seen]").AttrOr("value", "")
	v.imports().plan.Same = 7 // somebody changes the roster meanwhile
	v.document(v.post(preview, preview, url.Values{"seen": {seen}}), http.StatusConflict)
	doc = v.page(preview, http.StatusOK)
	r = v.post(preview, preview, url.Values{"seen": {doc.Find("input[name=seen]").AttrOr("value", "")}})
	if r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	done := r.Header().Get("Location")
	v.page(preview, http.StatusNotFound) // the file is gone
	if v.page(done, http.StatusOK).Find("form[action='"+done+"/undo']").Length() != 1 {
		t.Error("it cannot be undone from where it is done")
	}
	v.imports().undoWith = deliberation.Refuse(deliberation.RefuseImportChanged)
	v.document(v.post(done, done+"/undo", nil), http.StatusConflict)
	v.imports().undoWith = nil
	if r = v.post(done, done+"/undo", nil); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	for _, o := range v.imports().options {
		if o.Community != home || o.Actor != "clerk" || !o.Appoints {
			t.Errorf("options %+v", o)
		}
	}
}

// Who may not record offices imports none, and whoever imports does so into their
// own community only.
func TestImportIsBoundToItsSender(t *testing.T) {
	v := newImporter(t, "director")
	r := v.upload([]byte("姓名,出生日期\n欧阳修,1980-01-31\n"))
	v.page(r.Header().Get("Location")+"/preview", http.StatusOK)
	if o := v.imports().options; len(o) != 1 || o[0].Appoints {
		t.Errorf("options %+v", o)
	}
	v.page("/import/f2", http.StatusNotFound)
	v.page("/import/f2/preview", http.StatusNotFound)
	v.page("/imports/i2", http.StatusNotFound)
	if v.page("/imports/i3", http.StatusOK).Find("form[action$='/undo']").Length() != 0 {
		t.Error("an import of other communities too is undone here")
	}
	if r := v.post("/imports/i1", "/imports/i3/undo", nil); r.Code != http.StatusForbidden {
		t.Errorf("undo of an import of other communities: %d", r.Code)
	}
	if r := v.post("/imports/i1", "/imports/i2/undo", nil); r.Code != http.StatusNotFound {
		t.Errorf("undo of another community's import: %d", r.Code)
	}
}

func TestBadUploads(t *testing.T) {
	v := newImporter(t, "clerk")
	for name, content := range map[string][]byte{
		"nothing": nil, "old Excel": []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", 100)), "broken workbook": []byte("PK\x03\x04 and no more"),
		"mixed": append([]byte("姓名,小组\n张三丰,第一组\n"), 0xd5, 0xc5, 0xc8, 0xfd, '\n'),
	} {
		doc := v.document(v.upload(content), http.StatusUnprocessableEntity)
		if doc.Find("#file-error").Length() != 1 || doc.Find("#file").Length() != 1 {
			t.Errorf("%s: the reason is not at the field", name)
		}
	}
	if n := len(v.imports().files); n != 2 {
		t.Errorf("%d files are kept", n)
	}
	if r := v.upload(bytes.Repeat([]byte("a"), importLimit+1)); r.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("21 MB: %d", r.Code)
	}
}

func TestExportIsQuotedAndFullOnlyWhereAsked(t *testing.T) {
	v := newImporter(t, "secretary")
	v.page("/export", http.StatusOK)
	plain := v.post("/export", "/export", url.Values{"format": {"csv"}})
	if plain.Code != http.StatusOK || !strings.Contains(plain.Body.String(), ",'=欧阳修,") || strings.Contains(plain.Body.String(), "13812345678") {
		t.Errorf("%d %q", plain.Code, plain.Body)
	}
	if d := plain.Header().Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") {
		t.Errorf("disposition %q", d)
	}
	full := v.post("/export", "/export", url.Values{"format": {"csv"}, "full": {"yes"}})
	if !strings.Contains(full.Body.String(), ",'11010119900307803X,'13812345678,") {
		t.Errorf("%q", full.Body)
	}
	if book := v.post("/export", "/export", url.Values{"format": {"xlsx"}}); !bytes.HasPrefix(book.Body.Bytes(), []byte("PK")) {
		t.Error("no workbook")
	}
	v.document(v.post("/export", "/export", url.Values{"format": {"exe"}}), http.StatusUnprocessableEntity)
	if r := newImporter(t, "clerk").send(http.MethodGet, "/export", nil, func(*http.Request) {}); r.Code != http.StatusForbidden {
		t.Errorf("a clerk exports: %d", r.Code)
	}
}

// Every issue, field and difference that a file can have has its words.
func TestImportHasItsWords(t *testing.T) {
	v := newImporter(t, "clerk")
	doc := v.page("/import", http.StatusOK)
	if doc.Find("title").Text() == "" {
		t.Error("no title")
	}
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"zh-CN", "en"} {
		for _, code := range roster.Codes {
			if !texts.For(lang).Has("import_issue_" + code) {
				t.Errorf("%s: import_issue_%s has no sentence", lang, code)
			}
		}
		for _, c := range roster.Columns {
			if !texts.For(lang).Has("import_field_" + string(c.Field)) {
				t.Errorf("%s: import_field_%s has no word", lang, c.Field)
			}
		}
	}
}
