package packs

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/yishi-project/yishi/deliberation"
)

// base is a base pack as its file gives it.
type base struct {
	file       string
	pack       deliberation.Pack
	supersedes string
}

// overlay is an overlay file: local rules for the base packs its layers name.
type overlay struct {
	document
	name, version    string
	titleZH, titleEN string
	layers           []layer
}

type layer struct {
	bases          []string
	line           *yaml.Node
	add, overrides map[string]placed
}

type placed struct {
	deliberation.Parameter
	at *yaml.Node
}

var idForm = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// Parse reads a base pack without overlays. A file that breaks the rules of the
// format is refused with a *Problem that names file and line.
func Parse(name string, content []byte) (deliberation.Pack, error) {
	b, err := parseBase(name, content)
	if err != nil {
		return deliberation.Pack{}, err
	}
	return hashed(b.pack)
}

func parseBase(name string, content []byte) (base, error) {
	b := base{file: name}
	d, err := open(name, content)
	if err != nil {
		return b, err
	}
	m, err := d.mapping(d.root, "a rule pack", "pack", "version", "kind", "title_zh", "title_en", "from", "until", "supersedes", "sources", "parameters")
	if err != nil {
		return b, err
	}
	for _, k := range []string{"pack", "version", "kind", "title_zh", "title_en", "from", "sources", "parameters"} {
		if m[k] == nil {
			return b, d.fail(d.root, "a rule pack needs %s", k)
		}
	}
	p := &b.pack
	texts := map[string]*string{
		"pack": &p.ID, "version": &p.Version, "kind": (*string)(&p.Kind),
		"title_zh": &p.TitleZH, "title_en": &p.TitleEN, "supersedes": &b.supersedes,
	}
	if err := d.texts(m, texts); err != nil {
		return b, err
	}
	if !idForm.MatchString(p.ID) {
		return b, d.fail(m["pack"], "the id of a pack is of small letters, digits and hyphens, not %q", p.ID)
	}
	if p.Kind != deliberation.Village && p.Kind != deliberation.Urban {
		return b, d.fail(m["kind"], "kind must be village or urban, not %q", p.Kind)
	}
	if err := d.period(m, p); err != nil {
		return b, err
	}
	known, err := vocabulary()
	if err != nil {
		return b, err
	}
	src, err := d.sources(m["sources"])
	if err != nil {
		return b, err
	}
	ps, err := d.parameters(m["parameters"], known, src, p.ID)
	if err != nil {
		return b, err
	}
	p.Parameters = make(map[string]deliberation.Parameter, len(ps))
	for k, v := range ps {
		p.Parameters[k] = v.Parameter
	}
	return b, nil
}

func (d document) texts(m map[string]*yaml.Node, to map[string]*string) error {
	for k, target := range to {
		if m[k] == nil {
			continue
		}
		v, err := d.text(m[k], k)
		if err != nil {
			return err
		}
		*target = v
	}
	return nil
}

func (d document) period(m map[string]*yaml.Node, p *deliberation.Pack) (err error) {
	if p.From, err = d.date(m["from"], "from"); err != nil {
		return err
	}
	if m["until"] == nil {
		return nil
	}
	if p.Until, err = d.date(m["until"], "until"); err != nil {
		return err
	}
	if p.Until.Before(p.From) {
		return d.fail(m["until"], "until (%s) lies before from (%s)", p.Until, p.From)
	}
	return nil
}

func (d document) parameters(n *yaml.Node, known map[string]Key, sources map[string]source, from string) (map[string]placed, error) {
	fs, err := d.fields(n, "parameters")
	if err != nil {
		return nil, err
	}
	all := make(map[string]placed, len(fs))
	for _, f := range fs {
		p, err := d.parameter(f, known, sources, from)
		if err != nil {
			return nil, err
		}
		all[p.Key] = placed{p, f.key}
	}
	return all, nil
}

func parseOverlay(name string, content []byte) (overlay, error) {
	d, err := open(name, content)
	o := overlay{document: d}
	if err != nil {
		return o, err
	}
	m, err := d.mapping(d.root, "an overlay", "overlay", "version", "title_zh", "title_en", "sources", "layers")
	if err != nil {
		return o, err
	}
	for _, k := range []string{"overlay", "version", "title_zh", "title_en", "sources", "layers"} {
		if m[k] == nil {
			return o, d.fail(d.root, "an overlay needs %s", k)
		}
	}
	texts := map[string]*string{"overlay": &o.name, "version": &o.version, "title_zh": &o.titleZH, "title_en": &o.titleEN}
	if err := d.texts(m, texts); err != nil {
		return o, err
	}
	if !idForm.MatchString(o.name) {
		return o, d.fail(m["overlay"], "the name of an overlay is of small letters, digits and hyphens, not %q", o.name)
	}
	o.layers, err = d.layers(m["layers"], m["sources"], o.name)
	return o, err
}

func (d document) layers(n, sources *yaml.Node, from string) (all []layer, err error) {
	known, err := vocabulary()
	if err != nil {
		return nil, err
	}
	src, err := d.sources(sources)
	if err != nil {
		return nil, err
	}
	if n.Kind != yaml.SequenceNode {
		return nil, d.fail(n, "layers must be a list, not %s", shape(n))
	}
	for _, c := range n.Content {
		l, err := d.layer(c, known, src, from)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

func (d document) layer(n *yaml.Node, known map[string]Key, sources map[string]source, name string) (layer, error) {
	l := layer{line: n}
	m, err := d.mapping(n, "a layer", "bases", "adds", "overrides")
	if err != nil {
		return l, err
	}
	if m["bases"] == nil {
		return l, d.fail(n, "a layer needs bases, the packs it is laid over")
	}
	if l.bases, err = d.list(m["bases"], "bases"); err != nil {
		return l, err
	}
	if m["adds"] != nil {
		if l.add, err = d.parameters(m["adds"], known, sources, name); err != nil {
			return l, err
		}
	}
	if m["overrides"] != nil {
		l.overrides, err = d.parameters(m["overrides"], known, sources, name)
	}
	return l, err
}

// lays makes of the base the pack of the overlay's place.
func (o overlay) lays(b deliberation.Pack) (deliberation.Pack, bool, error) {
	p, touched, err := o.apply(b)
	p.ID = b.ID + "+" + o.name
	p.Version = b.Version + "+" + o.version
	p.TitleZH, p.TitleEN = b.TitleZH+"("+o.titleZH+")", b.TitleEN+" ("+o.titleEN+")"
	p.Overlays = append(append([]string{}, b.Overlays...), o.name)
	return p, touched, err
}

// apply puts the layers for the base over it. A parameter that the base has must
// be overridden on purpose, and one that it has not must be added.
func (o overlay) apply(b deliberation.Pack) (deliberation.Pack, bool, error) {
	p := b
	p.Parameters = make(map[string]deliberation.Parameter, len(b.Parameters))
	for k, v := range b.Parameters {
		p.Parameters[k] = v
	}
	set, touched := map[string]bool{}, false
	for _, l := range o.layers {
		if !slices.Contains(l.bases, b.ID) {
			continue
		}
		touched = true
		for _, part := range []struct {
			params map[string]placed
			in     bool
			why    string
		}{{l.add, false, "which has it already: put it under overrides"}, {l.overrides, true, "which has no such parameter: put it under adds"}} {
			for k, v := range part.params {
				if set[k] {
					return p, false, o.fail(v.at, "%s: two layers set it for %s", k, b.ID)
				}
				filled := !part.in && strings.HasPrefix(b.Parameters[k].From, "edition-") // a later edition's stopgap gives way to local law
				if b.Has(k) != part.in && !filled {
					return p, false, o.fail(v.at, "%s is laid over %s, %s", k, b.ID, part.why)
				}
				set[k] = true
				p.Parameters[k] = v.Parameter
			}
		}
	}
	return p, touched, nil
}
