package packs

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/yishi-project/yishi/deliberation"
)

//go:embed *.yaml
var embedded embed.FS

// Library holds all rule packs and the calendars. It is read-only after loading
// and safe for use by many goroutines.
type Library struct {
	bases    map[string]base
	overlays map[string]overlay
	editions []edition
	// packs has the newest edition of each pack by its id, pinned every one by its hash.
	packs      map[string]deliberation.Pack
	pinned     map[string]pinned
	superseded map[string]bool
	files      map[string][]byte
	calendar   deliberation.Calendar
	// composition is law of the day and part of no pack.
	composition Composition
}

// pinned is one edition of a pack with the files that make it.
type pinned struct {
	pack  deliberation.Pack
	files []string
}

// Load gives the packs that are part of the program. They are read once, and nobody
// changes them.
func Load() (*Library, error) { return embeddedOnce() }

var embeddedOnce = sync.OnceValues(func() (*Library, error) { return LoadFS(embedded) })

// LoadFS loads every *.yaml at the root of the file system. Which kind of file it
// is, its first keys say: pack, overlay, edition, calendar or composition.
func LoadFS(fsys fs.FS) (*Library, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	l := &Library{
		bases: map[string]base{}, overlays: map[string]overlay{}, packs: map[string]deliberation.Pack{}, pinned: map[string]pinned{},
		superseded: map[string]bool{}, files: map[string][]byte{},
		calendar: deliberation.Calendar{Years: map[int]deliberation.YearTable{}},
	}
	for _, name := range names {
		if name == "keys.yaml" {
			continue
		}
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		if err := l.take(name, content); err != nil {
			return nil, err
		}
	}
	return l, l.resolve()
}

func (l *Library) take(name string, content []byte) error {
	kind, err := KindOf(name, content)
	if err != nil {
		return err
	}
	l.files[name] = content
	switch kind {
	case BaseFile:
		b, err := parseBase(name, content)
		if err != nil {
			return err
		}
		if other, ok := l.bases[b.pack.ID]; ok {
			return &Problem{name, 1, fmt.Sprintf("the pack %s is in %s already", b.pack.ID, other.file)}
		}
		l.bases[b.pack.ID] = b
	case OverlayFile:
		o, err := parseOverlay(name, content)
		if err != nil {
			return err
		}
		if other, ok := l.overlays[o.name]; ok {
			return &Problem{name, 1, fmt.Sprintf("the overlay %s is in %s already", o.name, other.file)}
		}
		l.overlays[o.name] = o
	case CalendarFile:
		t, err := ParseCalendar(name, content)
		if err != nil {
			return err
		}
		if _, ok := l.calendar.Years[t.Year]; ok {
			return &Problem{name, 1, fmt.Sprintf("the rest days of %d are in another file already", t.Year)}
		}
		l.calendar.Years[t.Year] = t
	case EditionFile:
		e, err := parseEdition(name, content)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(l.editions, func(other edition) bool { return other.number == e.number }) {
			return &Problem{name, 1, fmt.Sprintf("edition %d is in another file already", e.number)}
		}
		l.editions = append(l.editions, e)
	case CompositionFile:
		c, err := ParseComposition(name, content)
		if err != nil {
			return err
		}
		if l.composition.wordings != nil {
			return &Problem{name, 1, "the rules of composition are in another file already"}
		}
		l.composition = c
	}
	return nil
}

// resolve makes every pack in every edition.
func (l *Library) resolve() error {
	for _, b := range l.bases {
		if b.supersedes == "" {
			continue
		}
		old, ok := l.bases[b.supersedes]
		if !ok || old.pack.Kind != b.pack.Kind {
			return &Problem{b.file, 1, fmt.Sprintf("it supersedes %s, which is no pack of that kind", b.supersedes)}
		}
		l.superseded[b.supersedes] = true
	}
	for _, o := range l.overlays {
		for _, ly := range o.layers {
			for _, id := range ly.bases {
				if _, ok := l.bases[id]; !ok {
					return o.fail(ly.line, "a layer is for %s, and there is no such pack", id)
				}
			}
		}
	}
	slices.SortFunc(l.editions, func(a, b edition) int { return a.number - b.number })
	for i := range len(l.editions) + 1 { // the first edition is the packs alone
		if err := l.publish(l.editions[:i]); err != nil {
			return err
		}
	}
	return l.overlapping()
}

// publish makes all packs with the editions laid over them.
func (l *Library) publish(editions []edition) error {
	for _, b := range l.bases {
		p, files, err := amended(b.pack, editions)
		if err != nil {
			return err
		}
		files = append(files, b.file)
		if err := l.keep(p, files); err != nil {
			return err
		}
		for _, o := range l.overlays {
			laid, touched, err := o.lays(p)
			if err != nil {
				return err
			}
			if !touched {
				continue
			}
			laid, more, err := amended(laid, editions)
			if err != nil {
				return err
			}
			if err := l.keep(laid, slices.Concat(files, more, []string{o.file})); err != nil {
				return err
			}
		}
	}
	return nil
}

// amended lays the editions over a pack and names the files of those that have a
// layer for it.
func amended(p deliberation.Pack, editions []edition) (deliberation.Pack, []string, error) {
	var files []string
	for _, e := range editions {
		q, touched, err := e.amends(p)
		if err != nil {
			return p, nil, err
		}
		if touched {
			p, files = q, append(files, e.file)
		}
	}
	return p, files, nil
}

// keep takes a resolved pack in: its newest edition goes by its id.
func (l *Library) keep(p deliberation.Pack, files []string) error {
	p, err := hashed(p)
	l.packs[p.ID] = p
	if _, known := l.pinned[p.Hash]; !known {
		l.pinned[p.Hash] = pinned{p, files}
	}
	return err
}

// overlapping refuses two packs of one kind that would govern the same day.
func (l *Library) overlapping() error {
	for _, a := range l.bases {
		for _, b := range l.bases {
			if a.pack.ID >= b.pack.ID || a.pack.Kind != b.pack.Kind || l.superseded[a.pack.ID] || l.superseded[b.pack.ID] {
				continue
			}
			if governs(a.pack, b.pack.From) || governs(b.pack, a.pack.From) {
				return &Problem{b.file, 1, fmt.Sprintf("%s and %s govern the same days; one must supersede the other", a.pack.ID, b.pack.ID)}
			}
		}
	}
	return nil
}

func hashed(p deliberation.Pack) (deliberation.Pack, error) {
	canonical, err := json.Marshal(p)
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256(canonical)
	p.Hash = hex.EncodeToString(sum[:])
	return p, nil
}

func governs(p deliberation.Pack, day deliberation.Date) bool {
	return !day.Before(p.From) && (p.Until.IsZero() || !day.After(p.Until))
}

// Pack gives the newest edition of the pack of the id. An id that does not exist is refused with
// RefuseUnknownPack.
func (l *Library) Pack(id string) (deliberation.Pack, error) {
	p, ok := l.packs[id]
	if !ok {
		return p, deliberation.Refuse(deliberation.RefuseUnknownPack)
	}
	return p, nil
}

// Pinned gives the pack of the id in the edition that has the hash: what a process
// began under. One that was never published is refused with RefuseUnknownPack.
func (l *Library) Pinned(ref deliberation.PackRef) (deliberation.Pack, error) {
	p, ok := l.pinned[ref.Hash]
	if !ok || p.pack.ID != ref.ID {
		return deliberation.Pack{}, deliberation.Refuse(deliberation.RefuseUnknownPack)
	}
	return p.pack, nil
}

// Editions gives every edition of every pack, ordered by id and version.
func (l *Library) Editions() []deliberation.Pack {
	all := make([]deliberation.Pack, 0, len(l.pinned))
	for _, p := range l.pinned {
		all = append(all, p.pack)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID+"@"+all[i].Version < all[j].ID+"@"+all[j].Version })
	return all
}

// Packs gives all packs in their newest edition, ordered by id.
func (l *Library) Packs() []deliberation.Pack {
	all := make([]deliberation.Pack, 0, len(l.packs))
	for _, p := range l.packs {
		all = append(all, p)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	return all
}

// PackFor gives the pack for a process that starts on the day. With asked empty
// it is chosen by kind, place and day. A pack that is asked for must be of the
// kind, govern the day, and hold the additions of the place and of no other:
// local law cannot be left out by naming another pack. What does not fit is
// refused with RefuseUnknownPack.
func (l *Library) PackFor(kind deliberation.CommunityKind, place string, start deliberation.Date, asked string) (deliberation.Pack, error) {
	if asked == "" {
		return l.on(kind, place, start)
	}
	p, err := l.Pack(asked)
	if err != nil {
		return p, err
	}
	baseID, _, _ := strings.Cut(asked, "+")
	if p.Kind != kind || !governs(p, start) || p.ID != l.placed(baseID, place) {
		return deliberation.Pack{}, deliberation.Refuse(deliberation.RefuseUnknownPack)
	}
	return p, nil
}

// placed gives the id of the base pack with the additions of the place, where there are any.
func (l *Library) placed(baseID, place string) string {
	if id := baseID + "+" + place; place != "" && l.packs[id].ID != "" {
		return id
	}
	return baseID
}

func (l *Library) on(kind deliberation.CommunityKind, place string, day deliberation.Date) (deliberation.Pack, error) {
	for id, b := range l.bases {
		if b.pack.Kind == kind && !l.superseded[id] && governs(b.pack, day) {
			return l.packs[l.placed(id, place)], nil
		}
	}
	return deliberation.Pack{}, deliberation.Refuse(deliberation.RefuseUnknownPack)
}

// DaysOn gives the number of days that the law in force on the day sets for the
// key: for continuing duties, which follow the law of the day on which they
// arise (law.md §17.5).
func (l *Library) DaysOn(kind deliberation.CommunityKind, place, key string, on deliberation.Date) (deliberation.DaysRule, error) {
	p, err := l.on(kind, place, on)
	if err != nil {
		return deliberation.DaysRule{}, err
	}
	return p.DaysRule(key)
}

// Calendar gives the rest days of the years whose table is published.
func (l *Library) Calendar() deliberation.Calendar { return l.calendar }

// Source gives the files that make the pinned pack, by name, so that a dossier can
// carry them. Resolve reads them again. It is nil where there is no such pack.
func (l *Library) Source(ref deliberation.PackRef) map[string][]byte {
	p, ok := l.pinned[ref.Hash]
	if !ok || p.pack.ID != ref.ID {
		return nil
	}
	files := map[string][]byte{}
	for _, name := range p.files {
		files[name] = bytes.Clone(l.files[name])
	}
	return files
}

// Resolve makes the pack of the id from its files alone and computes its hash
// anew: what Source gave, read back without the library.
func Resolve(id string, files map[string][]byte) (deliberation.Pack, error) {
	none := deliberation.Pack{}
	baseID, rest, laid := strings.Cut(id, "+")
	var p deliberation.Pack
	overlays := map[string]overlay{}
	var editions []edition
	for _, name := range sortedNames(files) {
		kind, err := KindOf(name, files[name])
		if err != nil {
			return none, err
		}
		switch kind {
		case BaseFile:
			b, err := parseBase(name, files[name])
			if err != nil {
				return none, err
			}
			if b.pack.ID == baseID {
				p = b.pack
			}
		case OverlayFile:
			o, err := parseOverlay(name, files[name])
			if err != nil {
				return none, err
			}
			overlays[o.name] = o
		case EditionFile:
			e, err := parseEdition(name, files[name])
			if err != nil {
				return none, err
			}
			editions = append(editions, e)
		}
	}
	if p.ID == "" {
		return none, fmt.Errorf("rule pack %s: its file is not among those given", baseID)
	}
	slices.SortFunc(editions, func(a, b edition) int { return a.number - b.number })
	p, _, err := amended(p, editions)
	if err != nil {
		return none, err
	}
	if laid {
		o, ok := overlays[rest]
		if !ok {
			return none, fmt.Errorf("rule pack %s: the file of its overlay %s is not among those given", id, rest)
		}
		q, touched, err := o.lays(p)
		if err != nil {
			return none, err
		}
		if !touched {
			return none, fmt.Errorf("rule pack %s: the overlay %s has no layer for %s", id, rest, baseID)
		}
		if p, _, err = amended(q, editions); err != nil {
			return none, err
		}
	}
	return hashed(p)
}

func sortedNames(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
