package pages

import (
	"slices"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// StateOptions offers the states by which a list may be narrowed.
func (p Page) StateOptions() []Option {
	return []Option{
		{Value: "", Label: p.S("state_all")},
		{Value: string(deliberation.Running), Label: p.S("process_running")},
		{Value: string(deliberation.Held), Label: p.S("process_held")},
		{Value: string(deliberation.Ended), Label: p.S("process_ended")},
	}
}

// CategoryOptions offers what a matter may be about.
func (p Page) CategoryOptions() []Option {
	list := []Option{{Value: "", Label: p.S("please_choose")}}
	for _, c := range CategoryList {
		list = append(list, Option{Value: string(c), Label: p.CategoryName(c)})
	}
	return list
}

// AffectedOptions offers who may be affected, with what follows from it.
func (p Page) AffectedOptions() []Option {
	var list []Option
	for _, a := range AffectedList {
		list = append(list, Option{Value: string(a), Label: p.AffectedName(a), Hint: p.S("affected_hint_" + string(a))})
	}
	return list
}

// OriginOptions offers the lawful proposers.
func (p Page) OriginOptions() []Option {
	var list []Option
	for _, o := range OriginList {
		list = append(list, Option{Value: string(o), Label: p.OriginName(o)})
	}
	return list
}

// FormOptions offers the bodies that may decide at ④.
func (p Page) FormOptions() []Option {
	var list []Option
	for _, b := range FormList {
		list = append(list, Option{Value: string(b), Label: p.BodyName(b), Hint: p.S("form_hint_" + string(b))})
	}
	return list
}

// VotingOptions offers the ways to vote on a motion.
func (p Page) VotingOptions() []Option {
	var list []Option
	for _, v := range deliberation.Votings {
		list = append(list, Option{Value: string(v), Label: p.VotingName(v)})
	}
	return list
}

// KindOptions offers the kinds of process.
func (p Page) KindOptions() []Option {
	return []Option{
		{Value: deliberation.FourDeliberationsKind, Label: p.S("start_kind_four"), Hint: p.S("start_kind_four_hint")},
		{Value: deliberation.ConferenceKind, Label: p.S("start_kind_conference"), Hint: p.S("start_kind_conference_hint")},
		{Value: deliberation.LivelihoodKind, Label: p.S("start_kind_livelihood"), Hint: p.S("start_kind_livelihood_hint")},
	}
}

// ChoiceOptions offers what a ballot may say.
func (p Page) ChoiceOptions() []Option {
	var list []Option
	for _, c := range deliberation.Choices {
		list = append(list, Option{Value: string(c), Label: p.ChoiceName(c)})
	}
	return list
}

// DispositionOptions offers what may become of an opinion.
func (p Page) DispositionOptions() []Option {
	var list []Option
	for _, d := range []string{"adopted", "partly", "not"} {
		list = append(list, Option{Value: d, Label: p.S("disposition_" + d)})
	}
	return list
}

// hidden carries what was typed to the next page; Value is the field, Label its content.
func (f StartForm) hidden() []Option {
	return filled([]Option{
		{Value: "kind", Label: f.Kind}, {Value: "title", Label: f.Title}, {Value: "summary", Label: f.Summary}, {Value: "category", Label: f.Category},
		{Value: "affected", Label: f.Affected}, {Value: "origin", Label: f.Origin}, {Value: "signers", Label: f.Signers},
		{Value: "signers_of", Label: f.SignersOf}, {Value: "budget_fen", Label: f.Budget}, {Value: "form", Label: f.Form},
		{Value: "authorisation", Label: f.Authorisation}, {Value: "authorised_by", Label: f.AuthorisedBy}, {Value: "merged", Label: f.Merged}, {Value: "demand", Label: f.Demand}, {Value: "estate", Label: f.Estate},
		{Value: "group", Label: f.Group}, {Value: "for", Label: f.For}, {Value: "for_item", Label: f.ForItem}, {Value: "opinion", Label: f.Opinion},
		{Value: "delegates", Label: f.Delegates}, {Value: "choice_reason", Label: f.Reason},
	})
}

// hidden carries what was typed to the page that shows it once more.
func (f ActForm) hidden() []Option {
	list := []Option{
		{Value: "options", Label: f.Options}, {Value: "seats", Label: f.Seats}, {Value: "on_paper", Label: f.OnPaper},
		{Value: "together", Label: f.Together}, {Value: "sections", Label: f.Sections}, {Value: "grant_until", Label: f.Until}, {Value: "grant_to", Label: f.GrantTo},
		{Value: "date", Label: f.Date}, {Value: "time", Label: f.Time}, {Value: "place", Label: f.Place}, {Value: "text", Label: f.Text},
		{Value: "subject", Label: f.Subject}, {Value: "days", Label: f.Days}, {Value: "urgent", Label: f.Urgent},
		{Value: "income", Label: f.Income}, {Value: "spending", Label: f.Spending}, {Value: "voting", Label: f.Voting}, {Value: "category", Label: f.Category},
		{Value: "people", Label: f.People}, {Value: "post", Label: f.Post},
		{Value: "decision", Label: f.Decision}, {Value: "finding", Label: f.Finding},
		{Value: "yes", Label: f.Yes}, {Value: "no", Label: f.No}, {Value: "abstain", Label: f.Abstain},
		{Value: "asked", Label: f.Asked}, {Value: "returned", Label: f.Returned}, {Value: "satisfied", Label: f.Satisfied}, {Value: "basically", Label: f.Basically}, {Value: "not", Label: f.Not},
	}
	for _, c := range f.Grant {
		list = append(list, Option{Value: "grant", Label: c})
	}
	return filled(list)
}

// GrantToOptions offers the bodies to which the assembly may entrust what it decides.
func (p Page) GrantToOptions() (list []Option) {
	for _, b := range deliberation.GrantBodies {
		list = append(list, Option{Value: string(b), Label: p.BodyName(b)})
	}
	return list
}

// GrantOptions offers what another body may be authorised to decide.
func (p Page) GrantOptions() []Option {
	return slices.DeleteFunc(p.CategoryOptions(), func(o Option) bool {
		return o.Value == "" || o.Value == string(deliberation.CategoryAuthorise) || o.Value == string(deliberation.CategoryElection) || o.Value == string(deliberation.CategoryOwners)
	})
}

func filled(all []Option) []Option {
	var list []Option
	for _, o := range all {
		if strings.TrimSpace(o.Label) != "" {
			list = append(list, o)
		}
	}
	return list
}

// answering gives what was typed in answer to the opinion, if it was refused.
func (v ProcessView) answering(opinion string) Answering {
	if v.Answering.Opinion == opinion {
		return v.Answering
	}
	return Answering{}
}
