package packs

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/yishi-project/yishi/deliberation"
)

// FileKind says what a rule file holds.
type FileKind string

// The kinds of rule files.
const (
	BaseFile     FileKind = "pack"
	OverlayFile  FileKind = "overlay"
	CalendarFile FileKind = "calendar"
	EditionFile  FileKind = "edition"
)

// KindOf tells what a rule file holds by the keys at its top.
func KindOf(name string, content []byte) (FileKind, error) {
	d, err := open(name, content)
	if err != nil {
		return "", err
	}
	fs, err := d.fields(d.root, "a rule file")
	if err != nil {
		return "", err
	}
	for _, f := range fs {
		switch k := FileKind(f.key.Value); k {
		case BaseFile, OverlayFile, CalendarFile, CompositionFile, EditionFile:
			return k, nil
		}
	}
	return "", d.fail(d.root, "a rule file says at its top what it is: pack, overlay, edition, calendar or composition")
}

// ParseCalendar reads the State Council's rest days of one year. A day of another
// year, a make-up day that is no weekend day, or a day that is both is refused.
func ParseCalendar(name string, content []byte) (deliberation.YearTable, error) {
	var t deliberation.YearTable
	d, err := open(name, content)
	if err != nil {
		return t, err
	}
	m, err := d.mapping(d.root, "a calendar", "calendar", "law", "version", "holidays", "workdays")
	if err != nil {
		return t, err
	}
	for _, k := range []string{"calendar", "law", "version", "holidays", "workdays"} {
		if m[k] == nil {
			return t, d.fail(d.root, "a calendar needs %s", k)
		}
	}
	if t.Year, err = d.number(m["calendar"], "calendar"); err != nil {
		return t, err
	}
	if err := d.texts(m, map[string]*string{"law": &t.Citation.Law, "version": &t.Citation.Version}); err != nil {
		return t, err
	}
	seen := map[deliberation.Date]bool{}
	if t.Holidays, err = d.days(m["holidays"], t.Year, seen); err != nil {
		return t, err
	}
	t.Workdays, err = d.days(m["workdays"], t.Year, seen)
	if err != nil {
		return t, err
	}
	for i, w := range t.Workdays {
		if wd := w.Weekday(); wd != 0 && wd != 6 {
			return t, d.fail(m["workdays"].Content[i], "%s is a %s and needs no making up", w, wd)
		}
	}
	return t, nil
}

func (d document) days(n *yaml.Node, year int, seen map[deliberation.Date]bool) ([]deliberation.Date, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, d.fail(n, "the days must be a list, not %s", shape(n))
	}
	var all []deliberation.Date
	for _, c := range n.Content {
		day, err := d.date(c, "a day of the calendar")
		if err != nil {
			return nil, err
		}
		if day.Year != year {
			return nil, d.fail(c, "%s is not a day of %s", day, strconv.Itoa(year))
		}
		if seen[day] {
			return nil, d.fail(c, "%s stands twice", day)
		}
		seen[day] = true
		all = append(all, day)
	}
	return all, nil
}
