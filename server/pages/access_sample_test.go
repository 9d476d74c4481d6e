package pages

import (
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/yishi-project/yishi/deliberation"
)

func accessSamples(t *testing.T, lang string) map[string]templ.Component {
	t.Helper()
	keeper := samplePage(t, lang, deliberation.Operator)
	keeper.InCharge = true
	keeper.Menu = []Entry{{Section: "places", Path: "/places", Key: "menu_places"}, {Section: "my-data", Path: "/my-data", Key: "menu_my_data"}, {Section: "board", Path: "/board", Key: "nav_board"}}
	supervisor := samplePage(t, lang, deliberation.Supervisor, deliberation.Resident)
	voter := samplePage(t, lang, deliberation.Representative, deliberation.Resident)
	city := deliberation.Place{ID: "x1", Kind: deliberation.CityPlace, Name: "示例市"}
	street := deliberation.Place{ID: "t1", Parent: "x1", Kind: deliberation.TownshipPlace, Name: "第一街道", Overlay: "sichuan"}
	community := deliberation.Place{ID: "c1", Parent: "t1", Kind: deliberation.UrbanPlace, Name: "示例社区"}
	village := deliberation.Place{ID: "c2", Parent: "t1", Kind: deliberation.VillagePlace, Name: "柳溪村"}
	open := deliberation.OpenCount{Processes: 3, Held: 1, Tasks: 7}
	nodes := []PlaceNode{{Place: city, Count: open}, {Place: street, Depth: 1, Count: open}, {Place: community, Depth: 2, Count: open, Here: true}, {Place: village, Depth: 2}}
	place := PlaceView{
		Page: keeper, Place: street, Path: []deliberation.Place{city, street}, Below: nodes[2:], Overlay: "sichuan", MayManage: true, Overlays: []string{"sichuan"},
		Kinds: []deliberation.PlaceKind{deliberation.VillagePlace, deliberation.UrbanPlace}, Changed: PlaceForm{Name: "第一街道", Overlay: "sichuan"},
		Charged: []InCharge{{Name: "欧阳明", Office: deliberation.Guide, From: deliberation.NewDate(2026, 1, 1)}},
	}
	wrong := place
	wrong.Adding, wrong.Added = true, PlaceForm{Name: "", Kind: "city"}
	wrong.Problem = &Problem{Title: "填写的内容有误", Now: "请改正。", Fields: []FieldError{{Field: "new_name", Text: "请填写名称"}}}
	bare := PlaceView{Page: voter, Place: community, Path: []deliberation.Place{city, street, community}, MayEnter: true}
	group := PlaceView{Page: voter, Place: deliberation.Place{ID: "g1", Parent: "c1", Kind: deliberation.GroupPlace, Name: "第一小组"}, Path: []deliberation.Place{community}}
	line := deliberation.AuditLine{ID: "a1", Actor: "clk", Assistant: "sec", Act: "view_person", Community: "c1", Person: "me", At: noon}
	act := deliberation.AuditLine{ID: "a2", Actor: "far", Act: "propose", Community: "c1", Process: "p1", At: noon}
	unknown := deliberation.AuditLine{ID: "a3", Act: "made_up_later", Community: "c1", At: noon}
	names := Names{"clk": "张伟", "sec": "王建国", "me": "单𬱖"}
	record := deliberation.PersonRecord{
		Person: deliberation.Person{ID: "me", Community: "c1", Name: "单𬱖", Group: "第一小组"}, Sex: deliberation.Female, Birth: deliberation.NewDate(1955, 3, 8),
		Household: "h1", Identity: "510402195503080021", Phone: "13800001234", Hukou: deliberation.HukouElsewhere, Since: deliberation.NewDate(2001, 5, 1),
	}
	mine := MyDataView{
		Page: voter, Record: record, Household: "3栋2单元501", Home: "示例社区", Places: map[deliberation.PlaceID]string{"c1": "示例社区"}, MayKeep: true,
		Offices: []deliberation.OfficeHeld{
			{Person: "me", Community: "c1", Office: deliberation.Representative, From: deliberation.NewDate(2024, 1, 1)},
			{Person: "me", Community: "c1", Office: deliberation.GroupHead, From: deliberation.NewDate(2019, 1, 1), Until: deliberation.NewDate(2023, 12, 31)},
		},
		Lines: []deliberation.AuditLine{line, {ID: "a4", Actor: voter.MyID, Act: "reveal_person", At: noon}}, Names: names, Paging: Paging{Total: 45, Offset: 20, Limit: 20, Path: "/my-data"},
	}
	shown := mine
	shown.Revealed = true
	return map[string]templ.Component{
		"places":       Places(PlacesView{Page: keeper, Nodes: nodes, MayEnter: true}),
		"places-own":   Places(PlacesView{Page: voter, Above: []deliberation.Place{city, street}, Nodes: nodes[2:3]}),
		"places-empty": Places(PlacesView{Page: voter}),
		"place":        Place(place), "place-wrong": Place(wrong), "place-bare": Place(bare), "place-group": Place(group),
		"menu":            Menu(keeper),
		"enter-community": EnterCommunity(keeper, Problem{Title: "请先选择社区", Why: "您负责多个社区。", Now: "请选择一个。"}),
		"audit":           Audit(AuditView{Page: supervisor, Lines: []deliberation.AuditLine{line, act, unknown}, Names: names, Strangers: map[deliberation.PersonID]bool{"far": true}, Acts: []string{"view_person", "propose"}, Act: "propose", Paging: Paging{Total: 3, Limit: 20, Path: "/audit"}}),
		"audit-empty":     Audit(AuditView{Page: supervisor, Paging: Paging{Limit: 20}}),
		"my-data":         MyData(mine), "my-data-shown": MyData(shown),
		"my-data-empty": MyData(MyDataView{Page: samplePage(t, lang), Record: deliberation.PersonRecord{Person: deliberation.Person{ID: "x", Name: "某人"}}, Paging: Paging{Limit: 20}}),
	}
}

// A number shows its ends only, until it is asked for; one too short shows nothing.
func TestOwnNumbersAreMasked(t *testing.T) {
	v := MyDataView{Page: samplePage(t, "zh-CN")}
	for _, c := range []struct {
		s          string
		head, tail int
		want       string
	}{{"13800001234", 3, 4, "138••••1234"}, {"510402195503080021", 0, 4, "••••••••••••••0021"}, {"1234567", 3, 4, "•••••••"}, {"3栋501", 0, 0, "•••••"}, {"", 3, 4, "未登记"}} {
		if got := v.Shown(c.s, c.head, c.tail); got != c.want {
			t.Errorf("%s: %s, want %s", c.s, got, c.want)
		}
	}
	v.Revealed = true
	if got := v.Shown("13800001234", 3, 4); got != "13800001234" {
		t.Error(got)
	}
}

// The navigation fits a phone, and shows nothing that the menu does not open.
func TestEntriesFollowTheMenu(t *testing.T) {
	p := samplePage(t, "zh-CN", deliberation.Secretary, deliberation.Operator)
	p.Menu = []Entry{{Path: "/today"}, {Path: "/processes"}, {Path: "/board"}}
	var got []string
	for _, e := range p.Entries() {
		got = append(got, e.Section)
	}
	if strings.Join(got, " ") != "today processes board more" || p.MayStart() {
		t.Error(got)
	}
	p.InCharge, p.Menu = true, []Entry{{Path: "/places"}}
	if e := p.Entries(); len(e) != 2 || e[0].Section != "places" || e[1].Section != "more" {
		t.Error(e)
	}
}
