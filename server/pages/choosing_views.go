package pages

import (
	"strconv"

	"github.com/yishi-project/yishi/deliberation"
)

// ChoosingForm is what begins a choice 推选, as it is typed.
type ChoosingForm struct{ Body, Seats, Group, OnPaper, Form string }

// StartChoosingView is the form that begins a choice.
type StartChoosingView struct {
	Page
	// Bodies are what the rules of the day can choose, Forms who may choose the supervisors.
	Bodies  []deliberation.ChoosingRules
	Forms   []deliberation.Body
	Groups  []string
	Form    ChoosingForm
	Key     string
	Problem *Problem
}

func (v StartChoosingView) bodyOptions() (list []Option) {
	for _, r := range v.Bodies {
		hint := v.S("choosing_seats_range", "Least", strconv.Itoa(r.Least.Count), "Most", strconv.Itoa(r.Most.Count)) + v.Source(r.Least.Basis)
		list = append(list, Option{Value: string(r.Body), Label: v.head(r.Body.Word(v.Lang)), Hint: hint})
	}
	return list
}

// ChoosingView is how a choice stands.
type ChoosingView struct {
	Page
	P        deliberation.Proceeding
	C        deliberation.ChoosingProgress
	Rules    *deliberation.ChoosingRules
	Names    Names
	Verdicts []deliberation.Verdict
	Acts     []deliberation.OpenAct
}

func (v ChoosingView) base() string { return "/processes/" + string(v.P.ID) }

func (v ChoosingView) post(o deliberation.Office) string { return v.head(o.Word(v.Lang)) }

// state says how a candidate stands, in words and with an icon's class.
func (v ChoosingView) state(n deliberation.ChoosingCandidate) string {
	if v.C.IsSeated(n.Person) {
		return v.S("choosing_state_chosen")
	}
	return v.S("choosing_state_" + string(n.State))
}

func (v ChoosingView) votes(id deliberation.PersonID) string {
	for _, s := range v.C.Seated {
		if s.Person == id {
			return strconv.Itoa(s.Votes)
		}
	}
	return ""
}

// actLabel names an act with what it is about, where it is about a post.
func (v ChoosingView) actLabel(a deliberation.OpenAct) string {
	name := v.ActName(a.Kind)
	if a.Kind == deliberation.ProposeCandidate {
		return name + "：" + v.post(deliberation.Office(a.Subject))
	}
	if a.Kind == deliberation.AnswerProposal {
		return name + "：" + v.Names.Of(deliberation.PersonID(a.Subject))
	}
	return name
}
