package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// start begins the process, after a start that the law does not allow.
func (p *Play) start(ctx context.Context) error {
	p.stage("发起")
	matter := map[string]any{
		"title": "小区电动自行车充电棚改造", "category": deliberation.CategoryEnvironment, "affected": deliberation.AffectsSome,
		"summary": "在三号楼旁空地建一座有顶的充电棚,四十个车位,带自动断电。费用从社区公共服务资金中支出,不向居民收钱。",
		"origin":  deliberation.OriginParty, "budget_fen": 6_800_000, "form": deliberation.Conference,
		"authorisation": "居民会议授权居民代表会议决定十万元以下公共设施改造,任期内有效。",
	}
	who := p.as(p.Cast.Secretary)
	err := p.refused(ctx, "把选举罢免当作一般事项发起", "reserved", func() error {
		reserved := map[string]any{}
		for k, v := range matter {
			reserved[k] = v
		}
		reserved["category"] = deliberation.CategoryElection
		return who.post(ctx, "/processes", reserved, nil)
	})
	if err != nil {
		return err
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := who.post(ctx, "/processes", matter, &made); err != nil {
		return err
	}
	p.process = made.ID
	p.say("  已发起:小区电动自行车充电棚改造(预算 68,000.00 元)")
	_, err = p.untilOpen(ctx, deliberation.Propose)
	return err
}

// solicit gathers opinions, answers each and proposes.
func (p *Play) solicit(ctx context.Context) error {
	p.stage("征求意见")
	texts := []string{"夜里会不会有噪声?", "希望留两个轮椅车位。", "三号楼一层采光受影响吗?"}
	for i, text := range texts {
		if err := p.as(p.Cast.Residents[i]).post(ctx, "/processes/"+string(p.process)+"/opinions", map[string]string{"text": text}, nil); err != nil {
			return err
		}
	}
	p.say("  居民提出 %d 条意见。", len(texts))
	proposal := act{Text: "提议:在三号楼旁建充电棚四十个车位,留轮椅车位两个,夜间断电时间由代表会议另定。"}
	err := p.refused(ctx, "征求意见未满期限就提交提议", "too_early", func() error {
		_, err := p.act(ctx, p.Cast.Secretary, deliberation.Propose, proposal)
		return err
	})
	if err != nil {
		return err
	}
	var box struct {
		Opinions []struct {
			ID string `json:"id"`
		} `json:"opinions"`
	}
	if err := p.as(p.Cast.Director).get(ctx, "/processes/"+string(p.process)+"/opinions", &box); err != nil {
		return err
	}
	for i, o := range box.Opinions {
		if i == len(box.Opinions)-1 {
			if err := p.unansweredIsRefused(ctx, proposal); err != nil {
				return err
			}
		}
		body := map[string]string{"disposition": "adopted", "text": "已采纳,写入提议。"}
		if err := p.as(p.Cast.Director).post(ctx, fmt.Sprintf("/processes/%s/opinions/%s/answer", p.process, o.ID), body, nil); err != nil {
			return err
		}
	}
	if _, err := p.act(ctx, p.Cast.Secretary, deliberation.Propose, proposal); err != nil {
		return err
	}
	p.say("  每条意见已答复,提议书已提交。")
	return nil
}

func (p *Play) unansweredIsRefused(ctx context.Context, proposal act) error {
	open := func(v process) bool {
		return v.Status.Waiting.Until.IsZero() || !p.Clock().Before(v.Status.Waiting.Until)
	}
	if _, err := p.until(ctx, "the end of the soliciting period", open); err != nil {
		return err
	}
	return p.refused(ctx, "还有一条意见没有答复就提交提议", "unanswered", func() error {
		_, err := p.act(ctx, p.Cast.Secretary, deliberation.Propose, proposal)
		return err
	})
}

func (p *Play) proposal(ctx context.Context) error {
	p.stage("① 党组织提议")
	return p.meeting(ctx, scene{chair: p.Cast.Secretary, recorder: p.Cast.Clerk, members: p.Cast.Branch, yes: 4, abstain: 1, place: "社区党群服务中心", gated: true})
}

func (p *Play) consultation(ctx context.Context) error {
	p.stage("② \"两委\"商议")
	both := append(slices.Clone(p.Cast.Branch), p.Cast.Committee...)
	return p.meeting(ctx, scene{chair: p.Cast.Secretary, recorder: p.Cast.Clerk, members: both, yes: len(both) - 1, no: 1, place: "社区会议室"})
}

func (p *Play) review(ctx context.Context) error {
	p.stage("③ 党员大会审议")
	return p.meeting(ctx, scene{
		chair: p.Cast.Secretary, recorder: p.Cast.Clerk, members: p.Cast.Party, yes: len(p.Cast.Party) - 4, no: 2, abstain: 2,
		place: "社区党群服务中心", gated: true, noticeTooLate: true, tooFew: 10,
	})
}

func (p *Play) advice(ctx context.Context) error {
	v, err := p.until(ctx, "what follows the review", func(v process) bool { return v.Status.Stage != deliberation.Review })
	if err != nil || v.Status.Stage != deliberation.Advice {
		return err
	}
	p.stage("街道意见(仅供参考)")
	if err := p.whenOpen(ctx, p.Cast.Guide, deliberation.Advise, act{Text: "建议充电棚与住宅外墙的距离按消防要求复核。"}); err != nil {
		return err
	}
	p.say("  街道已提出意见;不代替居民作决定。")
	return nil
}

func (p *Play) resolution(ctx context.Context) error {
	p.stage("④ 居民代表会议决议")
	members := append(slices.Clone(p.Cast.Representatives), p.Cast.Committee...)
	return p.meeting(ctx, scene{
		chair: p.Cast.Director, recorder: p.Cast.Clerk, members: members, yes: 52, no: 6, abstain: 4, absent: 4,
		place: "社区多功能厅", gated: true, noticeTooLate: true, tooFew: 30, voteRefusals: true, supervised: true,
	})
}

// resolutionDisclosure posts the resolution; one resident objects and is answered.
func (p *Play) resolutionDisclosure(ctx context.Context) error {
	p.stage("决议公开")
	if err := p.post(ctx, "决议公告:居民代表会议通过充电棚改造。"); err != nil {
		return err
	}
	r, err := p.act(ctx, p.Cast.Residents[3], deliberation.Object, act{Text: "充电棚离一楼窗户太近,请复核距离。"})
	if err != nil {
		return err
	}
	if _, err := p.act(ctx, p.Cast.Director, deliberation.AnswerObjection, act{Subject: r.Subject, Text: "已复核,距离八米,符合消防要求;图纸附在公示栏。"}); err != nil {
		return err
	}
	p.say("  一名居民提出异议,居委会当日答复。")
	p.moment("posting")
	if err := p.whenOpen(ctx, p.Cast.Supervisors[0], deliberation.Acknowledge, act{Text: "公示满期,程序合规。"}); err != nil {
		return err
	}
	return p.posted(ctx)
}

func (p *Play) implementation(ctx context.Context) error {
	p.stage("组织实施")
	if err := p.whenOpen(ctx, p.Cast.Director, deliberation.ReportProgress, act{Text: "基础完工,已付首期款。", SpendingFen: 3_000_000}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Director, deliberation.ReportResult, act{Text: "充电棚竣工验收合格,决算六万六千五百元。", SpendingFen: 6_650_000}); err != nil {
		return err
	}
	p.say("  进度和账目已报告,工程验收合格。")
	return nil
}

// resultDisclosure posts the result once the supervisors have looked at it.
func (p *Play) resultDisclosure(ctx context.Context) error {
	p.stage("实施结果公开")
	if err := p.whenOpen(ctx, p.Cast.Supervisors[1], deliberation.Acknowledge, act{Text: "账目与票据核对一致。"}); err != nil {
		return err
	}
	if err := p.post(ctx, "实施结果公告:充电棚竣工,决算六万六千五百元。"); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Supervisors[0], deliberation.GiveClosingOpinion, act{Text: "全过程依规进行,资料齐全,同意归档。"}); err != nil {
		return err
	}
	return p.posted(ctx)
}

func (p *Play) archived(ctx context.Context) error {
	v, err := p.until(ctx, "the archive", func(v process) bool { return v.Status.State == deliberation.Ended })
	if err != nil {
		return err
	}
	p.stage("归档")
	p.say("  结果:%s。登记 %d 次会议、%d 次表决、%d 次公示、%d 件监督记录。", v.Status.Outcome.Word("zh"), len(v.Meetings), len(v.Polls), len(v.Postings), len(v.Marks))
	return nil
}

// post publishes a paper with the photo of the board.
func (p *Play) post(ctx context.Context, text string) error {
	if err := p.whenOpen(ctx, p.Cast.Committee[1], deliberation.Publish, act{Text: text}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Committee[1], deliberation.ProvePosting, act{Photo: boardPhoto(), PhotoType: "image/png"}); err != nil {
		return err
	}
	v, err := p.read(ctx)
	if err != nil {
		return err
	}
	q := v.Postings[len(v.Postings)-1]
	p.say("  已公示,展示至 %s 24:00(%d 日)。%s", q.DisplayUntil.Add(-time.Second).In(deliberation.Shanghai).Format("2006年1月2日"), q.DisplayDays.Days, q.DisplayDays.Basis.Source("zh"))
	return nil
}

// posted waits until the last posting has come down.
func (p *Play) posted(ctx context.Context) error {
	_, err := p.until(ctx, "the end of the display", func(v process) bool {
		return len(v.Postings) > 0 && v.Postings[len(v.Postings)-1].State == deliberation.PostingEnded
	})
	if err == nil {
		p.say("  公示期满,程序记录结束时间。")
	}
	return err
}
