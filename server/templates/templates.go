// Package templates holds ready forms for common matters 事项模板, and the answers
// to what is at stake, each with what the law says of it. They fill the form that
// starts a process; they start nothing and are no rules.
package templates

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/yishi-project/yishi/deliberation"
)

//go:embed templates.toml
var data string

// Text is a text in both languages.
type Text struct {
	ZH string `toml:"zh"`
	EN string `toml:"en"`
}

// In gives the text in the language.
func (t Text) In(lang string) string {
	if strings.HasPrefix(lang, "en") {
		return t.EN
	}
	return t.ZH
}

// Template fills the form for one common matter, or answers one question of what is
// at stake; then Title and Summary are empty.
type Template struct {
	ID   string `toml:"id"`
	Name Text   `toml:"name"`
	// Title and Summary are what is typed for the person; what they must fill in stands in 【】.
	Title    string                `toml:"title"`
	Summary  string                `toml:"summary"`
	Process  string                `toml:"process"`
	Form     deliberation.Body     `toml:"form"`
	Category deliberation.Category `toml:"category"`
	Affected deliberation.Affected `toml:"affected"`
	// Note says what the law says of it, and what follows.
	Note Text `toml:"note"`
	// Absent: Yishi has no such procedure yet, and the note says what to do.
	Absent bool `toml:"absent"`
	// Cite names where, by kind of community; a kind without one does not have the template.
	Cite  map[deliberation.CommunityKind]string `toml:"cite"`
	Basis deliberation.Basis                    `toml:"-"`
}

// Library is all of them.
type Library struct{ templates, stakes []Template }

type source struct {
	Law        string                  `toml:"law"`
	Version    string                  `toml:"version"`
	Confidence deliberation.Confidence `toml:"confidence"`
}

// Load reads the embedded data.
func Load() (*Library, error) {
	var file struct {
		Sources  map[string]source `toml:"sources"`
		Template []Template        `toml:"template"`
		Stake    []Template        `toml:"stake"`
	}
	meta, err := toml.Decode(data, &file)
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("templates: nothing is called %s", extra[0])
	}
	var l Library
	if l.templates, err = cited(file.Template, file.Sources); err != nil {
		return nil, err
	}
	l.stakes, err = cited(file.Stake, file.Sources)
	return &l, err
}

// cited makes of each template one for each kind of community that has it.
func cited(list []Template, sources map[string]source) ([]Template, error) {
	var all []Template
	for _, t := range list {
		for kind, cite := range t.Cite {
			code, article, _ := strings.Cut(cite, " ")
			s, ok := sources[code]
			if !ok {
				return nil, fmt.Errorf("templates: %s cites %q, which is no source", t.ID, code)
			}
			one := t
			one.Cite = map[deliberation.CommunityKind]string{kind: cite}
			one.Basis = deliberation.Basis{Citation: deliberation.Citation{Law: s.Law, Version: s.Version, Article: article}, Confidence: s.Confidence}
			all = append(all, one)
		}
	}
	return all, nil
}

func of(list []Template, kind deliberation.CommunityKind) (mine []Template) {
	for _, t := range list {
		if t.Cite[kind] != "" {
			mine = append(mine, t)
		}
	}
	return mine
}

// For gives the ready forms of a kind of community.
func (l *Library) For(kind deliberation.CommunityKind) []Template { return of(l.templates, kind) }

// Stakes gives the answers to what is at stake, of a kind of community.
func (l *Library) Stakes(kind deliberation.CommunityKind) []Template { return of(l.stakes, kind) }

// Find gives the template or the answer of the id, of a kind of community.
func (l *Library) Find(kind deliberation.CommunityKind, id string) (Template, bool) {
	for _, t := range append(l.For(kind), l.Stakes(kind)...) {
		if t.ID == id {
			return t, true
		}
	}
	return Template{}, false
}
