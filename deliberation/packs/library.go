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

	"github.com/yishi-project/yishi/deliberation"
)

//go:embed *.yaml
var embedded embed.FS

// Library holds all rule packs and the calendars. It is read-only after loading
// and safe for use by many goroutines.
type Library struct {
	bases      map[string]base
	overlays   map[string]overlay
	packs      map[string]deliberation.Pack
	superseded map[string]bool
	files      map[string][]byte
	calendar   deliberation.Calendar
	// composition is law of the day and part of no pack.
	composition Composition
}

// Load loads the packs that are part of the program.
func Load() (*Library, error) { return LoadFS(embedded) }

// LoadFS loads every *.yaml at the root of the file system. Which kind of file it
// is, its first keys say: pack, overlay or calendar.
func LoadFS(fsys fs.FS) (*Library, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	l := &Library{
		bases: map[string]base{}, overlays: map[string]overlay{}, packs: map[string]deliberation.Pack{},
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

func (l *Library) resolve() error {
	for _, b := range l.bases {
		p, err := hashed(b.pack)
		if err != nil {
			return err
		}
		l.packs[p.ID] = p
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
		for _, b := range l.bases {
			p, touched, err := o.lays(b.pack)
			if err != nil {
				return err
			}
			if !touched {
				continue
			}
			if p, err = hashed(p); err != nil {
				return err
			}
			l.packs[p.ID] = p
		}
	}
	return l.overlapping()
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

// Pack gives the pack of the id. An id that does not exist is refused with
// RefuseUnknownPack.
func (l *Library) Pack(id string) (deliberation.Pack, error) {
	p, ok := l.packs[id]
	if !ok {
		return p, deliberation.Refuse(deliberation.RefuseUnknownPack)
	}
	return p, nil
}

// Packs gives all packs, ordered by id.
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

// Source gives the files that make the pack, by name, so that a dossier can carry
// them. Resolve reads them again. It is nil where there is no such pack.
func (l *Library) Source(id string) map[string][]byte {
	p, ok := l.packs[id]
	if !ok {
		return nil
	}
	baseID, _, _ := strings.Cut(id, "+")
	b := l.bases[baseID]
	files := map[string][]byte{b.file: bytes.Clone(l.files[b.file])}
	for _, name := range p.Overlays {
		o := l.overlays[name]
		files[o.file] = bytes.Clone(l.files[o.file])
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
		}
	}
	if p.ID == "" {
		return none, fmt.Errorf("rule pack %s: its file is not among those given", baseID)
	}
	if laid {
		o, ok := overlays[rest]
		if !ok {
			return none, fmt.Errorf("rule pack %s: the file of its overlay %s is not among those given", id, rest)
		}
		var touched bool
		var err error
		if p, touched, err = o.lays(p); err != nil {
			return none, err
		}
		if !touched {
			return none, fmt.Errorf("rule pack %s: the overlay %s has no layer for %s", id, rest, baseID)
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
