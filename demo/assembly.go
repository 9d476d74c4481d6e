package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Who does what at the assembly: the adults of the village in their order. The first
// vote on the web, those after them take paper, a few of these hand it back and vote
// on the web as well; some come and do not vote, and the rest stay at home.
const (
	onWeb      = 1100
	backOnWeb  = 20
	untilPaper = 1800 // who takes paper comes before, who came for the show of hands alone after
	attending  = 1900
	tooFew     = 1000 // with so many the chair tries to begin
	justEnough = 1520 // with so many the chair begins
	goingOut   = 30   // so many of them go out again
	atOnce     = 64   // who is served at the same time
)

// asAssembly is a play with the people of a villagers' assembly.
type asAssembly struct {
	*Play
	adults  []deliberation.PersonID
	meeting deliberation.MeetingID
	chosen  deliberation.MotionVerdict
	ballot  villageBallot
}

// Assemble plays a villagers' assembly 村民会议 that is held in six places, with paper
// ballots and the web together, and gives its id and its dossier.
func (p *Play) Assemble(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	a := &asAssembly{Play: p, adults: p.Cast.Adults()}
	return p.perform(ctx, p.Cast.Secretary,
		a.signIn, a.start, a.agenda, a.convene, a.gather, a.goOut, a.byHands, a.vote, a.countPaper, a.check, a.minutes, a.disclosure, p.archived,
	)
}

// place is where somebody of the adults goes, counted from one.
func place(n int) int { return n%places + 1 }

// Phones are those who sign in themselves; the others are served at the tables.
func (c Cast) Phones() []deliberation.PersonID {
	adults := c.Adults()
	ids := append(slices.Clone(c.Clerks), c.Guide, c.Operator, adults[len(adults)-1])
	return append(ids, adults[:onWeb+backOnWeb]...)
}

// each does something for every one of a list, many at the same time, and gives what
// went wrong first.
func each[T any](list []T, do func(T) error) error {
	var wait sync.WaitGroup
	var mu sync.Mutex
	var first error
	next := make(chan T)
	for range min(atOnce, len(list)) {
		wait.Go(func() {
			for v := range next {
				if err := do(v); err != nil {
					mu.Lock()
					first = errors.Join(first, err)
					mu.Unlock()
				}
			}
		})
	}
	for _, v := range list {
		mu.Lock()
		failed := first != nil
		mu.Unlock()
		if failed {
			break
		}
		next <- v
	}
	close(next)
	wait.Wait()
	return first
}

func numbers(from, to int) []int {
	list := make([]int, 0, to-from)
	for n := from; n < to; n++ {
		list = append(list, n)
	}
	return list
}

// hall is how somebody reaches the server from where they sit.
func (a *asAssembly) hall(n int) *http.Client {
	if len(a.Halls) == 0 {
		a.Halls = []*http.Client{{Timeout: away, Transport: &http.Transport{MaxIdleConnsPerHost: atOnce}}}
	}
	return a.Halls[n%len(a.Halls)]
}

func (a *asAssembly) signIn(ctx context.Context) error {
	phones := a.Cast.Phones()
	a.people = make(map[deliberation.PersonID]*person, len(phones))
	for n, id := range phones {
		a.people[id] = &person{base: a.Base, http: a.hall(n), id: id}
	}
	began := time.Now()
	if err := each(phones, func(id deliberation.PersonID) error { return a.as(id).signIn(ctx, a.Links[id]) }); err != nil {
		return fmt.Errorf("signing in: %w", err)
	}
	a.say("%d 人凭一次性链接登录，用时 %.1f 秒。", len(phones), time.Since(began).Seconds())
	return nil
}

// start begins the assembly, after the attempt to have the representatives decide on
// the covenant.
func (a *asAssembly) start(ctx context.Context) error {
	a.stage("村民会议")
	matter := map[string]any{
		"kind": deliberation.ConferenceKind, "title": "2026年第一次村民会议", "category": deliberation.CategoryCovenant, "affected": deliberation.AffectsAll,
		"summary": "修订村规民约、通过年度计划、推选监督小组、授权村民代表会议，共四项议题。", "origin": deliberation.OriginCommittee, "budget_fen": 0,
		"form": deliberation.Conference, "authorisation": "村民会议授权村民代表会议决定日常公共事务。",
	}
	err := a.refused(ctx, "由村民代表会议决定村规民约", "reserved", func() error {
		return a.as(a.Cast.Director).post(ctx, "/processes", matter, nil)
	})
	if err != nil {
		return err
	}
	matter["form"] = deliberation.Assembly
	delete(matter, "authorisation")
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := a.as(a.Cast.Director).post(ctx, "/processes", matter, &made); err != nil {
		return err
	}
	a.process = made.ID
	_, err = a.untilOpen(ctx, deliberation.CloseAgenda)
	return err
}

// The two motions that are decided by raising hands. The plan is lost although more
// are for it than against: who came and did not say yes counts.
var byHands = []motion{
	{text: "修订村规民约\n红事白事从简，酒席不超过二十桌。", category: deliberation.CategoryCovenant, yes: 1500, no: 250, abstain: 150, carried: true},
	{text: "2026年度工作计划\n整修机耕道三公里，改造提灌站一座。", category: deliberation.CategoryPlan, yes: 900, no: 600, abstain: 400, carried: false},
}

var candidates = []string{"何大勇", "罗春燕", "蒲德明", "邓玉梅", "岳长河"}

// seats is how many of the candidates are chosen.
const seats = 3

func (a *asAssembly) agenda(ctx context.Context) error {
	a.stage("拟定议程")
	until, err := deliberation.ParseDate("2027-12-31")
	if err != nil {
		return err
	}
	motions := []act{
		{Text: "推选村民监督小组\n从五名候选人中推选三名。", Category: deliberation.CategoryOther, Voting: deliberation.SecretVoting, OnPaper: true, Options: candidates, Seats: seats},
		{Text: "授权村民代表会议\n公益事业由村民代表会议讨论决定。", Category: deliberation.CategoryAuthorise, Voting: deliberation.SecretVoting, OnPaper: true,
			Grant: &deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryWelfare}, Until: until}},
	}
	for _, m := range slices.Backward(byHands) {
		motions = append([]act{{Text: m.text, Category: m.category, Voting: deliberation.HandsVoting}}, motions...)
	}
	for _, m := range motions {
		if _, err := a.act(ctx, a.Cast.Clerk, deliberation.PutMotion, m); err != nil {
			return err
		}
		a.say("  列入议程：%s（%s）", firstLine(m.Text), m.Voting.Word("zh"))
	}
	_, err = a.act(ctx, a.Cast.Director, deliberation.CloseAgenda, act{Together: true})
	return err
}

func (a *asAssembly) convene(ctx context.Context) error {
	if _, err := a.untilOpen(ctx, deliberation.Convene); err != nil {
		return err
	}
	notice := act{Place: "村部、小学和四个村民小组的院坝", Text: "议题：修订村规民约；年度工作计划；推选监督小组；授权村民代表会议。请到就近的会场。", Sections: places}
	err := a.refused(ctx, "通知五天后就开会", "too_early", func() error {
		notice.At = a.day(5)
		_, err := a.act(ctx, a.Cast.Director, deliberation.Convene, notice)
		return err
	})
	if err != nil {
		return err
	}
	notice.At = a.day(12) // ten days by law, and two for days that turn while the request is under way
	r, err := a.act(ctx, a.Cast.Director, deliberation.Convene, notice)
	if err != nil {
		return err
	}
	a.meeting = deliberation.MeetingID(r.Subject)
	a.say("  已发通知，%s 在 %d 个会场开会。", notice.At.Format("1月2日15:04"), places)
	return nil
}

func (a *asAssembly) at() string { return "/meetings/" + string(a.meeting) }

// come has people sign in: who has a phone themselves, the others at the table of
// their place, all tables at once.
func (a *asAssembly) come(ctx context.Context, who []int) error {
	tables := make([][]int, places)
	var own []int
	for _, n := range who {
		if a.as(a.adults[n]) != nil {
			own = append(own, n)
		} else {
			tables[n%places] = append(tables[n%places], n)
		}
	}
	path := a.at() + "/check-ins"
	jobs := []func() error{func() error {
		return each(own, func(n int) error { return a.as(a.adults[n]).post(ctx, path, map[string]any{"section": place(n)}, nil) })
	}}
	for _, list := range tables {
		jobs = append(jobs, func() error {
			for _, n := range list {
				if err := a.clerk(n).post(ctx, path, map[string]any{"person": a.adults[n], "section": place(n)}, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return each(jobs, func(job func() error) error { return job() })
}

// clerk sits at the table of the place where somebody goes.
func (a *asAssembly) clerk(n int) *person { return a.as(a.Cast.Clerks[n%places]) }

// gather opens the assembly once enough are there; who moved in after the roll was
// frozen is on it no more than they vote.
func (a *asAssembly) gather(ctx context.Context) error {
	a.stage("开会")
	if _, err := a.untilOpen(ctx, deliberation.CallToOrder); err != nil {
		return err
	}
	if err := a.moveIn(ctx); err != nil {
		return err
	}
	if err := a.come(ctx, numbers(0, tooFew)); err != nil {
		return err
	}
	err := a.refused(ctx, fmt.Sprintf("只到 %d 人就宣布开会", tooFew), "below_quorum", func() error {
		_, err := a.act(ctx, a.Cast.Director, deliberation.CallToOrder, act{})
		return err
	})
	if err != nil {
		return err
	}
	if err := a.come(ctx, numbers(tooFew, justEnough)); err != nil {
		return err
	}
	r, err := a.act(ctx, a.Cast.Director, deliberation.CallToOrder, act{})
	if err != nil {
		return err
	}
	a.verdict(r.Verdict)
	return a.numbered(r.Verdict, justEnough)
}

// numbered checks what a verdict says of how many are due and how many came.
func (a *asAssembly) numbered(v *deliberation.Verdict, present int) error {
	if v == nil || v.Attendance.Whole.Due != len(a.adults) || v.Attendance.Whole.Present != present {
		return fmt.Errorf("of %d adults %d are there, and the verdict says otherwise: %+v", len(a.adults), present, v)
	}
	return nil
}

func (a *asAssembly) moveIn(ctx context.Context) error {
	if a.Newcomer == nil {
		return nil
	}
	token, err := a.Newcomer(ctx)
	if err != nil {
		return err
	}
	late := &person{base: a.Base, http: a.hall(0)}
	if err := late.signIn(ctx, token); err != nil {
		return err
	}
	a.people[late.id] = late
	a.ballot.late = late
	return a.refused(ctx, "名册确定以后迁入的人签到", "not_on_roll", func() error {
		return late.post(ctx, a.at()+"/check-ins", map[string]any{"section": 1}, nil)
	})
}

// goOut has so many leave that the next poll cannot be opened; they come back, and
// the others come, too.
func (a *asAssembly) goOut(ctx context.Context) error {
	if _, err := a.untilOpen(ctx, deliberation.OpenPoll); err != nil {
		return err
	}
	out := numbers(justEnough-goingOut, justEnough)
	for _, n := range out {
		if err := a.clerk(n).post(ctx, a.at()+"/departures", map[string]any{"person": a.adults[n]}, nil); err != nil {
			return err
		}
	}
	var short *Problem
	err := a.refused(ctx, fmt.Sprintf("%d 人离场以后开始表决", goingOut), "below_quorum", func() error {
		_, err := a.act(ctx, a.Cast.Director, deliberation.OpenPoll, act{})
		errors.As(err, &short)
		return err
	})
	if err == nil {
		err = a.numbered(short.Verdict, justEnough-goingOut)
	}
	if err != nil {
		return err
	}
	return a.come(ctx, append(out, numbers(justEnough, attending)...))
}

func (a *asAssembly) byHands(ctx context.Context) error {
	a.stage("举手表决")
	for _, m := range byHands {
		if err := a.openPoll(ctx, a.Cast.Director); err != nil {
			return err
		}
		if _, err := a.untilOpen(ctx, deliberation.CountHands); err != nil {
			return err
		}
		a.say("  %s", firstLine(m.text))
		counted := act{Yes: m.yes, No: m.no, Abstain: m.abstain}
		if _, err := a.act(ctx, a.Cast.Clerk, deliberation.CountHands, counted); err != nil {
			return err
		}
		r, err := a.act(ctx, a.Cast.Supervisors[1], deliberation.CountHands, counted)
		if err != nil {
			return err
		}
		a.verdict(r.Verdict)
		if err := a.numbered(r.Verdict, attending); err != nil {
			return err
		}
		if r.Verdict.Met != m.carried {
			return fmt.Errorf("%s: the verdict is not what %d ayes of %d give", firstLine(m.text), m.yes, attending)
		}
	}
	return nil
}

func (a *asAssembly) minutes(ctx context.Context) error {
	if err := a.whenOpen(ctx, a.Cast.Clerk, deliberation.RecordMinutes, act{Text: "六个会场同时进行，四项议题逐项表决，结果当场宣布。"}); err != nil {
		return err
	}
	if err := a.whenOpen(ctx, a.Cast.Director, deliberation.SignMinutes, act{}); err != nil {
		return err
	}
	return a.witness(ctx, deliberation.Acknowledge, "人数、票数核对无误。")
}

func (a *asAssembly) disclosure(ctx context.Context) error {
	a.stage("决议公开")
	var names []string
	for _, o := range a.chosen.Chosen {
		names = append(names, candidateOf(o))
	}
	if err := a.post(ctx, "公告：村规民约修订通过；年度工作计划未通过；"+strings.Join(names, "、")+"当选监督小组成员；授权村民代表会议通过。"); err != nil {
		return err
	}
	if err := a.whenOpen(ctx, a.Cast.Clerk, deliberation.FileResolution, act{Text: "村规民约和授权决议已报送镇人民政府备案。"}); err != nil {
		return err
	}
	a.say("  村规民约和授权已报送备案。")
	if err := a.witness(ctx, deliberation.GiveClosingOpinion, "程序合规，同意归档。"); err != nil {
		return err
	}
	return a.posted(ctx)
}
