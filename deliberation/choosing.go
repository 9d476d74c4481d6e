package deliberation

import (
	"fmt"
	"slices"
)

// ChosenBody is what is chosen by the steps of 推选: candidates, their list, a secret
// ballot, the result (law.md §§4.1, 4.2, 8).
type ChosenBody string

const (
	// ChooseSupervisors is 推选居务/村务监督委员会.
	ChooseSupervisors ChosenBody = "supervision"
	// ChooseRepresentatives is 推选居(村)民代表, by the group whose they are.
	ChooseRepresentatives ChosenBody = "representatives"
	// ChooseGroupHead is 推选居(村)民小组组长.
	ChooseGroupHead ChosenBody = "group_head"
)

// ChosenBodies lists what may be chosen, in the order of forms.
var ChosenBodies = []ChosenBody{ChooseSupervisors, ChooseRepresentatives, ChooseGroupHead}

// Posts gives the offices that stand on the ballot, the highest first.
func (b ChosenBody) Posts() []Office {
	switch b {
	case ChooseSupervisors:
		return []Office{SupervisionHead, Supervisor}
	case ChooseRepresentatives:
		return []Office{Representative}
	case ChooseGroupHead:
		return []Office{GroupHead}
	}
	return nil
}

// Forms gives the bodies that may choose it.
func (b ChosenBody) Forms() []Body {
	switch b {
	case ChooseSupervisors: // V-NEW 第三十七条, U-NEW 第三十六条
		return []Body{Conference, Assembly, HouseholdAssembly}
	case ChooseRepresentatives, ChooseGroupHead:
		return []Body{GroupMeeting}
	}
	return nil
}

// ChoosingSetup is what is settled when it begins.
type ChoosingSetup struct {
	Body ChosenBody `json:"body"`
	// Seats is how many are chosen 应选名额, the head of the supervisors among them.
	Seats int `json:"seats"`
	// OnPaper: paper ballots are handed out besides the web.
	OnPaper bool `json:"on_paper,omitempty"`
}

// SeatsOf gives the seats of the post.
func (s ChoosingSetup) SeatsOf(post Office) int {
	switch {
	case !slices.Contains(s.Body.Posts(), post):
		return 0
	case s.Body == ChooseSupervisors && post == SupervisionHead:
		return 1
	case s.Body == ChooseSupervisors:
		return s.Seats - 1
	}
	return s.Seats
}

// ChoosingRules is all that a choice 推选 asks of a rule pack.
type ChoosingRules struct {
	Pack    PackRef      `json:"pack"`
	Body    ChosenBody   `json:"body"`
	Meeting MeetingRules `json:"meeting"`
	// Proposers are the offices that may name a candidate.
	Proposers ListRule `json:"proposers"`
	// Least and Most bound the seats.
	Least CountRule `json:"least"`
	Most  CountRule `json:"most"`
	// Excluded hold an office beside which nobody may be chosen, Advised one beside which
	// local law allows nobody, HeadExcluded one beside which nobody leads.
	Excluded     ListRule `json:"excluded,omitzero"`
	Advised      ListRule `json:"advised,omitzero"`
	HeadExcluded ListRule `json:"head_excluded,omitzero"`
	// Kin: no near relative of a member of the committee.
	Kin FlagRule `json:"kin,omitzero"`
	// FromRepresentatives: only a representative may be chosen.
	FromRepresentatives FlagRule `json:"from_representatives,omitzero"`
	// Term says whose term those who are chosen share.
	Term CodeRule `json:"term"`

	ReplyDays     DaysRule `json:"reply_days"`
	ListDays      DaysRule `json:"list_days"`
	ObjectionDays DaysRule `json:"objection_days"`
	AnswerDays    DaysRule `json:"answer_days"`
	ResultDays    DaysRule `json:"result_days"`
	Filing        CodeRule `json:"filing"`
	FilingDays    DaysRule `json:"filing_days"`

	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	PrepareDays     DaysRule `json:"prepare_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// ChoosingOf makes, from a pack, all that choosing the body by the form asks of it. A pack
// of an earlier edition, and a form that does not choose the body, are refused
// (RefuseFormNotInPack).
func ChoosingOf(p Pack, body ChosenBody, form Body) (ChoosingRules, error) {
	if !p.Has("choosing.reply_days") || !slices.Contains(body.Forms(), form) {
		return ChoosingRules{}, Refuse(RefuseFormNotInPack)
	}
	r := packReader{pack: p}
	c, err := ConferenceOf(p, form)
	if form == GroupMeeting && p.Has("choosing.group_pass") { // U-NEW 第十三条 says nothing of how a group decides
		c, err = ConferenceOf(p, Conference)
		c.Meeting = MeetingRules{
			Body: GroupMeeting, Notice: r.days("choosing.group_notice_days"), EmergencyNotice: FlagRule{Basis: r.days("choosing.group_notice_days").Basis},
			Quorum: []MajorityRule{r.majority("choosing.group_quorum")}, Passing: []MajorityRule{r.majority("choosing.group_pass")},
		}
	}
	if err != nil {
		return ChoosingRules{}, err
	}
	rules := ChoosingRules{
		Pack: p.Ref(), Body: body, Meeting: c.Meeting,
		ReplyDays: r.days("choosing.reply_days"), ListDays: r.days("choosing.list_days"), ObjectionDays: r.days("choosing.objection_days"),
		ResultDays: r.days("choosing.result_days"), Filing: r.code("choosing.filing"), FilingDays: r.days("choosing.filing_days"),
		AnswerDays: c.AnswerDays, AcknowledgeDays: c.AcknowledgeDays, RectifyDays: c.RectifyDays, QuestionDays: c.QuestionDays,
		PrepareDays: c.PrepareDays, RemindDays: c.RemindDays, Term: r.code("choosing.term"),
	}
	rules.Meeting.EmergencyNotice.Value = false // nobody is chosen in a hurry
	switch body {
	case ChooseSupervisors:
		rules.Proposers, rules.Least, rules.Most = r.listRule("choosing.supervision_proposers"), r.count("supervision.min"), r.count("supervision.max")
		rules.Excluded, rules.HeadExcluded = r.listRule("choosing.supervision_excluded"), r.listRule("choosing.supervision_head_excluded")
		rules.Advised, rules.Kin = r.listIf("choosing.supervision_excluded_local"), r.flag("choosing.supervision_kin")
	case ChooseRepresentatives:
		rules.Proposers, rules.Least, rules.Most = r.listRule("choosing.group_proposers"), r.count("choosing.representatives_min"), r.count("choosing.representatives_max")
	case ChooseGroupHead:
		rules.Proposers, rules.Least, rules.Most = r.listRule("choosing.group_proposers"), r.count("choosing.group_head"), r.count("choosing.group_head")
		rules.FromRepresentatives = r.flagIf("choosing.group_head_from_representatives")
	}
	return rules, r.err
}

// CheckChoosing says whether a choice may begin under the pack (RefuseInvalid with Fields,
// RefuseFormNotInPack, RefuseUnlawfulElection with what the seats lack).
func CheckChoosing(p Pack, m Matter) error {
	if m.Choosing == nil || !slices.Contains(ChosenBodies, m.Choosing.Body) {
		return &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: "body", Problem: "not_a_choice"}}}
	}
	rules, err := ChoosingOf(p, m.Choosing.Body, m.Form)
	if err != nil {
		return err
	}
	problems := matterProblems(m, []string{string(OriginParty), string(OriginCommittee), string(OriginSupervisors)}, m.Choosing.Body.Forms())
	if (m.Group == "") == (m.Form == GroupMeeting) {
		problems = append(problems, FieldProblem{Field: "group", Problem: map[bool]string{true: "required", false: "unexpected"}[m.Group == ""]})
	}
	if len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: problems}
	}
	least := rules.Least
	if n := m.Choosing.Seats; n < least.Count || n > rules.Most.Count {
		if n > rules.Most.Count {
			least = rules.Most
		}
		return &Refusal{Code: RefuseUnlawfulElection, Faults: []ElectionFault{{Code: FaultSeats, Had: n, Want: least.Count, Basis: least.Basis}}}
	}
	return nil
}

// ChoosingStanding is what the record says of somebody who is to stand, on a day.
type ChoosingStanding struct {
	Person PersonID `json:"person"`
	// Resident: an adult of the community, or of the group that chooses.
	Resident bool     `json:"resident,omitempty"`
	Offices  []Office `json:"offices,omitempty"`
	// Kin: near relative of somebody who holds an office that excludes.
	Kin bool `json:"kin,omitempty"`
}

// Supervised reports whether those who are chosen would supervise the person: they do not
// propose them.
func (r ChoosingRules) Supervised(s ChoosingStanding) bool {
	return slices.ContainsFunc(s.Offices, func(o Office) bool { return slices.Contains(r.Excluded.List, string(o)) })
}

// Bars gives why the person may not be chosen for the post, each with its text.
func (r ChoosingRules) Bars(post Office, s ChoosingStanding) (faults []ElectionFault) {
	bar := func(code string, b Basis) {
		faults = append(faults, ElectionFault{Code: code, Person: s.Person, Basis: b})
	}
	holds := func(l ListRule) bool {
		return slices.ContainsFunc(s.Offices, func(o Office) bool { return slices.Contains(l.List, string(o)) })
	}
	worker := r.Body == ChooseSupervisors && slices.Contains(s.Offices, Clerk) // 社区工作者; a village bars its clerk below
	if !s.Resident && !worker {
		bar(FaultNotResident, r.Term.Basis)
	}
	if holds(r.Excluded) {
		bar(FaultOffice, r.Excluded.Basis)
	}
	if holds(r.Advised) {
		bar(FaultOffice, r.Advised.Basis)
	}
	if post == SupervisionHead && holds(r.HeadExcluded) {
		bar(FaultOffice, r.HeadExcluded.Basis)
	}
	if r.Kin.Value && s.Kin {
		bar(FaultKin, r.Kin.Basis)
	}
	if r.FromRepresentatives.Value && !slices.Contains(s.Offices, Representative) {
		bar(FaultNotRepresentative, r.FromRepresentatives.Basis)
	}
	return faults
}

// ChoosingCandidate is somebody who was proposed 被推荐人.
type ChoosingCandidate struct {
	Person PersonID     `json:"person"`
	Post   Office       `json:"post"`
	State  NomineeState `json:"state"`
}

// ChoosingList is who stands for a post, by the strokes of their surnames. The options of
// the ballot are o1, o2 … in this order, as Sheet prints them.
type ChoosingList struct {
	Post       Office     `json:"post"`
	Seats      int        `json:"seats"`
	Candidates []PersonID `json:"candidates"`
	Sheet      PaperRef   `json:"sheet,omitzero"`
	Motion     string     `json:"motion,omitempty"`
}

// ChosenSeat is somebody who was chosen 当选.
type ChosenSeat struct {
	Person PersonID `json:"person"`
	Post   Office   `json:"post"`
	Poll   PollID   `json:"poll"`
	Votes  int      `json:"votes"`
}

// ChoosingProgress is where a choice stands: ids and numbers only.
type ChoosingProgress struct {
	Setup      ChoosingSetup       `json:"setup"`
	Candidates []ChoosingCandidate `json:"candidates,omitempty"`
	// Lists are those of the ballot that comes or went on last.
	Lists  []ChoosingList `json:"lists,omitempty"`
	Seated []ChosenSeat   `json:"seated,omitempty"`
	// Chosen is the day of the last ballot, Filed says that the result was.
	Chosen Date `json:"chosen,omitzero"`
	Filed  bool `json:"filed,omitempty"`
}

// Candidate gives what stands of the person, nil where they were never proposed.
func (c *ChoosingProgress) Candidate(id PersonID) *ChoosingCandidate {
	for i := range c.Candidates {
		if c.Candidates[i].Person == id {
			return &c.Candidates[i]
		}
	}
	return nil
}

// Stands reports whether the vote is about the person: they said that they stand, and take
// no part in running it.
func (c *ChoosingProgress) Stands(id PersonID) bool {
	n := c.Candidate(id)
	return n != nil && (n.State == NomineeAccepted || n.State == NomineeQualified)
}

// Open gives the seats of the post that nobody holds yet.
func (c *ChoosingProgress) Open(post Office) int {
	n := c.Setup.SeatsOf(post)
	for _, s := range c.Seated {
		if s.Post == post {
			n--
		}
	}
	return n
}

// Standing gives who stands for the post and is not chosen.
func (c *ChoosingProgress) Standing(post Office) (ids []PersonID) {
	for _, n := range c.Candidates {
		if n.Post == post && c.Stands(n.Person) && !c.IsSeated(n.Person) {
			ids = append(ids, n.Person)
		}
	}
	return ids
}

// IsSeated reports whether the person was chosen.
func (c *ChoosingProgress) IsSeated(id PersonID) bool {
	return slices.ContainsFunc(c.Seated, func(s ChosenSeat) bool { return s.Person == id })
}

// Ballot gives the posts that still have seats with who stands for them, and the first
// post for which too few do (empty where there is none).
func (c *ChoosingProgress) Ballot() (lists []ChoosingList, short Office) {
	for _, post := range c.Setup.Body.Posts() {
		n, ids := c.Open(post), c.Standing(post)
		if n < 1 {
			continue
		}
		if len(ids) < n && short == "" {
			short = post
		}
		lists = append(lists, ChoosingList{Post: post, Seats: n, Candidates: ids})
	}
	return lists, short
}

// Enough reports whether those chosen can begin: of the supervisors the head and as many
// as the rule asks at least, the other seats may stay empty; else all.
func (r ChoosingRules) Enough(c *ChoosingProgress) bool {
	if r.Body == ChooseSupervisors {
		return c.Open(SupervisionHead) < 1 && len(c.Seated) >= r.Least.Count
	}
	return len(c.Seated) >= c.Setup.Seats
}

// Seat reads a verdict on a list: who is chosen, with their votes, and who is tied for
// how many seats.
func (l ChoosingList) Seat(v MotionVerdict, q QuestionCount, poll PollID) (seated []ChosenSeat, again *ChoosingList) {
	for _, o := range v.Chosen {
		if i := slices.Index(OptionIDs(len(l.Candidates)), o); i >= 0 {
			seated = append(seated, ChosenSeat{Person: l.Candidates[i], Post: l.Post, Poll: poll, Votes: q.Of(string(o))})
		}
	}
	if len(v.Tied) == 0 {
		return seated, nil
	}
	again = &ChoosingList{Post: l.Post, Seats: l.Seats - len(seated)}
	for i, o := range OptionIDs(len(l.Candidates)) { // in the order of the list
		if slices.Contains(v.Tied, o) {
			again.Candidates = append(again.Candidates, l.Candidates[i])
		}
	}
	return seated, again
}

// ChoosingSheet is the question of a post as it is put to the vote, with the names as its
// last lines.
func ChoosingSheet(post Office, seats int, names []string) string {
	return WithOptions(fmt.Sprintf("推选%s\n应选 %d 人，最多选 %d 人；可以弃权。", post.Word("zh"), seats, seats), names)
}

// ChoosingStages lists the stages in order.
var ChoosingStages = []Stage{ChoosingCandidates, ChoosingListed, ChoosingVote, ChoosingResult, Archive}

// NextOfChoosing gives the stage that follows, and false where it ends. A meeting without
// a quorum is convened again; a list that was contested, or that too many left, is made
// anew, and so it is where too few were chosen: who was chosen stays.
func NextOfChoosing(s Stage, o Outcome) (Stage, bool) {
	switch o {
	case Withdrawn, Cancelled:
		return Archive, false
	case Inquorate:
		return ChoosingVote, true
	case Contested, Lost:
		return ChoosingCandidates, true
	}
	return following(ChoosingStages, s)
}

// The data of the facts of a choice.
type (
	// ChoosingCandidateData says that somebody was proposed, or what they answered.
	ChoosingCandidateData struct {
		Candidate ChoosingCandidate `json:"candidate"`
		Paper     PaperRef          `json:"paper,omitzero"`
	}
	// ChoosingListsData is who stands, and what the record said of everybody who accepted.
	ChoosingListsData struct {
		Lists     []ChoosingList     `json:"lists"`
		Standings []ChoosingStanding `json:"standings,omitempty"`
	}
	// ChosenData says who was chosen by a ballot.
	ChosenData struct {
		Poll   PollID         `json:"poll"`
		Lists  []ChoosingList `json:"lists"`
		Seated []ChosenSeat   `json:"seated,omitempty"`
		// Again are those who are tied, and stand again at once.
		Again []ChoosingList `json:"again,omitempty"`
	}
)
