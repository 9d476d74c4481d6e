package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// The numbers of 选举登记表 and 罢免登记表 among all forms.
const (
	electionFormNumber = 14
	recallFormNumber   = 15
)

// FormElection is what 选举登记表 says beside the meetings: the result, and the papers of the
// election with what there is of each 选举档案.
type FormElection struct {
	Method    string                 `json:"method"` // 选举方式
	Day       deliberation.Date      `json:"day"`    // 选举日
	Committee []FormPerson           `json:"committee,omitempty"`
	Electors  int                    `json:"electors,omitempty"`
	Left      []FormLeft             `json:"left,omitempty"` // 未予登记
	Named     int                    `json:"named,omitempty"`
	Lists     []FormCandidates       `json:"lists,omitempty"`
	Rounds    []FormRound            `json:"rounds,omitempty"`
	Seated    []FormSeated           `json:"seated,omitempty"` // 当选
	Lead      string                 `json:"lead,omitempty"`
	Disputes  []FormChallenge        `json:"challenges,omitempty"`
	Steps     []FormStep             `json:"steps,omitempty"`
	Archive   []FormDocument         `json:"archive"`
	Notices   []FormDocument         `json:"notices"`
	Papers    []FormDocument         `json:"forms"`
	Audit     deliberation.PaperRef  `json:"audit,omitzero"`
	Scheme    deliberation.PaperRef  `json:"scheme,omitzero"`
	Approved  deliberation.ProcessID `json:"approved_by,omitempty"`
}

// FormRecall is what 罢免登记表 says beside the meetings.
type FormRecall struct {
	Person      FormPerson            `json:"person"`
	Post        string                `json:"post"`
	Demand      string                `json:"demand,omitempty"`
	By          deliberation.Date     `json:"by,omitzero"`
	Defence     deliberation.PaperRef `json:"defence,omitzero"`
	Result      string                `json:"result"`
	Verdicts    []string              `json:"verdicts"`
	BarredUntil deliberation.Date     `json:"barred_until,omitzero"`
	// NewFacts says why it could come within the bar of one that failed.
	NewFacts string         `json:"new_facts,omitempty"`
	Papers   []FormDocument `json:"papers"`
}

// FormPerson is somebody on a form.
type FormPerson struct {
	Person deliberation.PersonID `json:"person"`
	Name   string                `json:"name,omitempty"`
}

// FormLeft counts who was not registered for a reason.
type FormLeft struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// FormCandidates is who stood for a post.
type FormCandidates struct {
	Post       string       `json:"post"`
	Seats      int          `json:"seats"`
	Candidates []FormPerson `json:"candidates"`
}

// FormRound is one count.
type FormRound struct {
	Round  int              `json:"round"`
	Status string           `json:"status"`
	Base   int              `json:"base"`
	Posts  []FormPostResult `json:"posts"`
}

// FormPostResult is what one post came to.
type FormPostResult struct {
	Post      string       `json:"post"`
	Issued    int          `json:"issued"`
	Recovered int          `json:"recovered"`
	Spoiled   int          `json:"spoiled"`
	Blank     int          `json:"blank"`
	Need      int          `json:"need"`
	Votes     []FormVotes  `json:"votes"`
	Tied      []FormPerson `json:"tied,omitempty"`
}

// FormVotes is what somebody got.
type FormVotes struct {
	FormPerson
	Votes int `json:"votes"`
}

// FormSeated is somebody who was elected.
type FormSeated struct {
	FormPerson
	Post  string `json:"post"`
	Votes int    `json:"votes"`
}

// FormChallenge is a challenge to the election.
type FormChallenge struct {
	ID     string                `json:"id"`
	Paper  deliberation.PaperRef `json:"paper"`
	Filed  deliberation.Date     `json:"filed"`
	Due    deliberation.Date     `json:"due"`
	Ruling deliberation.PaperRef `json:"ruling,omitzero"`
	Ruled  deliberation.Date     `json:"ruled,omitzero"`
	Annuls bool                  `json:"annuls,omitempty"`
}

// FormStep is something that was done after the election.
type FormStep struct {
	Step  string                `json:"step"`
	Paper deliberation.PaperRef `json:"paper"`
	Due   deliberation.Date     `json:"due"`
	Late  bool                  `json:"late,omitempty"`
}

// FormDocument is a paper of the election with where it is to be found.
type FormDocument struct {
	Number  string                  `json:"number"`
	Title   string                  `json:"title"`
	Kept    string                  `json:"kept"`
	Entries []int64                 `json:"entries,omitempty"`
	Papers  []deliberation.PaperRef `json:"papers,omitempty"`
}

// documents lists the papers of a list with what the register holds of each.
func (d Data) documents(list deliberation.DocumentList) []FormDocument {
	entries := make([]deliberation.Entry, len(d.Facts))
	for i, f := range d.Facts {
		entries[i] = f.Entry
	}
	all := []FormDocument{}
	for _, h := range deliberation.DocumentsHeld(list, entries) {
		kept := documentsKept[h.Kept]
		if h.Kept == deliberation.KeptInRegister && !h.There() {
			kept = "无"
		}
		all = append(all, FormDocument{Number: h.Number, Title: h.Title("zh", d.Case.Community.Kind), Kept: kept, Entries: h.Entries, Papers: h.Papers})
	}
	return all
}

func (d Data) formPerson(id deliberation.PersonID) FormPerson { return FormPerson{id, d.People[id]} }

func (d Data) formPeople(ids []deliberation.PersonID) (all []FormPerson) {
	for _, id := range ids {
		all = append(all, d.formPerson(id))
	}
	return all
}

// formOf begins a form that covers the whole process.
func (d Data) formOf(h *history, number int, title string) Form {
	m := d.Case.Matter
	f := Form{
		Number: number, Title: title, Community: d.Case.Community.Name, Process: d.Case.ID,
		Cause: causes[m.Origin], Matter: m.Title, Summary: m.Summary, Results: []FormResult{},
	}
	for _, v := range h.visits {
		d.fill(&f, h, v)
	}
	return f
}

// electionForm makes 选举登记表 from the facts.
func electionForm(d Data, h *history) Form {
	f := d.formOf(h, electionFormNumber, "选举登记表")
	x := FormElection{
		Archive: d.documents(deliberation.ArchiveItems), Notices: d.documents(deliberation.ElectionNotices), Papers: d.documents(deliberation.ElectionForms),
	}
	if h.started != nil && h.started.Election != nil {
		x.Method, x.Day = methods[h.started.Election.Method], h.started.Election.Day
	}
	for i := range d.Facts {
		x.add(d, &d.Facts[i])
	}
	f.Election = &x
	return f
}

func (x *FormElection) add(d Data, f *Fact) {
	switch v := f.Value.(type) {
	case *deliberation.ElectionAuditData:
		x.Audit = v.Paper
	case *deliberation.ElectionCommitteeData:
		x.Committee = d.formPeople(v.Members)
	case *deliberation.ElectionSchemeData:
		x.Scheme, x.Approved, x.Day = v.Paper, v.By, v.Setup.Day
	case *deliberation.ElectionDayData:
		x.Day = v.To
	case *deliberation.ElectorsData:
		x.Electors, x.Left = v.Roll.Count, nil
		for _, reason := range deliberation.RegistrationReasons {
			if n := v.Roll.Left[reason]; n > 0 {
				x.Left = append(x.Left, FormLeft{leftOut[reason], n})
			}
		}
	case *deliberation.NominationsData:
		x.Named = len(v.Nominees)
	case *deliberation.CandidatesData:
		x.Lists = nil
		for _, l := range v.Lists {
			x.Lists = append(x.Lists, FormCandidates{posts[l.Post], l.Seats, d.formPeople(l.Candidates)})
		}
	case *deliberation.ElectionRoundData:
		x.Rounds = append(x.Rounds, d.formRound(v))
	case *deliberation.ElectionDeclaredData:
		for _, s := range v.Seated {
			x.Seated = append(x.Seated, FormSeated{d.formPerson(s.Person), posts[s.Post], s.Votes})
		}
		x.Lead = leads[v.Lead]
	case *deliberation.ElectionChallengeData:
		c := v.Challenge
		now := FormChallenge{ID: c.ID, Paper: c.Paper, Filed: c.Filed, Due: c.Due, Ruling: c.Ruling, Ruled: c.Ruled, Annuls: c.Annuls}
		if i := slices.IndexFunc(x.Disputes, func(y FormChallenge) bool { return y.ID == c.ID }); i >= 0 {
			x.Disputes[i] = now
		} else {
			x.Disputes = append(x.Disputes, now)
		}
	case *deliberation.ElectionStepData:
		x.Steps = append(x.Steps, FormStep{steps[v.Step], v.Paper, v.Due, v.Late})
	}
}

func (d Data) formRound(v *deliberation.ElectionRoundData) FormRound {
	r := FormRound{Round: v.Outcome.Round, Status: rounds[v.Outcome.Status], Base: v.Base, Posts: []FormPostResult{}}
	for _, p := range v.Outcome.Posts {
		out := FormPostResult{Post: posts[p.Post], Issued: p.Issued, Recovered: p.Recovered, Spoiled: p.Spoiled, Blank: p.Blank, Need: p.Need, Votes: []FormVotes{}, Tied: d.formPeople(p.Tied)}
		for _, got := range p.Votes {
			out.Votes = append(out.Votes, FormVotes{d.formPerson(got.Person), got.Votes})
		}
		r.Posts = append(r.Posts, out)
	}
	return r
}

// recallForm makes 罢免登记表 from the facts.
func recallForm(d Data, h *history) Form {
	f := d.formOf(h, recallFormNumber, "罢免登记表")
	x := FormRecall{Demand: string(d.Case.Matter.Demand), NewFacts: d.Case.Matter.NewFacts, Result: "未表决", Verdicts: []string{}, Papers: d.documents(deliberation.RecallPapers)}
	if h.started != nil && h.started.Recall != nil {
		x.Person, x.Post = d.formPerson(h.started.Recall.Person), recallable[h.started.Recall.Post]
	}
	for i := range d.Facts {
		v, ok := d.Facts[i].Value.(*deliberation.RecallData)
		if !ok {
			continue
		}
		x.By, x.Defence, x.BarredUntil = v.Recall.By, v.Recall.Defence, v.Recall.BarredUntil
		if passed := v.Recall.Passed; passed != nil {
			x.Result, x.Verdicts = "罢免未通过", sentences(*passed)
			if passed.Met {
				x.Result = "罢免通过"
			}
		}
	}
	f.Recall = &x
	return f
}
