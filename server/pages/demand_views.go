package pages

import (
	"slices"
	"strconv"

	"github.com/yishi-project/yishi/deliberation"
)

// DemandForm is a joint demand as it was typed.
type DemandForm struct{ Demanded, Title, Summary, Category, Estate string }

// DemandView is the form that begins a joint demand, or its review.
type DemandView struct {
	Page
	Form DemandForm
	// Rules are those of what may be demanded here.
	Rules   []deliberation.DemandRules
	Estates []deliberation.Estate
	Key     string
	Problem *Problem
}

// DemandedOptions offers what may be demanded, each with who has to sign.
func (v DemandView) DemandedOptions() []Option {
	var list []Option
	for _, r := range v.Rules {
		list = append(list, Option{Value: string(r.Demanded), Label: v.DemandedName(r.Demanded), Hint: v.Thresholds(r.Thresholds)})
	}
	return list
}

// EstateOptions offers the estates whose owners may demand their meeting.
func (v DemandView) EstateOptions() []Option {
	list := []Option{{Value: "", Label: v.S("please_choose")}}
	for _, e := range v.Estates {
		list = append(list, Option{Value: string(e.ID), Label: e.Name})
	}
	return list
}

// Chosen gives the rules of what the form demands.
func (v DemandView) Chosen() (chosen deliberation.DemandRules) {
	for _, r := range v.Rules {
		if string(r.Demanded) == v.Form.Demanded {
			chosen = r
		}
	}
	return chosen
}

// EstateName names the estate of the form.
func (v DemandView) EstateName() string {
	for _, e := range v.Estates {
		if string(e.ID) == v.Form.Estate {
			return e.Name
		}
	}
	return ""
}

// DemandedName is what is demanded, in the reader's words.
func (p Page) DemandedName(d deliberation.Demanded) string { return p.head(d.Word(p.Lang)) }

// Thresholds says who has to sign: any one of them is enough.
func (p Page) Thresholds(all []deliberation.MajorityRule) string {
	s := ""
	for i, t := range all {
		if i > 0 {
			s += p.S("threshold_or")
		}
		s += p.MajorityWords(t.Majority)
	}
	s = p.S("thresholds", "Who", s)
	if slices.ContainsFunc(all, func(r deliberation.MajorityRule) bool { return r.Majority.Of == deliberation.OfOwnersHeads }) {
		s += p.S("semicolon") + p.S("demand_heads_only")
	}
	return s
}

// SigningView is a joint demand with how many have signed.
type SigningView struct {
	Page
	P       deliberation.Process
	D       deliberation.DemandStatus
	Count   deliberation.SignatureCount
	Verdict deliberation.Verdict
	// Signed: the reader has; Open: signatures are taken.
	Signed, Open                         bool
	MaySign, MayEnter, MayRead, MayStart bool
	// Confirm shows once more what is signed.
	Confirm bool
	Problem *Problem

	Community deliberation.Community
	Names     Names
	// Answer and Guidance are the texts, for the printed form.
	Answer, Guidance string
}

// notYetKey says whether one number is missing or any one of several.
func (v SigningView) notYetKey() string {
	if len(v.Verdict.Checks) > 1 {
		return "demand_not_yet"
	}
	return "demand_not_yet_one"
}

// Sources are the texts that say how many must sign and for how long, each once.
func (v DemandView) Sources() (list []string) {
	rules := v.Chosen()
	for _, t := range rules.Thresholds {
		list = append(list, v.Source(t.Basis))
	}
	return slices.Compact(append(list, v.Source(rules.SigningDays.Basis)))
}

// Base is the address of the demand.
func (v SigningView) Base() string { return "/processes/" + string(v.P.ID) }

// Outside says which signatures do not count, and why.
func (v SigningView) Outside() (list []string) {
	for _, o := range v.Count.Outside {
		list = append(list, v.S("outside_"+o.Reason, "N", o.Count))
	}
	return list
}

// sheetLines numbers the empty lines of a sheet that fits on one page.
func sheetLines() []string {
	list := make([]string, 22)
	for i := range list {
		list[i] = strconv.Itoa(i + 1)
	}
	return list
}

// SheetView is the form in which the clerk copies a paper sheet.
type SheetView struct {
	Page
	P    deliberation.Process
	Rows string
	// Asked: a sheet was sent, Entered of its rows were taken, and Lines were not.
	Asked   bool
	Entered int
	Lines   []SheetLine
	Problem *Problem
}

// SheetLine is a row that was not entered.
type SheetLine struct {
	deliberation.SheetProblem
	Name, Home string
}

// SignaturesView lists who signed.
type SignaturesView struct {
	Page
	P     deliberation.Process
	List  []deliberation.Signature
	Names Names
}

// DecisionOptions offers what may be said to a joint demand.
func (v ActView) DecisionOptions() []Option {
	var list []Option
	for _, d := range []string{"accept", "refuse"} {
		list = append(list, Option{Value: d, Label: v.S("decision_" + d + "_" + string(v.Spec.Kind))})
	}
	return list
}

// DecisionName is what was decided.
func (v ActView) DecisionName() string {
	return v.S("decision_" + v.Form.Decision + "_" + string(v.Spec.Kind))
}
