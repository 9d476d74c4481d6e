package models_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/models"
)

func TestASheetForEachDepartmentIsFiledOnce(t *testing.T) {
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	pack, err := lib.Pack("urban-2026")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.DepartmentRulesOf(pack)
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(3), "operator"))
		p := sampleProcess("rating1", "评议部门")
		p.Kind, p.Matter.Departments = deliberation.DepartmentKind, []string{"供电所", "<b>水务</b>"}
		ok(t, s.CreateProcess(ctx, p))
		first := got(s.FileRatingSheets(ctx, "rating1", rules, noon))(t)
		if again := got(s.FileRatingSheets(ctx, "rating1", rules, noon.Add(1)))(t); !reflect.DeepEqual(first, again) || len(first) != 2 {
			t.Fatalf("a second run gives %+v after %+v", again, first)
		}
		for i, sheet := range first {
			paper := got(s.Paper(ctx, sheet.Sheet.ID))(t)
			text := string(paper.Content)
			if sheet.ID != deliberation.DepartmentAt(i) || paper.PaperRef != sheet.Sheet || paper.Process != "rating1" || paper.Author != p.StartedBy || !strings.HasPrefix(text, p.Matter.Departments[i]+"\n") {
				t.Errorf("sheet %d: %+v %q", i, paper, text)
			}
		}
		_, err := s.FileRatingSheets(ctx, "nobody", rules, noon)
		refusedWith(t, err, deliberation.RefuseNotFound)
		ok(t, s.CreateProcess(ctx, sampleProcess("other1", "别的事")))
		_, err = s.FileRatingSheets(ctx, "other1", rules, noon)
		refusedWith(t, err, deliberation.RefuseNotFound)
	})
}
