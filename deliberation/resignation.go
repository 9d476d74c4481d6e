package deliberation

import "slices"

// ResignationSetup says who resigns from which post 辞职, or has done nothing in it for so
// long that the body may find that they resigned.
type ResignationSetup struct {
	Person PersonID `json:"person"`
	Post   Office   `json:"post"`
	// Inactive: the body is to find that they have not served (S-VE 第四十三条, S-UE 第四十一条).
	Inactive bool `json:"inactive,omitempty"`
}

// ResignationForms are the bodies that a resignation is put to (V-NEW 第二十条, U-NEW 第二十一条).
var ResignationForms = []Body{Conference, Assembly, HouseholdAssembly}

// ResignationRules is all that a resignation asks of a rule pack.
type ResignationRules struct {
	Pack    PackRef      `json:"pack"`
	Meeting MeetingRules `json:"meeting"`
	// InactiveMonths is for how long somebody must have done nothing.
	InactiveMonths CountRule `json:"inactive_months"`
	// Least is how many members must be left; with fewer there is a by-election within
	// ByElection months, where a law says so.
	Least      CountRule `json:"least"`
	ByElection CountRule `json:"by_election,omitzero"`

	ResultDays DaysRule `json:"result_days"`
	Filing     CodeRule `json:"filing"`
	FilingDays DaysRule `json:"filing_days"`

	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	PrepareDays     DaysRule `json:"prepare_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// ResignationOf makes, from a pack, all that a resignation before the body asks of it. A
// pack of an earlier edition, and another body, are refused (RefuseFormNotInPack).
func ResignationOf(p Pack, form Body) (ResignationRules, error) {
	if !p.Has("resignation.result_days") || !slices.Contains(ResignationForms, form) {
		return ResignationRules{}, Refuse(RefuseFormNotInPack)
	}
	c, err := ConferenceOf(p, form)
	if err != nil {
		return ResignationRules{}, err
	}
	r := packReader{pack: p}
	return ResignationRules{
		Pack: p.Ref(), Meeting: c.Meeting, InactiveMonths: r.count("resignation.inactive_months"),
		Least: r.count("byelection.least"), ByElection: r.countIf("byelection.months"),
		ResultDays: r.days("resignation.result_days"), Filing: r.code("resignation.filing"), FilingDays: r.days("resignation.filing_days"),
		AcknowledgeDays: c.AcknowledgeDays, RectifyDays: c.RectifyDays, QuestionDays: c.QuestionDays,
		PrepareDays: c.PrepareDays, RemindDays: c.RemindDays,
	}, r.err
}

// CheckResignation says whether a resignation may be put to the body under the pack
// (RefuseInvalid with Fields, RefuseFormNotInPack).
func CheckResignation(p Pack, m Matter) error {
	problems := matterProblems(m, []string{string(OriginCommittee), string(OriginParty), string(OriginSupervisors)}, ResignationForms)
	if m.Resignation == nil || m.Resignation.Person == "" {
		problems = append(problems, FieldProblem{Field: "resignation.person", Problem: "required"})
	} else if !recallable(m.Resignation.Post) {
		problems = append(problems, FieldProblem{Field: "resignation.post", Problem: "not_a_choice"})
	}
	if len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: problems}
	}
	_, err := ResignationOf(p, m.Form)
	return err
}

// ResignationProgress is where a resignation stands.
type ResignationProgress struct {
	Setup  ResignationSetup `json:"setup"`
	Letter PaperRef         `json:"letter,omitzero"`
	Poll   PollID           `json:"poll,omitempty"`
	Passed *Verdict         `json:"passed,omitempty"`
	// Ended is the day on which the post ended: that of the vote.
	Ended Date `json:"ended,omitzero"`
	// Left is how many members the committee still has, VacancyBy the last day of the
	// by-election where these are too few.
	Left      int  `json:"left,omitempty"`
	VacancyBy Date `json:"vacancy_by,omitzero"`
	Filed     bool `json:"filed,omitempty"`
}

// Ends keeps that the post ended on the day, with so many members left.
func (r ResignationRules) Ends(p *ResignationProgress, on Date, left int) {
	p.Ended, p.Left = on, left
	if left < r.Least.Count && r.ByElection.Key != "" {
		p.VacancyBy = on.AddMonths(r.ByElection.Count)
	}
}

// ResignationStages lists the stages in order.
var ResignationStages = []Stage{ResignationLetter, ResignationVote, ResignationResult, Archive}

// NextOfResignation gives the stage that follows, and false where it ends. One that was not
// accepted ends there: nothing changed.
func NextOfResignation(s Stage, o Outcome) (Stage, bool) {
	switch o {
	case Withdrawn, Cancelled, Lost:
		return Archive, false
	case Inquorate:
		return ResignationVote, true
	}
	return following(ResignationStages, s)
}

// ResignationData says how a resignation stands.
type ResignationData struct {
	Resignation ResignationProgress `json:"resignation"`
}
