package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// history is the facts sorted by what they speak of.
type history struct {
	started  *deliberation.StartedData
	first    Fact
	visits   []*visit
	meetings []*sitting
	postings []*hanging
	opinions []Fact
	// objections and marks hold each step of one objection or mark, in order.
	objections [][]Fact
	marks      [][]Fact
	// motions are what was put on the agenda, as each last stood; off were taken off it.
	motions map[string]deliberation.Motion
	off     map[string]bool
	agenda  []string // their ids, in order
	// granted are the authorisations that were given, filed what was filed 备案.
	granted []Fact
	filed   []Fact
	ended   *deliberation.OutcomeData
	end     Fact

	// Where each id stands in its list.
	meetingAt, postingAt, objectionAt, markAt map[string]int
	pollAt                                    map[string]*ballot
}

// visit is one stay in a stage, from its entry to its outcome.
type visit struct {
	stage   deliberation.Stage
	entry   Fact
	outcome *deliberation.OutcomeData
	leave   Fact
	facts   []Fact // between the two
}

// sitting is the facts of one meeting.
type sitting struct {
	id      deliberation.MeetingID
	visit   *visit
	notice  *Fact
	roll    *Fact
	quorums []Fact
	polls   []*ballot
	papers  []Fact
	signed  []Fact
	// mandates is the list of agents, chairs who took the chair over, sentUp what was
	// left to the assembly.
	mandates []Fact
	chairs   []Fact
	sentUp   []Fact
	// finding is what a meeting found that decides nothing.
	finding *Fact
}

// ballot is the facts of one poll.
type ballot struct {
	id     deliberation.PollID
	opened *Fact
	// casting is when its paper began to be counted, cosigned who signed that count.
	casting  *Fact
	cosigned []Fact
	closed   *Fact
	voided   *Fact
	// passings are the verdicts, one for each motion on the ballot.
	passings []Fact
	hands    []Fact
}

// met reports whether one of the verdicts is.
func (b *ballot) met() bool {
	return slices.ContainsFunc(b.passings, func(f Fact) bool {
		v := value[deliberation.VerdictData](&f)
		return v.Verdict.Met || len(v.Chosen) > 0
	})
}

// vote is one poll with the meeting that held it.
type vote struct {
	*sitting
	poll *ballot
}

// passing gives the last verdict on a motion, nil where there is none.
func (m *sitting) passing() *Fact {
	for _, p := range slices.Backward(m.polls) {
		if n := len(p.passings); n > 0 {
			return &p.passings[n-1]
		}
	}
	return nil
}

// hanging is the facts of one posting.
type hanging struct {
	id     deliberation.PostingID
	visit  *visit
	posted *Fact
	proof  *Fact
	broken *Fact
	ended  *Fact
}

// historyOf sorts the facts. A fact that belongs to nothing stands in its visit only.
func historyOf(facts []Fact) *history {
	h := &history{
		meetingAt: map[string]int{}, pollAt: map[string]*ballot{}, postingAt: map[string]int{},
		objectionAt: map[string]int{}, markAt: map[string]int{}, motions: map[string]deliberation.Motion{}, off: map[string]bool{},
	}
	var now *visit
	for i := range facts {
		f := facts[i]
		switch v := f.Value.(type) {
		case *deliberation.StartedData:
			if h.started == nil {
				h.started, h.first = v, f
			}
			continue
		case *deliberation.StageData:
			now = &visit{stage: f.Stage, entry: f}
			h.visits = append(h.visits, now)
			continue
		case *deliberation.OutcomeData:
			if f.Kind == deliberation.FactEnded {
				h.ended, h.end = v, f
			} else if now != nil && now.outcome == nil {
				now.outcome, now.leave = v, f
			}
			continue
		}
		if now == nil {
			now = &visit{entry: f}
		}
		now.facts = append(now.facts, f)
		h.place(now, f)
	}
	return h
}

func (h *history) place(now *visit, f Fact) {
	switch v := f.Value.(type) {
	case *deliberation.OpinionsData:
		h.opinions = append(h.opinions, f)
	case *deliberation.NoticeData:
		h.meeting(now, f.Subject).notice = &f
	case *deliberation.RollData:
		if f.Kind == deliberation.FactRoll {
			h.meeting(now, f.Subject).roll = &f
			return
		}
		h.ballot(now, f.Subject).opened = &f
	case *deliberation.VerdictData:
		if f.Kind == deliberation.FactQuorum {
			m := h.meeting(now, string(v.Meeting))
			m.quorums = append(m.quorums, f)
			return
		}
		b := h.ballot(now, f.Subject)
		b.passings = append(b.passings, f)
	case *deliberation.HearingClosedData:
		h.meeting(now, f.Subject).finding = &f
	case *deliberation.CountData:
		h.ballot(now, f.Subject).closed = &f
	case *deliberation.HandCountData:
		b := h.ballot(now, f.Subject)
		b.hands = append(b.hands, f)
	case *deliberation.CastingData:
		h.ballot(now, f.Subject).casting = &f
	case *deliberation.MandatesData:
		m := h.meeting(now, f.Subject)
		m.mandates = append(m.mandates, f)
	case *deliberation.ChairData:
		m := h.meeting(now, f.Subject)
		m.chairs = append(m.chairs, f)
	case *deliberation.SentUpData:
		m := h.meeting(now, f.Subject)
		m.sentUp = append(m.sentUp, f)
	case *deliberation.FindingData:
		h.meeting(now, f.Subject).finding = &f
	case *deliberation.AuthorisedData:
		h.granted = append(h.granted, f)
	case *deliberation.MotionData:
		if _, known := h.motions[v.Motion.ID]; !known {
			h.agenda = append(h.agenda, v.Motion.ID)
		}
		h.motions[v.Motion.ID], h.off[v.Motion.ID] = v.Motion, v.Off
	case *deliberation.SignedData:
		if v.As == scrutineer {
			b := h.ballot(now, f.Subject)
			b.cosigned = append(b.cosigned, f)
			return
		}
		m := h.meeting(now, f.Subject)
		m.signed = append(m.signed, f)
	case *deliberation.PaperData:
		h.placePaper(now, f)
	case *deliberation.PostedData:
		q := h.posting(now, f.Subject)
		switch f.Kind {
		case deliberation.FactPosted:
			q.posted = &f
		case deliberation.FactPostingBroken:
			q.broken = &f
		default:
			q.ended = &f
		}
	case *deliberation.ObjectionData:
		h.objections = thread(h.objections, h.objectionAt, f, v.Objection.ID)
	case *deliberation.MarkData:
		h.marks = thread(h.marks, h.markAt, f, v.Mark.ID)
	}
}

func (h *history) placePaper(now *visit, f Fact) {
	switch f.Kind {
	case deliberation.FactPostingProof:
		h.posting(now, f.Subject).proof = &f
		return
	case deliberation.FactVoided:
		h.ballot(now, f.Subject).voided = &f
		return
	case deliberation.FactFiled:
		h.filed = append(h.filed, f)
		return
	}
	if i, ok := h.meetingAt[f.Subject]; ok {
		h.meetings[i].papers = append(h.meetings[i].papers, f)
	}
}

// meeting gives the meeting of the id, and begins it where it is new.
func (h *history) meeting(now *visit, id string) *sitting {
	if i, ok := h.meetingAt[id]; ok {
		return h.meetings[i]
	}
	m := &sitting{id: deliberation.MeetingID(id), visit: now}
	h.meetingAt[id] = len(h.meetings)
	h.meetings = append(h.meetings, m)
	return m
}

// ballot gives the poll of the id, and begins it with the latest meeting where it
// is new; a poll outside any meeting gets a meeting without an id.
func (h *history) ballot(now *visit, id string) *ballot {
	if b, ok := h.pollAt[id]; ok {
		return b
	}
	b, last := &ballot{id: deliberation.PollID(id)}, len(h.meetings)-1
	if last < 0 || h.meetings[last].visit != now {
		h.meetings = append(h.meetings, &sitting{visit: now})
		last++
	}
	h.meetings[last].polls, h.pollAt[id] = append(h.meetings[last].polls, b), b
	return b
}

func (h *history) posting(now *visit, id string) *hanging {
	if i, ok := h.postingAt[id]; ok {
		return h.postings[i]
	}
	q := &hanging{id: deliberation.PostingID(id), visit: now}
	h.postingAt[id] = len(h.postings)
	h.postings = append(h.postings, q)
	return q
}

// thread appends the fact to those of the same id.
func thread(all [][]Fact, at map[string]int, f Fact, id string) [][]Fact {
	i, ok := at[id]
	if !ok {
		i = len(all)
		at[id] = i
		all = append(all, nil)
	}
	all[i] = append(all[i], f)
	return all
}

// scrutineer is As of who signs a count of paper 监票人.
const scrutineer = "scrutineer"

// value gives the data of a fact, and the zero value where it is of another type.
func value[T any](f *Fact) T {
	if f != nil {
		if v, ok := f.Value.(*T); ok {
			return *v
		}
	}
	var none T
	return none
}

// in gives the meetings held in a visit.
func (h *history) in(v *visit) (list []*sitting) {
	for _, m := range h.meetings {
		if m.visit == v {
			list = append(list, m)
		}
	}
	return list
}
