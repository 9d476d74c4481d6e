package server

import (
	"context"
	"fmt"

	"github.com/yishi-project/yishi/deliberation"
)

// openTalkInput is what begins an open talk. Without a title it is the quarter's.
type openTalkInput struct {
	Title, Summary string
}

// startOpenTalk begins an open talk.
func (s *Server) startOpenTalk(ctx context.Context, v viewer, key string, in openTalkInput) (deliberation.ProcessID, error) {
	if in.Title == "" {
		in.Title = fmt.Sprintf("%d年第%d季度民情恳谈", s.today().Year, (int(s.today().Month)+2)/3)
	}
	if in.Summary == "" {
		in.Summary = "宣传政策，听取居(村)民和辖区单位的意见、建议。"
	}
	m := deliberation.Matter{
		Title: in.Title, Summary: deliberation.Localise(in.Summary, v.Community.Kind), Category: deliberation.CategoryOther,
		Affected: deliberation.AffectsAll, Origin: deliberation.OriginCommittee, Form: deliberation.OpenTalkMeeting,
	}
	if v.Holds(deliberation.Secretary, deliberation.BranchMember) {
		m.Origin = deliberation.OriginParty
	}
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.OpenTalkKind, Matter: m})
}

// itemWaits checks that an item of an open talk was sent to a forum and waits for the
// process that is started for it.
func itemWaits(p deliberation.Proceeding, item string) error {
	if p.Status.Talk == nil {
		return invalid("for", notAChoice)
	}
	i := p.Status.Talk.Item(item)
	switch {
	case i == nil || i.Finding != deliberation.ItemToForum:
		return invalid("for_item", notAChoice)
	case !i.Pending():
		return deliberation.Refuse(deliberation.RefuseTwice)
	case p.Status.Stage != deliberation.TalkFollowUp:
		return &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.Status.Stage}
	}
	return nil
}
