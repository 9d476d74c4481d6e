package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// Consult plays a full 议事协商 on a matter that ends as found, from its proposal to
// its archive, and gives its id and its dossier. What is disputed is sent on to a
// conference. Everybody is signed in by Run, or by this.
func (p *Play) Consult(ctx context.Context, found deliberation.Finding) (deliberation.ProcessID, []byte, error) {
	steps := []func(context.Context) error{p.everybodyIn, p.propose(false), p.screen, p.nameParticipants, p.consult(found)}
	if found == deliberation.FoundDisputed {
		steps = append(steps, p.sendOn)
	} else {
		steps = append(steps, p.carryOut)
	}
	return p.perform(ctx, p.Cast.Secretary, append(steps, p.archived)...)
}

// ConsultQuickly plays 即时议: a topic is proposed and answered.
func (p *Play) ConsultQuickly(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	return p.perform(ctx, p.Cast.Secretary, p.everybodyIn, p.propose(true), p.answerQuickly, p.archived)
}

func (p *Play) propose(quick bool) func(context.Context) error {
	return func(ctx context.Context) error {
		p.stage("议事协商：提出议题")
		proposer := p.Cast.Representatives[0]
		topic := map[string]any{
			"title": "电动车占道停放", "summary": "3号楼楼道口停满电动车，出入不便。<b>请</b>商量一个办法。",
			"origin": "representative", "affected": "some", "category": "environment", "quick": quick,
		}
		var made struct {
			ID deliberation.ProcessID `json:"id"`
		}
		long := map[string]any{"title": "长", "summary": string(slices.Repeat([]rune("议"), 400_000)), "origin": "representative"}
		var refusal *Problem
		if err := p.as(proposer).post(ctx, "/consultations", long, nil); !isRefusal(err, "too_large", &refusal) && !isRefusal(err, "invalid", &refusal) {
			return fmt.Errorf("a topic of a megabyte: wanted a refusal and got: %w", err)
		}
		p.say("  ✗ 一兆字节的事由 → %d %s", refusal.Status, refusal.Title)
		if err := p.as(proposer).post(ctx, "/consultations", topic, &made); err != nil {
			return err
		}
		p.process = made.ID
		return nil
	}
}

func (p *Play) answerQuickly(ctx context.Context) error {
	return p.whenOpen(ctx, p.Cast.Clerk, deliberation.AnswerQuickly, act{Text: "今天下午清理，画出停车线。"})
}

func (p *Play) screen(ctx context.Context) error {
	return p.whenOpen(ctx, p.Cast.Secretary, deliberation.ScreenTopic, act{Decision: "accept", Text: "属于居民切身利益的事项，同意协商。"})
}

// participants are two interested parties, one resident, and one who speaks for a unit.
func (p *Play) participants() []deliberation.Participant {
	r := p.Cast.Representatives
	return []deliberation.Participant{
		{Person: r[0], As: deliberation.InterestedParty}, {Person: r[1], As: deliberation.InterestedParty},
		{Person: r[2], As: deliberation.AsResident}, {Person: r[3], As: deliberation.AsUnit},
	}
}

// nameParticipants names who takes part; a list that leaves out whose interest is
// touched is refused.
func (p *Play) nameParticipants(ctx context.Context) error {
	p.stage("确定协商主体")
	if _, err := p.untilOpen(ctx, deliberation.NameParticipants); err != nil {
		return err
	}
	list := act{Text: "另邀请物业公司派人列席。", Participants: p.participants()[2:]}
	err := p.refused(ctx, "没有利益相关方的名单", "no_interested_party", func() error {
		_, err := p.act(ctx, p.Cast.Director, deliberation.NameParticipants, list)
		return err
	})
	if err != nil {
		return err
	}
	list.Participants = p.participants()
	_, err = p.act(ctx, p.Cast.Director, deliberation.NameParticipants, list)
	return err
}

// consult holds the meeting. No text gives it a quorum, but somebody must be there,
// and nobody else may come in.
func (p *Play) consult(found deliberation.Finding) func(context.Context) error {
	return func(ctx context.Context) error {
		p.stage("开展协商")
		if _, err := p.untilOpen(ctx, deliberation.Convene); err != nil {
			return err
		}
		s := scene{chair: p.Cast.Director, recorder: p.Cast.Clerk, place: "3号楼架空层", notice: "协商电动车停放，附现状照片和两个方案。", noticeTooLate: true}
		for _, who := range p.participants() {
			s.members = append(s.members, who.Person)
		}
		s.absent = 1
		id, err := p.convene(ctx, s)
		if err != nil {
			return err
		}
		if _, err := p.untilOpen(ctx, deliberation.CallToOrder); err != nil {
			return err
		}
		err = p.refused(ctx, "一个人都没到就开会", "nobody_came", func() error {
			_, err := p.act(ctx, s.chair, deliberation.CallToOrder, act{})
			return err
		})
		if err != nil {
			return err
		}
		err = p.refused(ctx, "不在名单上的人签到", "not_on_roll", func() error {
			return p.as(p.Cast.Representatives[9]).post(ctx, fmt.Sprintf("/meetings/%s/check-ins", id), map[string]string{}, nil)
		})
		if err != nil {
			return err
		}
		if _, err := p.gather(ctx, s, id); err != nil {
			return err
		}
		var refusal *Problem
		if _, err := p.act(ctx, s.chair, deliberation.FormOpinion, act{Text: "大家都发了言。"}); !isRefusal(err, "invalid", &refusal) {
			return fmt.Errorf("an opinion without a finding: wanted a refusal and got: %w", err)
		}
		if _, err := p.act(ctx, s.chair, deliberation.FormOpinion, act{Finding: found, Text: "车棚东移三米，楼道口不停车。"}); err != nil {
			return err
		}
		p.say("  协商结果：%s。", found.Word("zh"))
		if err := p.whenOpen(ctx, s.recorder, deliberation.RecordMinutes, act{Text: "三人到会，逐一发言。"}); err != nil {
			return err
		}
		return p.whenOpen(ctx, s.chair, deliberation.SignMinutes, act{})
	}
}

// carryOut reports what was done and posts it.
func (p *Play) carryOut(ctx context.Context) error {
	p.stage("落实、反馈和公开")
	if err := p.whenOpen(ctx, p.Cast.Director, deliberation.ReportBack, act{Text: "车棚已移位，向参加协商的人和3号楼住户说明。"}); err != nil {
		return err
	}
	if err := p.post(ctx, "公告：电动车停放的协商意见和落实情况。"); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Supervisors[1], deliberation.GiveClosingOpinion, act{Text: "落实情况属实。"}); err != nil {
		return err
	}
	return p.posted(ctx)
}

// sendOn starts the conference that decides what stayed disputed. The consultation
// knows where its matter went, and the conference whence.
func (p *Play) sendOn(ctx context.Context) error {
	p.stage("提请会议决定")
	if _, err := p.untilOpen(ctx, deliberation.ForwardMatter); err != nil {
		return err
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	body := map[string]any{
		"kind": "conference", "title": "电动车占道停放", "summary": "协商分歧较大，提请居民会议决定。", "category": "other", "affected": "some",
		"origin": "committee", "budget_fen": 0, "form": "assembly", "for": p.process,
	}
	if err := p.as(p.Cast.Secretary).post(ctx, "/processes", body, &made); err != nil {
		return err
	}
	v, err := p.until(ctx, "the link", func(v process) bool { return v.Status.Consultation != nil && v.Status.Consultation.Forwarded != "" })
	if err != nil {
		return err
	}
	if v.Status.Consultation.Forwarded != made.ID {
		return fmt.Errorf("sent on to %s, started %s", v.Status.Consultation.Forwarded, made.ID)
	}
	return nil
}
