package server

import (
	"cmp"
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// choosingInput is what begins a choice 推选.
type choosingInput struct {
	Title, Summary string
	Form           deliberation.Body
	Group          string
	Setup          deliberation.ChoosingSetup
}

// startChoosing begins a choice. The supervisors are chosen by the representatives'
// conference unless another body is named, all others by the meeting of their group.
func (s *Server) startChoosing(ctx context.Context, v viewer, key string, in choosingInput) (deliberation.ProcessID, error) {
	form := in.Form
	if forms := in.Setup.Body.Forms(); form == "" && len(forms) > 0 {
		form = forms[0]
	}
	m := deliberation.Matter{
		Title: in.Title, Category: deliberation.CategoryElection, Affected: deliberation.AffectsAll, Origin: deliberation.OriginCommittee,
		Form: form, Group: in.Group, Choosing: &in.Setup,
	}
	if v.Holds(deliberation.Secretary) {
		m.Origin = deliberation.OriginParty
	}
	local := func(s string) string { return deliberation.Localise(s, v.Community.Kind) }
	m.Title = cmp.Or(m.Title, local("推选"+in.Group+in.Setup.Body.Word("zh")))
	m.Summary = cmp.Or(in.Summary, local("推荐候选人，本人书面同意，公布名单，由"+form.Word("zh")+"无记名投票推选。"))
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.ChoosingKind, Matter: m})
}

// proposedHere reports whether what a candidate says is the viewer's own to say: by name,
// or, where nobody is named yet, because they were proposed.
func proposedHere(v viewer, p deliberation.Process, subject string) bool {
	if subject != "" {
		return subject == string(v.Person.ID)
	}
	return p.Status.Choosing != nil && p.Status.Choosing.Candidate(v.Person.ID) != nil
}
