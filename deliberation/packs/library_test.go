package packs

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

func TestPackFor(t *testing.T) {
	lib := load(t)
	for _, c := range []struct {
		kind                deliberation.CommunityKind
		place, start, asked string
		want                string // empty: refused
	}{
		{deliberation.Urban, "", "2026-11-23", "", "urban-2026"},
		{deliberation.Urban, "sichuan", "2026-11-23", "", "urban-2026+sichuan"},
		{deliberation.Village, "sichuan", "2025-12-31", "", "village-2018+sichuan"},
		{deliberation.Village, "sichuan", "2026-01-01", "", "village-2026+sichuan"},
		{deliberation.Village, "hubei", "2026-01-01", "", "village-2026"},
		{deliberation.Village, "", "2018-12-28", "", ""},
		{"city", "", "2026-01-01", "", ""},
		{deliberation.Urban, "", "2026-11-23", "urban-2026", "urban-2026"},
		{deliberation.Urban, "sichuan", "2026-11-23", "urban-2026+sichuan", "urban-2026+sichuan"},
		{deliberation.Urban, "", "2026-11-23", "village-2026", ""},
		{deliberation.Urban, "", "2026-11-23", "urban-2018", ""},
		{deliberation.Urban, "", "2026-11-23", "urban-2030", ""},
		{deliberation.Urban, "", "2026-11-23", "urban-2026+sichuan", ""},
		{deliberation.Urban, "sichuan", "2026-11-23", "urban-2026", ""},
	} {
		start, err := deliberation.ParseDate(c.start)
		if err != nil {
			t.Fatal(err)
		}
		p, err := lib.PackFor(c.kind, c.place, start, c.asked)
		refused := errors.Is(err, deliberation.Refuse(deliberation.RefuseUnknownPack))
		if p.ID != c.want || refused != (c.want == "") {
			t.Errorf("%s in %q on %s, asked %q: %q, %v", c.kind, c.place, c.start, c.asked, p.ID, err)
		}
	}
}

func TestUnknownPack(t *testing.T) {
	lib := load(t)
	for _, id := range []string{"", "urban", "urban-2026+", "urban-2026+sichuan+sichuan", "../urban-2026"} {
		if _, err := lib.Pack(id); !errors.Is(err, deliberation.Refuse(deliberation.RefuseUnknownPack)) {
			t.Errorf("%q: %v", id, err)
		}
		if lib.Source(deliberation.PackRef{ID: id}) != nil {
			t.Errorf("%q has files", id)
		}
	}
}

// What Source gives is enough to make the pack again and to recompute its hash.
func TestSourceResolves(t *testing.T) {
	lib := load(t)
	for _, p := range lib.Editions() {
		files := lib.Source(p.Ref())
		got, err := Resolve(p.ID, files)
		if err != nil || !reflect.DeepEqual(got, p) {
			t.Errorf("%s from its files: %v", p.ID, err)
		}
		edition, err := strconv.Atoi(p.Version[:1])
		if err != nil {
			t.Fatal(err)
		}
		want := edition + len(p.Overlays) // each edition has something for each pack
		if len(files) != want {
			t.Errorf("%s %s: %d files, want %d", p.ID, p.Version, len(files), want)
		}
		changed := bytes.Replace(files[strings.Split(p.ID, "+")[0]+".yaml"], []byte("at_least 2/3 of due"), []byte("at_least 1/2 of due"), 1)
		files[strings.Split(p.ID, "+")[0]+".yaml"] = changed
		if got, err = Resolve(p.ID, files); err != nil || got.Hash == p.Hash {
			t.Errorf("%s: a changed rule has the same hash (%v)", p.ID, err)
		}
	}
	if again, err := lib.Pack("urban-2026"); err != nil || again.Hash != golden["urban-2026@4"] {
		t.Error("changing what Source gave changed the library")
	}
	sichuan, err := lib.Pack("urban-2026+sichuan")
	if err != nil {
		t.Fatal(err)
	}
	files := lib.Source(sichuan.Ref())
	delete(files, "sichuan.yaml")
	if _, err := Resolve("urban-2026+sichuan", files); err == nil {
		t.Error("resolved without the overlay")
	}
	if _, err := Resolve("urban-2026", map[string][]byte{}); err == nil {
		t.Error("resolved without a file")
	}
}

// Every parameter says where it stands; what is no law says why it is so.
func TestEveryParameterHasItsCitation(t *testing.T) {
	for _, p := range load(t).Packs() {
		for _, key := range p.Keys() {
			q := p.Parameters[key]
			if q.Basis.Citation.Law == "" || q.Effective.IsZero() || q.From == "" || q.Key != key {
				t.Errorf("%s: %s: %+v", p.ID, key, q)
			}
			if q.Basis.Confidence == deliberation.Analogy && q.Note == "" {
				t.Errorf("%s: %s is an analogy and does not say to what", p.ID, key)
			}
			if strings.HasPrefix(q.Basis.Citation.Law, "四川省") && q.From != "sichuan" && !slices.Contains(p.Overlays, "sichuan") && q.Basis.Confidence != deliberation.Analogy {
				t.Errorf("%s: %s takes Sichuan's text for national law", p.ID, key)
			}
		}
	}
}

// The packs say what the comparison of the four laws says (law.md §13).
func TestPacksHoldTheComparisonTable(t *testing.T) {
	lib := load(t)
	type row struct{ village2018, village2026, urban2018, urban2026 string }
	for key, want := range map[string]row{ // law.md §13
		"term.years":                 {"5", "5", "5", "5"},
		"committee.min":              {"3", "3", "5", "5"},
		"committee.max":              {"7", "7", "9", "9"},
		"committee.minority_member":  {"true", "false", "true", "false"},
		"committee.kin_avoidance":    {"", "true", "", "true"},
		"assembly.call_residents":    {"≥ 1/10 adults", "≥ 1/10 adults", "≥ 1/5 adults", "≥ 1/10 adults"},
		"assembly.call_households":   {"", "", "≥ 1/5 households", "≥ 1/10 households"},
		"assembly.call_groups":       {"", "", "≥ 1/3 groups", ""},
		"assembly.notice_days":       {"10", "10", "10", "10"},
		"assembly.quorum":            {"> 1/2 adults", "> 1/2 adults", "> 1/2 adults", "> 1/2 adults"},
		"assembly.quorum_households": {"≥ 2/3 households", "≥ 2/3 households", "> 1/2 households", "> 1/2 households"},
		"assembly.pass":              {"> 1/2 present", "> 1/2 present", "> 1/2 present", "> 1/2 present"},
		"reps.every_months":          {"3", "3", "", "6"},
		"reps.call":                  {"≥ 1/5 representatives", "≥ 1/5 representatives", "", "≥ 1/5 representatives"},
		"reps.quorum":                {"≥ 2/3 members", "≥ 2/3 members", "≥ 2/3 members", "≥ 2/3 members"},
		"reps.pass":                  {"> 1/2 present", "> 1/2 present", "> 1/2 present", "> 1/2 present"},
		"reps.households_min":        {"5", "5", "", "20"},
		"reps.households_max":        {"15", "15", "", "50"},
		"reps.share":                 {"≥ 4/5 members", "≥ 4/5 members", "", "≥ 4/5 members"},
		"reps.women":                 {"≥ 1/3 members", "≥ 1/3 members", "", ""},
		"party.prestudy":             {"", "true", "", "true"},
		"party.pass":                 {"> 1/2 due", "> 1/2 due", "> 1/2 due", "> 1/2 due"},
		"election.list_days":         {"20", "20", "", "20"},
		"election.list_ruling_days":  {"3", "3", "", "3"},
		"election.further_round":     {"≥ 1/3 ballots", "≥ 1/3 ballots", "", "≥ 1/3 ballots"},
		"election.elected":           {"> 1/2 voters", "> 1/2 voters", "", "> 1/2 voters"},
		"recall.call_residents":      {"≥ 1/5 electors", "≥ 1/5 electors", "", "≥ 1/10 electors"},
		"handover.days":              {"10", "10", "", "10"},
		"disclosure.board_days":      {"", "15", "", "15"},
		"appraisal.unfit_in_row":     {"2", "2", "", "2"},
		"audit.items_residents":      {"≥ 1/5 adults", "≥ 1/5 adults", "", "≥ 1/10 adults"},
		"objection.answer_days":      {"3", "3", "3", "3"},
		"supervision.question_days":  {"10", "10", "10", "10"},
	} {
		for id, w := range map[string]string{"village-2018": want.village2018, "village-2026": want.village2026, "urban-2018": want.urban2018, "urban-2026": want.urban2026} {
			p, err := lib.Pack(id)
			if err != nil {
				t.Fatal(err)
			}
			if w == "" && p.Parameters[key].Basis.Confidence == deliberation.Analogy {
				continue // the table says what the law says; a stopgap is modelled on another text
			}
			if got := short(p, key); got != w {
				t.Errorf("%s: %s is %q, want %q", id, key, got, w)
			}
		}
	}
}

func short(p deliberation.Pack, key string) string {
	q, ok := p.Parameters[key]
	switch {
	case !ok:
		return ""
	case q.Majority != nil:
		return q.Majority.Symbols()
	case q.Kind == deliberation.FlagKind && q.Flag:
		return "true"
	case q.Kind == deliberation.FlagKind:
		return "false"
	}
	return strconv.Itoa(q.Number)
}

func TestVocabulary(t *testing.T) {
	keys, err := Keys()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, p := range load(t).Packs() {
		for k := range p.Parameters {
			used[k] = true
		}
	}
	for _, k := range keys {
		if !used[k.Key] {
			t.Errorf("%s is in no pack", k.Key)
		}
		if (k.Kind == deliberation.CountKind) != (k.Unit != "") {
			t.Errorf("%s: a count has a unit, and nothing else has", k.Key)
		}
	}
}
