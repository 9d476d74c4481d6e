package test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// worded are the types whose constants people read as words: each stands in the
// glossary in a row of its own, beside the word that pages print.
var worded = map[string]func(code string) string{
	"Stage":   func(c string) string { return deliberation.Stage(c).Word("zh") },
	"Body":    func(c string) string { return deliberation.Body(c).Word("zh") },
	"Office":  func(c string) string { return deliberation.Office(c).Word("zh") },
	"ActKind": func(c string) string { return deliberation.ActKind(c).Word("zh") },
	"Outcome": func(c string) string { return deliberation.Outcome(c).Word("zh") },
}

// constant is a typed constant of package deliberation.
type constant struct{ typ, name, code string }

func TestGlossaryNamesEveryType(t *testing.T) {
	glossary := readGlossary(t)
	types, _ := declared(t)
	if len(types) < 50 {
		t.Fatalf("only %d exported types were found: the parser looks in the wrong place", len(types))
	}
	for _, name := range types {
		if !strings.Contains(glossary, "`"+name+"`") {
			t.Errorf("type %s is not in docs/glossary.md", name)
		}
	}
}

func TestGlossaryHoldsTheWordsOfThePages(t *testing.T) {
	rows := strings.Split(readGlossary(t), "\n")
	_, constants := declared(t)
	seen := map[string]int{}
	for _, c := range constants {
		word := worded[c.typ]
		if word == nil {
			continue
		}
		seen[c.typ]++
		zh := word(c.code)
		if zh == "" {
			t.Errorf("%s %s has no Chinese word", c.typ, c.name)
			continue
		}
		if !hasRow(rows, c.name, zh) {
			t.Errorf("docs/glossary.md has no row with `%s` and %s", c.name, zh)
		}
	}
	for typ := range worded {
		if seen[typ] == 0 {
			t.Errorf("no constant of %s was found", typ)
		}
	}
}

func TestGlossaryHoldsTheButtonOfEveryAct(t *testing.T) {
	rows := strings.Split(readGlossary(t), "\n")
	names, err := filepath.Glob(filepath.Join("..", "server", "locale", "*zh-CN.toml"))
	if err != nil {
		t.Fatal(err)
	}
	var b []byte
	for _, name := range names {
		one, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, one...)
	}
	_, constants := declared(t)
	for _, c := range constants {
		if c.typ != "ActKind" {
			continue
		}
		_, after, found := strings.Cut(string(b), "\nact_"+c.code+" = \"")
		button, _, closed := strings.Cut(after, "\"\n")
		if !found || !closed {
			t.Errorf("the pages have no word for %s", c.name)
			continue
		}
		if !hasRow(rows, c.name, button) {
			t.Errorf("docs/glossary.md has no row with `%s` and the button %s", c.name, button)
		}
	}
}

// hasRow reports whether a row of a table names the constant and the word.
func hasRow(lines []string, name, word string) bool {
	for _, l := range lines {
		if strings.HasPrefix(l, "|") && strings.Contains(l, "`"+name+"`") && strings.Contains(l, "| "+word+" |") {
			return true
		}
	}
	return false
}

func readGlossary(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "docs", "glossary.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// declared gives the exported types of package deliberation and its typed constants.
func declared(t *testing.T) (types []string, constants []constant) {
	t.Helper()
	for _, f := range parsed(t) {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range g.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() {
						types = append(types, s.Name.Name)
					}
				case *ast.ValueSpec:
					if g.Tok == token.CONST {
						constants = append(constants, typed(s)...)
					}
				}
			}
		}
	}
	return types, constants
}

// typed gives the constants of a line that names its type and holds strings.
func typed(s *ast.ValueSpec) (all []constant) {
	typ, ok := s.Type.(*ast.Ident)
	if !ok {
		return nil
	}
	for i, v := range s.Values {
		if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING && s.Names[i].IsExported() {
			if code, err := strconv.Unquote(lit.Value); err == nil {
				all = append(all, constant{typ: typ.Name, name: s.Names[i].Name, code: code})
			}
		}
	}
	return all
}

func parsed(t *testing.T) []*ast.File {
	t.Helper()
	dir := filepath.Join("..", "deliberation")
	paths, err := fs.Glob(os.DirFS(dir), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, p := range paths {
		if strings.HasSuffix(p, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, p), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}
