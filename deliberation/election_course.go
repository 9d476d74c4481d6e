package deliberation

import (
	"slices"
	"time"
)

// ElectionSetup is what is settled of an election when it begins 选举工作方案的要点.
// The meeting that approves plan and method 选举办法 approves it (S-VE 第十三条).
type ElectionSetup struct {
	Method ElectionMethod `json:"method"`
	// Day is 选举日.
	Day Date `json:"day"`
	// Seats are 应选名额, Surplus 差额数, post by post.
	Seats   ElectionSeats `json:"seats"`
	Surplus ElectionSeats `json:"surplus"`
	// Web: the approved plan switches voting on the web on. Paper is the ballot of record.
	Web     bool            `json:"web,omitempty"`
	Choices ElectionChoices `json:"choices,omitzero"`
	// ByElection fills seats that fell vacant 补选; the committee keeps its term.
	ByElection bool `json:"by_election,omitempty"`
}

// RecallSetup says who is to be recalled from which post 罢免.
type RecallSetup struct {
	Person PersonID `json:"person"`
	Post   Office   `json:"post"`
	// Method is how the person was elected: the same body votes (U-NEW 第二十条第二款).
	Method ElectionMethod `json:"method"`
	// NewFacts: who begins it stated that its facts and reasons are others than those of a
	// recall that failed less than its bar ago; the statement is the matter's.
	NewFacts bool `json:"new_facts,omitempty"`
}

// ElectionStages lists the stages of an election in order.
var ElectionStages = []Stage{ElectionPreparing, ElectorRegistration, NominationStage, ElectionVoting, ElectionResult, ElectionHandedOver, Archive}

// RecallStages lists the stages of a recall in order.
var RecallStages = []Stage{RecallDefence, RecallVoting, RecallResult, Archive}

// NextOfElection gives the stage that follows in an election, and false where it ends.
// An election that is void for too few voters or too many papers is voted on again; one
// put off so far that the roll must be checked anew registers again (Amended); one whose
// candidates withdrew until too few are left has them named anew (Contested); one that
// was annulled on a challenge ends (Lost), and another is begun.
func NextOfElection(s Stage, o Outcome) (Stage, bool) {
	switch o {
	case Withdrawn, Cancelled, Lost:
		return Archive, false
	case Amended:
		return ElectorRegistration, true
	case Inquorate:
		return ElectionVoting, true
	case Contested:
		return NominationStage, true
	}
	return following(ElectionStages, s)
}

// NextOfRecall gives the stage that follows in a recall, and false where it ends. One
// that failed is told as one that passed is.
func NextOfRecall(s Stage, o Outcome) (Stage, bool) {
	switch o {
	case Withdrawn, Cancelled:
		return Archive, false
	case Inquorate, Contested:
		return RecallVoting, true
	}
	return following(RecallStages, s)
}

// following gives the stage after s, and false where that is the archive.
func following(stages []Stage, s Stage) (Stage, bool) {
	i := slices.Index(stages, s)
	if i < 0 || i+2 >= len(stages) {
		return Archive, false
	}
	return stages[i+1], true
}

// ElectionProgress is where an election stands: ids and numbers only.
type ElectionProgress struct {
	// Setup is as it was approved; its day moves where the election is put off.
	Setup ElectionSetup `json:"setup"`
	// Audit is what was posted of the audit on leaving office 离任审计.
	Audit PaperRef `json:"audit,omitzero"`
	// AuditMissing: no posting of it is on record, though the rules ask for one before the
	// election committee is chosen.
	AuditMissing bool `json:"audit_missing,omitempty"`
	// Committee is 选举委员会, its head first.
	Committee []PersonID `json:"committee,omitempty"`
	Approved  Date       `json:"approved,omitzero"` // the plan and the method
	// Electors is the roll as it was published; Listed is when.
	Electors *ElectorRoll `json:"electors,omitempty"`
	Listed   Date         `json:"listed,omitzero"`
	// ListedFor is the election day for which it was made.
	ListedFor Date              `json:"listed_for,omitzero"`
	Nominees  []NomineeProgress `json:"nominees,omitempty"`
	// Gathering: nominations are being taken; Named, when they were closed.
	Gathering bool `json:"gathering,omitempty"`
	Named     Date `json:"named,omitzero"`
	// Posted are the days on which the nominees and the candidates were published.
	NomineesPosted   Date            `json:"nominees_posted,omitzero"`
	CandidatesPosted Date            `json:"candidates_posted,omitzero"`
	Lists            []CandidateList `json:"lists,omitempty"`
	// Preselected: a preselection was held.
	Preselection PollID `json:"preselection,omitempty"`
	// Round is nought before the vote; Polls are the polls of each round, Revotes those
	// between the tied of the round that goes on.
	Round   int          `json:"round,omitempty"`
	Polls   []PollID     `json:"polls,omitempty"`
	Revotes []RevotePoll `json:"revotes,omitempty"`
	// Qualified is what the check of people who were written in found; Withdrawn declined a seat.
	Qualified map[PersonID]bool `json:"qualified,omitempty"`
	Withdrawn []PersonID        `json:"withdrawn,omitempty"`
	// Seated were elected in the rounds before this one, Outcome is the last count's.
	Seated     []Seated            `json:"seated,omitempty"`
	Outcome    *ElectionOutcome    `json:"outcome,omitempty"`
	Declared   time.Time           `json:"declared,omitzero"`
	Challenges []ElectionChallenge `json:"challenges,omitempty"`
	// Steps are the things after the election that were reported as done.
	Steps []ElectionPoint `json:"steps,omitempty"`
}

// Nominee gives the nominee of the id, nil where there is none.
func (e *ElectionProgress) Nominee(id PersonID) *NomineeProgress {
	for i := range e.Nominees {
		if e.Nominees[i].Person == id {
			return &e.Nominees[i]
		}
	}
	return nil
}

// Candidates are those who stand, post by post.
func (e *ElectionProgress) Candidates() map[ElectionPost][]PersonID {
	all := map[ElectionPost][]PersonID{}
	for _, l := range e.Lists {
		all[l.Post] = l.Candidates
	}
	return all
}

// Stands reports whether the person is a nominee who accepted, or a candidate: they take
// no part in running the election (S-VE 第二十八条).
func (e *ElectionProgress) Stands(id PersonID) bool {
	n := e.Nominee(id)
	return n != nil && n.State != NomineeDeclined && n.State != NomineeWithdrew && n.State != NomineeBarred && n.State != NomineeNamed
}

// Standing are all who stand: nominees who accepted, and candidates.
func (e *ElectionProgress) Standing() (all []PersonID) {
	if e == nil {
		return nil
	}
	for _, n := range e.Nominees {
		if e.Stands(n.Person) {
			all = append(all, n.Person)
		}
	}
	for _, l := range e.Lists {
		all = append(all, l.Candidates...)
	}
	return distinct(all)
}

// ElectorRoll is the published list of electors 登记参加选举的人员名单.
type ElectorRoll struct {
	Count  int    `json:"count"`
	SHA256 string `json:"sha256"`
	// Left counts those who are not on it, reason by reason.
	Left map[RegistrationReason]int `json:"left,omitempty"`
}

// NomineeState is how a nominee stands.
type NomineeState string

// The states of a nominee.
const (
	NomineeNamed     NomineeState = "named"     // 已提名,尚未答复
	NomineeAccepted  NomineeState = "accepted"  // 书面同意参选
	NomineeDeclined  NomineeState = "declined"  // 不同意
	NomineeQualified NomineeState = "qualified" // 资格审查通过
	NomineeBarred    NomineeState = "barred"    // 资格审查不通过
	NomineeWithdrew  NomineeState = "withdrew"  // 退出
)

// NomineeProgress is where a nominee stands 被提名人.
type NomineeProgress struct {
	Person PersonID       `json:"person"`
	Posts  []ElectionPost `json:"posts"`
	Chosen ElectionPost   `json:"chosen,omitempty"`
	State  NomineeState   `json:"state"`
}

// NamedAgain gives a nominee whom later nominations name for these posts. Who declined is
// asked again for another post; who stands keeps theirs: to be named for another by
// somebody else takes nobody off the list.
func (n NomineeProgress) NamedAgain(posts []ElectionPost) NomineeProgress {
	other := slices.ContainsFunc(posts, func(p ElectionPost) bool { return !slices.Contains(n.Posts, p) })
	switch {
	case n.State == NomineeDeclined && other:
		n.State = NomineeNamed
	case n.State != NomineeNamed && n.Chosen == "" && len(n.Posts) == 1:
		n.Chosen = n.Posts[0]
	}
	n.Posts = posts
	return n
}

// RevotePoll is the poll of a vote between those who were tied 再次投票.
type RevotePoll struct {
	Post ElectionPost `json:"post"`
	Poll PollID       `json:"poll"`
}

// ElectionChallenge is 对选举程序或者结果的异议 (S-VE 第五十一条).
type ElectionChallenge struct {
	ID     string   `json:"id"`
	Person PersonID `json:"person"`
	Paper  PaperRef `json:"paper"`
	Filed  Date     `json:"filed"`
	Due    Date     `json:"due"`
	Ruling PaperRef `json:"ruling,omitzero"`
	Ruled  Date     `json:"ruled,omitzero"`
	// Annuls: the election, or the part that was challenged, does not stand.
	Annuls bool `json:"annuls,omitempty"`
}

// RecallProgress is where a recall stands.
type RecallProgress struct {
	Setup   RecallSetup `json:"setup"`
	Defence PaperRef    `json:"defence,omitzero"`
	// By is the last day of the vote (recall.vote_months).
	By     Date     `json:"by"`
	Poll   PollID   `json:"poll,omitempty"`
	Passed *Verdict `json:"passed,omitempty"`
	// Decided is when the vote was found to pass or fail.
	Decided Date `json:"decided,omitzero"`
	// BarredUntil: the same facts and reasons cannot be brought again before (recall.bar_months).
	BarredUntil Date `json:"barred_until,omitzero"`
	HandedOver  bool `json:"handed_over,omitempty"`
}

// The data of the facts of elections and recalls.
type (
	// ElectionAuditData says that the audit on leaving office was posted 离任审计结果已公布.
	ElectionAuditData struct {
		Paper PaperRef `json:"paper"`
		// Missing: no posting of it is on record; Rule is what asks for one.
		Missing bool     `json:"missing,omitempty"`
		Rule    FlagRule `json:"rule,omitzero"`
	}
	// ElectionCommitteeData is who sits on the election committee, and why it changed.
	ElectionCommitteeData struct {
		Paper   PaperRef        `json:"paper,omitzero"`
		Members []PersonID      `json:"members"`
		Reserve []PersonID      `json:"reserve,omitempty"`
		Left    []PersonID      `json:"left,omitempty"`
		Joined  []PersonID      `json:"joined,omitempty"`
		Faults  []ElectionFault `json:"faults,omitempty"`
	}
	// ElectionSchemeData says that plan and method were approved.
	ElectionSchemeData struct {
		Paper    PaperRef      `json:"paper"`
		Approved Date          `json:"approved"`
		By       ProcessID     `json:"by,omitempty"` // the conference, where it was held here
		Setup    ElectionSetup `json:"setup"`
	}
	// ElectorsData is the list of electors as published, or as changed by a ruling.
	ElectorsData struct {
		Roll   ElectorRoll `json:"roll"`
		Day    Date        `json:"day"`
		Latest Date        `json:"latest"`
		Days   DaysRule    `json:"days"`
	}
	// NominationsData closes the nominations.
	NominationsData struct {
		Nominations int               `json:"nominations"`
		SHA256      string            `json:"sha256"`
		Nominees    []NomineeProgress `json:"nominees"`
		// Left: those not counted, fault by fault.
		Faults []ElectionFault `json:"faults,omitempty"`
	}
	// NomineeData says what became of a nominee.
	NomineeData struct {
		Nominee NomineeProgress `json:"nominee"`
		Paper   PaperRef        `json:"paper,omitzero"`
	}
	// CandidatesData are the lists as published, of nominees or final.
	CandidatesData struct {
		Final  bool            `json:"final,omitempty"`
		Lists  []CandidateList `json:"lists"`
		Latest Date            `json:"latest"`
		Days   DaysRule        `json:"days"`
		// Preselection is the poll by which there are no more than the surplus allows.
		Preselection PollID `json:"preselection,omitempty"`
	}
	// ElectionRoundData is the outcome of a count, and what it was made from.
	ElectionRoundData struct {
		Polls     []PollID          `json:"polls"` // the last is the round's own
		Revotes   []RevotePoll      `json:"revotes,omitempty"`
		Qualified map[PersonID]bool `json:"qualified,omitempty"`
		Withdrawn []PersonID        `json:"withdrawn,omitempty"`
		Seated    []Seated          `json:"seated,omitempty"` // in earlier rounds
		Base      int               `json:"base"`
		Outcome   ElectionOutcome   `json:"outcome"`
	}
	// ElectionDayData says that the election was put off 推迟选举.
	ElectionDayData struct {
		Paper    PaperRef `json:"paper"`
		From, To Date
		// Reverify: it was put off so far that the list is checked and published anew.
		Reverify bool     `json:"reverify,omitempty"`
		Days     DaysRule `json:"days"`
	}
	// ElectionChallengeData is a challenge, filed or ruled on.
	ElectionChallengeData struct {
		Challenge ElectionChallenge `json:"challenge"`
	}
	// ElectionStepData says that something after the election was done: archive, handover, bodies.
	ElectionStepData struct {
		Step  ElectionPoint `json:"step"`
		Paper PaperRef      `json:"paper"`
		Due   Date          `json:"due"`
		Late  bool          `json:"late,omitempty"`
	}
	// ElectionDeclaredData says that the result was declared on the spot 当场公布.
	ElectionDeclaredData struct {
		Paper  PaperRef `json:"paper"`
		Seated []Seated `json:"seated"`
		Lead   Lead     `json:"lead,omitempty"`
	}
	// RecallData says how a recall stands.
	RecallData struct {
		Recall RecallProgress `json:"recall"`
	}
)

// RegisterEntry is a line of the registration desk 登记: what the person stated, and what
// the record does not know. Who has no line is judged by the record alone.
type RegisterEntry struct {
	Person      PersonID `json:"person"`
	Wishes      bool     `json:"wishes,omitempty"`
	Consented   bool     `json:"consented,omitempty"`
	Certificate bool     `json:"certificate,omitempty"`
	Deprived    bool     `json:"deprived,omitempty"`
	Elsewhere   bool     `json:"elsewhere,omitempty"`
	Unavailable bool     `json:"unavailable,omitempty"`
	Mandated    bool     `json:"mandated,omitempty"`
	// WorksSince is since when they do the work of the village or are a community worker.
	WorksSince Date `json:"works_since,omitzero"`
}

// Apply puts what the person stated into what the record knows of them.
func (e RegisterEntry) Apply(a Applicant) Applicant {
	a.Wishes, a.Consented, a.Certificate = e.Wishes, e.Consented, e.Certificate
	a.Deprived, a.Elsewhere, a.Unavailable, a.Mandated = e.Deprived, e.Elsewhere, e.Unavailable, e.Mandated
	a.WorksSince = e.WorksSince
	return a
}

// LodgedNomination is a nomination as it was handed in 提名推荐.
type LodgedNomination struct {
	ID string `json:"id"`
	Nomination
}

// People are all whom a nomination names or who signed it, each once.
func (n LodgedNomination) People() []PersonID {
	all := slices.Clone(n.Signers)
	for _, names := range n.Names {
		all = append(all, names...)
	}
	return distinct(all)
}

// ElectionPersonRecord is what an election looks at in a person. The name puts lists in
// their order and goes no further.
type ElectionPersonRecord struct {
	Name       string
	Sex        Sex
	Registered bool // stands on the list of electors of this election
}

// Stands gives the nominee as the rules look at them. Who did not pass the review is
// barred, on whatever ground of the pack.
func (n NomineeProgress) Stands(r ElectionRules, who ElectionPersonRecord) Nominee {
	out := Nominee{Person: n.Person, Name: who.Name, Posts: n.Posts, Chosen: n.Chosen, Registered: who.Registered || !r.OnlyRegistered.Value}
	switch n.State {
	case NomineeBarred:
		out.Bars = r.Bars.List
		out.Withdrew = len(out.Bars) == 0
	case NomineeDeclined, NomineeWithdrew, NomineeNamed:
		out.Withdrew = true
	}
	return out
}

// NomineeList is the list of those nominated for a post, by the strokes of their surnames
// 被提名人名单 (S-VE 第二十三条).
func (r ElectionRules) NomineeList(post ElectionPost, seats int, nominees []Nominee) CandidateList {
	l := CandidateList{Post: post, Seats: seats}
	for _, n := range r.standing(post, nominees) {
		l.Candidates = append(l.Candidates, n.Person)
	}
	return l
}

// webBox stands for the ballots cast on the web among the boxes of an election. No box of
// paper has this name, since each has one: a box called “web” voids none of them.
const webBox = ""

// ElectionPapers gives the boxes and the tallies of a closed poll whose questions are the
// posts. Each ballot of the web is one paper issued and recovered.
func ElectionPapers(n Count, paper PaperCount, web int) ([]ElectionBox, map[ElectionPost]PostTally) {
	var boxes []ElectionBox
	if web > 0 {
		boxes = append(boxes, ElectionBox{ID: webBox, Issued: web, Recovered: web})
	}
	for _, s := range paper.Stations {
		box := ElectionBox{ID: s.Station, Mobile: s.Users > 0, Users: s.Users, Issued: s.Outstanding()}
		if s.Recovered != nil {
			box.Recovered = *s.Recovered
		}
		boxes = append(boxes, box)
	}
	tallies := map[ElectionPost]PostTally{}
	for _, q := range n.Questions {
		tallies[ElectionPost(q.Question)] = PostTally{Sheets: q.Ballots, Spoiled: q.Spoiled, Blank: q.Blank, Votes: q.forPeople(true)}
	}
	return boxes, tallies
}
