package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/yishi-project/yishi/deliberation"
)

// villageBallot is what the player knows of the secret ballot: every choice, so that
// the count can be held against them.
type villageBallot struct {
	path string
	poll deliberation.PollID
	form deliberation.BallotForm
	late *person // moved in after the roll was frozen

	mu       sync.Mutex
	receipts map[deliberation.PersonID]string
	boxes    map[string]*ballotBox
	sheets   []int // whose sheets were found in the boxes
}

// ballotBox is what was handed out for a box and what lies in it.
type ballotBox struct {
	channel                         deliberation.Channel
	issued, exchanged, back, inside int
}

const bundleSize = 100

// What becomes of a paper ballot: some mark theirs wrongly and ask for another, some
// take theirs home, and some sheets cannot be read.
func spoilsOne(n int) bool  { return n%23 == 0 }
func takesHome(n int) bool  { return n%140 == 7 && n >= onWeb+backOnWeb }
func unreadable(n int) bool { return n%45 == 0 }

// boxOf says where somebody's paper goes: a few are sick, and the box comes to them.
func boxOf(n int) (station string, channel deliberation.Channel) {
	if n%50 == 49 {
		return "流动票箱", deliberation.MobileChannel
	}
	return fmt.Sprintf("第%d会场", place(n)), deliberation.TableChannel
}

// The patterns by which people answer the two questions of the ballot.
var (
	namings = [][]string{
		{"o1", "o2", "o3"}, {"o1", "o2", "o3"}, {"o1", "o2", "o3"}, {"o1", "o2", "o3"}, {"o1", "o2", "o4"},
		{"o1", "o2", "o4"}, {"o1", "o3", "o4"}, {"o1", "o3", "o4"}, {"o2", "o5"}, {},
	}
	sayings = []deliberation.Choice{"yes", "yes", "yes", "yes", "yes", "yes", "yes", "no", "no", "abstain"}
)

func candidateOf(o deliberation.OptionID) string {
	return candidates[slices.Index(deliberation.OptionIDs(len(candidates)), o)]
}

// answers are what somebody says to the two questions.
func (b *villageBallot) answers(n int) []deliberation.Answer {
	return []deliberation.Answer{
		{Question: b.form[0].ID, Choices: namings[n%len(namings)]},
		{Question: b.form[1].ID, Choices: []string{string(sayings[n/len(namings)%len(sayings)])}},
	}
}

// read is what a careful person reads from the sheets of these people.
func (b *villageBallot) read(sheets []int) deliberation.SheetCount {
	c := deliberation.SheetCount{Sheets: len(sheets)}
	votes := map[string]int{}
	blank := make([]int, len(b.form))
	for _, n := range sheets {
		if unreadable(n) {
			c.Spoiled++
			continue
		}
		for i, said := range b.answers(n) {
			if len(said.Choices) == 0 {
				blank[i]++
			}
			for _, o := range said.Choices {
				votes[string(said.Question)+o]++
			}
		}
	}
	for i, q := range b.form {
		count := deliberation.QuestionCount{Question: q.ID, Ballots: len(sheets), Blank: blank[i], Spoiled: c.Spoiled}
		options := []string{"yes", "no", "abstain"}
		if len(q.Options) > 0 {
			options = nil
			for _, o := range q.Options {
				options = append(options, string(o))
			}
		}
		for _, o := range options {
			count.Votes = append(count.Votes, deliberation.OptionCount{Option: o, Votes: votes[string(q.ID)+o]})
		}
		c.Questions = append(c.Questions, count)
	}
	return c
}

// vote holds the secret ballot: paper is handed out at all tables while people vote
// on the web, and the plug may be pulled in the midst.
func (a *asAssembly) vote(ctx context.Context) error {
	a.stage("无记名投票")
	if err := a.openBallot(ctx); err != nil {
		return err
	}
	if err := a.wrongBallots(ctx); err != nil {
		return err
	}
	if err := a.twoChannelsAtOnce(ctx, 0); err != nil {
		return err
	}
	tables := make([][]int, places)
	for _, n := range numbers(onWeb, untilPaper) {
		tables[n%places] = append(tables[n%places], n)
	}
	both := []func() error{func() error { return a.castAll(ctx, numbers(1, onWeb/2), nil) }}
	for _, list := range tables {
		both = append(both, func() error { return a.handOut(ctx, list) })
	}
	if err := each(both, func(job func() error) error { return job() }); err != nil {
		return err
	}
	b := &a.ballot
	err := a.refused(ctx, "领了纸质选票又在网上投票", "other_channel", func() error { return a.cast(ctx, onWeb) })
	if err != nil {
		return err
	}
	for _, n := range numbers(onWeb, onWeb+backOnWeb) {
		if err := a.handBack(ctx, n); err != nil {
			return err
		}
	}
	half, cast := make(chan struct{}), make(chan error, 1)
	go func() {
		cast <- a.castAll(ctx, numbers(onWeb/2, onWeb+backOnWeb), half)
	}()
	<-half
	a.moment("casting")
	if err := <-cast; err != nil {
		return err
	}
	if len(b.receipts) != onWeb+backOnWeb {
		return fmt.Errorf("%d ballots of %d were acknowledged", len(b.receipts), onWeb+backOnWeb)
	}
	a.say("  网上投票 %d 张（都有票据），发出纸质选票 %d 张。", len(b.receipts), untilPaper-onWeb)
	return a.refused(ctx, "同一人再投一票", "twice", func() error {
		return a.as(a.adults[1]).post(ctx, b.path+"/ballots", map[string]any{"answers": b.answers(2)}, nil)
	})
}

// openBallot opens the poll; a ballot for it before is for a poll that is not there.
func (a *asAssembly) openBallot(ctx context.Context) error {
	v, err := a.untilOpen(ctx, deliberation.OpenPoll)
	if err != nil {
		return err
	}
	last := string(v.Polls[len(v.Polls)-1].ID)
	next := last[:strings.LastIndexByte(last, '.')+1] + fmt.Sprint(len(v.Polls)+1)
	err = a.refused(ctx, "表决开始以前投票", "not_found", func() error {
		return a.as(a.adults[1]).post(ctx, "/polls/"+next+"/ballots", map[string]any{"choice": deliberation.Yes}, nil)
	})
	if err != nil {
		return err
	}
	if _, err := a.act(ctx, a.Cast.Director, deliberation.OpenPoll, act{At: a.day(55)}); err != nil {
		return err
	}
	if v, err = a.untilOpen(ctx, deliberation.ClosePoll); err != nil {
		return err
	}
	poll := v.Polls[len(v.Polls)-1]
	if string(poll.ID) != next || len(poll.Form) != 2 || poll.Voters != attending || !poll.Secret || !poll.OnPaper {
		return fmt.Errorf("the poll is not the secret ballot of two questions with paper: %+v", poll)
	}
	a.ballot.path, a.ballot.poll, a.ballot.form = "/polls/"+next, poll.ID, poll.Form
	a.ballot.receipts, a.ballot.boxes = map[deliberation.PersonID]string{}, map[string]*ballotBox{}
	return nil
}

// wrongBallots tries ballots that break the form, and people who have no vote.
func (a *asAssembly) wrongBallots(ctx context.Context) error {
	b := &a.ballot
	voter := a.as(a.adults[1])
	seatsQ, grantQ := string(b.form[0].ID), string(b.form[1].ID)
	for _, w := range []struct {
		what    string
		answers []deliberation.Answer
		field   deliberation.FieldProblem
	}{
		{"选票上没有的候选人", []deliberation.Answer{{Question: b.form[0].ID, Choices: []string{"o9"}}, b.answers(1)[1]}, deliberation.FieldProblem{Field: seatsQ, Problem: "not_a_choice", Limit: seats}},
		{"超过应选名额", []deliberation.Answer{{Question: b.form[0].ID, Choices: []string{"o1", "o2", "o3", "o4"}}, b.answers(1)[1]}, deliberation.FieldProblem{Field: seatsQ, Problem: "too_many", Limit: seats}},
		{"漏了一道题", b.answers(1)[:1], deliberation.FieldProblem{Field: grantQ, Problem: "required"}},
	} {
		var refusal *Problem
		err := voter.post(ctx, b.path+"/ballots", map[string]any{"answers": w.answers}, nil)
		if !isRefusal(err, "invalid", &refusal) || !slices.Contains(refusal.Fields, w.field) {
			return fmt.Errorf("%s: wanted %+v and got: %w", w.what, w.field, err)
		}
		a.say("  ✗ %s → %d %s", w.what, refusal.Status, refusal.Title)
	}
	var refusal *Problem
	if err := voter.post(ctx, b.path+"/ballots", map[string]any{}, nil); !isRefusal(err, "invalid", &refusal) {
		return fmt.Errorf("an empty ballot: wanted it refused as invalid and got: %w", err)
	}
	a.say("  ✗ 空白的请求 → %d %s", refusal.Status, refusal.Title)
	absent := a.as(a.adults[len(a.adults)-1])
	err := a.refused(ctx, "没有到会的村民投票", "not_checked_in", func() error {
		return absent.post(ctx, b.path+"/ballots", map[string]any{"answers": b.answers(1)}, nil)
	})
	if err != nil || b.late == nil {
		return err
	}
	return a.refused(ctx, "名册确定以后迁入的人投票", "not_on_roll", func() error {
		return b.late.post(ctx, b.path+"/ballots", map[string]any{"answers": b.answers(1)}, nil)
	})
}

// twoChannelsAtOnce has somebody vote on the web in the moment in which the clerk
// hands them paper: one of the two is done, and the other refused.
func (a *asAssembly) twoChannelsAtOnce(ctx context.Context, n int) error {
	web := make(chan error, 1)
	go func() { web <- a.cast(ctx, n) }()
	paper := a.paper(ctx, n, "issue")
	cast := <-web
	refused := paper
	if paper == nil {
		refused = cast
	}
	err := a.refused(ctx, "同一时刻领纸质选票和网上投票", "other_channel", func() error { return refused })
	if err != nil || cast == nil && paper != nil {
		return err
	}
	if cast == nil {
		return errors.New("one person has a paper ballot and voted on the web")
	}
	a.keep(n, func(b *ballotBox) { b.issued++ })
	if err := a.handBack(ctx, n); err != nil {
		return err
	}
	return a.cast(ctx, n)
}

func (a *asAssembly) cast(ctx context.Context, n int) error {
	b := &a.ballot
	who := a.as(a.adults[n])
	var r deliberation.BallotReceipt
	if err := who.postAs(ctx, b.path+"/ballots", "village-"+string(who.id), map[string]any{"answers": b.answers(n)}, &r); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if before, known := b.receipts[who.id]; known && before != r.Code {
		return fmt.Errorf("%s was acknowledged twice", who.id)
	}
	b.receipts[who.id] = r.Code
	return nil
}

// castAll has people vote, many at once; half is closed when half of them have.
func (a *asAssembly) castAll(ctx context.Context, who []int, half chan struct{}) error {
	var once sync.Once
	done := 0
	var mu sync.Mutex
	reached := func() {
		if half != nil {
			once.Do(func() { close(half) })
		}
	}
	defer reached()
	return each(who, func(n int) error {
		if err := a.cast(ctx, n); err != nil {
			return fmt.Errorf("ballot of %s: %w", a.adults[n], err)
		}
		mu.Lock()
		defer mu.Unlock()
		if done++; done >= len(who)/2 {
			reached()
		}
		return nil
	})
}

func (a *asAssembly) paper(ctx context.Context, n int, action string) error {
	body := map[string]any{"action": action, "person": a.adults[n]}
	if action == "issue" {
		body["station"], body["channel"] = boxOf(n)
	}
	return a.clerk(n).post(ctx, a.ballot.path+"/paper", body, nil)
}

// keep notes what happened with the box of somebody.
func (a *asAssembly) keep(n int, change func(*ballotBox)) {
	b := &a.ballot
	b.mu.Lock()
	defer b.mu.Unlock()
	station, channel := boxOf(n)
	if b.boxes[station] == nil {
		b.boxes[station] = &ballotBox{channel: channel}
	}
	change(b.boxes[station])
}

func (a *asAssembly) handOut(ctx context.Context, who []int) error {
	for _, n := range who {
		if err := a.paper(ctx, n, "issue"); err != nil {
			return fmt.Errorf("paper of %s: %w", a.adults[n], err)
		}
		a.keep(n, func(b *ballotBox) { b.issued++ })
		if spoilsOne(n) {
			if err := a.paper(ctx, n, "exchange"); err != nil {
				return err
			}
			a.keep(n, func(b *ballotBox) { b.issued++; b.exchanged++ })
		}
		if n < onWeb+backOnWeb || takesHome(n) {
			continue
		}
		a.keep(n, func(b *ballotBox) { b.inside++ })
		a.ballot.mu.Lock()
		a.ballot.sheets = append(a.ballot.sheets, n)
		a.ballot.mu.Unlock()
	}
	return nil
}

func (a *asAssembly) handBack(ctx context.Context, n int) error {
	err := a.paper(ctx, n, "hand_back")
	if err == nil {
		a.keep(n, func(b *ballotBox) { b.back++ })
	}
	return err
}

// countPaper counts the paper: box by box, then bundle by bundle by two people, and
// puts right what does not add up before the scrutineer signs.
func (a *asAssembly) countPaper(ctx context.Context) error {
	a.stage("计票")
	b := &a.ballot
	if _, err := a.act(ctx, a.Cast.Director, deliberation.ClosePoll, act{}); err != nil {
		return err
	}
	err := a.refused(ctx, "停止投票以后投票", "poll_closed", func() error {
		return a.as(a.adults[onWeb]).post(ctx, b.path+"/ballots", map[string]any{"answers": b.answers(1)}, nil)
	})
	if err != nil {
		return err
	}
	if _, err := a.untilOpen(ctx, deliberation.CosignCount); err != nil {
		return err
	}
	err = a.refused(ctx, "监票人还没有签字就确认计票", "not_cosigned", func() error {
		_, err := a.act(ctx, a.Cast.Director, deliberation.CertifyCount, act{})
		return err
	})
	if err != nil {
		return err
	}
	if err := a.openBoxes(ctx); err != nil {
		return err
	}
	if err := a.readBundles(ctx); err != nil {
		return err
	}
	err = a.refused(ctx, "录票的人监票签字", "same_signer", func() error {
		_, err := a.act(ctx, a.readers()[0], deliberation.CosignCount, act{})
		return err
	})
	if err != nil {
		return err
	}
	if _, err := a.act(ctx, a.Cast.Supervisors[0], deliberation.CosignCount, act{}); err != nil {
		return err
	}
	_, err = a.act(ctx, a.Cast.Director, deliberation.CertifyCount, act{})
	return err
}

// unreconciled tries to sign a count that does not add up.
func (a *asAssembly) unreconciled(ctx context.Context, what string, fault deliberation.FieldProblem) error {
	var refusal *Problem
	err := a.refused(ctx, what, "unreconciled", func() error {
		_, err := a.act(ctx, a.Cast.Supervisors[0], deliberation.CosignCount, act{})
		errors.As(err, &refusal)
		return err
	})
	if err == nil && !slices.Contains(refusal.Fields, fault) {
		err = fmt.Errorf("%s: %+v is not among what does not add up: %+v", what, fault, refusal.Fields)
	}
	return err
}

// openBoxes counts the sheets in each box. In one there seems to be a sheet more than
// was handed out, until it is counted again.
func (a *asAssembly) openBoxes(ctx context.Context) error {
	b := &a.ballot
	count := func(station string, recovered int) error {
		return a.as(a.Cast.Clerk).post(ctx, b.path+"/boxes", map[string]any{"station": station, "recovered": recovered}, nil)
	}
	for station, box := range b.boxes {
		if err := count(station, box.inside); err != nil {
			return fmt.Errorf("%s: %w", station, err)
		}
	}
	wrong := "第2会场"
	out := b.boxes[wrong].issued - b.boxes[wrong].exchanged - b.boxes[wrong].back
	if err := count(wrong, out+1); err != nil {
		return err
	}
	err := a.unreconciled(ctx, "票箱里的票比发出的多", deliberation.FieldProblem{Field: wrong, Problem: "more_than_issued", Limit: out})
	if err != nil {
		return err
	}
	return count(wrong, b.boxes[wrong].inside)
}

// readers read the sheets in; neither of them chairs or signs the count.
func (a *asAssembly) readers() []deliberation.PersonID {
	return []deliberation.PersonID{a.Cast.Supervisors[1], a.Cast.Committee[2]}
}

// readBundles has two people read every bundle. In one they differ, until the second
// reads it again.
func (a *asAssembly) readBundles(ctx context.Context) error {
	b := &a.ballot
	read := func(who deliberation.PersonID, bundle string, c deliberation.SheetCount) (agree bool, err error) {
		var said struct {
			Agree bool `json:"agree"`
		}
		err = a.as(who).post(ctx, b.path+"/bundles", map[string]any{"bundle": bundle, "count": c}, &said)
		return said.Agree, err
	}
	slices.Sort(b.sheets)
	n, wrong := 0, deliberation.SheetCount{}
	for sheets := range slices.Chunk(b.sheets, bundleSize) {
		n++
		bundle, right := fmt.Sprintf("第%d捆", n), b.read(sheets)
		if _, err := read(a.readers()[0], bundle, right); err != nil {
			return fmt.Errorf("%s: %w", bundle, err)
		}
		second := right
		if n == 3 {
			second = b.read(sheets)
			second.Questions[1].Votes[0].Votes--
			second.Questions[1].Votes[1].Votes++
			wrong = right
		}
		agree, err := read(a.readers()[1], bundle, second)
		if err != nil || agree == (n == 3) {
			return fmt.Errorf("%s: agree is %v: %w", bundle, agree, err)
		}
	}
	err := a.unreconciled(ctx, "两人读数不一致", deliberation.FieldProblem{Field: "第3捆", Problem: "readings_differ"})
	if err != nil {
		return err
	}
	agree, err := read(a.readers()[1], "第3捆", wrong)
	if err == nil && !agree {
		err = errors.New("the bundle was read again, and the two do not agree")
	}
	a.say("  两人分别录入 %d 捆 %d 张纸质选票，其中一捆重读后一致。", n, len(b.sheets))
	return err
}

// check holds the published count against every choice that was made: what was
// acknowledged on the web and what lay in the boxes, nothing else and nothing less.
func (a *asAssembly) check(ctx context.Context) error {
	b := &a.ballot
	var state struct {
		Poll deliberation.Poll      `json:"poll"`
		Box  deliberation.OpenedBox `json:"box"`
	}
	if err := a.as(a.adults[1]).get(ctx, b.path, &state); err != nil {
		return err
	}
	for _, v := range state.Poll.Verdicts {
		a.verdict(&v.Verdict)
	}
	web := b.read(slices.DeleteFunc(numbers(0, onWeb+backOnWeb), unreadable)) // nothing on the web is unreadable
	for _, n := range slices.DeleteFunc(numbers(0, onWeb+backOnWeb), func(n int) bool { return !unreadable(n) }) {
		for i, said := range b.answers(n) {
			web.Questions[i].Ballots++
			if len(said.Choices) == 0 {
				web.Questions[i].Blank++
			}
			for j, v := range web.Questions[i].Votes {
				if slices.Contains(said.Choices, v.Option) {
					web.Questions[i].Votes[j].Votes++
				}
			}
		}
	}
	paper := b.read(b.sheets)
	for i, q := range state.Poll.Questions {
		w, s := web.Questions[i], paper.Questions[i]
		if q.Ballots != w.Ballots+s.Ballots || q.Blank != w.Blank+s.Blank || q.Spoiled != s.Spoiled {
			return fmt.Errorf("question %d: %+v is not %+v with %+v", i+1, q, w, s)
		}
		for _, v := range q.Votes {
			if v.Votes != w.Of(v.Option)+s.Of(v.Option) {
				return fmt.Errorf("question %d: %d votes for %s, and %d were cast on the web and %d on paper", i+1, v.Votes, v.Option, w.Of(v.Option), s.Of(v.Option))
			}
		}
	}
	if len(state.Poll.Questions) != 2 || len(state.Poll.Verdicts) != 2 {
		return fmt.Errorf("two motions stood on the ballot: %+v", state.Poll)
	}
	a.chosen = state.Poll.Verdicts[0]
	if !slices.Equal(a.chosen.Chosen, []deliberation.OptionID{"o1", "o2", "o3"}) || !a.chosen.Verdict.Met || !state.Poll.Verdicts[1].Verdict.Met {
		return fmt.Errorf("the verdicts are not what the votes give: %+v", state.Poll.Verdicts)
	}
	for _, o := range a.chosen.Chosen {
		a.say("    当选：%s", candidateOf(o))
	}
	return a.checkPaper(state.Poll.Paper, state.Box)
}

func (a *asAssembly) checkPaper(got *deliberation.Reconciliation, box deliberation.OpenedBox) error {
	b := &a.ballot
	want := deliberation.Reconciliation{Recovered: len(b.sheets), Spoiled: b.read(b.sheets).Spoiled}
	want.Valid = want.Recovered - want.Spoiled
	for _, box := range b.boxes {
		want.Issued += box.issued
		want.Exchanged += box.exchanged
		want.HandedBack += box.back
	}
	want.Unreturned = want.Issued - want.Exchanged - want.HandedBack - want.Recovered
	if got == nil || len(got.Faults) > 0 || got.Issued != want.Issued || got.Exchanged != want.Exchanged || got.HandedBack != want.HandedBack ||
		got.Recovered != want.Recovered || got.Unreturned != want.Unreturned || got.Valid != want.Valid || got.Spoiled != want.Spoiled {
		return fmt.Errorf("the paper adds up to %+v and not to %+v", got, want)
	}
	a.say("  发出 %d，作废换领 %d，退回 %d，收回 %d（有效 %d，废票 %d），未交回 %d。",
		got.Issued, got.Exchanged, got.HandedBack, got.Recovered, got.Valid, got.Spoiled, got.Unreturned)
	if len(box.Lines) != len(b.receipts) || len(box.Receipts) != len(b.receipts) {
		return fmt.Errorf("the box shows %d choices and %d receipts for %d ballots", len(box.Lines), len(box.Receipts), len(b.receipts))
	}
	shown := map[string]bool{}
	for _, r := range box.Receipts {
		shown[r] = true
	}
	for who, code := range b.receipts {
		if !shown[code] {
			return fmt.Errorf("the receipt of %s is not in the opened box", who)
		}
	}
	return nil
}
