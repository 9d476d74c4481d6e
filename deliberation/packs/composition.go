package packs

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/yishi-project/yishi/deliberation"
)

// CompositionFile holds the rules of composition: law of the day, so no pack and
// pinned by no process.
const CompositionFile FileKind = "composition"

// Composition is the rules of composition with all their wordings, past ones too.
// It is read-only and safe for use by many goroutines.
type Composition struct {
	Version string
	// wordings are by key and scope: village, urban, or one of them with an overlay
	// (village+sichuan); each list is in the order of the days they take effect.
	wordings map[string]map[string][]Wording
}

// Wording is a rule as one text has it.
type Wording struct {
	deliberation.CompositionRule
	// Scope is for whom: village, urban, or one of them with an overlay (village+sichuan).
	Scope string
	// Until is the last day it governs, zero where none is set: then the next wording ends it.
	Until deliberation.Date
}

// ParseComposition reads the file. Unknown keys, another shape of value, a missing
// citation and two wordings of one day are refused with a *Problem.
func ParseComposition(name string, content []byte) (Composition, error) {
	c := Composition{wordings: map[string]map[string][]Wording{}}
	d, err := open(name, content)
	if err != nil {
		return c, err
	}
	m, err := d.mapping(d.root, "the rules of composition", "composition", "sources", "rules")
	if err != nil {
		return c, err
	}
	for _, k := range []string{"composition", "sources", "rules"} {
		if m[k] == nil {
			return c, d.fail(d.root, "the rules of composition need %s", k)
		}
	}
	if c.Version, err = d.text(m["composition"], "composition"); err != nil {
		return c, err
	}
	src, err := d.sources(m["sources"])
	if err != nil {
		return c, err
	}
	known := map[string]Key{}
	for _, k := range deliberation.CompositionKeys() {
		known[k] = Key{Key: k, Kind: deliberation.CompositionShape(k)}
	}
	fs, err := d.fields(m["rules"], "rules")
	if err != nil {
		return c, err
	}
	for _, f := range fs {
		if c.wordings[f.key.Value], err = d.compositionRule(f, known, src); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (d document) compositionRule(f field, known map[string]Key, src map[string]source) (map[string][]Wording, error) {
	scopes, err := d.fields(f.value, f.key.Value)
	if err != nil {
		return nil, err
	}
	all := map[string][]Wording{}
	for _, s := range scopes {
		kind, overlay, laid := strings.Cut(s.key.Value, "+")
		if k := deliberation.CommunityKind(kind); k != deliberation.Village && k != deliberation.Urban || laid && !idForm.MatchString(overlay) {
			return nil, d.fail(s.key, "%s: a rule is for village or urban, or for one of them with an overlay (village+sichuan), not %q", f.key.Value, s.key.Value)
		}
		if s.value.Kind != yaml.SequenceNode {
			return nil, d.fail(s.value, "%s: the wordings must be a list, not %s", f.key.Value, shape(s.value))
		}
		for _, n := range s.value.Content {
			w, err := d.wording(field{f.key, n}, known, src, overlay)
			if err != nil {
				return nil, err
			}
			before := all[s.key.Value]
			if len(before) > 0 && !before[len(before)-1].Effective.Before(w.Effective) {
				return nil, d.fail(n, "%s: a wording stands after one that takes effect on the same day or later", f.key.Value)
			}
			w.Scope = s.key.Value
			all[s.key.Value] = append(before, w)
		}
	}
	return all, nil
}

func (d document) wording(f field, known map[string]Key, src map[string]source, overlay string) (Wording, error) {
	var w Wording
	rest := yaml.Node{Kind: f.value.Kind, Tag: f.value.Tag, Line: f.value.Line, Column: f.value.Column}
	if f.value.Kind != yaml.MappingNode {
		return w, d.fail(f.value, "%s must be a mapping of keys to values, not %s", f.key.Value, shape(f.value))
	}
	for i := 0; i+1 < len(f.value.Content); i += 2 {
		k, v := f.value.Content[i], f.value.Content[i+1]
		var err error
		switch k.Value {
		case "until":
			w.Until, err = d.date(v, "until")
		case "should":
			w.Should, err = d.flag(v, "should")
		default:
			rest.Content = append(rest.Content, k, v)
		}
		if err != nil {
			return w, err
		}
	}
	p, err := d.parameter(field{f.key, &rest}, known, src, overlay)
	if err != nil {
		return w, err
	}
	if p.Kind == deliberation.FlagKind && !p.Flag {
		return w, d.fail(f.value, "%s: a rule that does not hold is left out, or ended with until", p.Key)
	}
	if p.Kind == deliberation.CountKind && p.Number < 1 {
		return w, d.fail(f.value, "%s: the number must be one or more", p.Key)
	}
	if !w.Until.IsZero() && w.Until.Before(p.Effective) {
		return w, d.fail(f.value, "%s: until (%s) lies before it takes effect (%s)", p.Key, w.Until, p.Effective)
	}
	w.CompositionRule = deliberation.CompositionRule{
		Key: p.Key, Majority: p.Majority, Number: p.Number, Basis: p.Basis, Should: w.Should, Effective: p.Effective, Note: p.Note, From: overlay,
	}
	return w, nil
}

// On gives the rules in force on the day. A rule of the overlay takes the place of
// the national one. An overlay that says nothing of composition leaves the national text.
func (c Composition) On(kind deliberation.CommunityKind, overlay string, on deliberation.Date) deliberation.CompositionRules {
	r := deliberation.CompositionRules{Kind: kind, Overlay: overlay, On: on}
	for _, key := range deliberation.CompositionKeys() {
		w, ok := inForce(c.wordings[key][string(kind)+"+"+overlay], on)
		if !ok {
			w, ok = inForce(c.wordings[key][string(kind)], on)
		}
		if ok {
			r.Rules = append(r.Rules, w.CompositionRule)
		}
	}
	return r
}

func inForce(all []Wording, on deliberation.Date) (Wording, bool) {
	for _, w := range slices.Backward(all) {
		if !w.Effective.After(on) {
			return w, w.Until.IsZero() || !w.Until.Before(on)
		}
	}
	return Wording{}, false
}

// Scopes lists for whom there are rules: village, urban, and each of them with an overlay.
func (c Composition) Scopes() []string {
	set := map[string]bool{}
	for _, scopes := range c.wordings {
		for s := range scopes {
			set[s] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// Wordings gives every wording of a rule, the national ones of each kind of place first.
func (c Composition) Wordings(key string) []Wording {
	var all []Wording
	scopes := slices.Sorted(maps.Keys(c.wordings[key]))
	slices.SortStableFunc(scopes, func(a, b string) int { return strings.Count(a, "+") - strings.Count(b, "+") })
	for _, s := range scopes {
		all = append(all, c.wordings[key][s]...)
	}
	return all
}

// CompositionOn gives the rules of composition in force on the day.
func (l *Library) CompositionOn(kind deliberation.CommunityKind, place string, on deliberation.Date) deliberation.CompositionRules {
	return l.composition.On(kind, place, on)
}

// Composition gives the rules of composition with all their wordings.
func (l *Library) Composition() Composition { return l.composition }
