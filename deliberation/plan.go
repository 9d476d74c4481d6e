package deliberation

import "fmt"

// PlanPoint names a day in the calendar of a process.
type PlanPoint string

// The points of a plan.
const (
	PlanSolicit       PlanPoint = "solicit"        // soliciting opens
	PlanSolicitEnd    PlanPoint = "solicit_end"    // its last day
	PlanNotice        PlanPoint = "notice"         // a meeting's notice and papers go out
	PlanMeeting       PlanPoint = "meeting"        // the meeting
	PlanAdvice        PlanPoint = "advice"         // the street or township is asked
	PlanAdviceEnd     PlanPoint = "advice_end"     // the last day it may answer
	PlanPost          PlanPoint = "post"           // posted on the board
	PlanObjectionsEnd PlanPoint = "objections_end" // the last day to object
	PlanAnswersEnd    PlanPoint = "answers_end"    // the last day to answer an objection of that day
	PlanDisplayEnd    PlanPoint = "display_end"    // the last day it must hang
	PlanWork          PlanPoint = "work"           // carrying out may begin
	PlanReport        PlanPoint = "report"         // the result may be reported
	PlanReviewEnd     PlanPoint = "review_end"     // the last day of the supervisors' prior review
	PlanArchive       PlanPoint = "archive"        // the process may end
)

// PlanBound says what a day of a plan is.
type PlanBound string

// The bounds.
const (
	NotBefore PlanBound = "not_before" // 最早
	NotAfter  PlanBound = "not_after"  // 最迟
	Through   PlanBound = "through"    // 至少到
)

// PlanStep is one day of the earliest lawful calendar of a process.
type PlanStep struct {
	Stage Stage     `json:"stage"`
	Point PlanPoint `json:"point"`
	// Act is what a person does on the day; empty where a period merely ends.
	Act   ActKind   `json:"act,omitempty"`
	Body  Body      `json:"body,omitempty"`
	Bound PlanBound `json:"bound"`
	Date  Date      `json:"date"`
	// Days is the rule the day was computed from, with its citation.
	Days *DaysRule `json:"days,omitempty"`
	// Provisional: the working-day table of a year it depends on is not published yet.
	Provisional bool `json:"provisional,omitempty"`
	// Rolled is by how many days it moved off rest days.
	Rolled int `json:"rolled,omitempty"`
}

// Planner computes the earliest lawful calendar of a process.
type Planner struct {
	Rules    FourDeliberationsRules
	Calendar Calendar
	// DaysOn looks up the law of the day for the postings, which are continuing
	// duties; nil keeps the days of Rules.
	DaysOn func(key string, on Date) (DaysRule, error)
}

// PlanFourDeliberations gives the earliest lawful calendar of a process that
// starts soliciting on the day and is decided by the form at ④. Where the rules
// do not know the form, nothing is planned.
//
// Every meeting has its quorum, nothing is amended or contested, and each act is
// done on the first day it may be. Notices, postings and reports fall on working
// days, since they are the office's public work; a meeting may be held on a rest
// day, and often is, so that people can come.
func PlanFourDeliberations(r FourDeliberationsRules, cal Calendar, start Date, form Body) []PlanStep {
	steps, _ := Planner{Rules: r, Calendar: cal}.FourDeliberations(start, form) // without DaysOn, only an unknown form fails
	return steps
}

// FourDeliberations is PlanFourDeliberations with the law of the day for the
// postings. A form the rules do not know is refused (RefuseFormNotInPack); a day
// for which there is no law is the error of DaysOn.
func (p Planner) FourDeliberations(start Date, form Body) ([]PlanStep, error) {
	r := p.Rules
	if m := r.Meeting(Resolution, form, false); m.Body != form || form == "" {
		return nil, Refuse(RefuseFormNotInPack)
	}
	w := planWriter{Planner: p}
	day := w.workday(Soliciting, PlanSolicit, "", start)
	end := DisplayEnd(day, r.SolicitDays.Days)
	w.add(PlanStep{Stage: Soliciting, Point: PlanSolicitEnd, Bound: Through, Date: end, Days: &r.SolicitDays})
	day = end.AddDays(1)
	for _, s := range []Stage{Proposal, Consultation, Review} {
		day = w.meeting(s, r.Meeting(s, form, false), day)
	}
	if r.AdviceOffered.Value {
		day = w.workday(Advice, PlanAdvice, "", day)
		w.limit(PlanStep{Stage: Advice, Point: PlanAdviceEnd, Act: Advise, Bound: NotAfter, Days: &r.AdviceDays}, day)
	}
	day = w.meeting(Resolution, r.Meeting(Resolution, form, false), day)
	day, err := w.posting(ResolutionDisclosure, r.ResolutionPostDays, day)
	if err != nil {
		return nil, err
	}
	w.add(PlanStep{Stage: Implementation, Point: PlanWork, Bound: NotBefore, Date: day})
	day = w.workday(Implementation, PlanReport, ReportResult, day)
	w.limit(PlanStep{Stage: ResultDisclosure, Point: PlanReviewEnd, Act: Acknowledge, Bound: NotAfter, Days: &r.AcknowledgeDays}, day)
	if day, err = w.posting(ResultDisclosure, r.ResultPostDays, day); err != nil {
		return nil, err
	}
	w.add(PlanStep{Stage: Archive, Point: PlanArchive, Bound: NotBefore, Date: day})
	return w.steps, nil
}

type planWriter struct {
	Planner
	steps []PlanStep
	// provisional stays set once a day rested on an unpublished table: all later days hang on it.
	provisional bool
}

func (w *planWriter) add(s PlanStep) {
	s.Provisional = s.Provisional || w.provisional
	w.steps = append(w.steps, s)
}

// workday puts a public act on the first working day from the day on.
func (w *planWriter) workday(stage Stage, point PlanPoint, act ActKind, from Date) Date {
	l := w.Calendar.Deadline(from, 0)
	w.provisional = w.provisional || l.Provisional
	w.add(PlanStep{Stage: stage, Point: point, Act: act, Bound: NotBefore, Date: l.Date, Rolled: l.Rolled})
	return l.Date
}

// limit puts the last day of a period that runs from the event.
func (w *planWriter) limit(s PlanStep, event Date) Date {
	l := w.Calendar.Deadline(event, s.Days.Days)
	s.Date, s.Provisional, s.Rolled = l.Date, l.Provisional, l.Rolled
	w.add(s)
	return l.Date
}

func (w *planWriter) meeting(stage Stage, m MeetingRules, from Date) Date {
	notice := w.workday(stage, PlanNotice, Convene, from)
	w.steps[len(w.steps)-1].Body = m.Body
	day := Earliest(notice, m.Notice.Days)
	w.add(PlanStep{Stage: stage, Point: PlanMeeting, Act: CallToOrder, Body: m.Body, Bound: NotBefore, Date: day, Days: &m.Notice})
	return day
}

// posting gives the first day after the display.
func (w *planWriter) posting(stage Stage, days DaysRule, from Date) (Date, error) {
	posted := w.workday(stage, PlanPost, Publish, from)
	if w.DaysOn != nil && days.Pinning == LawOfTheDay {
		var err error
		if days, err = w.DaysOn(days.Key, posted); err != nil {
			return Date{}, fmt.Errorf("law of %s: %w", posted, err)
		}
	}
	var objections Date
	if stage == ResolutionDisclosure { // a result is shown; objections are to the resolution
		objections = w.limit(PlanStep{Stage: stage, Point: PlanObjectionsEnd, Act: Object, Bound: NotAfter, Days: &w.Rules.ObjectionDays}, posted)
		w.limit(PlanStep{Stage: stage, Point: PlanAnswersEnd, Act: AnswerObjection, Bound: NotAfter, Days: &w.Rules.AnswerDays}, objections)
	}
	end := DisplayEnd(posted, days.Days)
	w.add(PlanStep{Stage: stage, Point: PlanDisplayEnd, Bound: Through, Date: end, Days: &days})
	if objections.After(end) {
		end = objections
	}
	return end.AddDays(1), nil
}
