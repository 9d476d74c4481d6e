package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// Resign plays the resignation of a member of the committee from the letter to the archive,
// and gives its id and its dossier.
func (p *Play) Resign(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	return p.perform(ctx, p.Cast.Clerk, p.everybodyIn, p.startResignation, p.acceptResignation, p.resigned, p.archived)
}

// leaver is who resigns.
func (p *Play) leaver() deliberation.PersonID { return p.Cast.Committee[2] }

func (p *Play) startResignation(ctx context.Context) error {
	p.stage("辞职")
	setup := deliberation.ResignationSetup{Person: p.leaver(), Post: deliberation.CommitteeMember}
	wrong := setup
	wrong.Person = p.Cast.Representatives[5]
	var refusal *Problem
	if err := p.as(p.Cast.Director).post(ctx, "/resignations", map[string]any{"resignation": wrong}, nil); !isRefusal(err, "invalid", &refusal) {
		return fmt.Errorf("somebody without the post resigns: %w", err)
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := p.as(p.Cast.Director).post(ctx, "/resignations", map[string]any{"resignation": setup}, &made); err != nil {
		return err
	}
	p.process = made.ID
	if _, err := p.untilOpen(ctx, deliberation.FileResignation); err != nil {
		return err
	}
	if _, err := p.act(ctx, p.Cast.Director, deliberation.FileResignation, act{Text: "他要辞职。"}); !isRefusal(err, "not_objector", &refusal) {
		return fmt.Errorf("the director hands in another's resignation: %w", err)
	}
	p.say("  ✗ 主任替别人辞职 → %d %s", refusal.Status, refusal.Title)
	_, err := p.act(ctx, p.leaver(), deliberation.FileResignation, act{Text: "本人因外出务工辞去委员职务。"})
	return err
}

func (p *Play) acceptResignation(ctx context.Context) error {
	p.stage("辞职表决")
	if _, err := p.untilOpen(ctx, deliberation.Convene); err != nil {
		return err
	}
	s := scene{chair: p.Cast.Director, recorder: p.Cast.Clerk, members: slices.Concat(p.Cast.Representatives, p.Cast.Committee), absent: 2}
	notice := act{Place: "村委会", Text: "议题：是否接受委员辞职。", At: p.day(7)}
	var refusal *Problem
	if _, err := p.act(ctx, p.leaver(), deliberation.Convene, notice); !isRefusal(err, "not_entitled", &refusal) {
		return fmt.Errorf("who resigns calls the meeting: %w", err)
	}
	r, err := p.act(ctx, s.chair, deliberation.Convene, notice)
	if err != nil {
		return err
	}
	present, err := p.gather(ctx, s, deliberation.MeetingID(r.Subject))
	if err != nil {
		return err
	}
	if err := p.openPoll(ctx, s.chair); err != nil {
		return err
	}
	v, err := p.untilOpen(ctx, deliberation.ClosePoll)
	if err != nil {
		return err
	}
	poll := "/polls/" + string(v.Polls[len(v.Polls)-1].ID) + "/ballots"
	for n, who := range present {
		if err := p.as(who).post(ctx, poll, map[string]any{"choice": choiceOf(n > 4)}, nil); err != nil {
			return fmt.Errorf("ballot of %s: %w", who, err)
		}
	}
	if r, err = p.act(ctx, s.chair, deliberation.ClosePoll, act{}); err != nil {
		return err
	}
	p.verdict(r.Verdict)
	if err := p.whenOpen(ctx, s.recorder, deliberation.RecordMinutes, act{Text: "无记名表决，通过。"}); err != nil {
		return err
	}
	return p.whenOpen(ctx, s.chair, deliberation.SignMinutes, act{})
}

// resigned files and posts the end of the post, with the vacancy it leaves.
func (p *Play) resigned(ctx context.Context) error {
	p.stage("辞职结果公告")
	v, err := p.untilOpen(ctx, deliberation.FileResolution)
	if err != nil {
		return err
	}
	x := v.Status.Resignation
	p.say("  职务终止：%s；委员会其余 %d 人。", x.Ended.Words("zh"), x.Left)
	if _, err := p.act(ctx, p.Cast.Clerk, deliberation.FileResolution, act{Text: "成员变动报乡镇备案。"}); err != nil {
		return err
	}
	if err := p.post(ctx, "公告：委员辞职。"); err != nil {
		return err
	}
	return p.witness(ctx, deliberation.GiveClosingOpinion, "程序合规，同意归档。")
}
