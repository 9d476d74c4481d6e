package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// owned is what the API says of one's own report.
type owned struct {
	Post     deliberation.Office `json:"post"`
	Reported bool                `json:"reported"`
	Owed     []struct {
		ID   string `json:"id"`
		Text string `json:"text"`
	} `json:"owed"`
}

// Appraise plays a year's 述职述廉和民主评议, from the first report to its archive, and
// gives its id and its dossier. The director is commended, the second of the
// committee found unfit for the first time. A second play is the next year's: each
// answers what they promised. Everybody is signed in by Run, or by this.
func (p *Play) Appraise(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	return p.perform(ctx, p.Cast.Secretary, p.everybodyIn, p.startAppraisal, p.report, p.hearReports, p.appraisalDisclosure, p.appraisalFollowUp, p.archived)
}

// appraised are those who report: the committee and the secretary.
func (p *Play) appraised() []deliberation.PersonID {
	return append(slices.Clone(p.Cast.Committee), p.Cast.Secretary)
}

// unfit is who is found unfit.
func (p *Play) unfit() deliberation.PersonID { return p.Cast.Committee[2] }

func (p *Play) startAppraisal(ctx context.Context) error {
	p.stage("述职述廉和民主评议")
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := p.as(p.Cast.Supervisors[0]).post(ctx, "/duty-reports", map[string]any{}, &made); err != nil {
		return err
	}
	p.process = made.ID
	_, err := p.untilOpen(ctx, deliberation.FileDutyReport)
	return err
}

// report has each report; one that leaves out what was promised last year, or
// promises nothing, is refused.
func (p *Play) report(ctx context.Context) error {
	path := "/processes/" + string(p.process) + "/duty-report"
	for i, who := range p.appraised() {
		var own owned
		if err := p.as(who).get(ctx, path, &own); err != nil {
			return fmt.Errorf("what %s owes: %w", who, err)
		}
		body := map[string]any{"duty": "走访全部住户，处理来信。", "integrity": "没有收受礼品。", "promises": []string{"修好小区路灯", "每季度公布账目"}}
		answers := []map[string]any{}
		for n, o := range own.Owed {
			answers = append(answers, map[string]any{"id": o.ID, "done": n == 0, "evidence": "见公示栏照片。"})
		}
		if i == 0 {
			short := map[string]any{"duty": body["duty"], "integrity": body["integrity"], "promises": body["promises"]}
			what := "上年度承诺没有答复的报告"
			if len(answers) == 0 {
				what, short["promises"] = "没有下年度承诺的报告", []string{}
			}
			var refusal *Problem
			if err := p.as(who).post(ctx, path, short, nil); !isRefusal(err, "invalid", &refusal) {
				return fmt.Errorf("%s: wanted a refusal and got: %w", what, err)
			}
			p.say("  ✗ %s → %d %s", what, refusal.Status, refusal.Title)
		}
		body["answers"] = answers
		if err := p.as(who).post(ctx, path, body, nil); err != nil {
			return fmt.Errorf("report of %s: %w", who, err)
		}
	}
	p.say("  %d 人提交了报告。", len(p.appraised()))
	return p.whenOpen(ctx, p.Cast.Supervisors[1], deliberation.Acknowledge, act{Text: "报告与台账核对一致。"})
}

// hearReports holds the conference under the chair of the supervisors' head: one
// secret ballot with a question for each.
func (p *Play) hearReports(ctx context.Context) error {
	chair := p.Cast.Supervisors[0]
	members := append(slices.Clone(p.Cast.Representatives), p.Cast.Committee...)
	s := scene{chair: chair, recorder: p.Cast.Clerk, members: members, absent: 4, tooFew: 30}
	if _, err := p.untilOpen(ctx, deliberation.Convene); err != nil {
		return err
	}
	notice := act{Place: "社区多功能厅", Text: "评议方案和名单：居委会成员和书记，听取述职，无记名评议，当场计票。", At: p.day(5)}
	err := p.refused(ctx, "提前不满十日公布评议方案", "too_early", func() error {
		_, err := p.act(ctx, chair, deliberation.Convene, notice)
		return err
	})
	if err != nil {
		return err
	}
	notice.At = p.day(12)
	r, err := p.act(ctx, chair, deliberation.Convene, notice)
	if err != nil {
		return err
	}
	present, err := p.gather(ctx, s, deliberation.MeetingID(r.Subject))
	if err != nil {
		return err
	}
	if err := p.openPoll(ctx, chair); err != nil {
		return err
	}
	if err := p.gradeAll(ctx, present); err != nil {
		return err
	}
	if _, err := p.act(ctx, chair, deliberation.ClosePoll, act{}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, s.recorder, deliberation.RecordMinutes, act{Text: "逐人述职，代表提问，无记名评议，当场公布结果。"}); err != nil {
		return err
	}
	return p.whenOpen(ctx, chair, deliberation.SignMinutes, act{})
}

// gradeAll casts the ballots; nobody rates twice.
func (p *Play) gradeAll(ctx context.Context, present []deliberation.PersonID) error {
	v, err := p.untilOpen(ctx, deliberation.ClosePoll)
	if err != nil {
		return err
	}
	poll := v.Polls[len(v.Polls)-1]
	asked := map[deliberation.QuestionID]deliberation.PersonID{}
	for _, who := range v.Status.Appraisal.People {
		asked[deliberation.QuestionID(who.Motion)] = who.Person
	}
	return p.castForms(ctx, poll, present, func(n, i int) deliberation.OptionID {
		switch who := asked[poll.Form[i].ID]; {
		case who == p.unfit() && n < len(present)-10:
			return deliberation.OptionID(deliberation.Unfit)
		case who != p.Cast.Director && n%2 == 0:
			return deliberation.OptionID(deliberation.Competent)
		case who != p.Cast.Director && n%3 == 0:
			return deliberation.OptionID(deliberation.BarelyCompetent)
		}
		return deliberation.OptionID(deliberation.Excellent)
	})
}

// castForms casts the appraisal forms of those present: says gives the answer of each
// voter to each question. Nobody casts two.
func (p *Play) castForms(ctx context.Context, poll deliberation.Poll, present []deliberation.PersonID, says func(voter, question int) deliberation.OptionID) error {
	path := "/polls/" + string(poll.ID) + "/ballots"
	for n, who := range present {
		answers := []deliberation.Answer{}
		for i, q := range poll.Form {
			answers = append(answers, deliberation.Answer{Question: q.ID, Choices: []string{string(says(n, i))}})
		}
		if n == len(present)/2 {
			p.moment("secret")
		}
		if err := p.as(who).post(ctx, path, map[string]any{"answers": answers}, nil); err != nil {
			return fmt.Errorf("form of %s: %w", who, err)
		}
		if n == 0 {
			err := p.refused(ctx, "同一个代表评议两次", "twice", func() error { return p.as(who).post(ctx, path, map[string]any{"answers": answers}, nil) })
			if err != nil {
				return err
			}
		}
	}
	p.say("  收回评议票 %d 张。", len(present))
	return nil
}

func (p *Play) appraisalDisclosure(ctx context.Context) error {
	p.stage("评议结果公布")
	v, err := p.untilOpen(ctx, deliberation.Publish)
	if err != nil {
		return err
	}
	for _, who := range v.Status.Appraisal.People {
		if who.Grading == nil {
			return fmt.Errorf("%s has no grade", who.Person)
		}
		p.say("  %s：%s，%s。%s", p.as(who.Person).name, who.Grading.Grade.Word("zh"), who.Consequence.Kind.Word("zh"), who.Consequence.Reason.Word("zh"))
	}
	if _, err := p.act(ctx, p.unfit(), deliberation.ReceiveGrade, act{Subject: string(p.unfit())}); err != nil {
		return err
	}
	if err := p.post(ctx, "公告：年度民主评议结果。"); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Clerk, deliberation.FileResolution, act{Text: "评议结果报街道备案。"}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Supervisors[1], deliberation.GiveClosingOpinion, act{Text: "程序合规。"}); err != nil {
		return err
	}
	return p.posted(ctx)
}

// appraisalFollowUp sees to what follows: measures after a first unfit grade, a
// ruling where only the bare text of the law is met, notice where an office ended.
func (p *Play) appraisalFollowUp(ctx context.Context) error {
	p.stage("评议结果落实")
	for {
		v, err := p.until(ctx, "what follows", func(v process) bool {
			return v.Status.State == deliberation.Ended || v.Status.Stage == deliberation.AppraisalFollowUp && len(follows(v)) > 0
		})
		if err != nil || v.Status.State == deliberation.Ended {
			return err
		}
		o := follows(v)[0]
		who := map[deliberation.ActKind]deliberation.PersonID{
			deliberation.ExplainGrade: o.Actor, deliberation.CheckMeasures: p.Cast.Supervisors[2],
			deliberation.RuleOnRow: p.Cast.Guide, deliberation.AnnounceEnd: p.Cast.Supervisors[0],
		}[o.Kind]
		a := act{Subject: o.Subject, Text: "说明、检查、认定或者公告的全文。"}
		if o.Kind == deliberation.RuleOnRow {
			a.Decision = "accept"
		}
		if _, err := p.act(ctx, who, o.Kind, a); err != nil {
			return err
		}
		p.say("  %s。", o.Kind.Word("zh"))
	}
}

func follows(v process) (list []deliberation.OpenAct) {
	for _, o := range v.Status.Open {
		switch o.Kind {
		case deliberation.ExplainGrade, deliberation.CheckMeasures, deliberation.RuleOnRow, deliberation.AnnounceEnd:
			list = append(list, o)
		}
	}
	return list
}
