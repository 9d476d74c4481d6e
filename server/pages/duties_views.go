package pages

import (
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/templates"
)

// DutiesView lists the duties to meet 例会义务, the most pressing first.
type DutiesView struct {
	Page
	List []deliberation.Duty
	// Enter are the bodies whose meetings the reader may enter from their minutes.
	Enter   []deliberation.Body
	Form    HeldForm
	Problem *Problem
}

// HeldForm is a meeting held without Yishi, as it was typed.
type HeldForm struct{ Body, On string }

// BodyOptions offers the bodies whose meetings may be entered.
func (v DutiesView) BodyOptions() []Option {
	list := []Option{{Value: "", Label: v.S("please_choose")}}
	for _, b := range v.Enter {
		list = append(list, Option{Value: string(b), Label: v.BodyName(b)})
	}
	return list
}

// dutyTone is the look of a duty's state.
func dutyTone(s deliberation.DutyState) Tone {
	switch s {
	case deliberation.DutyOverdue:
		return Bad
	case deliberation.DutyDueSoon:
		return Wait
	case deliberation.DutyHeld:
		return Good
	}
	return Idle
}

// dutyStart leads to the form that begins the meeting, empty where Yishi has none for the body.
func dutyStart(d deliberation.Duty) string {
	switch d.Rule.Body {
	case deliberation.Conference:
		return "/processes/new?template=stake_regular"
	case deliberation.Assembly:
		return "/processes/new?template=report"
	case deliberation.AppraisalDuty:
		return "/duty-reports/new"
	case deliberation.OpenTalkMeeting:
		return "/open-talks/new"
	}
	return ""
}

// AuthorisationsView lists what the assembly authorised the conference to decide 授权.
type AuthorisationsView struct {
	Page
	List []AuthorisationLine
	// Choose are the communities to choose from, where none is known.
	Choose []deliberation.Community
}

// AuthorisationLine is one authorisation with the matter it was given by.
type AuthorisationLine struct {
	deliberation.Authorisation
	Title string
	// Open says that the reader may open the process, Resolution is its posting, if any.
	Open       bool
	Resolution deliberation.PostingID
}

// endingDays is how many days before its end an authorisation is shown as ending.
const endingDays = 30

// State gives the tone and the key of the words for how an authorisation stands.
func (v AuthorisationsView) State(l AuthorisationLine) (Tone, string) {
	today := deliberation.DateOf(v.Now)
	switch l.In(today) {
	case deliberation.GrantPast:
		return Idle, "authorisation_past"
	case deliberation.GrantToCome:
		return Idle, "authorisation_to_come"
	}
	if l.Until.Sub(today) <= endingDays {
		return Wait, "authorisation_ending"
	}
	return Good, "authorisation_in_force"
}

// CategoryNames says what an authorisation covers.
func (p Page) CategoryNames(list []deliberation.Category) string {
	words := ""
	for i, c := range list {
		if i > 0 {
			words += p.S("list_and")
		}
		words += p.CategoryName(c)
	}
	return words
}

// authorisedOptions offers authorisations, and none.
func (p Page) authorisedOptions(none string, all []AuthorisationLine) []Option {
	list := []Option{{Value: "", Label: p.S(none)}}
	for _, a := range all {
		list = append(list, Option{Value: a.ID, Label: p.S("authorised_by_option", "Title", a.Title, "What", p.CategoryNames(a.Categories), "Until", a.Until.Words(p.Lang))})
	}
	return list
}

// authorisedOptions offers the authorisations of the conference that are in force.
func (v StartView) authorisedOptions() []Option {
	return v.Page.authorisedOptions("authorised_by_none", v.Authorisations)
}

// authorisedName gives the words of the authorisation that was chosen.
func (v StartView) authorisedName() string {
	for _, o := range v.authorisedOptions() {
		if o.Value == v.Form.AuthorisedBy && o.Value != "" {
			return o.Label
		}
	}
	return ""
}

// templateName is the name of a template, and templateNote what the law says of it.
func (p Page) templateName(t templates.Template) string { return t.Name.In(p.Lang) }

func (p Page) templateNote(t templates.Template) string { return t.Note.In(p.Lang) }

// draftTitle names a draft by what was typed, and when it was kept.
func (p Page) draftTitle(d deliberation.MatterDraft) string {
	title := d.Fields["title"]
	if title == "" {
		title = p.S("draft_untitled")
	}
	return p.S("draft_of", "Title", title, "When", p.Moment(d.Saved))
}

// bare is the form as nobody has typed in it yet.
func (v StartView) bare() bool {
	return v.Chosen == nil && !v.Resumed && v.Problem == nil && v.Form.Title == ""
}
