package server

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// town is a small community in memory that stands behind every port. It keeps
// the promises of the ports that the tests lean on: links work once, the box
// knows its voters' keys, replies are found again.
type town struct {
	mu sync.Mutex
	registry
	gallery
	owned

	people      map[deliberation.PersonID]deliberation.Person
	offices     map[deliberation.PersonID][]deliberation.Office
	communities map[deliberation.CommunityID]deliberation.Community
	links       map[string]deliberation.PersonID
	processes   map[deliberation.ProcessID]deliberation.Proceeding
	papers      map[deliberation.PaperID]deliberation.Paper
	polls       map[deliberation.PollID]pollHere
	roll        map[deliberation.MeetingID][]deliberation.RollLine
	opinions    []deliberation.Opinion
	replies     map[string]reply
	receipts    map[string]deliberation.Receipt
	packs       []deliberation.Pack
	kept        dutiesHere
	paper       paperHere

	acts     []deliberation.Act
	started  []deliberation.ProcessID
	failWith error // what the next port call that matters fails with
	ready    map[string]error
}

type pollHere struct {
	poll    deliberation.Poll
	process deliberation.ProcessID
	voters  []deliberation.PersonID
	ballots map[deliberation.PersonID]deliberation.Ballot
}

type reply struct {
	sum    string
	status int
	body   []byte
}

var notFound = deliberation.Refuse(deliberation.RefuseNotFound)

func found[K comparable, V any](m map[K]V, k K) (V, error) {
	v, ok := m[k]
	if !ok {
		return v, notFound
	}
	return v, nil
}

func (w *town) failing() error { return w.failWith }

func (w *town) Start(_ context.Context, p deliberation.Process) error {
	w.started = append(w.started, p.ID)
	return w.failing()
}

func (w *town) Act(_ context.Context, p deliberation.ProcessID, key string, a deliberation.Act) (deliberation.Receipt, error) {
	if err := w.failing(); err != nil {
		return deliberation.Receipt{}, err
	}
	if r, ok := w.receipts[string(p)+key]; ok {
		return r, nil
	}
	w.acts = append(w.acts, a)
	r := deliberation.Receipt{Entries: []int64{int64(len(w.acts))}, Subject: "s1"}
	w.receipts[string(p)+key] = r
	return r, nil
}

func (w *town) PeekLink(ctx context.Context, token string, _ time.Time) (deliberation.Person, error) {
	id, ok := w.links[token]
	if !ok {
		return deliberation.Person{}, deliberation.Refuse(deliberation.RefuseLinkUsed)
	}
	return w.Person(ctx, id)
}

func (w *town) ConsumeLink(_ context.Context, token string, _ time.Time) (deliberation.PersonID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.links[token]
	if !ok {
		return "", deliberation.Refuse(deliberation.RefuseLinkUsed)
	}
	delete(w.links, token)
	return id, nil
}

func (w *town) Person(_ context.Context, id deliberation.PersonID) (deliberation.Person, error) {
	return found(w.people, id)
}

func (w *town) Names(_ context.Context, ids []deliberation.PersonID) (map[deliberation.PersonID]string, error) {
	m := map[deliberation.PersonID]string{}
	for _, id := range ids {
		m[id] = w.people[id].Name
	}
	return m, nil
}

func (w *town) OfficesOn(_ context.Context, id deliberation.PersonID, on deliberation.Date) ([]deliberation.OfficeHeld, error) {
	var held []deliberation.OfficeHeld
	for _, o := range w.offices[id] {
		held = append(held, deliberation.OfficeHeld{Person: id, Community: w.people[id].Community, Office: o})
	}
	for _, h := range w.held {
		if h.Person == id && !h.From.After(on) && (h.Until.IsZero() || !h.Until.Before(on)) {
			held = append(held, h)
		}
	}
	return held, nil
}

func (w *town) Community(_ context.Context, id deliberation.CommunityID) (deliberation.Community, error) {
	return found(w.communities, id)
}

func (w *town) Groups(context.Context, deliberation.CommunityID) ([]string, error) {
	return []string{"一组", "二组"}, nil
}

func (w *town) Communities(context.Context) ([]deliberation.Community, error) {
	var list []deliberation.Community
	for _, c := range w.communities {
		list = append(list, c)
	}
	return list, nil
}

func (w *town) CreateProcess(_ context.Context, p deliberation.Process) error {
	if _, ok := w.processes[p.ID]; !ok {
		w.processes[p.ID] = deliberation.Proceeding{Process: p}
	}
	return nil
}

func (w *town) Process(ctx context.Context, id deliberation.ProcessID) (deliberation.Process, error) {
	p, err := w.Proceeding(ctx, id)
	return p.Process, err
}

func (w *town) Proceeding(_ context.Context, id deliberation.ProcessID) (deliberation.Proceeding, error) {
	return found(w.processes, id)
}

func (w *town) ListProcesses(_ context.Context, c deliberation.CommunityID, _ deliberation.State, _ string, _, _ int) ([]deliberation.Process, int, error) {
	var list []deliberation.Process
	for _, p := range w.processes {
		if p.Community == c {
			list = append(list, p.Process)
		}
	}
	slices.SortFunc(list, func(a, b deliberation.Process) int { return cmp.Compare(a.ID, b.ID) })
	return list, len(list), w.failing()
}

func (w *town) OpenTasks(_ context.Context, c deliberation.CommunityID) ([]TaskLine, error) {
	var list []TaskLine
	for _, p := range w.processes {
		for _, t := range p.Tasks {
			if p.Community == c && t.State == deliberation.TaskOpen {
				list = append(list, TaskLine{Task: t, Process: p.Process})
			}
		}
	}
	return list, nil
}

func (w *town) Entries(_ context.Context, id deliberation.ProcessID) ([]deliberation.Entry, error) {
	f := deliberation.NewFact(deliberation.FactStage, deliberation.Soliciting, "", deliberation.StageData{Round: 1})
	return []deliberation.Entry{{Index: 7, Key: "k", Process: id, Serial: 1, At: civil, Stored: civil, Fact: f}}, nil
}

func (w *town) Board(_ context.Context, c deliberation.CommunityID) ([]deliberation.Notice, error) {
	var list []deliberation.Notice
	for _, p := range w.processes {
		for _, q := range p.Postings {
			if p.Community == c {
				list = append(list, deliberation.Notice{Posting: q, Process: p.Process})
			}
		}
	}
	return list, nil
}

func (w *town) FilePaper(_ context.Context, p deliberation.Paper) (deliberation.PaperRef, error) {
	p.ID, p.SHA256 = deliberation.PaperID(fmt.Sprintf("paper%d", len(w.papers)+1)), opaque(string(p.Content))
	w.papers[p.ID] = p
	return p.PaperRef, nil
}

func (w *town) Paper(_ context.Context, id deliberation.PaperID) (deliberation.Paper, error) {
	return found(w.papers, id)
}

func (w *town) Roll(_ context.Context, m deliberation.MeetingID) ([]deliberation.RollLine, error) {
	return found(w.roll, m)
}

func (w *town) CheckIn(_ context.Context, m deliberation.MeetingID, person, by deliberation.PersonID, section int, at time.Time) error {
	lines := w.roll[m]
	for i := range lines {
		if lines[i].Person.ID == person {
			lines[i].CheckedIn, lines[i].CheckedBy, lines[i].Section, lines[i].Left = at, by, section, time.Time{}
			return nil
		}
	}
	return deliberation.Refuse(deliberation.RefuseNotOnRoll)
}

func (w *town) Poll(_ context.Context, id deliberation.PollID) (deliberation.Poll, deliberation.ProcessID, error) {
	p, err := found(w.polls, id)
	return p.poll, p.process, err
}

func (w *town) CastBallot(_ context.Context, b deliberation.Ballot) (deliberation.BallotReceipt, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.polls[b.Poll]
	before, voted := p.ballots[b.Person]
	switch {
	case w.failWith != nil:
		return deliberation.BallotReceipt{}, w.failWith
	case voted && before.Key == b.Key && before.Choice != b.Choice && !p.poll.Secret:
		return deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseKeyReused)
	case voted && before.Key == b.Key:
		b = before
	case p.poll.State == deliberation.PollClosed:
		return deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefusePollClosed)
	case !slices.Contains(p.voters, b.Person):
		return deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseNotOnRoll)
	case !voted && len(p.poll.Form) > 0 && p.poll.Form.Accept(b.Answers) != nil:
		return deliberation.BallotReceipt{}, p.poll.Form.Accept(b.Answers)
	case voted:
		return deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseTwice)
	}
	p.ballots[b.Person] = b
	return deliberation.BallotReceipt{Poll: b.Poll, Code: "CODE-" + string(b.Person), At: b.At}, nil
}

func (w *town) OpenedBox(_ context.Context, id deliberation.PollID) (deliberation.OpenedBox, error) {
	if _, _, err := w.Poll(context.Background(), id); err != nil {
		return deliberation.OpenedBox{}, err
	}
	return deliberation.OpenedBox{Lines: []string{"no", "yes"}, Receipts: []string{"AAAA-BBBB-CCCC-DDDD", "EEEE-FFFF-GGGG-HHHH"}}, nil
}

func (w *town) BallotLines(_ context.Context, id deliberation.PollID) ([]deliberation.BallotLine, error) {
	p := w.polls[id]
	var list []deliberation.BallotLine
	for _, v := range p.voters {
		b, voted := p.ballots[v]
		line := deliberation.BallotLine{Person: w.people[v], Voted: voted}
		if p.poll.State == deliberation.PollClosed {
			line.Choice = b.Choice
		}
		list = append(list, line)
	}
	return list, nil
}

func (w *town) MyBallot(_ context.Context, id deliberation.PollID, person deliberation.PersonID) (onRoll, voted bool, err error) {
	p := w.polls[id]
	_, voted = p.ballots[person]
	return slices.Contains(p.voters, person), voted, nil
}

func (w *town) Turnout(_ context.Context, id deliberation.PollID) (int, int, error) {
	p := w.polls[id]
	return len(p.ballots), len(p.voters), nil
}

func (w *town) AddOpinion(_ context.Context, o deliberation.Opinion, _ string) (string, error) {
	o.ID = fmt.Sprintf("o%d", len(w.opinions)+1)
	w.opinions = append(w.opinions, o)
	return o.ID, nil
}

func (w *town) AnswerOpinion(_ context.Context, o deliberation.Opinion) error {
	for i := range w.opinions {
		if w.opinions[i].ID == o.ID {
			w.opinions[i].Disposition, w.opinions[i].Answer, w.opinions[i].Answered, w.opinions[i].AnsweredBy = o.Disposition, o.Answer, o.Answered, o.AnsweredBy
			return nil
		}
	}
	return notFound
}

func (w *town) Opinions(context.Context, deliberation.ProcessID) ([]deliberation.Opinion, error) {
	return slices.Clone(w.opinions), nil
}

func (w *town) Reply(_ context.Context, p deliberation.PersonID, key, sum string) (int, []byte, bool, error) {
	r, ok := w.replies[string(p)+key]
	if ok && r.sum != sum {
		return 0, nil, false, deliberation.Refuse(deliberation.RefuseKeyReused)
	}
	return r.status, r.body, ok, nil
}

func (w *town) KeepReply(_ context.Context, p deliberation.PersonID, key, sum string, status int, body []byte, _ time.Time) error {
	w.replies[string(p)+key] = reply{sum, status, body}
	return nil
}

func (w *town) PackFor(_ deliberation.CommunityKind, _ string, _ deliberation.Date, asked string) (deliberation.Pack, error) {
	if asked == "" {
		return w.packs[0], nil
	}
	for _, p := range w.packs {
		if p.ID == asked {
			return p, nil
		}
	}
	return deliberation.Pack{}, deliberation.Refuse(deliberation.RefuseUnknownPack)
}

func (w *town) Pack(id string) (deliberation.Pack, error) {
	return w.PackFor("", "", deliberation.Date{}, id)
}
func (w *town) Pinned(ref deliberation.PackRef) (deliberation.Pack, error) { return w.Pack(ref.ID) }
func (w *town) Packs() []deliberation.Pack                                 { return w.packs }
func (w *town) Calendar() deliberation.Calendar                            { return deliberation.Calendar{} }
func (w *town) DaysOn(_ deliberation.CommunityKind, _, key string, _ deliberation.Date) (deliberation.DaysRule, error) {
	return deliberation.DaysRule{Key: key, Days: 15}, nil
}

func (w *town) Dossier(context.Context, deliberation.ProcessID) ([]byte, error) {
	return []byte("PK\x05\x06"), nil
}

func (w *town) Ready(context.Context) map[string]error { return w.ready }
