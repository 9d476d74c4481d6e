package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// Election is an election as it is played: who runs it, who stands, and who votes how.
// What it comes to is for whoever made it up to say beforehand.
type Election struct {
	Title string
	Setup deliberation.ElectionSetup // its day is set as it begins
	// Ahead is how many days from the start election day is.
	Ahead int
	// Entries are written down at the desk.
	Entries     []deliberation.RegisterEntry
	Committee   []deliberation.PersonID
	Nominations []deliberation.Nomination
	// Withdraws says, once candidates are published, that they do not stand.
	Withdraws deliberation.PersonID
	// Mandates are whom each principal lets vote for them, Mobile who votes at a mobile box.
	Mandates map[deliberation.PersonID]deliberation.PersonID
	Mobile   []deliberation.PersonID
	// Rounds are the papers of each poll in their order.
	Rounds [][]Sheet
	// Checks are tried at their moment: "registering", "nominating", "convened", "almost" (all but one have come), "voting", "counting".
	Checks map[string]func(ctx context.Context, e *Elected) error
}

// Sheet is the paper, or the ballot on the web, of one elector.
type Sheet struct {
	Voter deliberation.PersonID
	// By is who votes for them under a mandate.
	By deliberation.PersonID
	// On is table or mobile, empty on the web. Both votes on the web first and takes paper then.
	On   deliberation.Channel
	Both bool
	For  map[deliberation.ElectionPost][]deliberation.PersonID
	// Spoiled is the part of a post that nobody can read.
	Spoiled []deliberation.ElectionPost
	// Kept: the paper never came back.
	Kept bool
}

// Elected is an election while it is played.
type Elected struct {
	*Play
	Election
	Meeting deliberation.MeetingID
	Poll    string // its path
	round   int
}

// The boxes of an election.
const (
	centralStation = "中心投票站"
	mobileStation  = "流动票箱"
)

// Elect plays an election from its audit to its archive, and gives it with its dossier
// and how it stood at the end.
func (p *Play) Elect(ctx context.Context, e Election) (Finished, deliberation.Status, error) {
	x := &Elected{Play: p, Election: e}
	id, kept, err := p.perform(ctx, p.Cast.Secretary, p.everybodyIn, x.begin, x.register, x.nominate, x.election, x.handOver, p.archived)
	if err != nil {
		return Finished{}, deliberation.Status{}, err
	}
	v, err := p.read(ctx)
	return Finished{Process: id, Dossier: kept}, v.Status, err
}

func (x *Elected) head() deliberation.PersonID { return x.Committee[0] }

func (x *Elected) try(ctx context.Context, moment string) error {
	if f := x.Checks[moment]; f != nil {
		return f(ctx, x)
	}
	return nil
}

// Refused plays what must be refused.
func (x *Elected) Refused(what, code string, f func() error) error {
	err := f()
	var refusal *Problem
	if !isRefusal(err, code, &refusal) || refusal.Status >= 500 {
		return fmt.Errorf("%s: wanted the refusal %q and got: %w", what, code, err)
	}
	x.say("  ✗ %s → %d %s %s", what, refusal.Status, refusal.Title, refusal.Detail)
	if refusal.Basis != nil {
		x.say("    %s", refusal.Basis.Source("zh"))
	}
	return nil
}

// Post sends a command as somebody.
func (x *Elected) Post(ctx context.Context, who deliberation.PersonID, path string, body any) error {
	return x.as(who).post(ctx, path, body, nil)
}

// Cosign has the scrutineer sign the count.
func (x *Elected) Cosign(ctx context.Context) error {
	_, err := x.act(ctx, x.Cast.Supervisors[0], deliberation.CosignCount, act{Subject: x.subject()})
	return err
}

// Path is where something of the process is.
func (x *Elected) Path(of string) string { return "/processes/" + string(x.process) + of }

func (x *Elected) begin(ctx context.Context) error {
	x.stage(x.Title)
	x.Setup.Day = deliberation.DateOf(x.Clock()).AddDays(x.Ahead)
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := x.as(x.Cast.Director).post(ctx, "/elections", map[string]any{"election": x.Setup}, &made); err != nil {
		return err
	}
	x.process = made.ID
	if !x.Setup.ByElection {
		if err := x.whenOpen(ctx, x.Cast.Clerk, deliberation.PostAudit, act{Text: "离任经济责任审计结果公告。"}); err != nil {
			return err
		}
		if err := x.audited(ctx); err != nil {
			return err
		}
	}
	if err := x.whenOpen(ctx, x.Cast.Clerk, deliberation.NameElectionCommittee, act{Text: "推选选举委员会的公告。", People: x.Committee}); err != nil {
		return err
	}
	if err := x.whenOpen(ctx, x.head(), deliberation.ApproveScheme, act{Text: "选举工作方案和选举办法，已经代表会议通过。", At: x.day(0)}); err != nil {
		return err
	}
	x.say("  选举委员会 %d 人；选举日 %s。", len(x.Committee), x.Setup.Day.Words("zh"))
	return nil
}

// audited has the supervisors look at an audit whose posting is not on record here, where
// that has to come first.
func (x *Elected) audited(ctx context.Context) error {
	v, err := x.until(ctx, "the choice of the election committee", func(v process) bool {
		return isOpen(v, deliberation.Acknowledge) || isOpen(v, deliberation.NameElectionCommittee)
	})
	if err != nil || !isOpen(v, deliberation.Acknowledge) {
		return err
	}
	return x.witness(ctx, deliberation.Acknowledge, "审计结果已在公示栏公布，予以知悉。")
}

func (x *Elected) register(ctx context.Context) error {
	x.stage("登记参加选举")
	if _, err := x.untilOpen(ctx, deliberation.PostElectors); err != nil {
		return err
	}
	for _, e := range x.Entries {
		if err := x.as(x.Cast.Clerk).post(ctx, x.Path("/registrations"), e, nil); err != nil {
			return fmt.Errorf("entry of %s: %w", e.Person, err)
		}
	}
	if err := x.try(ctx, "registering"); err != nil {
		return err
	}
	return x.hang(ctx, deliberation.PostElectors, "参加选举的人员名单")
}

// hang posts a list with the photo of the board.
func (x *Elected) hang(ctx context.Context, k deliberation.ActKind, text string) error {
	if err := x.whenOpen(ctx, x.head(), k, act{Text: text}); err != nil {
		return err
	}
	v, err := x.read(ctx)
	if err != nil {
		return err
	}
	if e := v.Status.Election; k == deliberation.PostElectors && e.Electors != nil {
		x.say("  公布名单：%d 人。", e.Electors.Count)
	}
	return x.whenOpen(ctx, x.Cast.Committee[len(x.Cast.Committee)-1], deliberation.ProvePosting, act{Photo: boardPhoto(), PhotoType: "image/png"})
}

func (x *Elected) nominate(ctx context.Context) error {
	if _, err := x.untilOpen(ctx, deliberation.CloseNominations); err != nil {
		return err
	}
	x.stage("提名候选人")
	if err := x.try(ctx, "nominating"); err != nil {
		return err
	}
	for _, n := range x.Nominations {
		body := map[string]any{"by": n.By, "names": n.Names}
		who := x.Cast.Secretary
		switch {
		case n.By == "electors_jointly":
			who, body["desk"], body["signers"] = x.Cast.Clerk, true, n.Signers
		case len(n.Signers) == 1:
			who = n.Signers[0]
		}
		if err := x.as(who).post(ctx, x.Path("/nominations"), body, nil); err != nil {
			return fmt.Errorf("nomination by %s: %w", n.By, err)
		}
	}
	if _, err := x.act(ctx, x.head(), deliberation.CloseNominations, act{}); err != nil {
		return err
	}
	v, err := x.untilOpen(ctx, deliberation.AnswerNomination)
	if err != nil {
		return err
	}
	err = each(v.Status.Election.Nominees, func(n deliberation.NomineeProgress) error {
		_, err := x.act(ctx, n.Person, deliberation.AnswerNomination, act{Subject: string(n.Person), Decision: "accept", Text: "本人同意参选。"})
		return err
	})
	if err != nil {
		return err
	}
	for _, n := range v.Status.Election.Nominees {
		if err := x.whenOpenOn(ctx, x.Cast.Guide, deliberation.ReviewCandidate, act{Subject: string(n.Person), Decision: "accept", Text: "资格审查通过。"}); err != nil {
			return err
		}
	}
	if err := x.hang(ctx, deliberation.PostCandidates, "被提名人名单"); err != nil {
		return err
	}
	if err := x.hang(ctx, deliberation.PostCandidates, "正式候选人名单"); err != nil {
		return err
	}
	x.say("  被提名 %d 人。", len(v.Status.Election.Nominees))
	return nil
}

// whenOpenOn waits until the process takes the act on its subject.
func (x *Elected) whenOpenOn(ctx context.Context, who deliberation.PersonID, k deliberation.ActKind, a act) error {
	_, err := x.until(ctx, string(k), func(v process) bool {
		return slices.ContainsFunc(v.Status.Open, func(o deliberation.OpenAct) bool { return o.Kind == k && o.Subject == a.Subject })
	})
	if err != nil {
		return err
	}
	_, err = x.act(ctx, who, k, a)
	return err
}

// election holds election day and what follows from its count until it is declared.
func (x *Elected) election(ctx context.Context) error {
	for {
		v, err := x.until(ctx, "the next step", func(v process) bool {
			return isOpen(v, deliberation.Convene) || isOpen(v, deliberation.ReviewCandidate) || isOpen(v, deliberation.DeclareResult)
		})
		if err != nil {
			return err
		}
		switch e := v.Status.Election; {
		case isOpen(v, deliberation.ReviewCandidate):
			for _, who := range e.Outcome.Unconfirmed {
				if err := x.whenOpenOn(ctx, x.Cast.Guide, deliberation.ReviewCandidate, act{Subject: string(who), Decision: "accept", Text: "资格审查通过。"}); err != nil {
					return err
				}
			}
		case isOpen(v, deliberation.DeclareResult):
			if x.round < len(x.Rounds) {
				return fmt.Errorf("%d polls were held of %d: %+v", x.round, len(x.Rounds), e.Outcome)
			}
			for _, s := range e.Outcome.Sentences("zh", func(id deliberation.PersonID) string { return string(id) }) {
				x.say("  %s", s)
			}
			_, err := x.act(ctx, x.head(), deliberation.DeclareResult, act{Text: "选举结果报告单。"})
			return err
		case x.round == len(x.Rounds):
			return fmt.Errorf("another poll than the %d that were made up: %+v", x.round, e.Outcome)
		default:
			if err := x.sit(ctx, x.Rounds[x.round]); err != nil {
				return fmt.Errorf("poll %d: %w", x.round+1, err)
			}
			x.round++
		}
	}
}

// sit holds one poll from its notice to its signed report.
func (x *Elected) sit(ctx context.Context, sheets []Sheet) error {
	x.stage(fmt.Sprintf("投票选举（第%d次投票）", x.round+1))
	at := x.Setup.Day.At(8, 0)
	if x.round > 0 {
		at = *x.day(2)
	}
	r, err := x.act(ctx, x.head(), deliberation.Convene, act{Place: centralStation, Text: "公告：投票的时间、地点和方式。", At: &at})
	if err != nil {
		return err
	}
	x.Meeting = deliberation.MeetingID(r.Subject)
	if x.round == 0 {
		if err := x.beforeTheVote(ctx); err != nil {
			return err
		}
	}
	if err := x.open(ctx, sheets); err != nil {
		return err
	}
	if x.round == 0 {
		if err := x.try(ctx, "voting"); err != nil {
			return err
		}
	}
	for _, s := range sheets {
		if err := x.cast(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.Voter, err)
		}
	}
	return x.count(ctx, sheets)
}

// beforeTheVote takes mandates, the list of the mobile box, and who withdraws.
func (x *Elected) beforeTheVote(ctx context.Context) error {
	path := "/meetings/" + string(x.Meeting)
	if len(x.Mobile) > 0 { // first: it has to hang its days before election day
		list := map[string]any{"station": mobileStation, "persons": x.Mobile}
		if err := x.as(x.Cast.Clerk).post(ctx, path+"/mobile-lists", list, nil); err != nil {
			return err
		}
	}
	if err := x.staff(ctx); err != nil {
		return err
	}
	for _, s := range x.Rounds[0] { // in the order of the papers
		if agent := x.Mandates[s.Voter]; agent != "" {
			if err := x.as(s.Voter).post(ctx, path+"/mandates", map[string]any{"agent": agent}, nil); err != nil {
				return fmt.Errorf("mandate of %s: %w", s.Voter, err)
			}
		}
	}
	if x.Withdraws != "" {
		if _, err := x.act(ctx, x.Withdraws, deliberation.WithdrawCandidacy, act{Subject: string(x.Withdraws), Text: "本人书面退出。"}); err != nil {
			return err
		}
	}
	return x.try(ctx, "convened")
}

// staff names who works at the boxes: the election committee at the station, the
// supervisors at the mobile box. Two of three are too few, and a candidate is none.
func (x *Elected) staff(ctx context.Context) error {
	crew := func(station string, staff ...deliberation.PersonID) error {
		named := map[string]any{"station": station, "staff": staff, "scrutineers": staff[len(staff)-2:]}
		return x.as(x.Cast.Clerk).post(ctx, x.Path("/stations"), named, nil)
	}
	here := x.Committee[:3]
	if err := x.Refused("投票站只有两名工作人员", "unlawful_election", func() error { return crew(centralStation, here[:2]...) }); err != nil {
		return err
	}
	stands := append(slices.Clone(here[:2]), x.Nominations[0].Names[deliberation.PostDirector][0])
	if err := x.Refused("候选人担任监票人", "unlawful_election", func() error { return crew(centralStation, stands...) }); err != nil {
		return err
	}
	if err := crew(centralStation, here...); err != nil || len(x.Mobile) == 0 {
		return err
	}
	return crew(mobileStation, x.Cast.Supervisors[:3]...)
}

// open opens the poll, where representatives vote once enough of them have come.
func (x *Elected) open(ctx context.Context, sheets []Sheet) error {
	if x.Setup.Method == deliberation.ByRepresentatives {
		if _, err := x.untilOpen(ctx, deliberation.CallToOrder); err != nil {
			return err
		}
		for n, s := range sheets {
			if n == len(sheets)-1 {
				if err := x.try(ctx, "almost"); err != nil {
					return err
				}
			}
			if err := x.as(s.Voter).post(ctx, "/meetings/"+string(x.Meeting)+"/check-ins", map[string]string{}, nil); err != nil {
				return fmt.Errorf("check-in of %s: %w", s.Voter, err)
			}
		}
		r, err := x.act(ctx, x.head(), deliberation.CallToOrder, act{})
		if err != nil {
			return err
		}
		x.verdict(r.Verdict)
	}
	if err := x.openPoll(ctx, x.head()); err != nil {
		return err
	}
	v, err := x.untilOpen(ctx, deliberation.ClosePoll)
	if err != nil {
		return err
	}
	x.Poll = "/polls/" + string(v.Polls[len(v.Polls)-1].ID)
	return nil
}

// Call calls the meeting to order.
func (x *Elected) Call(ctx context.Context) error {
	_, err := x.act(ctx, x.head(), deliberation.CallToOrder, act{})
	return err
}

// answers are what a sheet says, post by post as the poll asks them.
func (s Sheet) answers(form deliberation.BallotForm) (list []deliberation.Answer) {
	for _, q := range form {
		a := deliberation.Answer{Question: q.ID, Choices: []string{}}
		for _, who := range s.For[deliberation.ElectionPost(q.ID)] {
			a.Choices = append(a.Choices, string(who))
		}
		list = append(list, a)
	}
	return list
}

func (x *Elected) form(ctx context.Context) (deliberation.BallotForm, error) {
	var state struct {
		Poll deliberation.Poll `json:"poll"`
	}
	err := x.as(x.head()).get(ctx, x.Poll, &state)
	return state.Poll.Form, err
}

func (x *Elected) cast(ctx context.Context, s Sheet) error {
	if s.On == "" || s.Both {
		form, err := x.form(ctx)
		if err != nil {
			return err
		}
		who, body := x.as(s.Voter), map[string]any{"answers": s.answers(form)}
		if s.By != "" {
			who, body["person"] = x.as(s.By), s.Voter
		}
		if err := who.post(ctx, x.Poll+"/ballots", body, nil); err != nil || !s.Both {
			return err
		}
	}
	body := map[string]any{"action": "issue", "person": s.Voter, "channel": s.On, "station": stationOf(s.On)}
	if s.By != "" {
		body["agent"] = s.By
	}
	return x.as(x.Cast.Clerk).post(ctx, x.Poll+"/paper", body, nil)
}

func stationOf(c deliberation.Channel) string {
	if c == deliberation.MobileChannel {
		return mobileStation
	}
	return centralStation
}

// readers read the sheets in; neither of them chairs, signs the count or stands.
func (x *Elected) readers() []deliberation.PersonID {
	return []deliberation.PersonID{x.Cast.Clerk, x.Committee[1]}
}

// count stops the vote, counts boxes and sheets, and signs the report.
func (x *Elected) count(ctx context.Context, sheets []Sheet) error {
	if _, err := x.act(ctx, x.head(), deliberation.ClosePoll, act{Subject: x.subject()}); err != nil {
		return err
	}
	form, err := x.form(ctx)
	if err != nil {
		return err
	}
	back := map[string]int{}
	var read []Sheet
	for _, s := range sheets {
		if s.On == "" {
			continue
		}
		back[stationOf(s.On)] += 0
		if !s.Kept {
			back[stationOf(s.On)]++
			read = append(read, s)
		}
	}
	for station, n := range back {
		if err := x.as(x.Cast.Clerk).post(ctx, x.Poll+"/boxes", map[string]any{"station": station, "recovered": n}, nil); err != nil {
			return fmt.Errorf("%s: %w", station, err)
		}
	}
	if len(read) > 0 {
		counted := reading(form, read)
		for i, who := range x.readers() {
			var said struct {
				Agree bool `json:"agree"`
			}
			err := x.as(who).post(ctx, x.Poll+"/bundles", map[string]any{"bundle": "第1捆", "count": counted}, &said)
			if err != nil || said.Agree != (i > 0) {
				return fmt.Errorf("reading by %s, agree is %v: %w", who, said.Agree, err)
			}
		}
	}
	if x.round == 0 {
		if err := x.try(ctx, "counting"); err != nil {
			return err
		}
	}
	if err := x.Cosign(ctx); err != nil {
		return err
	}
	if _, err := x.act(ctx, x.head(), deliberation.CertifyCount, act{Subject: x.subject()}); err != nil {
		return err
	}
	if err := x.whenOpen(ctx, x.Cast.Clerk, deliberation.RecordMinutes, act{Text: "投票、唱票、计票经过和结果。"}); err != nil {
		return err
	}
	return x.whenOpen(ctx, x.head(), deliberation.SignMinutes, act{})
}

// subject is the poll as an act names it.
func (x *Elected) subject() string { return x.Poll[len("/polls/"):] }

// reading is what a careful person reads from sheets.
func reading(form deliberation.BallotForm, sheets []Sheet) deliberation.SheetCount {
	c := deliberation.SheetCount{Sheets: len(sheets)}
	for _, q := range form {
		post := deliberation.ElectionPost(q.ID)
		n := deliberation.QuestionCount{Question: q.ID, Ballots: len(sheets)}
		votes := map[deliberation.PersonID]int{}
		var order []deliberation.PersonID
		for _, s := range sheets {
			switch {
			case slices.Contains(s.Spoiled, post):
				n.Spoiled++
				continue
			case len(s.For[post]) == 0:
				n.Blank++
			}
			for _, who := range s.For[post] {
				if votes[who]++; votes[who] == 1 {
					order = append(order, who)
				}
			}
		}
		slices.Sort(order)
		for _, who := range order {
			n.Votes = append(n.Votes, deliberation.OptionCount{Option: string(who), Votes: votes[who]})
		}
		c.Questions = append(c.Questions, n)
	}
	return c
}

// handOver posts the result, has it filed, and does what the law has done after.
func (x *Elected) handOver(ctx context.Context) error {
	x.stage("公布结果和工作移交")
	prover := x.Cast.Committee[len(x.Cast.Committee)-1]
	if err := x.whenOpen(ctx, prover, deliberation.Publish, act{Text: "选举结果公告。"}); err != nil {
		return err
	}
	if err := x.whenOpen(ctx, prover, deliberation.ProvePosting, act{Photo: boardPhoto(), PhotoType: "image/png"}); err != nil {
		return err
	}
	if err := x.whenOpen(ctx, x.head(), deliberation.FileResolution, act{Text: "选举结果已报备案。"}); err != nil {
		return err
	}
	for _, step := range []deliberation.ElectionPoint{deliberation.ElectionArchive, deliberation.ElectionHandover, deliberation.ElectionBodies} {
		if err := x.whenOpenOn(ctx, x.Cast.Clerk, deliberation.CompleteElectionStep, act{Subject: string(step), Text: "已经办理，清单附后。"}); err != nil {
			return err
		}
	}
	return x.witness(ctx, deliberation.GiveClosingOpinion, "程序合规，同意归档。")
}

// errNotElected is for tests that hold an election against what they reckoned.
var errNotElected = errors.New("the committee is not the one reckoned by hand")

// Seats holds who was declared elected against what was reckoned by hand.
func Seats(s deliberation.Status, want map[deliberation.PersonID]deliberation.ElectionPost) error {
	if s.Election == nil || s.Election.Outcome == nil || s.Election.Declared.IsZero() {
		return errNotElected
	}
	if got := s.Election.Outcome.Seated; len(got) != len(want) {
		return fmt.Errorf("%w: %+v and not %v", errNotElected, got, want)
	}
	for _, seat := range s.Election.Outcome.Seated {
		if want[seat.Person] != seat.Post {
			return fmt.Errorf("%w: %s as %s", errNotElected, seat.Person, seat.Post)
		}
	}
	return nil
}
