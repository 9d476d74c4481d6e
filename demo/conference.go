package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// motion is one motion of the conference and how it is voted on.
type motion struct {
	text             string
	category         deliberation.Category
	voting           deliberation.Voting
	yes, no, abstain int
	carried          bool
}

// firstLine is the title of a motion.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// isRefusal tells whether the error is the refusal of the code, and gives it.
func isRefusal(err error, code string, r **Problem) bool {
	return errors.As(err, r) && (*r).Code == code
}

var conferenceMotions = []motion{
	{text: "修订居民公约\n增加“电动自行车不进楼道”一条，自公示期满之日起施行。", category: deliberation.CategoryCovenant, voting: deliberation.RecordedVoting, yes: 50, no: 8, abstain: 5, carried: true},
	{text: "推选物业服务监督小组组长\n由议事会提名的候选人担任组长，任期一年。", category: deliberation.CategoryOther, voting: deliberation.SecretVoting, yes: 28, no: 30, abstain: 5, carried: false},
	{text: "春节邻里活动方案\n正月十五在小广场举办，费用从活动经费中列支。", category: deliberation.CategoryFunds, voting: deliberation.HandsVoting, yes: 60, no: 2, abstain: 1, carried: true},
}

// Confer plays a whole 居民代表会议 with three motions, one for each way to vote,
// and gives its id and its dossier. Everybody is signed in by Run, or by this.
func (p *Play) Confer(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	return p.perform(ctx, p.Cast.Secretary, p.everybodyIn, p.startConference, p.agenda, p.sit, p.conferenceDisclosure, p.archived)
}

func (p *Play) startConference(ctx context.Context) error {
	p.stage("居民代表会议")
	matter := map[string]any{
		"kind": deliberation.ConferenceKind, "title": "第二次居民代表会议", "category": deliberation.CategoryOther, "affected": deliberation.AffectsAll,
		"summary": "修订居民公约、推选监督小组组长、讨论春节活动，共三项议题。", "origin": deliberation.OriginCommittee, "budget_fen": 0,
		"form": deliberation.Conference, "authorisation": "居民会议授权居民代表会议决定日常公共事务，任期内有效。",
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := p.as(p.Cast.Director).post(ctx, "/processes", matter, &made); err != nil {
		return err
	}
	p.process = made.ID
	_, err := p.untilOpen(ctx, deliberation.CloseAgenda)
	return err
}

// agenda puts the motions on the agenda; an empty one cannot be settled.
func (p *Play) agenda(ctx context.Context) error {
	p.stage("拟定议程")
	var refusal *Problem
	if _, err := p.act(ctx, p.Cast.Director, deliberation.CloseAgenda, act{}); !isRefusal(err, "no_motion", &refusal) {
		return fmt.Errorf("an empty agenda: wanted the refusal no_motion and got: %w", err)
	}
	p.say("  ✗ 没有议题就确定议程 → %d %s", refusal.Status, refusal.Title)
	err := p.refused(ctx, "把罢免列入代表会议议程", "reserved", func() error {
		_, err := p.act(ctx, p.Cast.Clerk, deliberation.PutMotion, act{Text: "罢免一名居委会委员", Category: deliberation.CategoryElection, Voting: deliberation.SecretVoting})
		return err
	})
	if err != nil {
		return err
	}
	for _, m := range append(slices.Clone(conferenceMotions), motion{text: "一项写错的议题", category: deliberation.CategoryOther, voting: deliberation.HandsVoting}) {
		r, err := p.act(ctx, p.Cast.Clerk, deliberation.PutMotion, act{Text: m.text, Category: m.category, Voting: m.voting})
		if err != nil {
			return err
		}
		if m.yes > 0 {
			p.say("  列入议程：%s（%s）", firstLine(m.text), m.voting.Word("zh"))
		} else if _, err := p.act(ctx, p.Cast.Director, deliberation.DropMotion, act{Subject: r.Subject, Text: "重复列入，撤下。"}); err != nil {
			return err
		}
	}
	_, err = p.act(ctx, p.Cast.Director, deliberation.CloseAgenda, act{})
	return err
}

// sit holds the conference: notice, check-in, quorum, each motion in its own way, minutes.
func (p *Play) sit(ctx context.Context) error {
	p.stage("开会表决")
	members := append(slices.Clone(p.Cast.Representatives), p.Cast.Committee...)
	s := scene{chair: p.Cast.Director, recorder: p.Cast.Clerk, members: members, absent: 4, place: "社区多功能厅", noticeTooLate: true, tooFew: 30,
		notice: "议题：修订居民公约；推选物业服务监督小组组长；春节邻里活动方案。请准时参加。"}
	present, err := p.assembled(ctx, s)
	if err != nil {
		return err
	}
	for _, m := range conferenceMotions {
		if err := p.decide(ctx, s, m, present); err != nil {
			return fmt.Errorf("%s: %w", firstLine(m.text), err)
		}
	}
	if err := p.whenOpen(ctx, s.recorder, deliberation.RecordMinutes, act{Text: "三项议题逐项表决，结果当场宣布。"}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, s.chair, deliberation.SignMinutes, act{}); err != nil {
		return err
	}
	return p.whenOpen(ctx, p.Cast.Supervisors[0], deliberation.Acknowledge, act{Text: "人数、票数核对无误。"})
}

// decide puts one motion to the vote.
func (p *Play) decide(ctx context.Context, s scene, m motion, present []deliberation.PersonID) error {
	if err := p.openPoll(ctx, s.chair); err != nil {
		return err
	}
	closing := deliberation.ClosePoll
	if m.voting == deliberation.HandsVoting {
		closing = deliberation.CountHands
	}
	v, err := p.untilOpen(ctx, closing)
	if err != nil {
		return err
	}
	p.say("  %s：%s", m.voting.Word("zh"), firstLine(m.text))
	if m.voting == deliberation.HandsVoting {
		return p.countHands(ctx, v, m, present)
	}
	poll := "/polls/" + string(v.Polls[len(v.Polls)-1].ID)
	receipts := map[deliberation.PersonID]string{}
	for i, who := range present {
		choice := deliberation.Abstain
		switch {
		case i < m.yes:
			choice = deliberation.Yes
		case i < m.yes+m.no:
			choice = deliberation.No
		}
		if m.voting == deliberation.SecretVoting && i == len(present)/2 {
			p.moment("secret")
		}
		var r deliberation.BallotReceipt
		if err := p.as(who).postAs(ctx, poll+"/ballots", fmt.Sprintf("conference-%s-%s", m.voting, who), map[string]any{"choice": choice}, &r); err != nil {
			return fmt.Errorf("ballot of %s: %w", who, err)
		}
		receipts[who] = r.Code
	}
	r, err := p.act(ctx, s.chair, deliberation.ClosePoll, act{})
	if err != nil {
		return err
	}
	p.verdict(r.Verdict)
	if r.Verdict == nil || r.Verdict.Met != m.carried {
		return fmt.Errorf("the verdict is not what %d ayes of %d give", m.yes, len(present))
	}
	if m.voting != deliberation.SecretVoting {
		return nil
	}
	return p.checkReceipts(ctx, poll, present, receipts)
}

// checkReceipts looks each receipt up in the opened box, as its voter can.
func (p *Play) checkReceipts(ctx context.Context, poll string, present []deliberation.PersonID, receipts map[deliberation.PersonID]string) error {
	var state struct {
		Box     deliberation.OpenedBox `json:"box"`
		Ballots []any                  `json:"ballots"`
	}
	if err := p.as(present[0]).get(ctx, poll, &state); err != nil {
		return err
	}
	for who, code := range receipts {
		if !slices.Contains(state.Box.Receipts, code) {
			return fmt.Errorf("the receipt of %s is not in the opened box", who)
		}
	}
	if len(state.Box.Lines) != len(present) || len(state.Ballots) > 0 {
		return fmt.Errorf("the box shows %d choices and %d names for %d ballots", len(state.Box.Lines), len(state.Ballots), len(present))
	}
	p.say("    %d 张票据都在开箱结果里；选择与姓名无法对应。", len(receipts))
	return nil
}

// countHands lets two people count; the first counts wrongly, and counts again.
func (p *Play) countHands(ctx context.Context, v process, m motion, present []deliberation.PersonID) error {
	poll := "/polls/" + string(v.Polls[len(v.Polls)-1].ID) + "/ballots"
	var refusal *Problem
	if err := p.as(present[0]).post(ctx, poll, map[string]any{"choice": deliberation.Yes}, nil); !isRefusal(err, "by_hands", &refusal) {
		return fmt.Errorf("a ballot where hands are raised: wanted the refusal by_hands and got: %w", err)
	}
	p.say("  ✗ 举手表决的议题在手机上投票 → %d %s", refusal.Status, refusal.Title)
	right := act{Yes: m.yes, No: m.no, Abstain: m.abstain}
	wrong := act{Yes: m.yes - 1, No: m.no + 1, Abstain: m.abstain}
	for _, c := range []struct {
		who   deliberation.PersonID
		count act
	}{{p.Cast.Clerk, wrong}, {p.Cast.Supervisors[1], right}, {p.Cast.Clerk, right}} {
		r, err := p.act(ctx, c.who, deliberation.CountHands, c.count)
		if err != nil {
			return err
		}
		p.verdict(r.Verdict)
	}
	return nil
}

func (p *Play) conferenceDisclosure(ctx context.Context) error {
	p.stage("决议公开")
	if err := p.post(ctx, "公告：居民代表会议通过居民公约修订和春节活动方案；监督小组组长人选未获通过。"); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Clerk, deliberation.FileResolution, act{Text: "居民公约修订报街道备案。"}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Supervisors[0], deliberation.GiveClosingOpinion, act{Text: "程序合规，同意归档。"}); err != nil {
		return err
	}
	return p.posted(ctx)
}
