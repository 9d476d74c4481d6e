package server

import (
	"net/http"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// seat gives somebody of the town an office from a day on, and a record.
func (w *town) seat(id deliberation.PersonID, name string, birth deliberation.Date, from deliberation.Date, offices ...deliberation.Office) {
	w.people[id] = deliberation.Person{ID: id, Community: home, Name: name}
	w.records[id] = deliberation.PersonRecord{Person: w.people[id], Sex: deliberation.Female, Birth: birth, Standing: deliberation.Present}
	for _, o := range offices {
		w.held = append(w.held, deliberation.OfficeHeld{Person: id, Community: home, Office: o, From: from, Source: "elected"})
	}
}

func bodyVisit(t *testing.T, who deliberation.PersonID) visit {
	t.Helper()
	v := newVisit(t).signedIn(who)
	grown, term := deliberation.NewDate(1970, 1, 2), deliberation.NewDate(2026, 1, 10)
	v.h.town.seat("deputy", "副主任甲", grown, term, deliberation.DeputyDirector, deliberation.CommitteeMember)
	v.h.town.seat("cousin", "委员乙", grown, term, deliberation.CommitteeMember)
	v.h.town.seat("child", "代表丙", deliberation.NewDate(2010, 6, 7), term, deliberation.Representative)
	v.h.town.seat("stale", "代表丁", grown, deliberation.NewDate(2020, 3, 1), deliberation.Representative)
	v.h.town.seat("newcomer", "预备戊", grown, term, deliberation.ProbationaryMember)
	v.h.town.kin = []deliberation.Kinship{{A: "deputy", B: "cousin", Kind: deliberation.RelationSibling, Source: "declared"}}
	return v
}

func TestBodiesAreListedWithTheirState(t *testing.T) {
	doc := bodyVisit(t, "resident").page("/bodies", http.StatusOK)
	if n := doc.Find("tr.body").Length(); n != len(deliberation.Bodies) {
		t.Fatalf("%d bodies", n)
	}
	for id, want := range map[string]string{"committee": "不符合规定", "assembly": "没有组成规则", "conference": "不符合规定"} {
		if got := doc.Find("tr#" + id).Text(); !strings.Contains(got, want) {
			t.Errorf("%s: %s", id, got)
		}
	}
	if doc.Find("tr#party_meeting a").Length() != 0 || doc.Find("tr#committee a").Length() != 1 {
		t.Error("a resident is led to the list of Party members, or not to the committee")
	}
	if doc := bodyVisit(t, "secretary").page("/bodies", http.StatusOK); doc.Find("tr#party_meeting a").Length() != 1 {
		t.Error("the secretary is not led to the Party members")
	}
}

func TestABodyShowsItsMembersAndBreaches(t *testing.T) {
	doc := bodyVisit(t, "resident").page("/bodies/committee", http.StatusOK)
	text := doc.Find("main").Text()
	for _, want := range []string{"副主任甲", "委员乙", "居民委员会成员之间应当近亲属回避：有 1 对不符合。", "第八条第二款", "现有 4 人，还差 1 人", "缺 1 人"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said", want)
		}
	}
	if strings.Contains(doc.Find("#bodies_broken").Text(), "委员乙—副主任甲") || strings.Contains(text, "1970") || strings.Contains(text, "兄弟姐妹") {
		t.Error("a resident reads who is whose relative, or a day of birth")
	}
	if doc.Find("table.members a").Length() != 0 {
		t.Error("a resident is led to records")
	}
	for _, who := range []deliberation.PersonID{"supervisor", "clerk", "secretary"} {
		got := bodyVisit(t, who).page("/bodies/committee", http.StatusOK).Find("#bodies_broken .who").Text()
		if !strings.Contains(got, "委员乙—副主任甲") {
			t.Errorf("%s is not told who: %q", who, got)
		}
	}
}

func TestAConferenceShowsAgesAndTerms(t *testing.T) {
	for who, told := range map[deliberation.PersonID]bool{"resident": false, "rep": false, "supervisor": true} {
		doc := bodyVisit(t, who).page("/bodies/conference", http.StatusOK)
		broken := doc.Find("#bodies_broken").Text()
		if !strings.Contains(broken, "应年满 18 周岁：有 1 人不符合") || !strings.Contains(broken, "代表丁") {
			t.Errorf("%s: %s", who, broken)
		}
		if strings.Contains(broken, "代表丙") != told || strings.Contains(doc.Text(), "2010") {
			t.Errorf("%s: who is too young: told %v", who, !told)
		}
	}
}

func TestABodyOfAnotherDayIsUnderTheLawOfThatDay(t *testing.T) {
	v := bodyVisit(t, "supervisor")
	before := v.page("/bodies/committee?on=2025-12-31", http.StatusOK)
	if text := before.Find("main").Text(); strings.Contains(text, "近亲属回避") || !strings.Contains(text, "2018年修正") || strings.Contains(text, "2025年修订") {
		t.Error("the law of 2026 is laid over a day of 2025")
	}
	if before.Find("table.members tr.member:contains('委员乙')").Length() != 0 {
		t.Error("who was not yet in office is shown")
	}
	if doc := v.page("/bodies/committee?on=2025-13-31", http.StatusUnprocessableEntity); doc.Find("#problem a[href='#on']").Length() != 1 || doc.Find("#on").AttrOr("value", "") != "2025-13-31" {
		t.Error("a day that does not exist is not said to be wrong")
	}
}

func TestWhoMaySeeRolls(t *testing.T) {
	for path, want := range map[string]map[deliberation.PersonID]int{
		"/bodies/conference/roll":    {"resident": 200, "rep": 200, "clerk": 200, "": 401},
		"/bodies/assembly/roll":      {"resident": 403, "rep": 403, "clerk": 200, "supervisor": 200},
		"/bodies/party_meeting":      {"resident": 403, "secretary": 200, "rep": 200},
		"/bodies/party_meeting/roll": {"resident": 403, "secretary": 200},
		"/bodies/joint_committees":   {"secretary": 404},
		"/bodies/nothing":            {"secretary": 404},
		"/bodies/nothing/roll":       {"secretary": 404},
		"/bodies/committee":          {"": 401, "resident": 200},
	} {
		for who, status := range want {
			v := newVisit(t)
			if who != "" {
				v = v.signedIn(who)
			}
			if r := v.get(path); r.Code != status {
				t.Errorf("%s for %q: %d, want %d", path, who, r.Code, status)
			}
		}
	}
}

func TestARollNamesItsMembers(t *testing.T) {
	doc := bodyVisit(t, "resident").page("/bodies/conference/roll?on=2026-06-01", http.StatusOK)
	if got := doc.Find("table.roll").Text(); !strings.Contains(got, "代表丁") || !strings.Contains(got, "担任居民代表") || strings.Contains(got, "名resident") {
		t.Error(got)
	}
	if !strings.Contains(doc.Find("h1").Text(), "2026年6月1日") {
		t.Error("the roll does not say of which day it is")
	}
}

// The assembly is everybody of age: it has no list, and no number that looks like one.
func TestTheAssemblyListsNobody(t *testing.T) {
	v := bodyVisit(t, "supervisor")
	if got := v.page("/bodies", http.StatusOK).Find("tr#assembly td").First().Text(); !strings.Contains(got, "—") {
		t.Errorf("a number of members: %s", got)
	}
	doc := v.page("/bodies/assembly", http.StatusOK)
	if doc.Find("table.members").Length() != 0 || doc.Find("a[href='/bodies/assembly/roll']").Length() != 1 {
		t.Error("members are listed, or the roll is not offered")
	}
	if doc := bodyVisit(t, "resident").page("/bodies/assembly", http.StatusOK); doc.Find("a[href='/bodies/assembly/roll']").Length() != 0 {
		t.Error("a resident is offered the roll of all adults")
	}
}

// Nobody reads the bodies of another community: a stranger sees their own, and it has other people.
func TestBodiesAreThoseOfOnesOwnCommunity(t *testing.T) {
	for _, path := range []string{"/bodies", "/bodies/committee", "/bodies/conference", "/bodies/conference/roll", "/bodies/assembly/roll"} {
		if text := bodyVisit(t, "stranger").page(path, http.StatusOK).Text(); strings.Contains(text, "委员乙") || strings.Contains(text, "代表丁") || strings.Contains(text, "名rep") {
			t.Errorf("%s shows another community's people", path)
		}
	}
}
