package templates

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func load(t *testing.T) *Library {
	t.Helper()
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Every template fills a form that the rules of its kind of community let start,
// once the blanks are filled in.
func TestTemplatesAreLawful(t *testing.T) {
	l := load(t)
	library, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []deliberation.CommunityKind{deliberation.Urban, deliberation.Village} {
		pack, err := library.PackFor(kind, "", deliberation.NewDate(2026, 6, 1), "")
		if err != nil {
			t.Fatal(err)
		}
		if len(l.For(kind)) < 5 || len(l.Stakes(kind)) < 8 {
			t.Errorf("%s: %d templates, %d answers", kind, len(l.For(kind)), len(l.Stakes(kind)))
		}
		for _, one := range append(l.For(kind), l.Stakes(kind)...) {
			m := deliberation.Matter{
				Title: one.Title, Summary: one.Summary, Category: one.Category, Affected: one.Affected, Origin: deliberation.OriginParty,
				Form: one.Form, Authorisation: "居（村）民会议授权",
			}
			if one.Title == "" { // an answer leaves the matter to the person
				m.Title, m.Summary = "事项", "说明"
			}
			if m.Category == "" {
				m.Category = deliberation.CategoryEnvironment
			}
			if m.Form == deliberation.OwnersMeeting {
				m.Estate = "e1"
			}
			if m.Form == deliberation.GroupMeeting {
				m.Group = "一组"
			}
			check := deliberation.CheckMatter
			if one.Process == deliberation.ConferenceKind {
				check = deliberation.CheckConference
			}
			if one.Absent {
				continue
			}
			if err := check(pack, m); err != nil {
				t.Errorf("%s of %s: %v", one.ID, kind, err)
			}
		}
	}
}

func TestTemplatesAreWhole(t *testing.T) {
	l := load(t)
	seen := map[string]bool{}
	for _, one := range append(l.templates, l.stakes...) {
		if one.ID == "" || one.Name.ZH == "" || one.Name.EN == "" || one.Note.ZH == "" || one.Note.EN == "" || one.Basis.Citation.Article == "" || one.Basis.Confidence == "" {
			t.Errorf("%+v lacks something", one)
		}
		for kind := range one.Cite {
			if key := one.ID + string(kind); seen[key] {
				t.Errorf("%s stands there twice", key)
			} else {
				seen[key] = true
			}
		}
		if utf8.RuneCountInString(one.Summary) > deliberation.MaxSummary || utf8.RuneCountInString(one.Title) > deliberation.MaxTitle {
			t.Errorf("%s does not fit the form", one.ID)
		}
		if strings.ContainsAny(one.Summary+one.Note.ZH+one.Name.ZH, "(),;:") {
			t.Errorf("%s has half-width punctuation", one.ID)
		}
	}
}

// 实施办法 第二十五条: the sanctions of a covenant have no fine among them.
func TestCovenantsSetNoFines(t *testing.T) {
	for kind, id := range map[deliberation.CommunityKind]string{deliberation.Urban: "covenant", deliberation.Village: "village_covenant"} {
		one, ok := load(t).Find(kind, id)
		if !ok || !strings.Contains(one.Summary, "不设罚款") {
			t.Errorf("%s: %v", kind, one)
		}
	}
	if _, ok := load(t).Find(deliberation.Village, "covenant"); ok {
		t.Error("a village has a residents' covenant")
	}
}
