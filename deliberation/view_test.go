package deliberation_test

import (
	"encoding/json"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// Every pack has every key of the view, each with its citation.
func TestEveryPackGivesTheWholeView(t *testing.T) {
	lib := library(t)
	for _, p := range lib.Packs() {
		r, err := deliberation.FourDeliberations(p)
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
			continue
		}
		if r.Pack != p.Ref() || r.Pack.Hash == "" {
			t.Errorf("%s: the view is pinned to %+v", p.ID, r.Pack)
		}
		for _, m := range []deliberation.MeetingRules{r.Proposal, r.Consultation, r.Review, r.Conference, r.Assembly, r.Households} {
			if m.Body == "" || len(m.Quorum) == 0 || len(m.Passing) == 0 {
				t.Errorf("%s: a meeting without rules: %+v", p.ID, m)
			}
		}
		noEmptyBasis(t, p.ID, reflect.ValueOf(r))
		if len(r.Review.Quorum) != 2 {
			t.Errorf("%s: the review's quorum holds %d rules", p.ID, len(r.Review.Quorum))
		}
		for _, s := range []deliberation.Stage{r.ReviewAmendedGoesTo, r.ResolutionAmendedGoesTo, r.ContestedGoesTo} {
			if s == "" {
				t.Errorf("%s: a text goes back to nowhere", p.ID)
			}
		}
	}
}

func noEmptyBasis(t *testing.T, id string, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			noEmptyBasis(t, id, v.Index(i))
		}
	case reflect.Struct:
		if key := v.FieldByName("Key"); key.IsValid() && v.IsZero() {
			return // a rule that the meeting of this body does not have
		}
		if b, ok := v.Interface().(deliberation.Basis); ok && (b.Citation.Law == "" || b.Confidence == "") {
			t.Errorf("%s: a rule of the view has no citation", id)
		}
		for i := range v.NumField() {
			noEmptyBasis(t, id, v.Field(i))
		}
	}
}

// The view is written into a process's history: what is read back is what was written.
func TestViewSurvivesJSON(t *testing.T) {
	want := rules(t, "village-2026+sichuan")
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got deliberation.FourDeliberationsRules
	if err := json.Unmarshal(b, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n%+v\n%+v", err, got, want)
	}
}

func TestViewNamesWhatAPackLacks(t *testing.T) {
	p := pack(t, "urban-2026")
	for _, key := range []string{"four.solicit_days", "party.quorum_local", "amendment.review_goes_to"} {
		less := map[string]deliberation.Parameter{}
		for k, v := range p.Parameters {
			if k != key {
				less[k] = v
			}
		}
		broken := p
		broken.Parameters = less
		if _, err := deliberation.FourDeliberations(broken); err == nil || !strings.Contains(err.Error(), "urban-2026") || !strings.Contains(err.Error(), key) {
			t.Errorf("without %s: %v", key, err)
		}
		q := p.Parameters[key]
		q.Kind = deliberation.ListKind
		less[key] = q
		if _, err := deliberation.FourDeliberations(broken); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s as a list: %v", key, err)
		}
	}
}

func TestMergedMeetingHoldsBothRules(t *testing.T) {
	r := rules(t, "urban-2026")
	m := r.Meeting(deliberation.Proposal, deliberation.Conference, true)
	if m.Body != deliberation.JointCommittees || len(m.Passing) != 2 {
		t.Errorf("%+v", m)
	}
	if len(r.Consultation.Passing) != 1 {
		t.Error("merging changed the rules it was made from")
	}
}

// The law is plain Go: the package that judges imports the standard library only,
// and nothing there that reads a clock, chance or the world.
func TestImportsStandardLibraryOnly(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(out)); len(got) != 1 || got[0] != "github.com/yishi-project/yishi/deliberation" {
		t.Errorf("it depends on %v", got)
	}
	out, err = exec.Command("go", "list", "-f", "{{join .Imports \"\\n\"}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, banned := range []string{"os", "net", "math/rand", "math/rand/v2", "crypto/rand", "io/fs", "log", "log/slog"} {
		for _, got := range strings.Fields(string(out)) {
			if got == banned {
				t.Errorf("it imports %s", banned)
			}
		}
	}
}
