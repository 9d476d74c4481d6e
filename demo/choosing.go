package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// choosing is the choice of a supervisory committee while it is played: a head and two
// members of five candidates, of whom one steps back and two are tied for the last seat.
type choosing struct {
	*Play
	present []deliberation.PersonID
	poll    deliberation.Poll
}

// Choose plays 推选监督委员会 from its proposals to its archive, and gives its id and its dossier.
func (p *Play) Choose(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	x := &choosing{Play: p}
	return p.perform(ctx, p.Cast.Clerk, p.everybodyIn, x.begin, x.propose, x.list, x.meet, x.first, x.second, x.tell, p.archived)
}

// head is proposed to lead, members to sit; the last of them steps back.
func (x *choosing) head() deliberation.PersonID      { return x.Cast.Representatives[0] }
func (x *choosing) members() []deliberation.PersonID { return x.Cast.Representatives[1:5] }

func (x *choosing) begin(ctx context.Context) error {
	x.stage("推选监督委员会")
	setup := deliberation.ChoosingSetup{Body: deliberation.ChooseSupervisors, Seats: 3, OnPaper: true}
	six := setup
	six.Seats = 6
	for what, body := range map[string]map[string]any{
		"六人的监督委员会":   {"choosing": six},
		"由小组推选监督委员会": {"choosing": setup, "form": deliberation.GroupMeeting},
	} {
		var refusal *Problem
		err := x.as(x.Cast.Secretary).post(ctx, "/choosings", body, nil)
		if !isRefusal(err, "unlawful_election", &refusal) && !isRefusal(err, "form_not_in_pack", &refusal) {
			return fmt.Errorf("%s: %w", what, err)
		}
		x.say("  ✗ %s → %d %s", what, refusal.Status, refusal.Title)
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := x.as(x.Cast.Secretary).post(ctx, "/choosings", map[string]any{"choosing": setup}, &made); err != nil {
		return err
	}
	x.process = made.ID
	_, err := x.untilOpen(ctx, deliberation.ProposeCandidate)
	return err
}

func (x *choosing) named(ctx context.Context, by deliberation.PersonID, post deliberation.Office, who deliberation.PersonID) error {
	_, err := x.act(ctx, by, deliberation.ProposeCandidate, act{Subject: string(post), People: []deliberation.PersonID{who}, Text: "为人公道，懂财务。"})
	return err
}

// propose names the candidates and has them answer; who may not supervise is refused.
func (x *choosing) propose(ctx context.Context) error {
	by := x.Cast.Representatives[10]
	for what, t := range map[string]struct {
		code string
		by   deliberation.PersonID
		post deliberation.Office
		who  deliberation.PersonID
	}{
		"推荐委员会成员监督自己":  {"unlawful_election", by, deliberation.Supervisor, x.Cast.Committee[1]},
		"推荐书记任监督委员会主任": {"unlawful_election", by, deliberation.SupervisionHead, x.Cast.Secretary},
		"主任推荐监督自己的人":   {"not_entitled", x.Cast.Director, deliberation.Supervisor, x.members()[0]},
	} {
		var refusal *Problem
		if err := x.named(ctx, t.by, t.post, t.who); !isRefusal(err, t.code, &refusal) {
			return fmt.Errorf("%s: wanted %s and got: %w", what, t.code, err)
		}
		x.say("  ✗ %s → %d %s", what, refusal.Status, refusal.Title)
	}
	if err := x.named(ctx, by, deliberation.SupervisionHead, x.head()); err != nil {
		return err
	}
	for _, who := range x.members() {
		if err := x.named(ctx, by, deliberation.Supervisor, who); err != nil {
			return err
		}
	}
	var refusal *Problem
	if _, err := x.act(ctx, by, deliberation.AnswerProposal, act{Subject: string(x.head()), Decision: "accept"}); !isRefusal(err, "not_entitled", &refusal) {
		return fmt.Errorf("somebody else agrees: %w", err)
	}
	if _, err := x.act(ctx, x.Cast.Clerk, deliberation.AnswerProposal, act{Subject: string(x.head()), Decision: "accept", Text: "同意书：本人同意参选。"}); err != nil {
		return err
	}
	for _, who := range x.members() {
		if _, err := x.act(ctx, who, deliberation.AnswerProposal, act{Subject: string(who), Decision: "accept"}); err != nil {
			return err
		}
	}
	_, err := x.act(ctx, x.Cast.Clerk, deliberation.SettleCandidates, act{})
	return err
}

// list posts the list; a candidate steps back while it hangs.
func (x *choosing) list(ctx context.Context) error {
	x.stage("候选人名单公布")
	if err := x.post(ctx, "公告：监督委员会候选人名单。"); err != nil {
		return err
	}
	back := x.members()[3]
	if _, err := x.act(ctx, back, deliberation.AnswerProposal, act{Subject: string(back), Decision: "refuse", Text: "因故退出。"}); err != nil {
		return err
	}
	_, err := x.untilOpen(ctx, deliberation.Convene)
	return err
}

func (x *choosing) meet(ctx context.Context) (err error) {
	x.stage("推选表决")
	members := slices.Concat(x.Cast.Representatives, x.Cast.Committee)
	s := scene{chair: x.Cast.Director, recorder: x.Cast.Clerk, members: members, absent: 2}
	r, err := x.act(ctx, s.chair, deliberation.Convene, act{Place: "村委会", Text: "议题：推选监督委员会。", At: x.day(7)})
	if err != nil {
		return err
	}
	x.present, err = x.gather(ctx, s, deliberation.MeetingID(r.Subject))
	return err
}

// open waits for the next poll and opens it.
func (x *choosing) open(ctx context.Context) error {
	if err := x.openPoll(ctx, x.Cast.Director); err != nil {
		return err
	}
	v, err := x.untilOpen(ctx, deliberation.ClosePoll)
	if err == nil {
		x.poll = v.Polls[len(v.Polls)-1]
	}
	return err
}

// choosingPaper is how many of those present vote on paper in the first ballot.
const choosingPaper = 3

// first is the ballot for head and members: two are tied for the last seat, each with
// more than half.
func (x *choosing) first(ctx context.Context) error {
	if err := x.open(ctx); err != nil {
		return err
	}
	v, err := x.read(ctx)
	if err != nil {
		return err
	}
	// The list follows the strokes of the names: the first of it is chosen, the others tie.
	a := len(x.present) * 2 / 5
	says := func(n int) [][]string {
		picks := []string{"o1", "o2"}
		switch {
		case n >= 2*a:
			picks = []string{"o2", "o3"}
		case n >= a:
			picks = []string{"o1", "o3"}
		}
		return [][]string{{"o1"}, picks}
	}
	if got := len(v.Status.Choosing.Lists[1].Candidates); got != 3 {
		return fmt.Errorf("%d stand for two seats, want 3: one stepped back", got)
	}
	path := "/polls/" + string(x.poll.ID)
	for n, who := range x.present[choosingPaper:] {
		if err := x.cast(ctx, who, says(n+choosingPaper)); err != nil {
			return err
		}
	}
	count := deliberation.SheetCount{Sheets: choosingPaper}
	for i, q := range x.poll.Form {
		c := deliberation.QuestionCount{Question: q.ID, Ballots: choosingPaper}
		for _, o := range q.Options {
			votes := 0
			for n := range choosingPaper {
				if slices.Contains(says(n)[i], string(o)) {
					votes++
				}
			}
			c.Votes = append(c.Votes, deliberation.OptionCount{Option: string(o), Votes: votes})
		}
		count.Questions = append(count.Questions, c)
	}
	for _, who := range x.present[:choosingPaper] {
		issue := map[string]any{"action": "issue", "person": who, "channel": deliberation.TableChannel, "station": centralStation}
		if err := x.as(x.Cast.Clerk).post(ctx, path+"/paper", issue, nil); err != nil {
			return fmt.Errorf("paper of %s: %w", who, err)
		}
	}
	return x.count(ctx, count)
}

func (x *choosing) cast(ctx context.Context, who deliberation.PersonID, picks [][]string) error {
	var answers []deliberation.Answer
	for i, choices := range picks {
		answers = append(answers, deliberation.Answer{Question: x.poll.Form[i].ID, Choices: choices})
	}
	if err := x.as(who).post(ctx, "/polls/"+string(x.poll.ID)+"/ballots", map[string]any{"answers": answers}, nil); err != nil {
		return fmt.Errorf("ballot of %s: %w", who, err)
	}
	return nil
}

// count closes the poll, reads the paper where there is some, and certifies.
func (x *choosing) count(ctx context.Context, read deliberation.SheetCount) error {
	if _, err := x.act(ctx, x.Cast.Director, deliberation.ClosePoll, act{}); err != nil {
		return err
	}
	path := "/polls/" + string(x.poll.ID)
	if read.Sheets > 0 {
		if err := x.as(x.Cast.Clerk).post(ctx, path+"/boxes", map[string]any{"station": centralStation, "recovered": read.Sheets}, nil); err != nil {
			return err
		}
		for _, who := range []deliberation.PersonID{x.Cast.Clerk, x.Cast.Supervisors[1]} {
			if err := x.as(who).post(ctx, path+"/bundles", map[string]any{"bundle": "第1捆", "count": read}, nil); err != nil {
				return err
			}
		}
	}
	var refusal *Problem
	if _, err := x.act(ctx, x.head(), deliberation.CosignCount, act{}); !isRefusal(err, "not_entitled", &refusal) {
		return fmt.Errorf("a candidate signs the count: %w", err)
	}
	if _, err := x.act(ctx, x.Cast.Supervisors[0], deliberation.CosignCount, act{}); err != nil {
		return err
	}
	_, err := x.act(ctx, x.Cast.Director, deliberation.CertifyCount, act{})
	return err
}

// second is the ballot between the tied, in the same meeting.
func (x *choosing) second(ctx context.Context) error {
	if err := x.open(ctx); err != nil {
		return err
	}
	for n, who := range x.present {
		pick := "o2"
		if n < 5 {
			pick = "o1"
		}
		if err := x.cast(ctx, who, [][]string{{pick}}); err != nil {
			return err
		}
	}
	if err := x.count(ctx, deliberation.SheetCount{}); err != nil {
		return err
	}
	if err := x.whenOpen(ctx, x.Cast.Clerk, deliberation.RecordMinutes, act{Text: "无记名推选，两人票数相等，当场再次投票。"}); err != nil {
		return err
	}
	if err := x.whenOpen(ctx, x.Cast.Director, deliberation.SignMinutes, act{}); err != nil {
		return err
	}
	v, err := x.untilOpen(ctx, deliberation.FileResolution)
	if err != nil {
		return err
	}
	for _, s := range v.Status.Choosing.Seated {
		x.say("  当选%s：%s，%d 票。", s.Post.Word("zh"), s.Person, s.Votes)
	}
	return nil
}

// tell files the result while its notice hangs.
func (x *choosing) tell(ctx context.Context) error {
	x.stage("推选结果公布")
	if _, err := x.act(ctx, x.Cast.Clerk, deliberation.FileResolution, act{Text: "推选结果报乡镇备案。"}); err != nil {
		return err
	}
	if err := x.post(ctx, "公告：监督委员会推选结果。"); err != nil {
		return err
	}
	return x.witness(ctx, deliberation.GiveClosingOpinion, "程序合规，同意归档。")
}

// ChooseHead plays 推选小组长 by the group whose members are given, after another play of
// the same people: one of two is chosen on the web.
func (p *Play) ChooseHead(ctx context.Context, group string, members []deliberation.PersonID) (deliberation.ProcessID, []byte, error) {
	x := &choosing{Play: p}
	return p.perform(ctx, p.Cast.Clerk, p.everybodyIn,
		func(ctx context.Context) error { return x.beginHead(ctx, group, members) },
		func(ctx context.Context) error { return x.meetHead(ctx, members) }, x.tell, p.archived)
}

func (x *choosing) beginHead(ctx context.Context, group string, members []deliberation.PersonID) error {
	x.stage("推选小组长")
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	setup := deliberation.ChoosingSetup{Body: deliberation.ChooseGroupHead, Seats: 1}
	if err := x.as(x.Cast.Director).post(ctx, "/choosings", map[string]any{"choosing": setup, "group": group}, &made); err != nil {
		return err
	}
	x.process = made.ID
	if _, err := x.untilOpen(ctx, deliberation.ProposeCandidate); err != nil {
		return err
	}
	stranger := x.Cast.Representatives[slices.IndexFunc(x.Cast.Representatives, func(id deliberation.PersonID) bool { return !slices.Contains(members, id) })]
	var refusal *Problem
	if err := x.named(ctx, members[0], deliberation.GroupHead, stranger); !isRefusal(err, "unlawful_election", &refusal) {
		return fmt.Errorf("somebody of another group is proposed: %w", err)
	}
	x.say("  ✗ 推荐别的小组的人 → %d %s", refusal.Status, refusal.Title)
	for _, who := range members[1:3] {
		if err := x.named(ctx, members[0], deliberation.GroupHead, who); err != nil {
			return err
		}
		if _, err := x.act(ctx, who, deliberation.AnswerProposal, act{Subject: string(who), Decision: "accept"}); err != nil {
			return err
		}
	}
	if _, err := x.act(ctx, x.Cast.Clerk, deliberation.SettleCandidates, act{}); err != nil {
		return err
	}
	return x.post(ctx, "公告：小组长候选人名单。")
}

func (x *choosing) meetHead(ctx context.Context, members []deliberation.PersonID) error {
	if _, err := x.untilOpen(ctx, deliberation.Convene); err != nil {
		return err
	}
	s := scene{chair: x.Cast.Director, members: slices.Clone(members), absent: 1}
	r, err := x.act(ctx, s.chair, deliberation.Convene, act{Place: "组长家院坝", Text: "议题：推选小组长。", At: x.day(14)})
	if err != nil {
		return err
	}
	if x.present, err = x.gather(ctx, s, deliberation.MeetingID(r.Subject)); err != nil {
		return err
	}
	if err := x.open(ctx); err != nil {
		return err
	}
	for _, who := range x.present {
		if err := x.cast(ctx, who, [][]string{{"o2"}}); err != nil {
			return err
		}
	}
	if _, err := x.act(ctx, s.chair, deliberation.ClosePoll, act{}); err != nil {
		return err
	}
	if err := x.whenOpen(ctx, x.Cast.Clerk, deliberation.RecordMinutes, act{Text: "无记名推选小组长。"}); err != nil {
		return err
	}
	if err := x.whenOpen(ctx, s.chair, deliberation.SignMinutes, act{}); err != nil {
		return err
	}
	_, err = x.untilOpen(ctx, deliberation.FileResolution)
	return err
}
