package demo

import (
	"context"
	"fmt"

	"github.com/yishi-project/yishi/deliberation"
)

// talkItem is what is raised at the open talk, and what is done with it.
type talkItem struct {
	text    string
	finding deliberation.Finding
	answer  string
}

var talkItems = []talkItem{
	{"小区门口的路灯不亮。", deliberation.ItemAnswered, "已经报修，明天上午换灯。"},
	{"<script>alert('大声')</script> 广场舞声音太大。", deliberation.ItemAnswered, "与舞队约定晚上九点结束。"},
	{"3号楼下水道常堵。", deliberation.ItemAssigned, "请物业十日内疏通。"},
	{"老年食堂什么时候开。", deliberation.ItemAssigned, "十日内公布开办方案。"},
	{"公交站离得太远。", deliberation.ItemTransferred, "转交街道，向公交公司反映。"},
	{"电动车充电棚建在哪里。", deliberation.ItemToForum, "涉及3号楼住户，开展议事协商。"},
}

// Talk plays a 民情恳谈 with six items, from its invitation to its archive, and gives
// its id and its dossier. One item goes to a consultation.
func (p *Play) Talk(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	return p.perform(ctx, p.Cast.Secretary, p.everybodyIn, p.invite, p.talk, p.followItems, p.archived)
}

func (p *Play) invite(ctx context.Context) error {
	p.stage("民情恳谈")
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := p.as(p.Cast.Secretary).post(ctx, "/open-talks", map[string]any{}, &made); err != nil {
		return err
	}
	p.process = made.ID
	_, err := p.untilOpen(ctx, deliberation.Convene)
	return err
}

// talk holds it: the items are entered and dealt with; it cannot be closed over one
// that nobody answered.
func (p *Play) talk(ctx context.Context) error {
	s := scene{chair: p.Cast.Director, recorder: p.Cast.Clerk, place: "社区活动室", notice: "邀请居民恳谈，听取意见。", noticeTooLate: true}
	s.members = append(s.members, p.Cast.Residents...)
	if len(s.members) == 0 {
		s.members = append(s.members, p.Cast.Representatives[:12]...)
	}
	id, err := p.convene(ctx, s)
	if err != nil {
		return err
	}
	if _, err := p.gather(ctx, s, id); err != nil {
		return err
	}
	items := make([]string, len(talkItems))
	for n, i := range talkItems {
		r, err := p.act(ctx, p.Cast.Clerk, deliberation.EnterItem, act{Text: i.text})
		if err != nil {
			return err
		}
		items[n] = r.Subject
	}
	err = p.refused(ctx, "有事项没有答复就结束恳谈", "unanswered", func() error {
		_, err := p.act(ctx, s.chair, deliberation.CloseTalk, act{})
		return err
	})
	if err != nil {
		return err
	}
	for n, i := range talkItems {
		a := act{Subject: items[n], Finding: i.finding, Text: i.answer}
		if i.finding == deliberation.ItemAssigned {
			a.At = p.day(10)
		}
		if _, err := p.act(ctx, s.chair, deliberation.SettleItem, a); err != nil {
			return err
		}
	}
	if _, err := p.act(ctx, s.chair, deliberation.CloseTalk, act{}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, s.recorder, deliberation.RecordMinutes, act{Text: "居民提出六件事，逐件答复。"}); err != nil {
		return err
	}
	return p.whenOpen(ctx, s.chair, deliberation.SignMinutes, act{})
}

// followItems reports what came of each item that is owed; the one for a forum gets
// a consultation of its own, and each knows the other.
func (p *Play) followItems(ctx context.Context) error {
	p.stage("恳谈事项落实")
	v, err := p.untilOpen(ctx, deliberation.ReportItem)
	if err != nil {
		return err
	}
	for _, i := range v.Status.Talk.Items {
		switch {
		case !i.Pending():
			continue
		case i.Finding != deliberation.ItemToForum:
			var refusal *Problem
			if _, err := p.act(ctx, p.Cast.Clerk, deliberation.ReportItem, act{Subject: i.ID}); !isRefusal(err, "invalid", &refusal) {
				return fmt.Errorf("an item closed without a word: wanted a refusal and got: %w", err)
			}
			if _, err := p.act(ctx, p.Cast.Clerk, deliberation.ReportItem, act{Subject: i.ID, Text: "已经办好，向提出的居民反馈。"}); err != nil {
				return err
			}
			continue
		}
		body := map[string]any{"title": "充电棚选址", "summary": "恳谈会上提出。", "origin": "committee", "for": p.process, "for_item": i.ID}
		var made struct {
			ID deliberation.ProcessID `json:"id"`
		}
		if err := p.as(p.Cast.Director).post(ctx, "/consultations", body, &made); err != nil {
			return err
		}
		p.say("  为这件事启动了议事协商。")
	}
	return p.whenOpen(ctx, p.Cast.Supervisors[1], deliberation.GiveClosingOpinion, act{Text: "六件事都有着落。"})
}
