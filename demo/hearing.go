package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// Heard is what a play of a hearing leaves: the hearing and the matter it was held for,
// each with its dossier.
type Heard struct {
	Hearing, Matter   deliberation.ProcessID
	Dossier, ForWhich []byte
}

// Hear plays a hearing, or an expert appraisal that finds the matter not feasible, for
// four deliberations that ask for one. Consultation waits for the report; what is not
// feasible goes back to the proposal. Everybody is signed in by Run, or by this.
func (p *Play) Hear(ctx context.Context, forum deliberation.Body) (h Heard, err error) {
	if err := take(ctx, p.everybodyIn, p.startMatter(forum), p.askForHearing(forum), p.solicit, p.proposal); err != nil {
		return h, err
	}
	if _, err := p.until(ctx, "the wait for the hearing", func(v process) bool { return v.Status.Waiting.For == "hearing" }); err != nil {
		return h, err
	}
	h.Matter = p.process
	v, err := p.read(ctx)
	if err != nil {
		return h, err
	}
	p.process = v.Status.Asked.Started
	h.Hearing, h.Dossier, err = p.perform(ctx, p.Cast.Secretary, p.planHearing(forum), p.signUpForHearing, p.drawn, p.sitting(forum, deliberation.NotFeasible), p.reportHearing(forum, deliberation.NotFeasible), p.archived)
	if err != nil {
		return h, err
	}
	p.process = h.Matter
	_, h.ForWhich, err = p.perform(ctx, p.Cast.Secretary, p.goOnAfter(forum), p.archived)
	return h, err
}

func affectedBy(forum deliberation.Body) deliberation.Affected {
	if forum == deliberation.ExpertAppraisal {
		return deliberation.AffectsAll
	}
	return deliberation.AffectsSome
}

func (p *Play) startMatter(forum deliberation.Body) func(context.Context) error {
	return func(ctx context.Context) error {
		p.stage("发起要先听证、论证的事项")
		matter := map[string]any{
			"title": "三栋门前空地改停车位", "category": deliberation.CategoryEnvironment, "affected": affectedBy(forum), "summary": "三栋门前空地改为停车位二十个。",
			"origin": deliberation.OriginParty, "budget_fen": 1_200_000, "form": deliberation.Assembly,
		}
		var made struct {
			ID deliberation.ProcessID `json:"id"`
		}
		if err := p.as(p.Cast.Secretary).post(ctx, "/processes", matter, &made); err != nil {
			return err
		}
		p.process = made.ID
		_, err := p.untilOpen(ctx, deliberation.AskHearing)
		return err
	}
}

// askForHearing asks for the hearing and starts it; the other forum is refused without
// a reason.
func (p *Play) askForHearing(forum deliberation.Body) func(context.Context) error {
	return func(ctx context.Context) error {
		who := p.as(p.Cast.Secretary)
		if _, err := p.act(ctx, p.Cast.Secretary, deliberation.AskHearing, act{Text: "方案影响住户出行，请先听取意见。"}); err != nil {
			return err
		}
		hearing := map[string]any{
			"form": forum, "title": "三栋门前空地改停车位", "summary": "听取各方意见。", "category": "environment", "affected": affectedBy(forum),
			"origin": "party_organisation", "for": p.process,
		}
		other := map[string]any{}
		for k, v := range hearing {
			other[k] = v
		}
		other["form"] = deliberation.HearingMeeting
		if forum == deliberation.HearingMeeting {
			other["form"] = deliberation.ExpertAppraisal
		}
		if err := p.refused(ctx, "开另一种会而不写理由", "invalid", func() error { return who.post(ctx, "/hearings", other, nil) }); err != nil {
			return err
		}
		if err := who.post(ctx, "/hearings", hearing, nil); err != nil {
			return err
		}
		p.say("  已启动%s。", forum.Word("zh"))
		return nil
	}
}

func (p *Play) at(path string) string { return "/processes/" + string(p.process) + path }

// planHearing enters the plan, with too few experts first, and settles it.
func (p *Play) planHearing(forum deliberation.Body) func(context.Context) error {
	return func(ctx context.Context) error {
		p.stage(forum.Word("zh") + "方案")
		clerk := p.as(p.Cast.Clerk)
		plan := map[string]any{"chair": p.Cast.Director, "presenter": p.Cast.Secretary, "observers": 2, "sides": []map[string]any{{"name": "有车住户", "seats": 2}, {"name": "三栋住户", "seats": 4}}}
		if err := clerk.post(ctx, p.at("/hearing"), plan, nil); err != nil {
			return err
		}
		settle := act{At: p.day(40), Text: "两方各定席位，报名超过席位的公开抽签。"}
		if forum == deliberation.ExpertAppraisal {
			if err := p.refused(ctx, "没有专家就确定论证方案", "invalid", func() error {
				_, err := p.act(ctx, p.Cast.Director, deliberation.SettleHearing, settle)
				return err
			}); err != nil {
				return err
			}
			for i, interest := range []string{"none", "indirect", "none", "direct"} {
				x := map[string]any{"name": fmt.Sprintf("专家%d", i+1), "field": "道路", "interest": interest, "declared": "已如实申报。"}
				if err := clerk.post(ctx, p.at("/experts"), x, nil); err != nil {
					return err
				}
			}
		}
		if err := p.refused(ctx, "没有留足公告天数", "too_early", func() error {
			_, err := p.act(ctx, p.Cast.Director, deliberation.SettleHearing, act{At: p.day(10), Text: settle.Text})
			return err
		}); err != nil {
			return err
		}
		_, err := p.act(ctx, p.Cast.Director, deliberation.SettleHearing, settle)
		return err
	}
}

// signUpForHearing posts the announcement and has people sign up: more than there are
// seats on one side, fewer on the other.
func (p *Play) signUpForHearing(ctx context.Context) error {
	p.stage("公告和报名")
	if err := p.post(ctx, "公告：三栋门前空地改停车位，时间见方案，社区多功能厅，旁听席位2个。"); err != nil {
		return err
	}
	path, r := p.at("/sign-ups"), p.Cast.Residents
	sign := func(who deliberation.PersonID, body map[string]any) error {
		return p.as(who).post(ctx, path, body, nil)
	}
	for _, who := range r[:5] {
		if err := sign(who, map[string]any{"side": "A", "needs": "需要代读"}); err != nil {
			return fmt.Errorf("sign-up of %s: %w", who, err)
		}
	}
	for _, x := range []struct {
		what, code string
		who        deliberation.PersonID
		body       map[string]any
	}{
		{"同一人再报一次", "twice", r[0], map[string]any{"side": "A"}},
		{"同一人为另一方报名", "other_side", r[0], map[string]any{"side": "B"}},
		{"陈述人报名", "on_panel", p.Cast.Secretary, map[string]any{"side": "A"}},
	} {
		if err := p.refused(ctx, x.what, x.code, func() error { return sign(x.who, x.body) }); err != nil {
			return err
		}
	}
	for i, channel := range []deliberation.Channel{deliberation.PhoneChannel, deliberation.SheetChannel} {
		if err := sign(p.Cast.Clerk, map[string]any{"side": "B", "person": r[5+i], "channel": channel}); err != nil {
			return err
		}
	}
	p.say("  甲方5人报名（2个席位），乙方2人报名（4个席位）。")
	p.moment("sign-up")
	return nil
}

// draw is what the API publishes of a draw.
type draw struct {
	Commitment string                      `json:"commitment"`
	Drawn      deliberation.DrawnData      `json:"drawn"`
	List       []deliberation.SignUpNumber `json:"list"`
}

// drawn waits for the draw, does it again as anyone can, and posts the list.
func (p *Play) drawn(ctx context.Context) error {
	p.stage("抽签和公布名单")
	var before draw
	if err := p.as(p.Cast.Residents[11]).get(ctx, p.at("/draw"), &before); err != nil {
		return err
	}
	if _, err := p.until(ctx, "the draw", func(v process) bool { return v.Status.Stage == deliberation.HearingList }); err != nil {
		return err
	}
	if err := p.refused(ctx, "截止以后报名", "too_late", func() error {
		return p.as(p.Cast.Residents[11]).post(ctx, p.at("/sign-ups"), map[string]any{"side": "A"}, nil)
	}); err != nil {
		return err
	}
	var d draw
	if err := p.as(p.Cast.Residents[11]).get(ctx, p.at("/draw"), &d); err != nil {
		return err
	}
	if before.Commitment != d.Commitment || before.Drawn.Seed != "" {
		return fmt.Errorf("the seed was not bound before the close, or told too early")
	}
	if fault := deliberation.CheckDraw(before.Commitment, d.Drawn, d.List); fault != "" {
		return fmt.Errorf("the draw does not hold: %s", fault)
	}
	if len(d.Drawn.Sides[0].Chosen) != 2 || len(d.Drawn.Sides[1].Chosen) != 2 || d.Drawn.Sides[1].Short != 2 {
		return fmt.Errorf("drawn %+v", d.Drawn.Sides)
	}
	p.say("  重算一致：甲方中签 %v，乙方 %v（缺 %d 人）。", d.Drawn.Sides[0].Chosen, d.Drawn.Sides[1].Chosen, d.Drawn.Sides[1].Short)
	if err := p.post(ctx, "参加人名单（号码）。"); err != nil {
		return err
	}
	return p.posted(ctx)
}

// chosen gives those whom the lots chose.
func (p *Play) chosen(ctx context.Context) (list []deliberation.PersonID, err error) {
	var all struct {
		SignUps []struct {
			Chosen bool `json:"chosen"`
			Person struct {
				ID deliberation.PersonID `json:"id"`
			} `json:"person"`
		} `json:"sign_ups"`
	}
	err = p.as(p.Cast.Clerk).get(ctx, p.at("/sign-ups"), &all)
	for _, u := range all.SignUps {
		if u.Chosen {
			list = append(list, u.Person.ID)
		}
	}
	return list, err
}

// sitting holds the sitting: papers with the notice, speakers in turn, statements and
// questions, and the record that each speaker signs, refuses, or leaves; experts find
// what they conclude.
func (p *Play) sitting(forum deliberation.Body, conclusion deliberation.Finding) func(context.Context) error {
	return func(ctx context.Context) error {
		p.stage("举行" + forum.Word("zh"))
		v, err := p.untilOpen(ctx, deliberation.Convene)
		if err != nil {
			return err
		}
		chosen, err := p.chosen(ctx)
		if err != nil {
			return err
		}
		notice := act{At: &v.Status.Hearing.Starts, Place: "社区多功能厅", Text: "附方案全文、预算和图纸，请签收。"}
		if err := p.refused(ctx, "通知的时间与公告不同", "invalid", func() error {
			_, err := p.act(ctx, p.Cast.Director, deliberation.Convene, act{At: p.day(9), Place: notice.Place, Text: notice.Text})
			return err
		}); err != nil {
			return err
		}
		made, err := p.act(ctx, p.Cast.Director, deliberation.Convene, notice)
		if err != nil {
			return err
		}
		meeting := "/meetings/" + made.Subject
		for _, who := range chosen {
			if err := p.as(who).post(ctx, meeting+"/notice-receipts", map[string]string{}, nil); err != nil {
				return err
			}
		}
		if err := p.as(chosen[0]).post(ctx, p.at("/statements"), map[string]any{"kind": "written", "text": "请保留<b>轮椅</b>通道。"}, nil); err != nil {
			return err
		}
		if _, err := p.gather(ctx, scene{chair: p.Cast.Director, members: slices.Clone(chosen)}, deliberation.MeetingID(made.Subject)); err != nil {
			return err
		}
		if err := p.speak(ctx, meeting, chosen); err != nil {
			return err
		}
		if forum == deliberation.ExpertAppraisal {
			if err := p.expertsSpeak(ctx, conclusion); err != nil {
				return err
			}
		}
		if _, err := p.act(ctx, p.Cast.Director, deliberation.CloseHearing, act{}); err != nil {
			return err
		}
		if err := p.whenOpen(ctx, p.Cast.Clerk, deliberation.RecordMinutes, act{Text: "听证笔录：各方依次发言、提问、答辩。"}); err != nil {
			return err
		}
		if err := p.whenOpen(ctx, p.Cast.Director, deliberation.SignMinutes, act{}); err != nil {
			return err
		}
		return p.signRecord(ctx, chosen)
	}
}

// speak has two of those chosen speak from the list of speakers, and the clerk write
// down what they said.
func (p *Play) speak(ctx context.Context, meeting string, chosen []deliberation.PersonID) error {
	for _, who := range chosen[:2] {
		if err := p.as(who).post(ctx, meeting+"/speeches", map[string]any{}, nil); err != nil {
			return err
		}
	}
	for i := range 2 {
		var called struct {
			Person deliberation.PersonID `json:"person"`
		}
		if err := p.as(p.Cast.Clerk).post(ctx, meeting+"/speeches/call", map[string]any{}, &called); err != nil {
			return err
		}
		said := map[string]any{"kind": []string{"spoken", "question"}[i], "text": []string{"赞成，但要限速。", "钱从哪里来？"}[i], "person": called.Person}
		if err := p.as(p.Cast.Clerk).post(ctx, p.at("/statements"), said, nil); err != nil {
			return err
		}
	}
	for i, name := range []string{"旁听甲", "旁听乙", "旁听丙"} {
		err := p.as(p.Cast.Clerk).post(ctx, meeting+"/observers", map[string]string{"name": name, "capacity": "resident"}, nil)
		if refused := err != nil; refused != (i == 2) {
			return fmt.Errorf("observer %d of two seats: %w", i+1, err)
		}
	}
	return p.refused(ctx, "没有中签的人提交书面意见", "not_on_roll", func() error {
		return p.as(p.Cast.Residents[11]).post(ctx, p.at("/statements"), map[string]any{"kind": "written", "text": "我也有话说。"}, nil)
	})
}

// expertsSpeak writes each expert's opinion down; one with a direct interest has none.
func (p *Play) expertsSpeak(ctx context.Context, conclusion deliberation.Finding) error {
	var h struct {
		Experts []struct{ ID, Interest string } `json:"experts"`
	}
	clerk := p.as(p.Cast.Clerk)
	if err := clerk.get(ctx, p.at("/hearing"), &h); err != nil {
		return err
	}
	for _, x := range h.Experts {
		opinion := map[string]any{"kind": "expert", "expert": x.ID, "finding": conclusion, "text": "消防通道宽度须复核，论证意见附签字页。"}
		if x.Interest != "direct" {
			if err := clerk.post(ctx, p.at("/statements"), opinion, nil); err != nil {
				return err
			}
			continue
		}
		if err := p.refused(ctx, "有直接利害关系的专家提出意见", "direct_interest", func() error { return clerk.post(ctx, p.at("/statements"), opinion, nil) }); err != nil {
			return err
		}
	}
	return nil
}

// signRecord has one speaker sign, one refuse with reasons; the presenter's signature
// on paper is noted by the clerk. Where the limit was quicker, it is noted as unsigned.
func (p *Play) signRecord(ctx context.Context, chosen []deliberation.PersonID) error {
	if _, err := p.untilOpen(ctx, deliberation.SignRecord); err != nil {
		return err
	}
	late := func(err error) error {
		var refusal *Problem
		if isRefusal(err, "out_of_order", &refusal) {
			return nil
		}
		return err
	}
	if _, err := p.act(ctx, chosen[0], deliberation.SignRecord, act{Subject: string(chosen[0]), Decision: "accept"}); late(err) != nil {
		return err
	}
	if _, err := p.act(ctx, chosen[1], deliberation.SignRecord, act{Subject: string(chosen[1]), Decision: "refuse", Text: "漏记了我的一句话。"}); late(err) != nil {
		return err
	}
	_, err := p.act(ctx, p.Cast.Clerk, deliberation.NoteRecord, act{Subject: string(p.Cast.Secretary), Decision: "accept", Text: "在纸质笔录上签字。"})
	return late(err)
}

// reportHearing disposes of every statement, the last only after a report without it
// was refused, and brings the report to its end.
func (p *Play) reportHearing(forum deliberation.Body, conclusion deliberation.Finding) func(context.Context) error {
	return func(ctx context.Context) error {
		p.stage("意见处理和报告")
		if _, err := p.untilOpen(ctx, deliberation.FileHearingReport); err != nil {
			return err
		}
		var said struct {
			Statements []struct{ ID, Kind string } `json:"statements"`
		}
		director := p.as(p.Cast.Director)
		if err := director.get(ctx, p.at("/statements"), &said); err != nil {
			return err
		}
		report := act{Text: "听证、论证报告：各方意见及处理见附表。"}
		if forum == deliberation.ExpertAppraisal {
			report.Finding = conclusion
		}
		for i, x := range said.Statements {
			if i == len(said.Statements)-1 {
				if err := p.refused(ctx, "还有一条意见没有处理就提交报告", "unanswered", func() error {
					_, err := p.act(ctx, p.Cast.Director, deliberation.FileHearingReport, report)
					return err
				}); err != nil {
					return err
				}
			}
			disposition := "adopted"
			if x.Kind == "question" {
				disposition = "answered"
			}
			if err := director.post(ctx, p.at("/statements/"+x.ID+"/disposition"), map[string]string{"disposition": disposition, "text": "写入方案。"}, nil); err != nil {
				return err
			}
		}
		if _, err := p.act(ctx, p.Cast.Director, deliberation.FileHearingReport, report); err != nil {
			return err
		}
		if err := p.witness(ctx, deliberation.Acknowledge, "程序和处理结果属实。"); err != nil {
			return err
		}
		if err := p.post(ctx, "听证、论证报告。"); err != nil {
			return err
		}
		return p.whenOpen(ctx, p.Cast.Clerk, deliberation.FileResolution, act{Text: "已报街道备案。"})
	}
}

// goOnAfter has the matter go on with the report: consulted, or back at the proposal;
// either is then taken back, for the play ends here.
func (p *Play) goOnAfter(forum deliberation.Body) func(context.Context) error {
	return func(ctx context.Context) error {
		p.stage("事项收到报告")
		v, err := p.until(ctx, "the report", func(v process) bool { return v.Status.Asked != nil && v.Status.Asked.Report != nil })
		if err != nil {
			return err
		}
		if !strings.Contains(string(v.Status.Asked.Report.Paper.Kind), "hearing") {
			return fmt.Errorf("the report is a %s", v.Status.Asked.Report.Paper.Kind)
		}
		if forum == deliberation.HearingMeeting {
			err = p.consultation(ctx)
		} else {
			_, err = p.until(ctx, "the way back", func(v process) bool { return v.Status.Stage == deliberation.Proposal && v.Status.Round == 2 })
		}
		if err != nil {
			return err
		}
		return p.whenOpen(ctx, p.Cast.Secretary, deliberation.Withdraw, act{Text: "演示到此结束。"})
	}
}
