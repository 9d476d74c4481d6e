package pages

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// HearingForm is the start of a hearing as it was typed.
type HearingForm struct {
	Form, Title, Summary, Category, Affected, Origin, Signers, SignersOf, Reason, For string
}

// StartHearingView is the form that begins a hearing.
type StartHearingView struct {
	Page
	Form    HearingForm
	Key     string
	Problem *Problem
}

// ForumOptions offers the two forums.
func (v StartHearingView) ForumOptions() []Option {
	return []Option{
		{Value: string(deliberation.HearingMeeting), Label: v.head(deliberation.HearingMeeting.Word(v.Lang)), Hint: v.here(v.S("forum_hearing_hint"))},
		{Value: string(deliberation.ExpertAppraisal), Label: v.head(deliberation.ExpertAppraisal.Word(v.Lang)), Hint: v.here(v.S("forum_expert_appraisal_hint"))},
	}
}

// CallerOptions offers who may ask for a hearing: the lawful proposers, and those who
// demand it jointly.
func (v StartHearingView) CallerOptions() []Option {
	list := v.OriginOptions()
	for i := range list {
		if list[i].Value == string(deliberation.OriginResidents) { // a hearing takes more of them than a motion
			list[i].Label = v.S("hearing_call_residents")
		}
	}
	for _, o := range []deliberation.Origin{deliberation.OriginHouseholds, deliberation.OriginGroups} {
		list = append(list, Option{Value: string(o), Label: v.OriginName(o)})
	}
	return list
}

// PlanForm is a plan as it was typed.
type PlanForm struct{ Chair, Presenter, Panel, Sides, Observers string }

// ExpertForm is an expert as they were typed.
type ExpertForm struct{ Name, Field, Interest, Declared string }

// HearingPlanView is the form of the plan.
type HearingPlanView struct {
	Page
	P       deliberation.Process
	Form    PlanForm
	Expert  ExpertForm
	Experts []deliberation.Expert
	// Settled plans no longer change.
	Settled bool
	Key     string
	Problem *Problem
}

// InterestOptions offers what an expert may declare.
func (v HearingPlanView) InterestOptions() (list []Option) {
	for _, i := range deliberation.Interests {
		list = append(list, Option{Value: string(i), Label: i.Word(v.Lang)})
	}
	return list
}

// SignUpForm is a sign-up as it was typed.
type SignUpForm struct{ Side, Needs, Reason, Person, Channel string }

// StatementForm is a statement as it was typed.
type StatementForm struct{ Kind, Text, Person, Expert, Finding string }

// HearingView is a hearing on each of its pages.
type HearingView struct {
	Page
	P       deliberation.Process
	Status  deliberation.HearingStatus
	Plan    *deliberation.HearingPlan
	Experts []deliberation.Expert
	// Mine is the reader's own sign-up, nil where there is none.
	Mine       *deliberation.SignUp
	Statements []deliberation.Statement
	SignUps    []deliberation.SignUp
	List       []deliberation.SignUpNumber
	Names      Names

	Open, MayPlan, MaySignUp, MayEnter, MayRead, MaySpeak, MayWrite, MayDispose bool

	Form      SignUpForm
	Said      StatementForm
	Disposing Answering
	Key       string
	Problem   *Problem
}

// Base is the address of the case.
func (v HearingView) Base() string { return "/processes/" + string(v.P.ID) }

// FormName names the forum.
func (v HearingView) FormName() string { return v.head(v.P.Matter.Form.Word(v.Lang)) }

// Sides are the interested sides.
func (v HearingView) Sides() []deliberation.HearingSide {
	if v.Plan == nil {
		return nil
	}
	return v.Plan.Sides
}

// SideName names a side by its letter.
func (v HearingView) SideName(code string) string {
	for _, s := range v.Sides() {
		if s.Code == code {
			return code + " " + s.Name
		}
	}
	return code
}

// SideOptions offers the sides, each with its seats and whose it is.
func (v HearingView) SideOptions() (list []Option) {
	for _, s := range v.Sides() {
		hint := v.S("side_seats", "N", s.Seats)
		if s.Group != "" {
			hint += v.S("side_group", "Group", s.Group)
		}
		list = append(list, Option{Value: s.Code, Label: s.Code + " " + s.Name, Hint: hint})
	}
	return list
}

// ChannelOptions offers how a sign-up came that the clerk enters.
func (v HearingView) ChannelOptions() []Option {
	return []Option{
		{Value: string(deliberation.SheetChannel), Label: v.S("sign_up_channel_paper")},
		{Value: string(deliberation.PhoneChannel), Label: v.S("sign_up_channel_phone")},
	}
}

// ChannelName names the channel of a sign-up.
func (v HearingView) ChannelName(c deliberation.Channel) string {
	return v.S("sign_up_channel_" + string(c))
}

// DrawnSide gives what the draw gave a side.
func (v HearingView) DrawnSide(code string) deliberation.DrawnSide {
	if v.Status.Drawn != nil {
		for _, s := range v.Status.Drawn.Sides {
			if s.Code == code {
				return s
			}
		}
	}
	return deliberation.DrawnSide{}
}

// Numbers writes numbers in the order of the lots.
func (v HearingView) Numbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, v.S("list_comma"))
}

// ListText is the list as it is hashed.
func (v HearingView) ListText() string { return deliberation.SignUpsText(v.List) }

// Redo is the program that draws again, with the numbers of this draw in it.
func (v HearingView) Redo() string {
	if v.Status.Drawn == nil {
		return ""
	}
	var seats []string
	for _, s := range v.Status.Drawn.Sides {
		seats = append(seats, fmt.Sprintf("%q: %d", s.Code, s.Seats))
	}
	var list []string
	for _, u := range v.List {
		list = append(list, fmt.Sprintf("(%d, %q)", u.Number, u.Side))
	}
	return fmt.Sprintf(`import hashlib
seed = bytes.fromhex(%q)
assert hashlib.sha256(seed).hexdigest() == %q
seats = {%s}
signups = [%s]
for side in seats:
    mine = [n for n, s in signups if s == side]
    mine.sort(key=lambda n: hashlib.sha256(seed + f"{side}{n}".encode()).digest())
    print(side, mine[:seats[side]])
`, v.Status.Drawn.Seed, v.Status.Drawn.Commitment, strings.Join(seats, ", "), strings.Join(list, ", "))
}

// KindOptions offers what one may say; the clerk writes down what was spoken, too.
func (v HearingView) KindOptions() (list []Option) {
	kinds := []deliberation.StatementKind{deliberation.WrittenStatement, deliberation.QuestionAsked}
	if v.MayWrite {
		kinds = []deliberation.StatementKind{deliberation.SpokenStatement, deliberation.WrittenStatement, deliberation.QuestionAsked}
		if len(v.Experts) > 0 {
			kinds = append(kinds, deliberation.ExpertOpinion)
		}
	}
	for _, k := range kinds {
		list = append(list, Option{Value: string(k), Label: k.Word(v.Lang)})
	}
	return list
}

// ExpertOptions offers the experts who may give an opinion.
func (v HearingView) ExpertOptions() []Option {
	list := []Option{{Value: "", Label: v.S("expert_none")}}
	for _, x := range v.Experts {
		if x.Interest != deliberation.DirectInterest {
			list = append(list, Option{Value: x.ID, Label: x.Name + " · " + x.Field})
		}
	}
	return list
}

// ConclusionOptions offers the conclusions of an appraisal.
func (v HearingView) ConclusionOptions() []Option {
	list := []Option{{Value: "", Label: v.S("expert_none")}}
	for _, f := range deliberation.Conclusions {
		list = append(list, Option{Value: string(f), Label: f.Word(v.Lang)})
	}
	return list
}

// DisposalOptions offers what may become of a statement.
func (v HearingView) DisposalOptions(x deliberation.Statement) (list []Option) {
	for _, d := range x.Kind.Dispositions() {
		list = append(list, Option{Value: string(d), Label: d.Word(v.Lang)})
	}
	return list
}

// By says who made a statement: the expert, the person where the reader may know, else the side.
func (v HearingView) By(x deliberation.Statement) string {
	for _, e := range v.Experts {
		if e.ID == x.Expert {
			return e.Name
		}
	}
	if x.Person != "" {
		return v.Names.Of(x.Person) + v.S("in_brackets", "What", v.SideName(x.Side))
	}
	return v.SideName(x.Side)
}

// Disposed counts how many statements had each disposition.
func (v HearingView) Disposed() string {
	n := deliberation.CountStatements(v.Statements)
	return v.S("statements_count", "Received", n.Received, "Adopted", n.Adopted, "Partly", n.Partly, "Not", n.Not, "Answered", n.Answered, "Open", n.Open())
}

func disposedTone(d deliberation.Disposition) Tone {
	switch d {
	case deliberation.StatementAdopted, deliberation.StatementAnswered:
		return Good
	case deliberation.StatementPartly:
		return Wait
	}
	return Idle
}

// disposing gives the form of a statement as it was typed.
func (v HearingView) disposing(id string) Answering {
	if v.Disposing.Opinion == id {
		return v.Disposing
	}
	return Answering{}
}
