package packs

import (
	"strconv"

	"github.com/yishi-project/yishi/deliberation"
)

// edition is a later edition of several packs at once: what it adds to them and
// what it puts otherwise. The packs keep their ids and get another version and
// hash; who is pinned to an earlier edition stays so.
type edition struct {
	overlay
	number int
}

// parseEdition reads the file of an edition.
func parseEdition(name string, content []byte) (edition, error) {
	d, err := open(name, content)
	e := edition{overlay: overlay{document: d}}
	if err != nil {
		return e, err
	}
	m, err := d.mapping(d.root, "an edition", "edition", "sources", "layers")
	if err != nil {
		return e, err
	}
	for _, k := range []string{"edition", "sources", "layers"} {
		if m[k] == nil {
			return e, d.fail(d.root, "an edition needs %s", k)
		}
	}
	if err := d.texts(m, map[string]*string{"edition": &e.version}); err != nil {
		return e, err
	}
	if e.number, err = strconv.Atoi(e.version); err != nil || e.number < 2 {
		return e, d.fail(m["edition"], "editions are numbered from 2, not %q", e.version)
	}
	e.layers, err = d.layers(m["layers"], m["sources"], "edition-"+e.version)
	return e, err
}

// amends puts the edition's layers for the pack over it and gives it the
// edition's version; one without a layer for it is left as it is.
func (e edition) amends(b deliberation.Pack) (deliberation.Pack, bool, error) {
	p, touched, err := e.apply(b)
	if touched && len(b.Overlays) == 0 {
		p.Version = e.version
	}
	return p, touched, err
}
