// Package locale holds the words of the pages: one catalogue for each language,
// Chinese first. A key that a catalogue lacks is shown as the key, which a test
// forbids.
package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.toml
var files embed.FS

// Languages lists the languages of the pages, the source first.
var Languages = []string{"zh-CN", "en"}

// Texts gives the texts of one language.
type Texts struct {
	// Lang is the language as the lang attribute writes it.
	Lang string
	loc  *i18n.Localizer
}

// Catalogue holds all languages.
type Catalogue struct {
	texts map[string]*Texts
}

// Load gives the embedded catalogues. They are read once, and nobody changes them.
func Load() (*Catalogue, error) { return load() }

var load = sync.OnceValues(read)

func read() (*Catalogue, error) {
	bundle := i18n.NewBundle(language.MustParse("zh-CN"))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	c := &Catalogue{texts: map[string]*Texts{}}
	for _, lang := range Languages {
		names, err := catalogues(lang)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			b, err := files.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("catalogue %s: %w", name, err)
			}
			if _, err := bundle.ParseMessageFileBytes(b, "active."+lang+".toml"); err != nil {
				return nil, fmt.Errorf("catalogue %s: %w", name, err)
			}
		}
		c.texts[lang] = &Texts{Lang: lang, loc: i18n.NewLocalizer(bundle, lang)}
	}
	return c, nil
}

// catalogues gives the files of a language: zh-CN.toml and one for each topic,
// such as people.zh-CN.toml.
func catalogues(lang string) ([]string, error) {
	names, err := fs.Glob(files, "*."+lang+".toml")
	return append(names, lang+".toml"), err
}

// For gives the texts of the language, zh or en; one we do not have is Chinese.
func (c *Catalogue) For(lang string) *Texts {
	if t, ok := c.texts[lang]; ok {
		return t
	}
	return c.texts[Languages[0]]
}

// S gives the text of the key. Pairs fill its places: S("left_days", "N", 3).
func (t *Texts) S(key string, pairs ...any) string {
	cfg := &i18n.LocalizeConfig{MessageID: key}
	if len(pairs) > 0 {
		data := make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			data[fmt.Sprint(pairs[i])] = pairs[i+1]
		}
		cfg.TemplateData = data
	}
	s, err := t.loc.Localize(cfg)
	if err != nil && s == "" {
		return key
	}
	return s
}

// Has reports whether the key is in the catalogue of this very language.
func (t *Texts) Has(key string) bool {
	_, tag, err := t.loc.LocalizeWithTag(&i18n.LocalizeConfig{MessageID: key, TemplateData: map[string]any{}})
	return err == nil && tag.String() == t.Lang
}
