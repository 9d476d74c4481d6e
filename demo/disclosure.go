package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// line is what the API says of an item of the catalogue.
type line struct {
	Item   deliberation.ItemCode        `json:"item"`
	Name   string                       `json:"name"`
	Period deliberation.Period          `json:"period"`
	State  deliberation.DisclosureState `json:"state"`
	Late   int                          `json:"late"`
	Until  string                       `json:"until"`
}

// Disclose plays a quarter of 居务公开: the accounts of three months, each going on
// from the last, and a major matter about which a resident complains up to the street.
// It ends with an item that nobody disclosed, which the board shows by itself. It gives
// the dossiers in the order in which they ended.
func (p *Play) Disclose(ctx context.Context) ([]Finished, error) {
	if err := p.everybodyIn(ctx); err != nil {
		return nil, err
	}
	p.stage("居务公开")
	last := deliberation.DateOf(p.Clock()).AddMonths(-1)
	var begun []deliberation.ProcessID
	opening := int64(100_000_00)
	for back := 2; back >= 0; back-- {
		closing, err := p.month(ctx, deliberation.PeriodOf(last.AddMonths(-back), 1), opening, back == 2)
		if err != nil {
			return nil, err
		}
		opening = closing
		begun = append(begun, p.process)
	}
	if err := take(ctx, p.major, p.complain, p.archived); err != nil {
		return nil, err
	}
	begun = append(begun, p.process)
	var all []Finished
	for _, id := range begun {
		p.process = id
		if err := p.archived(ctx); err != nil {
			return nil, err
		}
		played := Finished{Process: id}
		if err := p.as(p.Cast.Secretary).get(ctx, "/processes/"+string(id)+"/dossier", &played.Dossier); err != nil {
			return nil, err
		}
		all = append(all, played)
	}
	return all, p.overdue(ctx)
}

// month discloses the accounts of a month up to the board, and gives what it closes with.
func (p *Play) month(ctx context.Context, period deliberation.Period, opening int64, first bool) (closing int64, err error) {
	body := map[string]any{"item": deliberation.AccountsItem, "period": period}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	clerk := p.as(p.Cast.Clerk)
	if err := clerk.post(ctx, "/disclosures", body, &made); err != nil {
		return 0, err
	}
	p.process = made.ID
	p.say("  财务收支，%s", period.Words("zh"))
	if first {
		if err := p.declined("同一期间再公开一次", "twice", clerk.post(ctx, "/disclosures", body, nil)); err != nil {
			return 0, err
		}
	}
	return p.accounts(ctx, opening)
}

// accounts fills in the accounts of a month up to the board, and gives what they close with.
func (p *Play) accounts(ctx context.Context, opening int64) (closing int64, err error) {
	clerk := p.as(p.Cast.Clerk)
	if _, err := p.untilOpen(ctx, deliberation.DraftDisclosure); err != nil {
		return 0, err
	}
	closing = opening + 20_000_00 - 35_500_50
	table := func(closing int64) map[string]any {
		return map[string]any{"lines": []map[string]any{
			{"name": "服务专项资金", "opening_fen": opening, "income_fen": 20_000_00, "spending_fen": 35_500_50, "closing_fen": closing},
			{"name": "社会捐赠", "opening_fen": 0, "income_fen": 1_200_00, "spending_fen": 1_200_00, "closing_fen": 0},
		}}
	}
	path := "/processes/" + string(p.process) + "/accounts"
	if err := p.declined("收支不平衡的表", "unbalanced", clerk.post(ctx, path, table(closing+1), nil)); err != nil {
		return 0, err
	}
	if err := clerk.post(ctx, path, table(closing), nil); err != nil {
		return 0, err
	}
	return closing, p.upToTheBoard(ctx)
}

// declined says what was refused, and fails where it was not, or for another reason.
func (p *Play) declined(what, code string, err error) error {
	var refusal *Problem
	if !isRefusal(err, code, &refusal) {
		return fmt.Errorf("%s: wanted the refusal %q and got: %w", what, code, err)
	}
	p.say("  ✗ %s → %d %s %s", what, refusal.Status, refusal.Title, refusal.Detail)
	return nil
}

// upToTheBoard has a draft checked, confirmed and posted.
func (p *Play) upToTheBoard(ctx context.Context) error {
	if err := p.whenOpen(ctx, p.Cast.Supervisors[1], deliberation.Acknowledge, act{Text: "与凭证核对一致。"}); err != nil {
		return err
	}
	if _, err := p.untilOpen(ctx, deliberation.ConfirmDisclosure); err != nil {
		return err
	}
	now := p.Clock()
	if _, err := p.act(ctx, p.Cast.Secretary, deliberation.ConfirmDisclosure, act{At: &now, Decision: "accept", Text: "“两委”联席会议同意公布。"}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Committee[1], deliberation.PostDisclosure, act{}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Committee[1], deliberation.ProvePosting, act{Photo: boardPhoto(), PhotoType: "image/png"}); err != nil {
		return err
	}
	v, err := p.read(ctx)
	if err != nil {
		return err
	}
	p.say("  监督委员会审核、联席会议确定后公布，到%s。", v.Status.Disclosure.Until.Words("zh"))
	p.moment("posting")
	return nil
}

// major discloses what happened a few days ago.
func (p *Play) major(ctx context.Context) error {
	body := map[string]any{
		"item": deliberation.MajorItem, "period": deliberation.DateOf(p.Clock()).AddDays(-3).String(),
		"title": "东门停车场收费标准调整", "summary": "下月起按次收费，收入用于小区公共维修。",
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := p.as(p.Cast.Clerk).post(ctx, "/disclosures", body, &made); err != nil {
		return err
	}
	p.process = made.ID
	p.say("  重大事项")
	if err := p.whenOpen(ctx, p.Cast.Director, deliberation.DraftDisclosure, act{Text: "东门停车场自下月起每次收费五元，收入全部用于公共维修，按月公布。"}); err != nil {
		return err
	}
	return p.upToTheBoard(ctx)
}

// complain has a resident object, contest the answer, and the street rule.
func (p *Play) complain(ctx context.Context) error {
	resident := p.Cast.Residents[1]
	r, err := p.act(ctx, resident, deliberation.Object, act{Text: "收费标准没有听取住户意见。"})
	if err != nil {
		return err
	}
	p.say("  居民提出异议。")
	if _, err := p.act(ctx, p.Cast.Director, deliberation.AnswerObjection, act{Subject: r.Subject, Text: "已在代表会议上说明。"}); err != nil {
		return err
	}
	if _, err := p.act(ctx, resident, deliberation.ContestAnswer, act{Subject: r.Subject, Text: "没有看到会议记录。"}); err != nil {
		return err
	}
	v, err := p.untilOpen(ctx, deliberation.RuleOnObjection)
	if err != nil {
		return err
	}
	o := v.Objections[len(v.Objections)-1]
	p.say("  居民对答复不服，提请街道处理，期限到%s。", deliberation.DateOf(o.RulingDue.AddDate(0, 0, -1)).Words("zh"))
	_, err = p.act(ctx, p.Cast.Guide, deliberation.RuleOnObjection, act{Subject: r.Subject, Decision: "refuse", Text: "收费标准经代表会议表决通过，程序合规；会议记录已张贴。"})
	if err == nil {
		p.say("  街道作出处理：异议不成立。")
	}
	return err
}

// overdue waits for the board to show what nobody disclosed. Anybody sees it.
func (p *Play) overdue(ctx context.Context) error {
	stranger := &person{base: p.Base, http: p.as(p.Cast.Clerk).http}
	for {
		var found struct {
			Disclosures []line `json:"disclosures"`
		}
		if err := stranger.get(ctx, "/communities/"+string(Community)+"/disclosures", &found); err != nil {
			return err
		}
		for _, l := range found.Disclosures {
			if l.State == deliberation.DisclosureOverdue {
				p.stage("公开目录")
				for _, l := range found.Disclosures {
					p.say("  %s %s：%s %s", l.Name, l.Period.Words("zh"), l.State.Word("zh"), l.Until)
				}
				p.say("  %s已逾期 %d 天，公开栏自动显示。", l.Name, l.Late)
				return nil
			}
		}
		if err := p.pause(ctx); err != nil {
			return err
		}
	}
}

// pause lets half a civil day pass.
func (p *Play) pause(ctx context.Context) error {
	tick := time.NewTimer(p.Day / 2)
	defer tick.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-tick.C:
		return nil
	}
}
