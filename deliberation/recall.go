package deliberation

import "time"

// RecallRules is all that a recall 罢免 asks of a rule pack, by the method of the election.
type RecallRules struct {
	Pack   PackRef        `json:"pack"`
	Method ElectionMethod `json:"method"`
	// Valid is how many must take part; Pass how many of those who voted must approve.
	Valid MajorityRule `json:"valid"`
	Pass  MajorityRule `json:"pass"`

	VoteMonths CountRule `json:"vote_months"`
	// BarMonths is how long the same facts and reasons cannot be brought again after a
	// recall failed; without a key no law here bars it.
	BarMonths   CountRule `json:"bar_months,omitzero"`
	DefenceDays DaysRule  `json:"defence_days"`
	NoticeDays  DaysRule  `json:"notice_days"`

	ResultDays   DaysRule `json:"result_days"`
	Filing       CodeRule `json:"filing"`
	HandoverDays DaysRule `json:"handover_days"`

	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	PrepareDays     DaysRule `json:"prepare_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// RecallQuestion asks whether somebody is recalled 罢免是否通过.
const RecallQuestion Question = "recall"

// RecallablePosts are those that were voted for: nobody may recall whom another appointed.
var RecallablePosts = []Office{Director, DeputyDirector, CommitteeMember}

// RecallOf makes, from a pack, all that a recall by those who elected asks of it. A
// method that the pack does not know is refused (RefuseFormNotInPack).
func RecallOf(p Pack, method ElectionMethod) (RecallRules, error) {
	e, err := ElectionOf(p, method)
	if err != nil {
		return RecallRules{}, err
	}
	r := packReader{pack: p}
	rules := RecallRules{
		Pack: p.Ref(), Method: method, Pass: r.majority("recall.pass"),
		VoteMonths: r.count("recall.vote_months"), BarMonths: r.countIf("recall.bar_months"),
		DefenceDays: r.days("recall.defence_days"), NoticeDays: r.days("recall.notice_days"),
		ResultDays: e.ResultDays, Filing: e.Filing, HandoverDays: e.HandoverDays,
		AcknowledgeDays: e.AcknowledgeDays, RectifyDays: e.RectifyDays, QuestionDays: e.QuestionDays,
		PrepareDays: e.PrepareDays, RemindDays: e.RemindDays,
	}
	key := map[ElectionMethod]string{
		AllElectors: "recall.valid_electors", HouseholdRepresentatives: "recall.valid_households", ByRepresentatives: "recall.valid_representatives",
	}[method]
	if !p.Has(key) && p.Has("recall.valid_assembly") { // 旧法由居民会议撤换
		key = "recall.valid_assembly"
	}
	rules.Valid = r.majority(key)
	return rules, r.err
}

// Decide says whether the person is recalled: enough of those on the roll took part, and
// enough of them approve. Spoiled papers are votes cast (law.md §§0.4, 5.8).
func (r RecallRules) Decide(a Attendance, t Tally) Verdict {
	voted := t.Cast()
	return Verdict{
		Question: RecallQuestion, Attendance: a, Tally: &t,
		Checks: []Check{check(r.Valid, voted, t.Due), check(r.Pass, t.Yes, voted)},
	}.concluded()
}

// CheckRecall says whether a recall may be voted on under the pack. A demand that was
// met must stand behind it; that is for whoever has the record to see.
func CheckRecall(p Pack, m Matter) error {
	var wrong []FieldProblem
	if m.Recall == nil || m.Recall.Person == "" {
		wrong = append(wrong, FieldProblem{Field: "recall.person", Problem: "required"})
	} else if !recallable(m.Recall.Post) {
		wrong = append(wrong, FieldProblem{Field: "recall.post", Problem: "not_a_choice"})
	}
	if m.Demand == "" {
		wrong = append(wrong, FieldProblem{Field: "demand", Problem: "required"})
	}
	if m.Form != Electors {
		wrong = append(wrong, FieldProblem{Field: "form", Problem: "not_a_choice"})
	}
	if m.Recall != nil && m.Recall.NewFacts != (m.NewFacts != "") {
		wrong = append(wrong, FieldProblem{Field: "new_facts", Problem: "required"})
	}
	if len(wrong) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: wrong}
	}
	_, err := RecallOf(p, m.Recall.Method)
	return err
}

func recallable(o Office) bool {
	for _, p := range RecallablePosts {
		if o == p {
			return true
		}
	}
	return false
}

// MayRecallAgain refuses a recall on the same facts and reasons before its bar is over
// (S-VE 第四十二条, S-UE 第四十条; RefuseTooEarly). failed is when the last one failed.
func (r RecallRules) MayRecallAgain(failed, on Date) error {
	if failed.IsZero() || r.BarMonths.Key == "" {
		return nil
	}
	if until := failed.AddMonths(r.BarMonths.Count); on.Before(until) {
		return &Refusal{Code: RefuseTooEarly, Earliest: until.Start(), Basis: &r.BarMonths.Basis}
	}
	return nil
}

// RecallRecord is what was recorded of a person whom a recall is about.
type RecallRecord struct {
	// Elected is how they were elected to the post, empty where no election is on record.
	Elected ElectionMethod
	// Failed is when the last recall of theirs failed, zero where none did.
	Failed Date
}

// RecordOf finds how the person was elected to the post, and when a recall of theirs last
// failed, from any post.
func (r RecallRules) RecordOf(all []Process, s RecallSetup) (found RecallRecord) {
	var declared time.Time
	for _, p := range all {
		if failed := r.failedOn(p.Status.Recall, s.Person); failed.After(found.Failed) {
			found.Failed = failed
		}
		e := p.Status.Election
		if e == nil || p.Status.Outcome == Lost || !e.Declared.After(declared) || e.Outcome == nil {
			continue
		}
		for _, seat := range e.Outcome.Seated {
			if seat.Person == s.Person && seat.Post.office() == s.Post {
				declared, found.Elected = e.Declared, e.Setup.Method
			}
		}
	}
	return found
}

// failedOn gives the day on which a recall of the person failed. Those of before that day
// was kept tell it by their bar.
func (r RecallRules) failedOn(p *RecallProgress, person PersonID) Date {
	switch {
	case p == nil || p.Setup.Person != person || p.Passed == nil || p.Passed.Met:
		return Date{}
	case p.Decided.IsZero() && !p.BarredUntil.IsZero():
		return p.BarredUntil.AddMonths(-r.BarMonths.Count)
	}
	return p.Decided
}

// office is the office that who is elected to the post holds.
func (p ElectionPost) office() Office {
	switch p {
	case PostDirector:
		return Director
	case PostDeputy:
		return DeputyDirector
	}
	return CommitteeMember
}

// SameMethod refuses a recall by another method than the one by which the person was
// elected: the body that elected votes (U-NEW 第二十条第二款; RefuseInvalid). The old urban
// law had the assembly remove anybody. Of whom no election is on record, elected is empty.
func (r RecallRules) SameMethod(elected ElectionMethod) error {
	if elected == "" || elected == r.Method || r.Valid.Key == "recall.valid_assembly" {
		return nil
	}
	return &Refusal{Code: RefuseInvalid, Basis: &r.Valid.Basis, Fields: []FieldProblem{{Field: "recall.method", Problem: "not_as_elected"}}}
}

// LastDay is by when the vote must be held: so many months from the day the demand was met.
func (r RecallRules) LastDay(from Date) Date { return from.AddMonths(r.VoteMonths.Count) }

// CheckElection says whether an election may begin under the pack on the day: a method it
// knows, seats and surplus within the law, choices that the law leaves, a day to come.
func CheckElection(p Pack, m Matter, today Date) (ElectionRules, error) {
	var none ElectionRules
	if m.Election == nil {
		return none, &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: "election", Problem: "required"}}}
	}
	s := *m.Election
	r, err := ElectionOf(p, s.Method)
	if err != nil {
		return none, err
	}
	if r, err = r.Adopt(s.Choices); err != nil {
		return none, err
	}
	if m.Form != Electors {
		return none, &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: "form", Problem: "not_a_choice"}}}
	}
	if !today.Before(s.Day) {
		return none, &Refusal{Code: RefuseTooEarly, Earliest: today.AddDays(1).Start()}
	}
	// Papers are read in bundles here; how the parts of one hang together is not known then.
	if r.Overfull.Code == OverfullWholeSheet || r.VotesDescend.Value {
		return none, &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: "choices", Problem: "not_a_choice"}}}
	}
	var faults []ElectionFault
	if s.ByElection {
		if s.Seats.Total() < 1 {
			faults = append(faults, ElectionFault{Code: FaultSeats, Want: 1, Basis: r.SeatsMin.Basis})
		}
	} else {
		faults = r.SeatsFaults(s.Seats)
	}
	for _, post := range ElectionPosts[:3] {
		if s.Seats[post] < 1 {
			continue
		}
		least, most := r.Surplus(post)
		if n := s.Surplus[post]; n < least.Count || n > most.Count {
			faults = append(faults, ElectionFault{Code: FaultSurplusChoice, Post: post, Had: n, Want: least.Count, Basis: least.Basis})
		}
	}
	if len(faults) > 0 {
		return none, &Refusal{Code: RefuseUnlawfulElection, Faults: faults}
	}
	return r, nil
}

// LatestOf is the last moment to publish something that must hang the days before the day.
func LatestOf(day Date, r DaysRule) time.Time { return Latest(day, r.Days).End() }
