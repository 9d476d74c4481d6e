package pages

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yishi-project/yishi/deliberation"
)

// formNumbers names the six forms 六表 in order.
var formNumbers = []string{"1", "2", "3", "4", "5", "6"}

// FormsOf names the forms that a kind of process fills in: a conference those of
// the stages it has.
func FormsOf(kind string) (numbers []string) {
	for i, s := range FormStage {
		if slices.Contains(deliberation.StagesOf(kind), s) {
			numbers = append(numbers, formNumbers[i])
		}
	}
	return numbers
}

// formTitle is the catalogue key of a form's title. A conference is no 四议两公开.
func formTitle(kind, number string) string {
	if kind == deliberation.ConferenceKind {
		return "print_conference_" + number
	}
	return "print_form_" + number
}

// FormTitle is the catalogue key of the title of a kind's form.
func FormTitle(kind string, n int) string { return formTitle(kind, formNumbers[n-1]) }

// FormStage is the stage that each of the six forms records.
var FormStage = []deliberation.Stage{
	deliberation.Proposal, deliberation.Consultation, deliberation.Review,
	deliberation.Resolution, deliberation.ResolutionDisclosure, deliberation.ResultDisclosure,
}

// irreversible acts are shown once more before they are done: signatures,
// votes' opening and closing, postings, ends.
var irreversible = []deliberation.ActKind{
	deliberation.Adjourn, deliberation.OpenPoll, deliberation.ClosePoll, deliberation.RecordMinutes, deliberation.SignMinutes,
	deliberation.Withdraw, deliberation.Publish, deliberation.ReportResult, deliberation.RequestChange, deliberation.Acknowledge,
	deliberation.Decline, deliberation.OrderRectification, deliberation.GiveClosingOpinion, deliberation.CloseAgenda,
	deliberation.CloseSigning, deliberation.WithdrawDemand, deliberation.AnswerDemand, deliberation.GuideDemand,
	deliberation.CosignCount, deliberation.CertifyCount, deliberation.VoidPoll, deliberation.SendUp, deliberation.ReplaceChair, deliberation.FileResolution,
	deliberation.PostElectors, deliberation.CloseNominations, deliberation.AnswerNomination, deliberation.PostCandidates, deliberation.WithdrawCandidacy,
	deliberation.PostponeElection, deliberation.DeclineSeat, deliberation.DeclareResult, deliberation.DefendRecall, deliberation.SettleCandidates, deliberation.FileResignation,
}

// Irreversible reports whether the act asks for a page that shows it once more.
func Irreversible(k deliberation.ActKind) bool { return slices.Contains(irreversible, k) }

func actPath(p deliberation.ProcessID, k deliberation.ActKind, subject string) string {
	s := "/processes/" + string(p) + "/acts/" + string(k)
	if subject != "" {
		s += "?subject=" + subject
	}
	return s
}

// S gives a text of the catalogue in the words of the place: 居 or 村.
func (p Page) S(key string, pairs ...any) string { return p.here(p.Texts.S(key, pairs...)) }

// Local turns the words that stand for both kinds of place into those of the community.
func (p Page) Local(s string) string { return p.here(s) }

// here turns the words that stand for both kinds of place into those of the community.
func (p Page) here(s string) string {
	if p.Community.Kind == "" {
		return s
	}
	return deliberation.Localise(s, p.Community.Kind)
}

// formOptions offers bodies that may decide.
func (p Page) formOptions(forms []deliberation.Body) (list []Option) {
	for _, f := range forms {
		list = append(list, Option{Value: string(f), Label: p.head(f.Word(p.Lang))})
	}
	return list
}

// head turns a word into one that may begin a line: English wants a capital.
func (p Page) head(s string) string {
	if p.Lang == "en" {
		for i, r := range s {
			if unicode.IsLetter(r) {
				return s[:i] + string(unicode.ToUpper(r)) + s[i+utf8.RuneLen(r):]
			}
		}
	}
	return p.here(s)
}

// VotingName is the way to vote in the reader's words.
func (p Page) VotingName(v deliberation.Voting) string { return p.head(v.Word(p.Lang)) }

// StageName is the stage in the reader's words.
func (p Page) StageName(s deliberation.Stage) string { return p.head(s.Word(p.Lang)) }

// StageOf names a stage within its kind of process: the numbers ① to ④ count the
// four deliberations, of which a conference is none.
func (p Page) StageOf(kind string, s deliberation.Stage) string {
	name := p.StageName(s)
	if kind == deliberation.ConferenceKind {
		return p.head(strings.TrimLeft(name, "①②③④ "))
	}
	return name
}

// votingOf tells how a poll takes its votes.
func votingOf(q deliberation.Poll) deliberation.Voting {
	switch {
	case q.Secret:
		return deliberation.SecretVoting
	case q.Hands:
		return deliberation.HandsVoting
	}
	return deliberation.RecordedVoting
}

// ActName is the act in the reader's words.
func (p Page) ActName(k deliberation.ActKind) string { return p.S("act_" + string(k)) }

// ActNote says what an act asks for, empty where its name says enough.
func (p Page) ActNote(k deliberation.ActKind) string { return p.optional("note_" + string(k)) }

// ActNext says what happens after an act that cannot be undone.
func (p Page) ActNext(k deliberation.ActKind) string { return p.optional("after_" + string(k)) }

func (p Page) optional(key string) string {
	if s := p.S(key); s != key {
		return s
	}
	return ""
}

// BodyName is the body in the reader's words.
func (p Page) BodyName(b deliberation.Body) string {
	if b == "" {
		return "—"
	}
	return p.head(b.Word(p.Lang))
}

// OfficeList names offices, the most particular first; a resident who holds
// another office is named by that one.
func (p Page) OfficeList(offices []deliberation.Office) string {
	var names []string
	for _, o := range offices {
		if o == "" || len(offices) > 1 && (o == deliberation.Resident || o == deliberation.HouseholdHead) {
			continue
		}
		names = append(names, p.here(o.Word(p.Lang)))
	}
	if len(names) == 0 && len(offices) > 0 { // nothing but an inhabitant
		names = append(names, p.here(offices[0].Word(p.Lang)))
	}
	return strings.Join(names, p.S("list_comma"))
}

// MeAndOffices says who is signed in and what they are here.
func (p Page) MeAndOffices() string {
	if offices := p.OfficeList(p.Offices); offices != "" {
		return p.Me + " · " + offices
	}
	return p.Me
}

// CategoryName is what a matter is about.
func (p Page) CategoryName(c deliberation.Category) string { return p.S("category_" + string(c)) }

// AffectedName is whose interest is touched.
func (p Page) AffectedName(a deliberation.Affected) string { return p.S("affected_" + string(a)) }

// OriginName is who moved the matter.
func (p Page) OriginName(o deliberation.Origin) string { return p.S("origin_" + string(o)) }

// OriginLine is who moved the matter, with the signers of a joint motion.
func (p Page) OriginLine(m deliberation.Matter) string {
	origin := p.OriginName(m.Origin)
	if m.Origin == deliberation.OriginResidents && (m.Form == deliberation.HearingMeeting || m.Form == deliberation.ExpertAppraisal) {
		origin = p.S("hearing_call_residents")
	}
	if m.Signers > 0 {
		return p.S("origin_signed", "Origin", origin, "N", m.Signers, "Of", m.SignersOf)
	}
	return origin
}

// ChoiceName is 赞成, 反对 or 弃权.
func (p Page) ChoiceName(c deliberation.Choice) string { return p.S("choice_" + string(c)) }

// PaperName is what a paper is.
func (p Page) PaperName(k deliberation.PaperKind) string { return p.S("paper_" + string(k)) }

// FactName is what an entry of the register says.
func (p Page) FactName(k deliberation.FactKind) string { return p.S("fact_" + string(k)) }

// PackTitle is the title of a rule pack.
func (p Page) PackTitle(k deliberation.Pack) string {
	if p.Lang == "en" {
		return k.TitleEN
	}
	return k.TitleZH
}

// Met says whether a threshold was reached.
func (p Page) Met(met bool) string {
	if met {
		return p.S("met")
	}
	return p.S("not_met")
}

// VerdictSentence says the verdict with its numbers, as people say them.
func (p Page) VerdictSentence(v deliberation.Verdict) string { return p.here(v.Sentence(p.Lang)) }

// CheckSentence says one threshold with what was needed, what there was and what is short.
func (p Page) CheckSentence(c deliberation.Check) string { return p.here(c.Sentence(p.Lang)) }

// CheckFormula is the rule of a check in words.
func (p Page) CheckFormula(c deliberation.Check) string {
	s := p.MajorityWords(c.Rule.Majority)
	if c.Body != "" {
		s = p.BodyName(c.Body) + p.S("colon") + s
	}
	return s
}

// MajorityWords says a threshold in the words of the statutes.
func (p Page) MajorityWords(m deliberation.Majority) string { return p.here(m.Words(p.Lang)) }

// Source is the text a rule stands on, and how firmly.
func (p Page) Source(b deliberation.Basis) string { return b.Source(p.Lang) }

// Sources gives the texts that the checks of a verdict stand on, each once.
func (p Page) Sources(v deliberation.Verdict) []string {
	var list []string
	for _, c := range v.Checks {
		if s := p.Source(c.Rule.Basis); !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// TallyLine says a count in one line.
func (p Page) TallyLine(t deliberation.Tally) string {
	return p.S("tally_line", "Due", t.Due, "Present", t.Present, "Yes", t.Yes, "No", t.No, "Abstain", t.Abstain, "Missing", max(0, t.Voters-t.Cast()))
}

// AttendanceLine says who was due and who was present.
func (p Page) AttendanceLine(a deliberation.Attendance) string {
	s := p.S("due_present", "Due", a.Whole.Due, "Present", a.Whole.Present)
	for _, b := range a.Parts {
		s += p.S("attendance_part", "Body", p.BodyName(b.Body), "Due", b.Due, "Present", b.Present)
	}
	return s
}

// RollNames names who signed in, then who was absent.
func (p Page) RollNames(roll []deliberation.RollLine) string {
	var here, away []string
	for _, l := range roll {
		if l.CheckedIn.IsZero() {
			away = append(away, l.Person.Name)
		} else {
			here = append(here, l.Person.Name)
		}
	}
	s := p.S("roll_here", "N", len(here), "Names", strings.Join(here, p.S("list_comma")))
	if len(away) > 0 {
		s += "\n" + p.S("roll_away", "N", len(away), "Names", strings.Join(away, p.S("list_comma")))
	}
	return s
}

// ProcessWord says how a process stands.
func (p Page) ProcessWord(c deliberation.Process) string {
	if c.Status.State == deliberation.Ended {
		return p.S("outcome_" + string(c.Status.Outcome))
	}
	return p.S("process_" + string(c.Status.State))
}

// PostingWord says how a posting stands.
func (p Page) PostingWord(q deliberation.Posting) string {
	return p.S("posting_" + string(q.State))
}

// MomentLabel asks for the moment that the act needs.
func (p Page) MomentLabel(k deliberation.ActKind) string {
	switch k {
	case deliberation.OpenPoll:
		return p.S("field_closes")
	case deliberation.AnswerDemand:
		return p.S("field_demand_day")
	}
	return p.S("field_starts")
}

// TextLabel asks for the text of an act.
func (p Page) TextLabel(s deliberation.ActSpec) string {
	label := p.TextTitle(s)
	if s.Wants(deliberation.OptionalText) {
		label += p.S("optional_mark")
	}
	return label
}

// PartName names a part of the program 部件; an unknown one keeps the name it has.
func (p Page) PartName(part string) string {
	if name := p.optional("part_" + part); name != "" {
		return name
	}
	return part
}

// TextTitle names the text of an act once it is written.
func (p Page) TextTitle(s deliberation.ActSpec) string {
	if label := p.optional("text_" + string(s.Kind)); label != "" {
		return label
	}
	return p.S("field_text")
}

func processTone(c deliberation.Process) Tone {
	switch {
	case c.Status.State == deliberation.Held:
		return Bad
	case c.Status.State != deliberation.Ended:
		return Wait
	case c.Status.Outcome == deliberation.Carried:
		return Good
	}
	return Idle
}

func postingTone(q deliberation.Posting) Tone {
	switch q.State {
	case deliberation.PostingUp:
		return Wait
	case deliberation.PostingBroken:
		return Bad
	}
	return Good
}

func objectionTone(o deliberation.Objection) Tone {
	switch o.State {
	case deliberation.ObjectionSettled:
		return Good
	case deliberation.ObjectionContested:
		return Bad
	}
	return Wait
}

func markTone(m deliberation.Mark) Tone {
	switch {
	case m.State == deliberation.MarkEscalated || m.Kind == deliberation.MarkDeclined || m.Kind == deliberation.MarkSilent:
		return Bad
	case m.State == deliberation.MarkSettled:
		return Good
	}
	return Wait
}

func meetingTone(m deliberation.Meeting) Tone {
	switch m.State {
	case deliberation.MeetingClosed:
		return Good
	case deliberation.MeetingAdjourned:
		return Bad
	}
	return Wait
}

func dispositionTone(d string) Tone {
	if d == "not" {
		return Idle
	}
	return Good
}

// PaperOf names a paper, a motion with its title.
func (p Page) PaperOf(r deliberation.PaperRef, titles map[deliberation.PaperID]string) string {
	if title := titles[r.ID]; title != "" {
		return p.S("paper_titled", "Kind", p.PaperName(r.Kind), "Title", title)
	}
	return p.PaperName(r.Kind)
}

func entryID(e deliberation.Entry) string { return fmt.Sprintf("entry-%d", e.Index) }

// FieldProblem says what is wrong with a field, named by its label.
func (p Page) FieldProblem(f deliberation.FieldProblem) string {
	label := p.optional("label_" + f.Field)
	if label == "" {
		label = f.Field
	}
	key := "problem_" + f.Problem
	if p.optional(key) == "" {
		key = "problem_wrong"
	}
	return p.S("problem_plain", "Field", label, "Problem", p.S(key, "Limit", f.Limit))
}

// InOffice reports whether the person holds more than the right of an inhabitant.
func (p Page) InOffice() bool {
	return slices.ContainsFunc(p.Offices, func(o deliberation.Office) bool {
		return o != deliberation.Resident && o != deliberation.HouseholdHead && o != deliberation.Operator
	})
}

// PlanWords says what happens on a day of a plan.
func (p Page) PlanWords(s deliberation.PlanStep) string { return p.here(s.Words(p.Lang)) }

// byDay are acts whose moment is a day.
var byDay = []deliberation.ActKind{deliberation.ApproveScheme, deliberation.PostponeElection}

// ByDay reports whether the act asks for a day without a time.
func ByDay(k deliberation.ActKind) bool { return slices.Contains(byDay, k) }
