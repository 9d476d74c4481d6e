package server

import (
	"errors"
	"slices"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

var allOffices = deliberation.Offices

func holder(offices ...deliberation.Office) viewer {
	return viewer{Person: deliberation.Person{ID: "x"}, Community: deliberation.Community{ID: home}, SignedIn: true, Fresh: true, Offices: offices}
}

func code(err error) deliberation.RefusalCode {
	var r *deliberation.Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	if err != nil {
		return codeInternal
	}
	return ""
}

// Every act by every office: what the table of acts says, and nothing more.
func TestActsByOffice(t *testing.T) {
	for _, spec := range deliberation.ActSpecs {
		for _, o := range allOffices {
			want := deliberation.RefusalCode("")
			switch {
			case o == deliberation.Operator:
				want = deliberation.RefuseNotEntitled
			case (spec.Supervisory || slices.Equal(spec.Offices, []deliberation.Office{deliberation.Guide})) && slices.Contains([]deliberation.Office{"secretary", "branch_member", "director", "committee_member"}, o):
				want = deliberation.RefuseSupervisedSelf
			case !slices.Contains(spec.Offices, o):
				want = deliberation.RefuseNotEntitled
			}
			got, err := permitAct(spec, holder(o), true, nil)
			if code(err) != want || err == nil && got != o {
				t.Errorf("%s by %s: %q in office %q, want %q", spec.Kind, o, code(err), got, want)
			}
			if _, err := permitAct(spec, holder(o), false, nil); code(err) != deliberation.RefuseNotFound {
				t.Errorf("%s by %s elsewhere: %q", spec.Kind, o, code(err))
			}
			if _, err := permitAct(spec, holder(o, deliberation.Operator), true, nil); code(err) != deliberation.RefuseNotEntitled {
				t.Errorf("%s by %s who runs the machine: %q", spec.Kind, o, code(err))
			}
		}
		if _, err := permitAct(spec, viewer{}, true, nil); code(err) != deliberation.RefuseSignIn {
			t.Errorf("%s by nobody: %q", spec.Kind, code(err))
		}
	}
}

func TestNobodySupervisesTheirOwnWork(t *testing.T) {
	spec, _ := deliberation.SpecOf(deliberation.OrderRectification)
	for _, o := range supervised {
		if _, err := permitAct(spec, holder(deliberation.Supervisor, o), true, nil); code(err) != deliberation.RefuseSupervisedSelf {
			t.Errorf("supervisor who is %s: %q", o, code(err))
		}
	}
	if _, err := permitAct(spec, holder(deliberation.Supervisor, deliberation.Resident), true, nil); err != nil {
		t.Errorf("supervisor who is a resident: %v", err)
	}
}

func TestStageNarrowsTheOffices(t *testing.T) {
	spec, _ := deliberation.SpecOf(deliberation.Convene)
	only := []deliberation.Office{deliberation.Director}
	if _, err := permitAct(spec, holder(deliberation.Secretary), true, only); code(err) != deliberation.RefuseNotEntitled {
		t.Errorf("secretary: %q", code(err))
	}
	if o, err := permitAct(spec, holder(deliberation.Secretary, deliberation.Director), true, only); err != nil || o != deliberation.Director {
		t.Errorf("both: %q, %v", o, err)
	}
}

// Every action by every office, written out: a change of the policy is a change here.
func TestActionsByOffice(t *testing.T) {
	const all = "all"
	exceptOperator := slices.DeleteFunc(slices.Clone(allOffices), func(o deliberation.Office) bool { return o == deliberation.Operator })
	want := map[action]any{
		toReadPublic: all, toLoadAsset: all, toSignIn: all, toSignOut: all, toReadOwn: all, toReadCase: all, toReadPaper: all,
		toReadChoices:   exceptOperator,
		toStartElection: []deliberation.Office{"secretary", "director", "committee_member", "clerk"}, toRunElection: []deliberation.Office{"clerk"}, toNominate: exceptOperator,
		toReadDossier:  []deliberation.Office{"secretary", "branch_member", "party_member", "director", "committee_member", "supervisor", "representative", "clerk", "guide"},
		toStart:        []deliberation.Office{"secretary", "branch_member", "director", "committee_member", "clerk"},
		toAct:          exceptOperator,
		toVote:         exceptOperator,
		toCheckIn:      exceptOperator,
		toCheckInOther: []deliberation.Office{"clerk"},
		toRunHall:      []deliberation.Office{"secretary", "branch_member", "director", "committee_member", "clerk"},
		toGiveMandate:  exceptOperator,
		toFileMandate:  []deliberation.Office{"clerk"},
		toIssuePaper:   []deliberation.Office{"clerk"},
		toCountPaper:   []deliberation.Office{"clerk", "committee_member", "branch_member", "supervisor"},
		toReadEstates:  []deliberation.Office{"secretary", "director", "clerk", "guide", "operator"},
		toEditEstates:  []deliberation.Office{"secretary", "director", "clerk", "operator"},
		toGiveOpinion:  []deliberation.Office{"secretary", "branch_member", "party_member", "director", "committee_member", "supervisor", "representative", "household_head", "resident", "clerk"},
		toAnswer:       []deliberation.Office{"secretary", "branch_member", "director", "committee_member", "clerk"},
		toRunEngine:    []deliberation.Office{"operator"},

		toDemand:         []deliberation.Office{"resident", "household_head", "representative", "owner"},
		toSignDemand:     exceptOperator,
		toPlanHearing:    []deliberation.Office{"secretary", "director", "committee_member", "clerk"},
		toSignUp:         exceptOperator,
		toEnterSignUp:    []deliberation.Office{"clerk"},
		toReadSignUps:    []deliberation.Office{"clerk", "supervisor"},
		toName:           []deliberation.Office{"secretary", "director", "committee_member"},
		toConsult:        []deliberation.Office{"secretary", "branch_member", "director", "committee_member", "supervisor", "representative", "party_member", "group_head", "clerk"},
		toStartAppraisal: []deliberation.Office{"secretary", "supervision_head"},
		toReadBox:        []deliberation.Office{"secretary", "branch_member", "director", "committee_member", "clerk", "supervisor"},
		toSetBox:         []deliberation.Office{"secretary", "director"},
		toDisclose:       []deliberation.Office{"secretary", "director", "committee_member", "clerk"},
		toDraft:          []deliberation.Office{"director", "committee_member", "clerk"},
		toReport:         []deliberation.Office{"secretary", "director", "deputy_director", "committee_member"},
		toEnterSheet:     []deliberation.Office{"clerk"},
		toReadSignatures: []deliberation.Office{"clerk", "supervisor"},
		toRecordHeld:     []deliberation.Office{"secretary", "director", "clerk", "supervisor"},

		toPutInBox: all, toReadPlaces: all, toReadBodies: all, toReadMyData: all, toProveSelf: all, toKeepSignIn: all,
		toEnter:           []deliberation.Office{"guide", "analyst", "operator"},
		toManagePlaces:    []deliberation.Office{"operator"},
		toReadRoster:      []deliberation.Office{"secretary", "director", "clerk", "guide", "operator"},
		toEditRoster:      []deliberation.Office{"secretary", "director", "clerk", "operator"},
		toAppoint:         []deliberation.Office{"secretary", "clerk", "operator"},
		toImport:          []deliberation.Office{"secretary", "director", "clerk", "operator"},
		toExport:          []deliberation.Office{"secretary", "director"},
		toPrintSlips:      []deliberation.Office{"secretary", "clerk"},
		toReadAudit:       []deliberation.Office{"supervisor", "guide"},
		toAssist:          []deliberation.Office{"clerk"},
		toRateDepartments: []deliberation.Office{"supervision_head", "secretary", "director", "clerk"},
	}
	open := []action{toPutInBox, toReadPublic, toLoadAsset, toSignIn, toSignOut, toReadPaper, toProveSelf}
	for a := range rules {
		if want[a] == nil {
			t.Errorf("%s is not in the matrix", a)
		}
	}
	for a, who := range want {
		for _, o := range allOffices {
			list, _ := who.([]deliberation.Office)
			may := who == all || slices.Contains(list, o)
			if err := permit(a, holder(o), true); (err == nil) != may {
				t.Errorf("%s by %s: %v, want %v", a, o, err, may)
			}
			if err := permit(a, holder(o), false); (err == nil) != slices.Contains(open, a) {
				t.Errorf("%s by %s elsewhere: %v", a, o, err)
			}
		}
		if err := permit(a, viewer{}, true); (err == nil) != slices.Contains(open, a) {
			t.Errorf("%s by nobody: %v", a, err)
		}
	}
	if err := permit("made up", holder(deliberation.Secretary), true); code(err) != deliberation.RefuseNotFound {
		t.Errorf("an action without a row: %v", err)
	}
}

func TestEveryRouteHasItsRow(t *testing.T) {
	h := newHall(t)
	here := map[string]bool{}
	for _, r := range h.echo.Routes() {
		if r.Method == echo.RouteNotFound {
			continue
		}
		here[r.Method+" "+r.Path] = true
		if _, ok := rules[routes[r.Method+" "+r.Path]]; !ok {
			t.Errorf("%s %s: no row", r.Method, r.Path)
		}
	}
	for r := range apiRoutes {
		if !here[r] {
			t.Errorf("the row of %s has no route", r)
		}
	}
	h.echo.GET("/forgotten", func(echo.Context) error { return nil })
	if err := unlisted(h.echo); err == nil {
		t.Error("a route without a row is not found out")
	}
}

func TestAllowedActs(t *testing.T) {
	h := newHall(t)
	p := h.town.processes[process]
	for _, c := range []struct {
		who  viewer
		want []deliberation.ActKind
	}{
		{viewer{}, nil},
		{person(h, "secretary"), []deliberation.ActKind{deliberation.Propose}},
		{person(h, "director"), []deliberation.ActKind{deliberation.Convene, deliberation.SignMinutes}},
		{person(h, "supervisor"), []deliberation.ActKind{deliberation.Ask}},
		{person(h, "both"), nil},
		{person(h, "operator"), nil},
		{person(h, "stranger"), nil},
	} {
		var got []deliberation.ActKind
		for _, o := range h.allowedActs(c.who, p) {
			got = append(got, o.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.who.Person.ID, got, c.want)
		}
	}
}

func person(h *hall, id deliberation.PersonID) viewer {
	h.t.Helper()
	v, err := h.load(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}
