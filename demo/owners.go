package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// asOwners is a play with the owners of the estate, those with the most area first.
type asOwners struct {
	*Play
	owners  []deliberation.PersonID
	area    map[deliberation.PersonID]int
	meeting deliberation.MeetingID
}

// ownersMotion is a motion of the owners and who votes on it how, by their place in
// the order of area: those before against vote no, those who stay away come last.
type ownersMotion struct {
	motion
	against, away int
	onPaper       []int // take paper; the last of them never brings it back
	special       string
}

var (
	hire  = motion{text: "选聘物业服务企业\n续聘现物业服务企业，期限两年。", category: deliberation.OwnersManager, voting: deliberation.RecordedVoting, carried: true}
	raise = motion{text: "补充维修资金\n每平方米补交二十元，用于更换电梯。", category: deliberation.OwnersFundRaise, voting: deliberation.RecordedVoting}
	again = motion{text: "补充维修资金\n每平方米补交十二元，先更换三部电梯。", category: deliberation.OwnersFundRaise, voting: deliberation.RecordedVoting, carried: true}

	// The special matter is carried by heads and lost by area, for those against have
	// the shops and the large flats.
	firstOwners  = []ownersMotion{{motion: hire, against: 6, away: 2}, {motion: raise, against: 9, away: 2, special: "owners.special_area"}}
	secondOwners = []ownersMotion{{motion: again, against: 4, away: 4, onPaper: []int{20, 21, 22}}}
)

// The owner who votes for others, and the place of those whose mandates are tried.
const (
	agentAt  = 12
	lateAt   = agentAt + 4 // one more than one agent may have
	revoking = agentAt + 3 // takes the mandate back
)

// Finished is a process that was played to its end, with its dossier.
type Finished struct {
	Process deliberation.ProcessID
	Dossier []byte
}

// Own plays two owners' meetings 业主大会: the first hires a manager and does not raise
// the repair fund, the second does.
func (p *Play) Own(ctx context.Context) ([]Finished, error) {
	a := &asOwners{Play: p}
	if err := take(ctx, p.everybodyIn, a.readEstate); err != nil {
		return nil, err
	}
	var held []deliberation.ProcessID
	for n, motions := range [][]ownersMotion{firstOwners, secondOwners} {
		if err := a.hold(ctx, n+1, motions); err != nil {
			return nil, err
		}
		held = append(held, p.process)
	}
	var all []Finished
	for _, id := range held { // the first is still posted while the second meets
		p.process = id
		done := Finished{Process: id}
		if err := p.witness(ctx, deliberation.GiveClosingOpinion, "程序合规，同意归档。"); err != nil {
			return nil, err
		}
		if err := p.posted(ctx); err != nil {
			return nil, err
		}
		if err := p.archived(ctx); err != nil {
			return nil, err
		}
		if err := p.as(p.Cast.Secretary).get(ctx, "/processes/"+string(id)+"/dossier", &done.Dossier); err != nil {
			return nil, err
		}
		all = append(all, done)
	}
	return all, nil
}

// readEstate reads whose area is how large.
func (a *asOwners) readEstate(ctx context.Context) error {
	var estate struct {
		Units []struct {
			Owner struct {
				ID deliberation.PersonID `json:"id"`
			} `json:"owner"`
			Area int `json:"area"`
		} `json:"units"`
	}
	if err := a.as(a.Cast.Clerk).get(ctx, "/estates/"+string(a.Cast.Estate)+"/units", &estate); err != nil {
		return err
	}
	a.area = map[deliberation.PersonID]int{}
	all := 0
	for _, u := range estate.Units {
		a.area[u.Owner.ID] += u.Area
		all += u.Area
	}
	a.owners = slices.Clone(a.Cast.Owners)
	slices.SortFunc(a.owners, func(x, y deliberation.PersonID) int {
		return cmp.Or(cmp.Compare(a.area[y], a.area[x]), cmp.Compare(x, y))
	})
	if len(a.area) != len(a.owners) {
		return fmt.Errorf("%d persons own units, and %d are owners", len(a.area), len(a.owners))
	}
	a.say("%d 位业主，%d 套，专有部分 %s 平方米。", len(a.owners), len(estate.Units), deliberation.AreaText(all))
	return nil
}

// hold plays a meeting until all that is left is to wait for its posting to end.
func (a *asOwners) hold(ctx context.Context, number int, motions []ownersMotion) error {
	a.stage(fmt.Sprintf("业主大会（第%d次）", number))
	if err := a.start(ctx, motions); err != nil {
		return err
	}
	if err := a.convene(ctx); err != nil {
		return err
	}
	if number == 1 {
		if err := a.mandates(ctx); err != nil {
			return err
		}
	}
	polls, err := a.open(ctx, motions)
	if err != nil {
		return err
	}
	if number == 1 {
		if err := a.agent(ctx, polls); err != nil {
			return err
		}
	}
	if err := a.vote(ctx, motions, polls); err != nil {
		return err
	}
	for n, m := range motions {
		if err := a.close(ctx, m, polls[n]); err != nil {
			return fmt.Errorf("%s: %w", firstLine(m.text), err)
		}
	}
	return a.finish(ctx)
}

func (a *asOwners) start(ctx context.Context, motions []ownersMotion) error {
	matter := map[string]any{
		"kind": deliberation.ConferenceKind, "title": "枣子坪花园业主大会", "category": deliberation.CategoryOwners, "affected": deliberation.AffectsSome,
		"summary": "选聘物业服务企业，补充维修资金。", "origin": deliberation.OriginCommittee, "budget_fen": 0,
		"form": deliberation.OwnersMeeting, "estate": a.Cast.Estate,
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := a.as(a.Cast.Director).post(ctx, "/processes", matter, &made); err != nil {
		return err
	}
	a.process = made.ID
	if _, err := a.untilOpen(ctx, deliberation.CloseAgenda); err != nil {
		return err
	}
	for _, m := range motions {
		put := act{Text: m.text, Category: m.category, Voting: m.voting, OnPaper: len(m.onPaper) > 0}
		if _, err := a.act(ctx, a.Cast.Clerk, deliberation.PutMotion, put); err != nil {
			return err
		}
		a.say("  列入议程：%s（%s）", firstLine(m.text), m.voting.Word("zh"))
	}
	_, err := a.act(ctx, a.Cast.Director, deliberation.CloseAgenda, act{})
	return err
}

func (a *asOwners) convene(ctx context.Context) error {
	if _, err := a.untilOpen(ctx, deliberation.Convene); err != nil {
		return err
	}
	notice := act{Place: "书面征求意见：小区东门值班室", Text: "议题见附件。请在表决期内网上投票，或者到值班室领取纸质选票。", At: a.day(10)}
	err := a.refused(ctx, "通知十天后就开始表决", "too_early", func() error {
		_, err := a.act(ctx, a.Cast.Director, deliberation.Convene, notice)
		return err
	})
	if err != nil {
		return err
	}
	notice.At = a.day(17) // fifteen days by law, and two for days that turn while the request is under way
	r, err := a.act(ctx, a.Cast.Director, deliberation.Convene, notice)
	a.meeting = deliberation.MeetingID(r.Subject)
	return err
}

// mandates has owners let another vote for them, within what is allowed.
func (a *asOwners) mandates(ctx context.Context) error {
	path := fmt.Sprintf("/meetings/%s/mandates", a.meeting)
	agent := a.owners[agentAt]
	give := func(n int, to deliberation.PersonID) (id string, err error) {
		var made struct {
			ID string `json:"id"`
		}
		err = a.as(a.owners[n]).post(ctx, path, map[string]any{"agent": to}, &made)
		return made.ID, err
	}
	var last string
	for n := agentAt + 1; n < lateAt; n++ {
		var err error
		if last, err = give(n, agent); err != nil {
			return fmt.Errorf("mandate of %s: %w", a.owners[n], err)
		}
	}
	for _, tried := range []struct {
		what, code string
		n          int
		to         deliberation.PersonID
	}{
		{"委托已经受托三人的业主", "mandate_cap", lateAt, agent},
		{"再委托一个人", "twice", agentAt + 1, a.owners[lateAt]},
		{"转委托", "invalid", agentAt, a.owners[lateAt]},
	} {
		err := a.try(ctx, tried.what, tried.code, func() error {
			_, err := give(tried.n, tried.to)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := a.as(a.owners[revoking]).post(ctx, path+"/"+last+"/revoke", map[string]any{}, nil); err != nil {
		return err
	}
	if _, err := give(lateAt, agent); err != nil { // there is room again
		return err
	}
	a.say("  一名业主受托三人；其中一份委托撤回后，另一人补上。")
	return nil
}

// try is refused for what may rest on no text.
func (a *asOwners) try(_ context.Context, what, code string, f func() error) error {
	err := f()
	var refusal *Problem
	if !isRefusal(err, code, &refusal) || refusal.Status >= 500 {
		return fmt.Errorf("%s: wanted the refusal %q and got: %w", what, code, err)
	}
	a.say("  ✗ %s → %d %s", what, refusal.Status, refusal.Title)
	if refusal.Basis != nil {
		a.say("    %s", refusal.Basis.Source("zh"))
	}
	return nil
}

// open opens the poll of each motion; they stay open side by side.
func (a *asOwners) open(ctx context.Context, motions []ownersMotion) ([]string, error) {
	var polls []string
	for n := range motions {
		if _, err := a.untilOpen(ctx, deliberation.OpenPoll); err != nil {
			return nil, err
		}
		early := fmt.Sprintf("/polls/%s.p.%s.%d/ballots", a.process, deliberation.Resolution, n+1)
		err := a.refused(ctx, "表决开始以前投票", "not_found", func() error {
			return a.as(a.owners[0]).post(ctx, early, map[string]any{"choice": deliberation.Yes}, nil)
		})
		if err != nil {
			return nil, err
		}
		if _, err := a.act(ctx, a.Cast.Director, deliberation.OpenPoll, act{At: a.day(55)}); err != nil {
			return nil, err
		}
		v, err := a.until(ctx, "the poll", func(v process) bool { return len(v.Polls) == n+1 })
		if err != nil {
			return nil, err
		}
		poll := v.Polls[n]
		if !poll.Whole || poll.Voters != len(a.owners) {
			return nil, fmt.Errorf("%d owners may vote in %+v", len(a.owners), poll)
		}
		polls = append(polls, string(poll.ID))
	}
	return polls, nil
}

// agent votes for those who asked for it, and not for the one who thought better.
func (a *asOwners) agent(ctx context.Context, polls []string) error {
	who := a.as(a.owners[agentAt])
	for _, n := range []int{agentAt + 1, agentAt + 2, lateAt} {
		for _, poll := range polls {
			if err := who.post(ctx, "/polls/"+poll+"/ballots", map[string]any{"choice": deliberation.Yes, "person": a.owners[n]}, nil); err != nil {
				return fmt.Errorf("ballot for %s: %w", a.owners[n], err)
			}
		}
	}
	err := a.refused(ctx, "委托已经撤回，受托人仍然代为投票", "for_another", func() error {
		return who.post(ctx, "/polls/"+polls[0]+"/ballots", map[string]any{"choice": deliberation.Yes, "person": a.owners[revoking]}, nil)
	})
	if err != nil {
		return err
	}
	err = a.refused(ctx, "受托人投票以后，委托人自己再投", "other_channel", func() error {
		return a.as(a.owners[lateAt]).post(ctx, "/polls/"+polls[0]+"/ballots", map[string]any{"choice": deliberation.No}, nil)
	})
	if err != nil {
		return err
	}
	return a.refused(ctx, "不是业主的居民投票", "not_on_roll", func() error {
		return a.as(a.Cast.Residents[0]).post(ctx, "/polls/"+polls[0]+"/ballots", map[string]any{"choice": deliberation.Yes}, nil)
	})
}

// votedFor is whom the agent voted for already.
func votedFor(n int) bool { return n == agentAt+1 || n == agentAt+2 || n == lateAt }

// vote has half of the owners vote on one day and the others on a later one.
func (a *asOwners) vote(ctx context.Context, motions []ownersMotion, polls []string) error {
	for day, from := range []int{0, len(a.owners) / 2} {
		if day > 0 {
			begun := deliberation.DateOf(a.Clock())
			_, err := a.until(ctx, "another day", func(process) bool { return begun.AddDays(1).Before(deliberation.DateOf(a.Clock())) })
			if err != nil {
				return err
			}
		}
		for n := from; n < from+len(a.owners)/2; n++ {
			for i, m := range motions {
				if err := a.voteOne(ctx, m, polls[i], n, len(motions) > 1); err != nil {
					return fmt.Errorf("%s: %s: %w", firstLine(m.text), a.owners[n], err)
				}
			}
		}
	}
	return a.refused(ctx, "同一人再投一票", "twice", func() error {
		return a.as(a.owners[0]).post(ctx, "/polls/"+polls[0]+"/ballots", map[string]any{"choice": deliberation.Yes}, nil)
	})
}

func (a *asOwners) voteOne(ctx context.Context, m ownersMotion, poll string, n int, agents bool) error {
	choice := deliberation.Yes
	if n < m.against {
		choice = deliberation.No
	}
	switch {
	case n >= len(a.owners)-m.away, agents && votedFor(n):
		return nil
	case slices.Contains(m.onPaper, n):
		return a.as(a.Cast.Clerk).post(ctx, "/polls/"+poll+"/paper", map[string]any{
			"action": "issue", "person": a.owners[n], "channel": deliberation.TableChannel, "station": "东门值班室",
		}, nil)
	}
	return a.as(a.owners[n]).post(ctx, "/polls/"+poll+"/ballots", map[string]any{"choice": choice}, nil)
}

// close ends a poll and holds its verdict against the owners' areas.
func (a *asOwners) close(ctx context.Context, m ownersMotion, poll string) error {
	r, err := a.act(ctx, a.Cast.Director, deliberation.ClosePoll, act{Subject: poll})
	if err != nil {
		return err
	}
	if len(m.onPaper) > 0 {
		if r, err = a.countPaper(ctx, m, poll); err != nil {
			return err
		}
	}
	a.say("  %s", firstLine(m.text))
	a.verdict(r.Verdict)
	err = a.refused(ctx, "表决结束后投票", "poll_closed", func() error {
		return a.as(a.owners[len(a.owners)-1]).post(ctx, "/polls/"+poll+"/ballots", map[string]any{"choice": deliberation.Yes}, nil)
	})
	if err != nil {
		return err
	}
	if r.Verdict == nil || r.Verdict.Tally == nil || r.Verdict.Tally.Area == nil {
		return errors.New("the verdict says nothing of areas")
	}
	var want deliberation.AreaTally
	yes, taken := 0, 0
	for n, id := range a.owners {
		want.Due += a.area[id]
		if n >= len(a.owners)-m.away {
			continue
		}
		taken++
		want.Taken += a.area[id]
		switch {
		case len(m.onPaper) > 0 && n == m.onPaper[len(m.onPaper)-1]: // took part, and no vote came back
		case n < m.against:
			want.No += a.area[id]
		default:
			yes++
			want.Yes += a.area[id]
		}
	}
	got := r.Verdict.Tally
	if *got.Area != want || got.Taken != taken || got.Yes != yes || r.Verdict.Met != m.carried {
		return fmt.Errorf("counted %+v with the area %+v, carried %v, and wanted %d of %d with %+v, carried %v", got, *got.Area, r.Verdict.Met, yes, taken, want, m.carried)
	}
	for _, c := range r.Verdict.Checks {
		if c.Met == (c.Rule.Key == m.special) {
			return fmt.Errorf("%s: met is %v, and the motion is lost by %q alone", c.Rule.Key, c.Met, m.special)
		}
	}
	return nil
}

// countPaper reads the sheets of a recorded poll, one person's each.
func (a *asOwners) countPaper(ctx context.Context, m ownersMotion, poll string) (r deliberation.Receipt, err error) {
	returned := m.onPaper[:len(m.onPaper)-1]
	path := "/polls/" + poll
	if err := a.as(a.Cast.Clerk).post(ctx, path+"/boxes", map[string]any{"station": "东门值班室", "recovered": len(returned)}, nil); err != nil {
		return r, err
	}
	for _, n := range returned {
		for _, reader := range []deliberation.PersonID{a.Cast.Clerk, a.Cast.Supervisors[1]} {
			sheet := map[string]any{"person": a.owners[n], "count": deliberation.SheetCount{Sheets: 1, Yes: 1}}
			if err := a.as(reader).post(ctx, path+"/bundles", sheet, nil); err != nil {
				return r, err
			}
		}
	}
	if _, err := a.act(ctx, a.Cast.Supervisors[0], deliberation.CosignCount, act{Subject: poll}); err != nil {
		return r, err
	}
	return a.act(ctx, a.Cast.Director, deliberation.CertifyCount, act{Subject: poll})
}

// finish signs the minutes and posts what was decided.
func (a *asOwners) finish(ctx context.Context) error {
	if err := a.whenOpen(ctx, a.Cast.Clerk, deliberation.RecordMinutes, act{Text: "表决期满，逐项统计人数和面积。"}); err != nil {
		return err
	}
	if err := a.whenOpen(ctx, a.Cast.Director, deliberation.SignMinutes, act{}); err != nil {
		return err
	}
	if err := a.witness(ctx, deliberation.Acknowledge, "人数、面积核对无误。"); err != nil {
		return err
	}
	return a.post(ctx, "公告：业主大会表决结果，按人数和专有部分面积分别列出。")
}
