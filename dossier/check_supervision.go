package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// gates says how often the supervisors must have looked before a stage is left
// (law.md §1.4).
func gates(v *visit) int {
	if v.outcome == nil || (v.outcome.Outcome != deliberation.Carried && v.outcome.Outcome != deliberation.Amended) {
		return 0
	}
	switch v.stage {
	case deliberation.Proposal, deliberation.Review, deliberation.Resolution, deliberation.ResolutionDisclosure,
		deliberation.Reporting, deliberation.AppraisalDisclosure, deliberation.RatingDisclosure, deliberation.ReplyDisclosure, deliberation.DisclosureCheck, deliberation.HearingReporting,
		deliberation.ElectionHandedOver, deliberation.RecallResult, deliberation.ChoosingResult, deliberation.ResignationResult:
		return 1
	case deliberation.ResultDisclosure: // before it is posted, and the opinion on the whole
		return 2
	}
	return 0
}

// supervision checks the supervisors' gates, and that questions and orders were
// answered, put right or escalated.
func (e *examination) supervision() {
	passed := 0
	for _, v := range e.h.visits {
		var marks []Fact
		for _, f := range v.facts {
			if m := value[deliberation.MarkData](&f).Mark; gateMark(m.Kind) {
				marks = append(marks, f)
				e.gate(v, f, m)
			}
		}
		passed += len(marks)
		if need := gates(v); len(marks) < need {
			e.fail(v.leave.place(), "%s 应经监督 %d 次,登记 %d 次", "%s must pass the supervisors %d times and did %d times", v.stage, need, len(marks))
		}
		if v.stage == deliberation.ResultDisclosure && whole(v) && len(marks) > 0 {
			if k := value[deliberation.MarkData](&marks[len(marks)-1]).Mark.Kind; k == deliberation.MarkAcknowledged {
				e.fail(marks[len(marks)-1].place(), "缺少监督总结意见", "the closing opinion is missing")
			}
		}
	}
	for _, steps := range e.h.marks {
		e.markSteps(steps)
	}
	e.summary("监督表态 %d 次", "the supervisors were heard %d times", passed)
}

func gateMark(k deliberation.MarkKind) bool {
	return slices.Contains([]deliberation.MarkKind{deliberation.MarkAcknowledged, deliberation.MarkDeclined, deliberation.MarkClosing, deliberation.MarkSilent}, k)
}

// gate checks one passage of the supervisors: a supervisor's own act, a refusal
// with its reasons, or silence until the limit that was told to the street.
func (e *examination) gate(v *visit, f Fact, m deliberation.Mark) {
	if m.Kind != deliberation.MarkSilent {
		if f.Actor == "" || f.Actor != m.By || f.Office != deliberation.Supervisor {
			e.fail(f.place(), "不是监督委员会成员本人作出", "not made by a supervisor")
		}
		if m.Kind != deliberation.MarkAcknowledged && m.Paper.IsZero() {
			e.fail(f.place(), "没有监督意见文本", "there is no text of the opinion")
		}
		return
	}
	if m.Escalated.IsZero() || m.State != deliberation.MarkEscalated {
		e.fail(f.place(), "逾期未表态,却没有上报", "silence that was not told to the street")
	}
	for _, s := range e.h.in(v) {
		if chair := s.signature("chair"); chair != nil && m.Made.Before(deliberation.DateOf(chair.At).AddDays(e.rules.AcknowledgeDays.Days).End()) {
			e.fail(f.place(), "未满 %d 日即视为未表态", "taken for silence before %d days were over", e.rules.AcknowledgeDays.Days)
		}
	}
}

// markSteps checks a question or an order from its making to its end.
func (e *examination) markSteps(steps []Fact) {
	first := value[deliberation.MarkData](&steps[0]).Mark
	if gateMark(first.Kind) {
		return
	}
	if steps[0].Office != deliberation.Supervisor || steps[0].Actor != first.By || first.Paper.IsZero() {
		e.fail(steps[0].place(), "不是监督委员会成员本人作出,或没有文本", "not made by a supervisor, or without a text")
	}
	before := first
	for _, f := range steps[1:] {
		m := value[deliberation.MarkData](&f).Mark
		if m.Kind != first.Kind || m.By != first.By || m.Paper != first.Paper || !m.Made.Equal(first.Made) {
			e.fail(f.place(), "监督事项 %s 的内容前后不一", "mark %s changed its content", m.ID)
		}
		if before.Answered.IsZero() && !m.Answered.IsZero() && overdue(m.Answered, before.Due) && m.Escalated.IsZero() {
			e.fail(f.place(), "监督事项 %s 逾期答复,却没有上报", "mark %s was answered late and never told to the street", m.ID)
		}
		if m.State == deliberation.MarkSettled && m.Answer.IsZero() && m.Guidance.IsZero() {
			e.fail(f.place(), "监督事项 %s 未经答复或处理即办结", "mark %s was settled without an answer or guidance", m.ID)
		}
		before = m
	}
	if e.h.ended == nil || before.State == deliberation.MarkSettled {
		return
	}
	last := steps[len(steps)-1]
	switch {
	case before.Kind == deliberation.MarkRectification && !e.stopped():
		e.fail(last.place(), "整改 %s 未办结,程序即告终结", "the process ended with order %s not put right", before.ID)
	case before.Escalated.IsZero() && overdue(e.h.end.At, before.Due):
		e.fail(last.place(), "询问 %s 逾期未答复,也没有上报", "question %s was neither answered nor told to the street", before.ID)
	}
}
