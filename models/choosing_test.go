package models_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// What the record says of who is to supervise: residence, the group, offices of the day,
// and whether they are near relatives of the committee (V-NEW 第三十七条, U-NEW 第三十六条).
func TestWhatTheRecordSaysOfCandidates(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		for id, r := range map[deliberation.PersonID]deliberation.PersonRecord{
			"ding": record("丁一", "第十组"), "wang": record("王二", "第十组"), "li": record("李三", "第二组"), "zhao": record("赵四", "第二组"),
		} {
			r.ID, r.Birth = id, deliberation.NewDate(1980, 5, 1)
			got(s.SaveRecord(ctx, r, "clerk"))(t)
		}
		out := record("外人", "")
		out.ID, out.Community, out.Birth = "out", "c2", deliberation.NewDate(1980, 5, 1)
		got(s.SaveRecord(ctx, out, "clerk"))(t)
		for who, office := range map[deliberation.PersonID]deliberation.Office{"li": deliberation.Director, "wang": deliberation.Representative} {
			ok(t, s.Appoint(ctx, deliberation.OfficeHeld{Person: who, Community: place, Office: office, From: today.AddDays(-10), Source: "elected"}, "clerk"))
		}
		ok(t, s.DeclareKin(ctx, deliberation.Kinship{A: "li", B: "zhao", Kind: deliberation.RelationSibling}, false, "clerk"))
		said := func(group string, on deliberation.Date, ids ...deliberation.PersonID) (list []string) {
			for _, x := range got(s.ChoosingStandings(ctx, place, group, ids, []deliberation.Office{deliberation.Director, deliberation.CommitteeMember}, on))(t) {
				list = append(list, fmt.Sprintf("%s %t %v %t", x.Person, x.Resident, x.Offices, x.Kin))
			}
			return list
		}
		everybody := []deliberation.PersonID{"zhao", "li", "out", "wang", "ding", "ding", "nobody"}
		same(t, "by the strokes of their surnames, each once", said("", today, everybody...), []string{
			"nobody false [] false", "ding true [] false", "wang true [representative] false", "out false [] false", "li true [director] false", "zhao true [] true",
		})
		same(t, "of one group", said("第十组", today, "ding", "zhao"), []string{"ding true [] false", "zhao false [] true"})
		if n := got(s.CountMembers(ctx, place, deliberation.Conference.Offices(), "li", today))(t); n != 1 {
			t.Errorf("%d besides the director, want one", n)
		}
		if n := got(s.CountMembers(ctx, place, deliberation.Committee.Offices(), "nobody", today.AddDays(-20)))(t); n != 0 {
			t.Errorf("%d before anybody held an office", n)
		}
		same(t, "before anybody held an office", said("", today.AddDays(-20), "wang", "zhao"), []string{"wang true [] false", "zhao true [] false"})
	})
}

func TestTheSheetsOfAChoiceAreFiledOnce(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(3), "operator"))
		p := sampleProcess("choice1", "推选")
		p.Kind, p.Matter.Choosing = deliberation.ChoosingKind, &deliberation.ChoosingSetup{Body: deliberation.ChooseSupervisors, Seats: 3}
		ok(t, s.CreateProcess(ctx, p))
		lists := []deliberation.ChoosingList{{Post: deliberation.SupervisionHead, Seats: 1, Candidates: []deliberation.PersonID{both}}}
		first := got(s.FileChoosingSheets(ctx, "choice1", "b1", lists, noon))(t)
		if again := got(s.FileChoosingSheets(ctx, "choice1", "b1", lists, noon.Add(1)))(t); !reflect.DeepEqual(first, again) {
			t.Fatalf("a second run gives %+v after %+v", again, first)
		}
		other := got(s.FileChoosingSheets(ctx, "choice1", "b2", lists, noon))(t)
		paper := got(s.Paper(ctx, first[0].Sheet.ID))(t)
		if other[0].Sheet.ID == first[0].Sheet.ID || paper.PaperRef != first[0].Sheet || !strings.Contains(string(paper.Content), "\n1. ") || !lists[0].Sheet.IsZero() {
			t.Errorf("%+v %q", other, paper.Content)
		}
		_, err := s.FileChoosingSheets(ctx, "nobody", "b1", lists, noon)
		refusedWith(t, err, deliberation.RefuseNotFound)
	})
}
