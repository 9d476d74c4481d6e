package locale

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	names, err := catalogues(lang)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		one := map[string]string{}
		if err := toml.Unmarshal(b, &one); err != nil {
			t.Fatal(err)
		}
		for k, text := range one {
			if _, twice := m[k]; twice {
				t.Errorf("%s: %s stands in another file too", name, k)
			}
			m[k] = text
		}
	}
	return m
}

var place = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

func places(s string) map[string]bool {
	m := map[string]bool{}
	for _, f := range place.FindAllStringSubmatch(s, -1) {
		m[f[1]] = true
	}
	return m
}

func TestEachKeyIsInBothLanguagesWithTheSamePlaces(t *testing.T) {
	zh, en := catalogue(t, "zh-CN"), catalogue(t, "en")
	for k := range en {
		if _, ok := zh[k]; !ok {
			t.Errorf("%s is in en only", k)
		}
	}
	for k, s := range zh {
		e, ok := en[k]
		if !ok {
			t.Errorf("%s is in zh-CN only", k)
		}
		for f := range places(s) {
			if !places(e)[f] {
				t.Errorf("%s: the English text drops {{.%s}}", k, f)
			}
		}
	}
}

func TestEveryTextCanBeFilled(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range Languages {
		for k, want := range catalogue(t, lang) {
			if len(places(want)) > 0 {
				continue
			}
			if got := c.For(lang).S(k); got != want {
				t.Errorf("%s %s: got %q, want %q", lang, k, got, want)
			}
		}
	}
	if got := c.For("zh").S("left_days", "N", 3); got != "还有 3 天" {
		t.Errorf("left_days: %q", got)
	}
	if got := c.For("en").S("no_such_key"); got != "no_such_key" {
		t.Errorf("an unknown key is shown as %q", got)
	}
}

// Keys written out in a page or handler must be in the catalogue. Keys made of a
// value (stage_ + stage) are checked where the values are, in package pages.
func TestEveryKeyThatIsWrittenOutExists(t *testing.T) {
	zh := catalogue(t, "zh-CN")
	call := regexp.MustCompile(`(?:\.S\(|\.optional\(|@empty\([^,]+, |@back\([^,]+, .+, |Key: +|Done: +|done\(c?, ?)"([a-z0-9_]+)"( ?\+)?`)
	found := 0
	for _, glob := range []string{"../pages/*.templ", "../pages/*.go", "../page_*.go"} {
		names, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_templ.go") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range call.FindAllStringSubmatch(string(b), -1) {
				if m[2] != "" || strings.HasSuffix(m[1], "_") {
					continue
				}
				found++
				if _, ok := zh[m[1]]; !ok {
					t.Errorf("%s: no text for %q", name, m[1])
				}
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d keys were found: the search is broken", found)
	}
}
