package demo

import (
	"context"
	"fmt"

	"github.com/yishi-project/yishi/deliberation"
)

// Recall is a recall as it is played: who demands it, and who votes how. Its director is
// the one to be recalled.
type Recall struct {
	Signers []deliberation.PersonID
	Method  deliberation.ElectionMethod
	// Silent: the person gives no answer.
	Silent bool
	// Web and Paper vote; the first so many of each approve.
	Web, Paper       []deliberation.PersonID
	WebYes, PaperYes int
	Spoiled          int // of the paper, from its end
}

// VillageRecall is a recall in a village of sixty that passes: 31 vote, and 16 of 31 are
// more than half.
func VillageRecall(c Cast) Recall {
	return Recall{
		Signers: c.Representatives[:12], Method: deliberation.AllElectors,
		Web: c.Representatives[:20], WebYes: 10, Paper: c.Representatives[20:31], PaperYes: 6, Spoiled: 1,
	}
}

// recalling is a recall while it is played.
type recalling struct {
	*Play
	Recall
	demand deliberation.ProcessID
	poll   string
}

// Recall plays a recall of the director from its joint demand to its archive, and gives
// the recall with its dossier and how it stood at the end.
func (p *Play) Recall(ctx context.Context, r Recall) (Finished, deliberation.Status, error) {
	x := &recalling{Play: p, Recall: r}
	id, kept, err := p.perform(ctx, p.Cast.Clerk, p.everybodyIn, x.gather, x.begin, x.defend, x.vote, x.count, x.tell, p.archived)
	if err != nil {
		return Finished{}, deliberation.Status{}, err
	}
	v, err := p.read(ctx)
	return Finished{Process: id, Dossier: kept}, v.Status, err
}

// gather has residents demand the recall, with their reasons.
func (x *recalling) gather(ctx context.Context) error {
	x.stage("联名提出罢免")
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	wish := map[string]any{
		"demanded": deliberation.DemandRecall, "title": "罢免主任的要求", "category": deliberation.CategoryElection,
		"summary": "理由：三次未按规定公布账目，两次拒绝召集会议。",
	}
	if err := x.as(x.Signers[0]).post(ctx, "/demands", wish, &made); err != nil {
		return err
	}
	x.process, x.demand = made.ID, made.ID
	if _, err := x.untilOpen(ctx, deliberation.CloseSigning); err != nil {
		return err
	}
	for _, who := range x.Signers {
		if err := x.as(who).post(ctx, x.signatures(), map[string]any{}, nil); err != nil {
			return fmt.Errorf("signature of %s: %w", who, err)
		}
	}
	if _, err := x.act(ctx, x.Signers[0], deliberation.CloseSigning, act{}); err != nil {
		return err
	}
	v, err := x.untilOpen(ctx, deliberation.StartDemanded)
	if err != nil {
		return err
	}
	x.verdict(v.Status.Demand.Verdict)
	return nil
}

// chair holds the vote: not who is to be recalled.
func (x *recalling) chair() deliberation.PersonID { return x.Cast.Committee[1] }

func (x *recalling) begin(ctx context.Context) error {
	setup := deliberation.RecallSetup{Person: x.Cast.Director, Post: deliberation.Director, Method: x.Method}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := x.as(x.chair()).post(ctx, "/recalls", map[string]any{"demand": x.demand, "recall": setup}, &made); err != nil {
		return err
	}
	x.process = made.ID
	x.stage("罢免")
	return nil
}

func (x *recalling) defend(ctx context.Context) error {
	if _, err := x.untilOpen(ctx, deliberation.DefendRecall); err != nil {
		return err
	}
	var refusal *Problem
	if _, err := x.act(ctx, x.Signers[0], deliberation.DefendRecall, act{Text: "不是本人。"}); !isRefusal(err, "not_entitled", &refusal) {
		return fmt.Errorf("somebody else defends: %w", err)
	}
	if x.Silent {
		return nil
	}
	_, err := x.act(ctx, x.Cast.Director, deliberation.DefendRecall, act{Text: "申辩：账目已经补公布，会议因故推迟。"})
	return err
}

func (x *recalling) vote(ctx context.Context) error {
	if _, err := x.untilOpen(ctx, deliberation.Convene); err != nil {
		return err
	}
	notice := act{Place: "村委会", Text: "公告：罢免表决的时间、地点和方式。罢免理由和申辩并列于后。", At: x.day(12)}
	var refusal *Problem
	if _, err := x.act(ctx, x.Cast.Director, deliberation.Convene, notice); !isRefusal(err, "not_entitled", &refusal) {
		return fmt.Errorf("the director calls the vote on their own recall: %w", err)
	}
	if _, err := x.act(ctx, x.chair(), deliberation.Convene, notice); err != nil {
		return err
	}
	if err := x.openPoll(ctx, x.chair()); err != nil {
		return err
	}
	v, err := x.untilOpen(ctx, deliberation.ClosePoll)
	if err != nil {
		return err
	}
	x.poll = string(v.Polls[len(v.Polls)-1].ID)
	for n, who := range x.Web {
		if err := x.as(who).post(ctx, "/polls/"+x.poll+"/ballots", map[string]any{"choice": choiceOf(n < x.WebYes)}, nil); err != nil {
			return fmt.Errorf("ballot of %s: %w", who, err)
		}
	}
	for _, who := range x.Paper {
		issue := map[string]any{"action": "issue", "person": who, "channel": deliberation.TableChannel, "station": centralStation}
		if err := x.as(x.Cast.Clerk).post(ctx, "/polls/"+x.poll+"/paper", issue, nil); err != nil {
			return fmt.Errorf("paper of %s: %w", who, err)
		}
	}
	return nil
}

func choiceOf(yes bool) deliberation.Choice {
	if yes {
		return deliberation.Yes
	}
	return deliberation.No
}

func (x *recalling) count(ctx context.Context) error {
	if _, err := x.act(ctx, x.chair(), deliberation.ClosePoll, act{Subject: x.poll}); err != nil {
		return err
	}
	path := "/polls/" + x.poll
	if n := len(x.Paper); n > 0 {
		if err := x.as(x.Cast.Clerk).post(ctx, path+"/boxes", map[string]any{"station": centralStation, "recovered": n}, nil); err != nil {
			return err
		}
		read := deliberation.SheetCount{Sheets: n, Yes: x.PaperYes, No: n - x.PaperYes - x.Spoiled, Spoiled: x.Spoiled}
		for _, who := range []deliberation.PersonID{x.Cast.Clerk, x.Cast.Supervisors[1]} {
			if err := x.as(who).post(ctx, path+"/bundles", map[string]any{"bundle": "第1捆", "count": read}, nil); err != nil {
				return err
			}
		}
	}
	if _, err := x.act(ctx, x.Cast.Supervisors[0], deliberation.CosignCount, act{Subject: x.poll}); err != nil {
		return err
	}
	r, err := x.act(ctx, x.chair(), deliberation.CertifyCount, act{Subject: x.poll})
	if err != nil {
		return err
	}
	x.verdict(r.Verdict)
	if err := x.whenOpen(ctx, x.Cast.Clerk, deliberation.RecordMinutes, act{Text: "表决和计票经过。"}); err != nil {
		return err
	}
	return x.whenOpen(ctx, x.chair(), deliberation.SignMinutes, act{})
}

// tell posts the result and has it filed; who was recalled hands over.
func (x *recalling) tell(ctx context.Context) error {
	x.stage("公布罢免表决结果")
	if err := x.post(ctx, "公告：罢免表决结果。"); err != nil {
		return err
	}
	if err := x.whenOpen(ctx, x.Cast.Clerk, deliberation.FileResolution, act{Text: "罢免表决结果已报备案。"}); err != nil {
		return err
	}
	v, err := x.read(ctx)
	if err != nil {
		return err
	}
	if r := v.Status.Recall; r.Passed != nil && r.Passed.Met {
		done := act{Subject: string(deliberation.ElectionHandover), Text: "印章、账册已经移交。"}
		if err := x.whenOpen(ctx, x.Cast.Clerk, deliberation.CompleteElectionStep, done); err != nil {
			return err
		}
	}
	return x.witness(ctx, deliberation.GiveClosingOpinion, "程序合规，同意归档。")
}
