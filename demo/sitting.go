package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// scene is one meeting of the play.
type scene struct {
	chair, recorder  deliberation.PersonID
	members          []deliberation.PersonID
	yes, no, abstain int
	absent           int
	place            string
	notice           string // what the notice says; empty: the play's own matter
	gated            bool
	noticeTooLate    bool // a notice too late for its meeting is tried first
	tooFew           int  // a call to order with so few is tried first
	voteRefusals     bool // votes that must be refused are tried
	supervised       bool // the supervisors ask, and order rectification
}

// noticeDays is how far ahead the player convenes where the rules ask for a day at most:
// one more, for a day that turns while the request is under way.
const noticeDays = 2

// assembled calls a meeting once it may be called, and gives who came.
func (p *Play) assembled(ctx context.Context, s scene) ([]deliberation.PersonID, error) {
	if _, err := p.untilOpen(ctx, deliberation.Convene); err != nil {
		return nil, err
	}
	id, err := p.convene(ctx, s)
	if err != nil {
		return nil, err
	}
	return p.gather(ctx, s, id)
}

// meeting plays a meeting from its notice to its signed minutes.
func (p *Play) meeting(ctx context.Context, s scene) error {
	present, err := p.assembled(ctx, s)
	if err != nil {
		return err
	}
	if err := p.vote(ctx, s, present); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, s.recorder, deliberation.RecordMinutes, act{Text: "会议按议程进行,主持人宣读草案,与会人员逐一发言,表决结果当场宣布。"}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, s.chair, deliberation.SignMinutes, act{}); err != nil {
		return err
	}
	if !s.gated {
		return nil
	}
	if s.supervised {
		if err := p.supervision(ctx); err != nil {
			return err
		}
	}
	if err := p.whenOpen(ctx, p.Cast.Supervisors[0], deliberation.Acknowledge, act{Text: "人数、票数核对无误。"}); err != nil {
		return err
	}
	p.say("  监督委员会:知悉。")
	return nil
}

// convene sends the notice out, after one that comes too late.
func (p *Play) convene(ctx context.Context, s scene) (deliberation.MeetingID, error) {
	notice := act{Place: s.place, Text: cmp.Or(s.notice, "议题:充电棚改造。请准时参加。")}
	if s.noticeTooLate {
		err := p.refused(ctx, "通知明天就开会", "too_early", func() error {
			late := notice
			late.At = p.day(1)
			_, err := p.act(ctx, s.chair, deliberation.Convene, late)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	days := noticeDays
	if s.noticeTooLate {
		days = 5 // three days by rule, and two for days that turn while the request is under way
	}
	notice.At = p.day(days)
	r, err := p.act(ctx, s.chair, deliberation.Convene, notice)
	if err != nil {
		return "", err
	}
	p.say("  已发通知,%s 开会(%s)。", notice.At.Format("1月2日15:04"), s.place)
	if s.noticeTooLate {
		p.moment("notice")
	}
	return deliberation.MeetingID(r.Subject), nil
}

// gather signs members in; a call to order with too few is refused first.
func (p *Play) gather(ctx context.Context, s scene, id deliberation.MeetingID) ([]deliberation.PersonID, error) {
	if _, err := p.untilOpen(ctx, deliberation.CallToOrder); err != nil {
		return nil, err
	}
	present := s.members[:len(s.members)-s.absent]
	slices.Sort(present)
	present = slices.Compact(present)
	path := fmt.Sprintf("/meetings/%s/check-ins", id)
	for i, who := range present {
		if s.tooFew > 0 && i == s.tooFew {
			err := p.refused(ctx, fmt.Sprintf("只到 %d 人就宣布开会", i), "below_quorum", func() error {
				_, err := p.act(ctx, s.chair, deliberation.CallToOrder, act{})
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		if err := p.as(who).post(ctx, path, map[string]string{}, nil); err != nil {
			return nil, fmt.Errorf("check-in of %s: %w", who, err)
		}
	}
	r, err := p.act(ctx, s.chair, deliberation.CallToOrder, act{})
	if err != nil {
		return nil, err
	}
	p.verdict(r.Verdict)
	return present, nil
}

// openPoll opens the poll for longer than the voting takes: the calendar is fast, and a
// server may be restarted while the ballots come in.
func (p *Play) openPoll(ctx context.Context, chair deliberation.PersonID) error {
	return p.whenOpen(ctx, chair, deliberation.OpenPoll, act{At: p.day(40)})
}

// vote opens the poll, casts every ballot and closes it.
func (p *Play) vote(ctx context.Context, s scene, present []deliberation.PersonID) error {
	if err := p.openPoll(ctx, s.chair); err != nil {
		return err
	}
	v, err := p.untilOpen(ctx, deliberation.ClosePoll)
	if err != nil {
		return err
	}
	poll := "/polls/" + string(v.Polls[len(v.Polls)-1].ID) + "/ballots"
	if s.voteRefusals {
		if err := p.voteRefusals(ctx, poll, present); err != nil {
			return err
		}
	}
	for i, who := range present {
		if s.voteRefusals && i == len(present)/2 {
			p.moment("poll")
		}
		choice := deliberation.Abstain
		switch {
		case i < s.yes:
			choice = deliberation.Yes
		case i < s.yes+s.no:
			choice = deliberation.No
		}
		key := fmt.Sprintf("ballot-%s", who)
		if err := p.as(who).postAs(ctx, poll, key, map[string]any{"choice": choice}, nil); err != nil {
			return fmt.Errorf("ballot of %s: %w", who, err)
		}
	}
	if s.voteRefusals {
		err := p.refused(ctx, "同一人再投一票", "twice", func() error {
			return p.as(present[0]).post(ctx, poll, map[string]any{"choice": deliberation.No}, nil)
		})
		if err != nil {
			return err
		}
	}
	r, err := p.act(ctx, s.chair, deliberation.ClosePoll, act{})
	if err != nil {
		return err
	}
	p.verdict(r.Verdict)
	if !s.voteRefusals {
		return nil
	}
	return p.refused(ctx, "表决结束后投票", "poll_closed", func() error {
		return p.as(present[0]).post(ctx, poll, map[string]any{"choice": deliberation.Yes}, nil)
	})
}

func (p *Play) voteRefusals(ctx context.Context, poll string, present []deliberation.PersonID) error {
	err := p.refused(ctx, "不是代表的居民投票", "not_on_roll", func() error {
		return p.as(p.Cast.Residents[0]).post(ctx, poll, map[string]any{"choice": deliberation.Yes}, nil)
	})
	if err != nil {
		return err
	}
	return p.refused(ctx, "替别人投票", "for_another", func() error {
		return p.as(present[0]).post(ctx, poll, map[string]any{"choice": deliberation.Yes, "person": present[1]}, nil)
	})
}

// supervision asks a question and orders rectification: the process is held until
// the fault is put right.
func (p *Play) supervision(ctx context.Context) error {
	ask, err := p.act(ctx, p.Cast.Supervisors[1], deliberation.Ask, act{Text: "预算中的自动断电设备由谁维护?"})
	if err != nil {
		return err
	}
	if _, err := p.act(ctx, p.Cast.Director, deliberation.AnswerQuestion, act{Subject: ask.Subject, Text: "由物业维护,写入合同。"}); err != nil {
		return err
	}
	order, err := p.act(ctx, p.Cast.Supervisors[2], deliberation.OrderRectification, act{Text: "签到册缺两名代表的所属小组,请补齐。"})
	if err != nil {
		return err
	}
	if _, err := p.act(ctx, p.Cast.Director, deliberation.ReportRectified, act{Subject: order.Subject, Text: "已补齐,附更正后的签到册。"}); err != nil {
		return err
	}
	if _, err := p.act(ctx, p.Cast.Supervisors[2], deliberation.AcceptRectified, act{Subject: order.Subject}); err != nil {
		return err
	}
	p.say("  监督委员会:询问一次(已答复),要求整改一次(整改期间程序暂停,现已合格)。")
	return nil
}
