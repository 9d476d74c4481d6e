package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// councilSize is how many sit on the council of the sample.
const councilSize = 9

// Council plays 议事会: the assembly entrusts it with the environment, and with nothing
// else; it decides a matter of that, after attempts outside its entrustment. It gives
// the council's id and its dossier.
func (p *Play) Council(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	var entrusted string
	return p.perform(ctx, p.Cast.Secretary,
		p.everybodyIn,
		func(ctx context.Context) (err error) { entrusted, err = p.entrust(ctx); return err },
		func(ctx context.Context) error { return p.proposeToCouncil(ctx, entrusted) },
		p.screen, p.nameCouncil, p.sitCouncil, p.carryOut, p.archived,
	)
}

// entrust has the assembly entrust the council, by raised hands, and gives the id of
// what it gave.
func (p *Play) entrust(ctx context.Context) (string, error) {
	p.stage("居民会议：授权议事会")
	matter := map[string]any{
		"kind": deliberation.ConferenceKind, "title": "授权议事会", "category": deliberation.CategoryOther, "affected": deliberation.AffectsAll,
		"summary": "楼道、停车等环境事项由议事会议决。", "origin": deliberation.OriginCommittee, "budget_fen": 0, "form": deliberation.Assembly,
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := p.as(p.Cast.Director).post(ctx, "/processes", matter, &made); err != nil {
		return "", err
	}
	p.process = made.ID
	if _, err := p.untilOpen(ctx, deliberation.CloseAgenda); err != nil {
		return "", err
	}
	m := motion{text: "授权议事会议决环境事项", voting: deliberation.HandsVoting, yes: 60, no: 5, abstain: 5}
	put, err := p.act(ctx, p.Cast.Clerk, deliberation.PutMotion, act{
		Text: m.text, Category: deliberation.CategoryAuthorise, Voting: m.voting,
		Grant: &deliberation.Grant{To: deliberation.CouncilMeeting, Categories: []deliberation.Category{deliberation.CategoryEnvironment}, Until: deliberation.DateOf(p.Clock()).AddYears(1)},
	})
	if err != nil {
		return "", err
	}
	if _, err := p.act(ctx, p.Cast.Director, deliberation.CloseAgenda, act{}); err != nil {
		return "", err
	}
	if _, err := p.untilOpen(ctx, deliberation.Convene); err != nil {
		return "", err
	}
	// Ten days by law, and one for a day that turns while the request is under way.
	notice := act{At: p.day(11), Place: "社区广场", Text: "议题：授权议事会议决环境事项。"}
	called, err := p.act(ctx, p.Cast.Director, deliberation.Convene, notice)
	if err != nil {
		return "", err
	}
	s := scene{chair: p.Cast.Director, members: slices.Concat(p.Cast.Branch, p.Cast.Committee, p.Cast.Supervisors, p.Cast.Representatives)}
	present, err := p.gather(ctx, s, deliberation.MeetingID(called.Subject))
	if err != nil {
		return "", err
	}
	if err := p.openPoll(ctx, s.chair); err != nil {
		return "", err
	}
	v, err := p.untilOpen(ctx, deliberation.CountHands)
	if err != nil {
		return "", err
	}
	return put.Subject, p.countHands(ctx, v, m, present)
}

// proposeToCouncil begins the matter before the council, after what it may not decide.
func (p *Play) proposeToCouncil(ctx context.Context, entrusted string) error {
	p.stage("议事会：提出议题")
	topic := map[string]any{
		"title": "三号楼楼道口停车", "summary": "楼道口停满电动车，出入不便。", "origin": "representative", "affected": "some",
		"category": deliberation.CategoryEnvironment, "form": deliberation.CouncilMeeting,
	}
	proposer := p.as(p.Cast.Representatives[0])
	begin := func(change map[string]any, into any) error {
		body := map[string]any{}
		for _, fields := range []map[string]any{topic, {"authorised_by": entrusted}, change} {
			for k, v := range fields {
				body[k] = v
			}
		}
		return proposer.post(ctx, "/consultations", body, into)
	}
	for _, outside := range []struct {
		what   string
		change map[string]any
	}{
		{"没有居民会议的授权", map[string]any{"authorised_by": ""}},
		{"超出授权的范围", map[string]any{"category": deliberation.CategoryFunds}},
		{"由议事会制定居民公约", map[string]any{"category": deliberation.CategoryCovenant}},
	} {
		if err := p.refused(ctx, outside.what, "reserved", func() error { return begin(outside.change, nil) }); err != nil {
			return err
		}
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := begin(nil, &made); err != nil {
		return err
	}
	p.process = made.ID
	return nil
}

func (p *Play) council() []deliberation.PersonID { return p.Cast.Representatives[:councilSize] }

func (p *Play) nameCouncil(ctx context.Context) error {
	p.stage("议事会成员")
	if _, err := p.untilOpen(ctx, deliberation.NameParticipants); err != nil {
		return err
	}
	list := act{Text: "议事会成员九人，居民会议推选。"}
	for _, id := range p.council() {
		list.Participants = append(list.Participants, deliberation.Participant{Person: id, As: deliberation.AsMember})
	}
	_, err := p.act(ctx, p.Cast.Director, deliberation.NameParticipants, list)
	return err
}

// sitCouncil holds the council: six of nine must be there, and five of nine for it.
func (p *Play) sitCouncil(ctx context.Context) error {
	p.stage("议事会开会表决")
	s := scene{chair: p.Cast.Director, recorder: p.Cast.Clerk, place: "3号楼架空层", notice: "议题：楼道口停车。", members: p.council(), absent: 2, tooFew: 5, yes: 6, no: 1}
	s.noticeTooLate = true
	present, err := p.assembled(ctx, s)
	if err != nil {
		return err
	}
	if _, err := p.act(ctx, s.chair, deliberation.FormOpinion, act{Finding: deliberation.FoundAgreed, Text: "车棚东移三米，楼道口不停车。"}); err != nil {
		return err
	}
	if err := p.vote(ctx, s, present); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, s.recorder, deliberation.RecordMinutes, act{Text: "七人到会，六人同意。"}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, s.chair, deliberation.SignMinutes, act{}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Supervisors[0], deliberation.Acknowledge, act{Text: "在授权范围内，人数、票数核对无误。"}); err != nil {
		return err
	}
	v, err := p.read(ctx)
	if err == nil && (v.Status.Consultation == nil || v.Status.Consultation.Voted == nil || !*v.Status.Consultation.Voted) {
		err = fmt.Errorf("the council carried it, and the process says otherwise")
	}
	return err
}
