package server

import (
	"slices"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// motionInput is what a motion may bring besides its text: who or what may be
// chosen, how it is voted on, and what it authorises.
type motionInput struct {
	// Options are the names that may be chosen, Seats how many of them.
	Options []string
	Seats   int
	OnPaper bool
	// Grant is what the conference is to be authorised to decide.
	Grant *deliberation.Grant
	// Together puts the motions of an agenda on one ballot, Sections a meeting into several places.
	Together bool
	Sections int
}

// checkMotion checks what an act of a conference brings and tidies the names.
func checkMotion(f *fields, spec deliberation.ActSpec, in *motionInput) {
	if spec.Wants(deliberation.OptionalSeats) {
		checkOptions(f, in)
	} else {
		f.want(len(in.Options) == 0, "options", unexpected)
		f.want(in.Seats == 0, "seats", unexpected)
	}
	f.want(!in.OnPaper || spec.Wants(deliberation.OptionalOnPaper), "on_paper", unexpected)
	f.want(!in.Together || spec.Wants(deliberation.OptionalTogether), "together", unexpected)
	f.want(in.Sections == 0 || spec.Wants(deliberation.OptionalSections), "sections", unexpected)
	f.want(in.Sections >= 0 && in.Sections <= maxDays, "sections", notANumber)
	if in.Grant == nil {
		return
	}
	f.want(spec.Wants(deliberation.OptionalGrant), "grant", unexpected)
	f.want(len(in.Grant.Categories) > 0, "grant", required)
	f.want(!in.Grant.Until.IsZero(), "grant_until", required)
	f.want(slices.Contains(deliberation.GrantBodies, in.Grant.Holder()), "grant_to", notAChoice)
	if in.Grant.To == deliberation.Conference { // said or not said, it is the same
		in.Grant.To = ""
	}
	sorted := slices.Sorted(slices.Values(in.Grant.Categories))
	f.want(len(slices.Compact(sorted)) == len(in.Grant.Categories), "grant", notAChoice)
}

// checkOptions: each name once, a line each, and a number of seats that they can fill.
func checkOptions(f *fields, in *motionInput) {
	if len(in.Options) == 0 {
		f.want(in.Seats == 0, "options", required)
		return
	}
	if len(in.Options) > deliberation.MaxOptions {
		f.add("options", tooMany, deliberation.MaxOptions)
		return
	}
	names := make([]string, len(in.Options))
	for i, name := range in.Options {
		names[i] = f.text("options", name, true, maxLine)
		f.want(!strings.Contains(names[i], "\n"), "options", notText)
		f.want(!slices.Contains(names[:i], names[i]), "options", notAChoice)
	}
	in.Options = names
	if in.Seats < 1 || in.Seats > len(names) {
		f.add("seats", notANumber, len(names))
	}
}

// keepsOptions checks that a motion that is amended still names as many as may be
// chosen: who they are may change with the text, how many may not.
func keepsOptions(p deliberation.Proceeding, kind deliberation.ActKind, in actInput) error {
	if kind != deliberation.Amend {
		return nil
	}
	m, ok := nextMotion(p.Status.Agenda)
	if i := slices.IndexFunc(p.Status.Agenda, func(m deliberation.Motion) bool { return m.ID == in.Subject }); i >= 0 {
		m, ok = p.Status.Agenda[i], true
	}
	if ok && len(m.Options) > 0 && deliberation.OptionNames(in.Text, len(m.Options)) == nil {
		return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Act: kind, Fields: []deliberation.FieldProblem{{Field: "options", Problem: tooFew, Limit: len(m.Options)}}}
	}
	return nil
}
