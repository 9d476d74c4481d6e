package demo

import (
	"context"
	"fmt"

	"github.com/yishi-project/yishi/deliberation"
)

// Livelihood plays a livelihood matter 民生事项 from its opinions to its survey, with the
// hearing or the expert appraisal that was held for it; each has its dossier. The first
// survey finds too few satisfied and sends the work back.
func (p *Play) Livelihood(ctx context.Context, forum deliberation.Body) (h Heard, err error) {
	if err := take(ctx, p.everybodyIn, p.startLivelihood, p.gatherOpinions(forum), p.startItsHearing(forum)); err != nil {
		return h, err
	}
	h.Matter = p.process
	v, err := p.read(ctx)
	if err != nil {
		return h, err
	}
	p.process = v.Status.Asked.Started
	h.Hearing, h.Dossier, err = p.perform(ctx, p.Cast.Secretary, p.planHearing(forum), p.signUpForHearing, p.drawn, p.sitting(forum, deliberation.FeasibleWithChanges), p.reportHearing(forum, deliberation.FeasibleWithChanges), p.archived)
	if err != nil {
		return h, err
	}
	p.process = h.Matter
	_, h.ForWhich, err = p.perform(ctx, p.Cast.Secretary,
		p.fileItsPlan, p.review, p.resolution, p.resolutionDisclosure, p.implementation, p.poorSurvey, p.implementation, p.goodSurvey, p.resultDisclosure, p.archived)
	return h, err
}

func (p *Play) startLivelihood(ctx context.Context) error {
	p.stage("发起民生事项")
	matter := map[string]any{
		"kind": deliberation.LivelihoodKind, "title": "三栋门前空地改停车位", "category": deliberation.CategoryEnvironment, "affected": deliberation.AffectsAll,
		"summary": "三栋门前空地改为停车位二十个。", "origin": deliberation.OriginParty, "budget_fen": 6_800_000, "form": deliberation.Conference,
		"authorisation": "居民会议授权居民代表会议决定十万元以下公共设施改造，任期内有效。",
	}
	reserved := map[string]any{}
	for k, v := range matter {
		reserved[k] = v
	}
	reserved["category"] = deliberation.CategoryElection
	who := p.as(p.Cast.Secretary)
	if err := p.refused(ctx, "把选举罢免当作民生事项发起", "reserved", func() error { return who.post(ctx, "/processes", reserved, nil) }); err != nil {
		return err
	}
	matter["affected"] = deliberation.AffectsSome
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := who.post(ctx, "/processes", matter, &made); err != nil {
		return err
	}
	p.process = made.ID
	_, err := p.untilOpen(ctx, deliberation.MergeOpinions)
	return err
}

// gatherOpinions has opinions come by four ways, each answered, and merges them; the
// list is refused before its time, and while an opinion has no answer.
func (p *Play) gatherOpinions(forum deliberation.Body) func(context.Context) error {
	return func(ctx context.Context) error {
		p.stage("意见收集")
		path := p.at("/opinions")
		opinion := map[string]any{"text": "走访时说：车位不够。", "channel": deliberation.VisitChannel}
		if err := p.declined("居民录入走访意见", "not_entitled", p.as(p.Cast.Residents[0]).post(ctx, path, opinion, nil)); err != nil {
			return err
		}
		for _, o := range []struct {
			who     deliberation.PersonID
			channel deliberation.Channel
			text    string
		}{
			{p.Cast.Residents[0], deliberation.WebChannel, "希望留轮椅通道。"}, {p.Cast.Residents[1], deliberation.WebChannel, "夜里灯太亮怎么办？"},
			{p.Cast.Clerk, deliberation.VisitChannel, "车位不够，老人反映看病停车难。"}, {p.Cast.Clerk, deliberation.TalkChannel, "恳谈会上提出：保留槐树。"}, {p.Cast.Clerk, deliberation.BoardChannel, "意见箱：要限速。"},
		} {
			if err := p.as(o.who).post(ctx, path, map[string]any{"text": o.text, "channel": o.channel}, nil); err != nil {
				return err
			}
		}
		merged := act{Finding: deliberation.Finding(affectedBy(forum)), Text: "归并为三类：一、车位数量；二、通行安全；三、绿化和照明。"}
		merge := func() error {
			_, err := p.act(ctx, p.Cast.Secretary, deliberation.MergeOpinions, merged)
			return err
		}
		if err := p.refused(ctx, "征求意见未满七日就归并", "too_early", merge); err != nil {
			return err
		}
		p.moment("opinions")
		var box struct {
			Opinions []struct {
				ID      string               `json:"id"`
				Channel deliberation.Channel `json:"channel"`
			} `json:"opinions"`
		}
		if err := p.as(p.Cast.Director).get(ctx, path, &box); err != nil {
			return err
		}
		open := func(v process) bool {
			return v.Status.Waiting.Until.IsZero() || !p.Clock().Before(v.Status.Waiting.Until)
		}
		if _, err := p.until(ctx, "the end of the soliciting period", open); err != nil {
			return err
		}
		ways := map[deliberation.Channel]int{}
		for i, o := range box.Opinions {
			ways[o.Channel]++
			if i == len(box.Opinions)-1 {
				if err := p.refused(ctx, "还有一条意见没有答复就归并", "unanswered", merge); err != nil {
					return err
				}
			}
			body := map[string]string{"disposition": "adopted", "text": "列入清单。"}
			if err := p.as(p.Cast.Director).post(ctx, path+"/"+o.ID+"/answer", body, nil); err != nil {
				return err
			}
		}
		if len(ways) != 4 {
			return fmt.Errorf("opinions came by %v", ways)
		}
		return merge()
	}
}

// startItsHearing starts the hearing that the merged opinions ask for; the other forum
// without a reason is refused, and so is any decision before its report.
func (p *Play) startItsHearing(forum deliberation.Body) func(context.Context) error {
	return func(ctx context.Context) error {
		p.stage("公开听证")
		if _, err := p.untilOpen(ctx, deliberation.StartHearing); err != nil {
			return err
		}
		hearing := map[string]any{
			"form": forum, "title": "三栋门前空地改停车位", "summary": "听取各方意见。", "category": "environment", "affected": affectedBy(forum),
			"origin": "party_organisation", "for": p.process,
		}
		who := p.as(p.Cast.Secretary)
		otherForum, otherPeople := deliberation.ExpertAppraisal, deliberation.AffectsAll
		if forum == deliberation.ExpertAppraisal {
			otherForum, otherPeople = deliberation.HearingMeeting, deliberation.AffectsSome
		}
		for what, change := range map[string][2]any{
			"开另一种会而不写理由": {"form", otherForum},
			"改变涉及的人":     {"affected", otherPeople},
		} {
			other := map[string]any{}
			for k, v := range hearing {
				other[k] = v
			}
			other[change[0].(string)] = change[1]
			if err := p.refused(ctx, what, "invalid", func() error { return who.post(ctx, "/hearings", other, nil) }); err != nil {
				return err
			}
		}
		if err := who.post(ctx, "/hearings", hearing, nil); err != nil {
			return err
		}
		if _, err := p.until(ctx, "the hearing", func(v process) bool { return v.Status.Asked != nil && v.Status.Asked.Started != "" }); err != nil {
			return err
		}
		_, err := p.act(ctx, p.Cast.Director, deliberation.Convene, act{At: p.day(20), Place: "社区多功能厅", Text: "决议。"})
		return p.declined("听证报告以前召集群众决议", "out_of_order", err)
	}
}

// fileItsPlan files the plan that takes the report up.
func (p *Play) fileItsPlan(ctx context.Context) error {
	p.stage("拟定办理方案")
	return p.whenOpen(ctx, p.Cast.Secretary, deliberation.Propose, act{Text: "办理方案：车位二十个，限速，留轮椅通道。"})
}

// satisfaction is the numbers of a survey.
type satisfaction struct {
	Asked     int `json:"asked"`
	Returned  int `json:"returned"`
	Satisfied int `json:"satisfied"`
	Basically int `json:"basically"`
	Not       int `json:"not"`
}

// poorSurvey files a survey with too few satisfied, after two that do not add up.
func (p *Play) poorSurvey(ctx context.Context) error {
	p.stage("满意度测评")
	if _, err := p.untilOpen(ctx, deliberation.FileSurvey); err != nil {
		return err
	}
	for what, s := range map[string]satisfaction{
		"各项合计与收回数不符": {100, 80, 40, 20, 10},
		"收回多于发出":     {50, 80, 40, 20, 20},
	} {
		if err := p.declined(what, "invalid", p.survey(ctx, s)); err != nil {
			return err
		}
	}
	if err := p.survey(ctx, satisfaction{100, 80, 20, 20, 40}); err != nil {
		return err
	}
	_, err := p.until(ctx, "the way back", func(v process) bool {
		return v.Status.Stage == deliberation.Implementation && v.Status.Round == 2
	})
	p.say("  满意度百分之五十，退回改进。")
	return err
}

func (p *Play) goodSurvey(ctx context.Context) error {
	p.stage("满意度测评")
	if _, err := p.untilOpen(ctx, deliberation.FileSurvey); err != nil {
		return err
	}
	return p.survey(ctx, satisfaction{100, 90, 60, 20, 10})
}

func (p *Play) survey(ctx context.Context, s satisfaction) error {
	_, err := p.act(ctx, p.Cast.Clerk, deliberation.FileSurvey, act{Survey: &s, Text: "按户抽取一百户，匿名填写。"})
	return err
}
