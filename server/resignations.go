package server

import (
	"cmp"
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// resignationInput is what begins a resignation.
type resignationInput struct {
	Title, Summary string
	Form           deliberation.Body
	Setup          deliberation.ResignationSetup
}

// startResignation puts a resignation before the representatives' conference, or before the
// body that is named.
func (s *Server) startResignation(ctx context.Context, v viewer, key string, in resignationInput) (deliberation.ProcessID, error) {
	m := deliberation.Matter{
		Title: in.Title, Summary: in.Summary, Category: deliberation.CategoryElection, Affected: deliberation.AffectsAll,
		Origin: deliberation.OriginCommittee, Form: cmp.Or(in.Form, deliberation.Conference), Resignation: &in.Setup,
	}
	post := deliberation.Localise(in.Setup.Post.Word("zh"), v.Community.Kind)
	if in.Setup.Inactive {
		m.Title, m.Summary = cmp.Or(m.Title, post+"不履行职责的认定"), cmp.Or(m.Summary, "提请认定"+post+"连续六个月不履行职责，视为辞职。")
	} else {
		m.Title, m.Summary = cmp.Or(m.Title, post+"辞职"), cmp.Or(m.Summary, post+"书面提出辞职，提请会议表决。")
	}
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.ResignationKind, Matter: m})
}

// resigningHolds checks that who is to resign holds the post here today.
func (s *Server) resigningHolds(ctx context.Context, v viewer, in startInput) error {
	if in.Kind != deliberation.ResignationKind {
		return nil
	}
	r := in.Matter.Resignation
	return s.holdsHere(ctx, v, "resignation.person", r.Person, r.Post)
}

// resigns reports whether the process is about the viewer's own resignation.
func resigns(v viewer, p deliberation.Process) bool {
	return p.Matter.Resignation != nil && p.Matter.Resignation.Person == v.Person.ID
}
