package server

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// refusalCodes reads the codes from the source, so that a new one cannot be forgotten.
func refusalCodes(t *testing.T) []deliberation.RefusalCode {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../deliberation/refusal.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []deliberation.RefusalCode
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(v.Names[0].Name, "Refuse") {
			return true
		}
		s, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, deliberation.RefusalCode(s))
		return true
	})
	if len(codes) < 40 {
		t.Fatalf("only %d codes were read", len(codes))
	}
	return codes
}

func TestEveryRefusalHasItsStatusAndWords(t *testing.T) {
	s := &Server{}
	for _, c := range refusalCodes(t) {
		for _, lang := range []string{"zh", "en"} {
			p := s.problemOf(deliberation.Refuse(c), lang)
			if p.Status < 400 || p.Status >= 500 && c != deliberation.RefuseUnavailable || p.Code != c {
				t.Errorf("%s: %d %s", c, p.Status, p.Code)
			}
			if p.Title == "" || p.Next == "" || p.Detail == "" && c != deliberation.RefuseInvalid {
				t.Errorf("%s in %s lacks words: %+v", c, lang, p)
			}
			if strings.ContainsAny(p.Title+p.Detail+p.Next, "{}|") {
				t.Errorf("%s in %s shows a place: %+v", c, lang, p)
			}
			if chinese := strings.ContainsFunc(p.Title, func(r rune) bool { return unicode.Is(unicode.Han, r) }); chinese != (lang == "zh") {
				t.Errorf("%s in %s: %s", c, lang, p.Title)
			}
		}
	}
}

func TestStatuses(t *testing.T) {
	s := &Server{}
	for _, c := range []struct {
		err    error
		status int
		code   deliberation.RefusalCode
	}{
		{deliberation.Refuse(deliberation.RefuseTooEarly), 409, deliberation.RefuseTooEarly},
		{fmt.Errorf("act: %w", deliberation.Refuse(deliberation.RefuseNotOnRoll)), 403, deliberation.RefuseNotOnRoll},
		{deliberation.Refuse(deliberation.RefuseSignIn), 401, deliberation.RefuseSignIn},
		{deliberation.Refuse(deliberation.RefuseLinkUsed), 410, deliberation.RefuseLinkUsed},
		{deliberation.Refuse(deliberation.RefuseKeyReused), 422, deliberation.RefuseKeyReused},
		{deliberation.Refuse(deliberation.RefuseIdempotencyKey), 400, deliberation.RefuseIdempotencyKey},
		{deliberation.Refuse(deliberation.RefuseTooLarge), 413, deliberation.RefuseTooLarge},
		{deliberation.Refuse("made_up"), 500, codeInternal},
		{echo.ErrNotFound, 404, deliberation.RefuseNotFound},
		{echo.ErrMethodNotAllowed, 405, deliberation.RefuseMethod},
		{echo.ErrTeapot, 500, codeInternal},
		{fmt.Errorf("query: %w", context.DeadlineExceeded), 503, deliberation.RefuseUnavailable},
		{errors.New("pq: secret"), 500, codeInternal},
	} {
		if p := s.problemOf(c.err, "zh"); p.Status != c.status || p.Code != c.code {
			t.Errorf("%v: %d %s, want %d %s", c.err, p.Status, p.Code, c.status, c.code)
		}
	}
}

func TestWordsCarryTheNumbers(t *testing.T) {
	s := &Server{}
	verdict := deliberation.Quorum([]deliberation.MajorityRule{half}, deliberation.Attendance{Whole: deliberation.BodyCount{Due: 41, Present: 20}})
	below := &deliberation.Refusal{Code: deliberation.RefuseBelowQuorum, Verdict: &verdict}
	p := s.problemOf(below, "zh")
	for _, want := range []string{"须有 21 人", "实到 20 人", "还差 1 人"} {
		if !strings.Contains(p.Detail, want) {
			t.Errorf("%q lacks %q", p.Detail, want)
		}
	}
	if p.Citation != "城市居民委员会组织法(2025年修订)第二十九条" || p.Verdict == nil {
		t.Errorf("citation %q", p.Citation)
	}
	if en := s.problemOf(below, "en").Detail; !strings.Contains(en, "needed 21 (more than half), present 20, 1 short") {
		t.Errorf("%q", en)
	}
	early := &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Earliest: deliberation.NewDate(2026, 12, 11).Start(), Basis: &basis}
	if p := s.problemOf(early, "zh"); !strings.Contains(p.Detail, "最早是2026年12月11日0时。") || p.Citation == "" {
		t.Errorf("%+v", p)
	}
	if p := s.problemOf(early, "en"); !strings.Contains(p.Detail, "11 December 2026") {
		t.Errorf("%+v", p)
	}
	wrong := invalid("title", required)
	if p := s.problemOf(wrong, "zh"); p.Detail != "title 必须填写。" {
		t.Errorf("%q", p.Detail)
	}
}

// What a part of the machine says of itself is for the log alone.
func TestRawErrorsNeverLeak(t *testing.T) {
	h := newHall(t)
	h.town.failWith = errors.New("SECRET relation ballots does not exist")
	for _, r := range []response{
		h.as("secretary", "POST", "/api/v1/processes/p1/acts/propose", map[string]any{"text": "提议"}),
		h.as("secretary", "GET", "/api/v1/processes", nil),
		h.as("rep", "POST", "/api/v1/polls/b1/ballots", map[string]any{"choice": "yes"}),
	} {
		h.refused(r, http.StatusInternalServerError, codeInternal)
		if strings.Contains(string(r.body), "SECRET") || strings.Contains(fmt.Sprint(r.header), "SECRET") {
			t.Errorf("leaked: %s", r.body)
		}
		if id := r.header.Get("X-Request-Id"); id == "" || !strings.Contains(string(r.body), id) || !strings.Contains(h.logs.String(), id) {
			t.Errorf("request %q is not to be found again", id)
		}
	}
	if !strings.Contains(h.logs.String(), "SECRET") {
		t.Error("the cause is not in the log")
	}
}

func TestPanicIsAProblem(t *testing.T) {
	h := newHall(t, func(d *Deps) { d.Archive = nil })
	r := h.as("secretary", "GET", "/api/v1/processes/p1/dossier", nil)
	h.refused(r, http.StatusInternalServerError, codeInternal)
	if strings.Contains(string(r.body), "nil pointer") || !strings.Contains(h.logs.String(), "nil pointer") {
		t.Errorf("%s", r.body)
	}
}
