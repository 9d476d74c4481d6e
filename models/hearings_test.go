package models_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/models"
)

const heard = deliberation.ProcessID("hearing1")

// hearing is the community of demanded with a hearing of two sides: all residents,
// and those of the first group.
func hearing(t *testing.T, s *models.Store) deliberation.HearingRules {
	t.Helper()
	demanded(t, s)
	p := sampleProcess(heard, "停车位改造听证")
	p.Kind, p.Matter.Form = deliberation.HearingKind, deliberation.HearingMeeting
	ok(t, s.CreateProcess(t.Context(), p))
	c := deliberation.Change{Key: "hearing1/running", Process: heard, At: noon, Status: &deliberation.Status{Stage: deliberation.HearingPlanning, State: deliberation.Running}}
	got(s.Apply(t.Context(), c))(t)
	return hearingRules(t)
}

func plan() deliberation.HearingPlan {
	return deliberation.HearingPlan{Process: heard, Chair: neighbour(0), Presenter: neighbour(1), Panel: []deliberation.PersonID{neighbour(2)}, Observers: 5, Sides: []deliberation.HearingSide{
		{SideSeats: deliberation.SideSeats{Code: "A", Seats: 3}, Name: "有车的居民"},
		{SideSeats: deliberation.SideSeats{Code: "B", Seats: 4}, Name: "第一组住户", Group: "第一组"},
	}}
}

func web(side string, who deliberation.PersonID, at time.Time) deliberation.SignUp {
	return deliberation.SignUp{Process: heard, Person: deliberation.Person{ID: who}, Side: side, Channel: deliberation.WebChannel, Needs: "手语", Reason: "我家就在三栋", At: at, EnteredBy: who}
}

// signUpOpened plans, settles and opens the sign-up until the end of the tenth day.
func signUpOpened(t *testing.T, s *models.Store) (until time.Time, commitment string) {
	t.Helper()
	rules := hearing(t, s)
	ok(t, s.PlanHearing(t.Context(), plan(), neighbour(0), noon))
	got(s.SettlePlan(t.Context(), heard, rules))(t)
	until = today.AddDays(10).End()
	return until, got(s.OpenSignUp(t.Context(), heard, 1, noon, until))(t)
}

func TestAPlanIsHeldAgainstTheRulesAndThenStands(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx, rules := t.Context(), hearing(t, s)
		_, err := s.SettlePlan(ctx, heard, rules)
		refusedWith(t, err, deliberation.RefuseInvalid)
		one := plan()
		one.Sides = one.Sides[:1]
		ok(t, s.PlanHearing(ctx, one, neighbour(0), noon))
		_, err = s.SettlePlan(ctx, heard, rules)
		refusedWith(t, err, deliberation.RefuseInvalid)
		ok(t, s.PlanHearing(ctx, plan(), neighbour(0), noon))
		n := got(s.SettlePlan(ctx, heard, rules))(t)
		if n.Chair != neighbour(0) || len(n.Sides) != 2 || n.Observers != 5 || !slices.Equal(n.Panel, []deliberation.PersonID{neighbour(2)}) {
			t.Errorf("%+v", n)
		}
		refusedWith(t, s.PlanHearing(ctx, one, neighbour(0), noon), deliberation.RefuseOutOfOrder)
		_, err = s.AddExpert(ctx, deliberation.Expert{Process: heard, Name: "张工", Interest: deliberation.NoInterest, At: noon, By: neighbour(0)})
		refusedWith(t, err, deliberation.RefuseOutOfOrder)
		kept := got(s.HearingPlan(ctx, heard))(t)
		if kept.Sides[1].Name != "第一组住户" || kept.Sides[1].Group != "第一组" {
			t.Errorf("%+v", kept)
		}
	})
}

// 报名: a person once, for one side, only who is touched, until the closing moment.
func TestWhoMaySignUpForAHearing(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		until, commitment := signUpOpened(t, s)
		if again := got(s.OpenSignUp(ctx, heard, 1, noon, until))(t); again != commitment || len(again) != 64 {
			t.Errorf("a second call gives %s instead of %s", again, commitment)
		}
		if n := got(s.SignUp(ctx, web("A", neighbour(5), noon)))(t); n != 1 {
			t.Errorf("the first number is %d", n)
		}
		refuse := func(u deliberation.SignUp, code deliberation.RefusalCode) {
			t.Helper()
			_, err := s.SignUp(ctx, u)
			refusedWith(t, err, code)
		}
		refuse(web("A", neighbour(5), noon), deliberation.RefuseTwice)
		refuse(web("B", neighbour(5), noon), deliberation.RefuseOtherSide)
		refuse(web("Z", neighbour(6), noon), deliberation.RefuseInvalid)
		refuse(web("B", neighbour(18), noon), deliberation.RefuseNotAffected) // of another group
		refuse(web("A", "child", noon), deliberation.RefuseNotAffected)
		refuse(web("A", "elsewhere", noon), deliberation.RefuseNotAffected)
		refuse(web("A", "nobody", noon), deliberation.RefuseNotAffected)
		for i := range 3 {
			refuse(web("A", neighbour(i), noon), deliberation.RefuseOnPanel)
		}
		refuse(web("A", neighbour(6), until), deliberation.RefuseTooLate)
		other := web("A", neighbour(6), noon)
		other.Process = "no-such"
		refuse(other, deliberation.RefuseNotFound)

		phone := web("B", neighbour(7), until.Add(-time.Second))
		phone.Channel, phone.EnteredBy = deliberation.PhoneChannel, neighbour(0)
		if n := got(s.SignUp(ctx, phone))(t); n != 2 {
			t.Errorf("the second number is %d", n)
		}
		ok(t, s.WithdrawSignUp(ctx, heard, neighbour(5), noon))
		refusedWith(t, s.WithdrawSignUp(ctx, heard, neighbour(5), noon), deliberation.RefuseNotFound)
		if n := got(s.SignUp(ctx, web("B", neighbour(5), noon)))(t); n != 1 {
			t.Errorf("who comes back has number %d", n)
		}
		list := got(s.SignUps(ctx, heard))(t)
		if len(list) != 2 || list[0].Side != "B" || list[0].Needs != "手语" || list[1].Channel != deliberation.PhoneChannel || list[1].Person.Name != "邻居7" {
			t.Errorf("%+v", list)
		}
		later := until.Add(24 * time.Hour)
		got(s.OpenSignUp(ctx, heard, 1, noon, later))(t) // posted again in full
		got(s.SignUp(ctx, web("A", neighbour(8), until)))(t)
	})
}

// 个人信息保护法第四十七条: what somebody needed so that they could come tells of their
// health; it goes, and that they signed up stays.
func TestWhatSomebodyNeededAtAHearingIsErased(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		signUpOpened(t, s)
		got(s.SignUp(ctx, web("A", neighbour(5), noon)))(t)
		_, err := b.raw(t).Exec("UPDATE processes SET state = 'ended'")
		ok(t, err)
		e := got(s.Erase(ctx, neighbour(5), models.EraseUnneeded, today, "operator", true))(t)
		equal(t, "erased", parts(e.Erased)["needs"], 1)
		equal(t, "kept", parts(e.Kept)["sign_ups"], 2)
		list := got(s.SignUps(ctx, heard))(t)
		if len(list) != 1 || list[0].Needs != "" || list[0].Reason != "我家就在三栋" {
			t.Errorf("%+v", list)
		}
	})
}

func TestTheDrawIsTheSameWheneverItIsAskedFor(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		until, commitment := signUpOpened(t, s)
		for i := 3; i < 13; i++ {
			got(s.SignUp(ctx, web("A", neighbour(i), noon)))(t)
		}
		for i := 13; i < 15; i++ {
			got(s.SignUp(ctx, web("B", neighbour(i), noon)))(t)
		}
		ok(t, s.WithdrawSignUp(ctx, heard, neighbour(3), noon))
		days := deliberation.DaysRule{Key: "hearing.announce_days", Days: 10}
		d, chosen, err := s.CloseSignUp(ctx, heard, 1, days, until)
		ok(t, err)
		list := got(s.SignUpNumbers(ctx, heard))(t)
		if fault := deliberation.CheckDraw(commitment, d, list); fault != "" || len(list) != 11 {
			t.Errorf("the draw does not hold: %s, %d on the list", fault, len(list))
		}
		if len(chosen) != 5 || len(d.Sides[0].Chosen) != 3 || d.Sides[1].Short != 2 {
			t.Errorf("%+v %v", d, chosen)
		}
		again, same, err := s.CloseSignUp(ctx, heard, 1, days, until.Add(time.Hour))
		ok(t, err)
		if !slices.Equal(chosen, same) || again.Seed != d.Seed || !again.Window.Closed.Equal(d.Window.Closed) {
			t.Errorf("a second call gives %+v", again)
		}
		_, err = s.SignUp(ctx, web("A", neighbour(17), noon))
		refusedWith(t, err, deliberation.RefuseTooLate)
		refusedWith(t, s.WithdrawSignUp(ctx, heard, neighbour(4), noon), deliberation.RefuseTooLate)
	})
}

func TestStatementsAreNumberedAndEachIsDisposedOf(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		until, _ := signUpOpened(t, s)
		got(s.SignUp(ctx, web("A", neighbour(5), noon)))(t)
		_, _, err := s.CloseSignUp(ctx, heard, 1, deliberation.DaysRule{}, until)
		ok(t, err)
		say := func(id string, kind deliberation.StatementKind, who deliberation.PersonID) deliberation.Statement {
			return deliberation.Statement{ID: id, Process: heard, Kind: kind, Person: who, Text: "意见" + id, At: noon, EnteredBy: neighbour(0)}
		}
		for i, id := range []string{"s1", "s2", "s1"} {
			if n := got(s.AddStatement(ctx, say(id, deliberation.SpokenStatement, neighbour(5))))(t); n != []int{1, 2, 1}[i] {
				t.Errorf("%s has number %d", id, n)
			}
		}
		_, err = s.AddStatement(ctx, say("s3", deliberation.SpokenStatement, neighbour(6)))
		refusedWith(t, err, deliberation.RefuseNotOnRoll)
		got(s.AddStatement(ctx, say("q1", deliberation.QuestionAsked, neighbour(5))))(t)
		rules := hearingRules(t)
		_, err = s.CloseStatements(ctx, heard, rules, "")
		refusedWith(t, err, deliberation.RefuseUnanswered)
		dispose := func(id string, d deliberation.Disposition) error {
			return s.DisposeStatement(ctx, deliberation.Statement{ID: id, Process: heard, Disposition: d, Reason: "因为" + id, Disposed: noon, DisposedBy: neighbour(0)})
		}
		ok(t, dispose("s1", deliberation.StatementAdopted))
		ok(t, dispose("s2", deliberation.StatementNot))
		refusedWith(t, dispose("q1", deliberation.StatementAdopted), deliberation.RefuseInvalid)
		refusedWith(t, dispose("s1", deliberation.StatementAnswered), deliberation.RefuseInvalid)
		refusedWith(t, dispose("none", deliberation.StatementAdopted), deliberation.RefuseNotFound)
		ok(t, dispose("q1", deliberation.StatementAnswered))
		n := got(s.CloseStatements(ctx, heard, rules, ""))(t)
		if n.Received != 3 || n.Adopted != 1 || n.Not != 1 || n.Answered != 1 || n.SHA256 != deliberation.CountStatements(got(s.Statements(ctx, heard))(t)).SHA256 {
			t.Errorf("%+v", n)
		}
		refusedWith(t, dispose("s1", deliberation.StatementNot), deliberation.RefuseTooLate)
		_, err = s.AddStatement(ctx, say("s4", deliberation.WrittenStatement, neighbour(5)))
		refusedWith(t, err, deliberation.RefuseTooLate)
		if who := got(s.HearingSpeakers(ctx, heard, "none"))(t); !slices.Equal(who, []deliberation.PersonID{neighbour(5)}) {
			t.Errorf("%v spoke", who)
		}
	})
}

func hearingRules(t *testing.T) deliberation.HearingRules {
	t.Helper()
	lib, err := packs.Load()
	ok(t, err)
	pack, err := lib.Pack("urban-2026")
	ok(t, err)
	rules, err := deliberation.HearingOf(pack, deliberation.HearingMeeting)
	ok(t, err)
	return rules
}

// A direct interest excludes (重大行政决策程序暂行条例第二十条); the others each owe an opinion.
func TestAnExpertWithADirectInterestGivesNoOpinion(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		rules := hearing(t, s)
		rules.Meeting.Body = deliberation.ExpertAppraisal
		ok(t, s.PlanHearing(ctx, plan(), neighbour(0), noon))
		var ids []string
		for i, interest := range []deliberation.Interest{deliberation.NoInterest, deliberation.IndirectInterest, deliberation.NoInterest, deliberation.DirectInterest} {
			x := deliberation.Expert{Process: heard, Name: fmt.Sprintf("专家%d", i), Field: "给排水", Interest: interest, Declared: "声明", At: noon.Add(time.Duration(i) * time.Second), By: neighbour(0)}
			ids = append(ids, got(s.AddExpert(ctx, x))(t))
		}
		n := got(s.SettlePlan(ctx, heard, rules))(t)
		if n.Experts != 3 || n.Excluded != 1 {
			t.Errorf("%+v", n)
		}
		if list := got(s.Experts(ctx, heard))(t); len(list) != 4 || list[3].Name != "专家3" || list[3].Declared != "声明" || list[3].Field != "给排水" {
			t.Errorf("%+v", list)
		}
		for i, id := range ids {
			_, err := s.AddStatement(ctx, deliberation.Statement{ID: "x" + id, Process: heard, Kind: deliberation.ExpertOpinion, Expert: id, Conclusion: deliberation.Feasible, Text: "可行", At: noon, EnteredBy: neighbour(0)})
			if i == 3 {
				refusedWith(t, err, deliberation.RefuseInterest)
				continue
			}
			ok(t, err)
			ok(t, s.DisposeStatement(ctx, deliberation.Statement{ID: "x" + id, Process: heard, Disposition: deliberation.StatementAdopted, Reason: "照此办理", Disposed: noon, DisposedBy: neighbour(0)}))
			if i == 0 {
				_, err := s.CloseStatements(ctx, heard, rules, deliberation.Feasible)
				refusedWith(t, err, deliberation.RefuseInvalid)
			}
		}
		got(s.CloseStatements(ctx, heard, rules, deliberation.NotFeasible))(t)
	})
}
