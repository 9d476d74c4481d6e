package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// signing is what the API says of the signatures of a joint demand.
type signing struct {
	Count   deliberation.SignatureCount `json:"count"`
	Verdict deliberation.Verdict        `json:"verdict"`
	Signed  bool                        `json:"signed"`
}

// Demand plays a joint demand of residents for an assembly, from its form to the
// assembly that is started for it, and gives its id and its dossier. Everybody is
// signed in by Run, or by this.
func (p *Play) Demand(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	return p.perform(ctx, p.Cast.Clerk, p.everybodyIn, p.startDemand, p.signOnline, p.signOnPaper, p.closeSigning, p.answerDemand, p.startDemanded, p.archived) // the dossier names the signers
}

func (p *Play) startDemand(ctx context.Context) error {
	p.stage("联名提议")
	wish := map[string]any{
		"demanded": deliberation.DemandAssembly, "title": "请召开居民会议，讨论小区停车规则", "category": deliberation.CategoryOther,
		"summary": "夜里消防通道常被堵住，停车规则要由全体居民来定。",
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := p.as(p.Cast.Residents[0]).post(ctx, "/demands", wish, &made); err != nil {
		return err
	}
	p.process = made.ID
	_, err := p.untilOpen(ctx, deliberation.CloseSigning)
	return err
}

func (p *Play) signatures() string { return "/processes/" + string(p.process) + "/signatures" }

// signOnline has five residents sign, one of them twice; one takes it back and signs again.
func (p *Play) signOnline(ctx context.Context) error {
	for _, who := range p.Cast.Residents[:5] {
		if err := p.as(who).post(ctx, p.signatures(), map[string]any{}, nil); err != nil {
			return fmt.Errorf("signature of %s: %w", who, err)
		}
	}
	first := p.as(p.Cast.Residents[0])
	err := p.refused(ctx, "同一个人再签一次", "twice", func() error { return first.post(ctx, p.signatures(), map[string]any{}, nil) })
	if err != nil {
		return err
	}
	for _, withdraw := range []bool{true, false} {
		if err := first.post(ctx, p.signatures(), map[string]any{"withdraw": withdraw}, nil); err != nil {
			return err
		}
	}
	p.moment("signing")
	return p.refused(ctx, "不在名册上的人签名", "not_on_roll", func() error {
		return p.as(p.Cast.Clerk).post(ctx, p.signatures(), map[string]any{}, nil)
	})
}

// signOnPaper has the clerk copy a sheet on which five names are good, one has
// signed online before, and one nobody bears.
func (p *Play) signOnPaper(ctx context.Context) error {
	rows := []deliberation.SheetRow{}
	for _, who := range p.Cast.Residents[4:10] {
		rows = append(rows, deliberation.SheetRow{Name: p.as(who).name})
	}
	rows = append(rows, deliberation.SheetRow{Name: "查无此人"})
	var result struct {
		Entered  int                         `json:"entered"`
		Problems []deliberation.SheetProblem `json:"problems"`
	}
	if err := p.as(p.Cast.Clerk).post(ctx, "/processes/"+string(p.process)+"/sheets", map[string]any{"rows": rows, "photo": boardPhoto(), "photo_type": "image/png"}, &result); err != nil {
		return err
	}
	want := []deliberation.SheetProblem{{Row: 1, Problem: "twice"}, {Row: 7, Problem: "unknown"}}
	if result.Entered != 5 || !slices.Equal(result.Problems, want) {
		return fmt.Errorf("the sheet gave %d signatures and %v", result.Entered, result.Problems)
	}
	p.say("  纸质签名单录入 %d 人；重复的和查无此人的各一行，没有录入。", result.Entered)
	var s signing
	if err := p.as(p.Cast.Residents[11]).get(ctx, p.signatures(), &s); err != nil {
		return err
	}
	p.verdict(&s.Verdict)
	if s.Count.Web != 5 || s.Count.Paper != 5 || s.Signed || !s.Verdict.Met {
		return fmt.Errorf("%d signed on the web and %d on paper, met: %v", s.Count.Web, s.Count.Paper, s.Verdict.Met)
	}
	return nil
}

func (p *Play) closeSigning(ctx context.Context) error {
	if _, err := p.act(ctx, p.Cast.Residents[0], deliberation.CloseSigning, act{}); err != nil {
		return err
	}
	v, err := p.untilOpen(ctx, deliberation.AnswerDemand)
	if err != nil {
		return err
	}
	p.verdict(v.Status.Demand.Verdict)
	return p.refused(ctx, "结束以后再签名", "too_late", func() error {
		return p.as(p.Cast.Residents[11]).post(ctx, p.signatures(), map[string]any{}, nil)
	})
}

func (p *Play) answerDemand(ctx context.Context) error {
	p.stage("召集人答复")
	late := act{Decision: "accept", At: p.day(80), Text: "同意，八十天后开会。"}
	err := p.refused(ctx, "会议日期定得太晚", "too_late", func() error {
		_, err := p.act(ctx, p.Cast.Director, deliberation.AnswerDemand, late)
		return err
	})
	if err != nil {
		return err
	}
	_, err = p.act(ctx, p.Cast.Director, deliberation.AnswerDemand, act{Decision: "accept", At: p.day(25), Text: "同意召集居民会议，讨论停车规则。"})
	return err
}

// startDemanded starts the assembly for the demand, which ends with it.
func (p *Play) startDemanded(ctx context.Context) error {
	p.stage("召集会议")
	if _, err := p.untilOpen(ctx, deliberation.StartDemanded); err != nil {
		return err
	}
	matter := map[string]any{
		"kind": deliberation.ConferenceKind, "title": "居民会议", "category": deliberation.CategoryOther, "affected": deliberation.AffectsAll,
		"summary": "讨论小区停车规则。", "origin": deliberation.OriginCommittee, "budget_fen": 0, "form": deliberation.Assembly, "demand": p.process,
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := p.as(p.Cast.Director).post(ctx, "/processes", matter, &made); err != nil {
		return err
	}
	p.say("  为答复联名提议启动了居民会议。")
	return nil
}
