package dossier

import (
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// whole reports whether a visit ended with its work done.
func whole(v *visit) bool { return v.outcome != nil && v.outcome.Outcome == deliberation.Carried }

// postings checks that each posting hung as long as the law of its day asks, with
// a photo of the board, and that a disclosure ended by one that did.
func (e *examination) postings() {
	for _, q := range e.h.postings {
		if q.posted == nil || !slices.Contains(disclosures, q.visit.stage) {
			e.fail(q.place(), "公示 %s 没有发布记录,或不在公开环节", "posting %s was never posted, or not in a disclosure", q.id)
			continue
		}
		e.postedAs(q)
		if e.isList(q) {
			e.listHung(q)
		} else if q.broken == nil && whole(q.visit) {
			e.hungLongEnough(q)
		}
	}
	for _, v := range e.h.visits {
		if slices.Contains(disclosures, v.stage) && whole(v) {
			n := 0
			for _, q := range e.h.postings {
				if q.visit == v && q.broken == nil {
					n++
				}
			}
			if want := 1; n != want && (v.stage != deliberation.NominationStage || n < 2) { // nominees and candidates, again where they are drawn anew
				e.fail(v.leave.place(), "%s 应有一次完整公示,登记了 %d 次", "%s needs one posting that was not torn down and has %d", v.stage, n)
			}
		}
	}
	e.summary("%d 次公示期限符合", "%d postings, limits kept", len(e.h.postings))
}

// disclosures are the stages in which a paper hangs on the board.
var disclosures = []deliberation.Stage{deliberation.ResolutionDisclosure, deliberation.ResultDisclosure, deliberation.AppraisalDisclosure, deliberation.RatingDisclosure, deliberation.ReplyDisclosure, deliberation.Disclosing, deliberation.ConsultationDisclosure, deliberation.HearingSignUp, deliberation.HearingList, deliberation.HearingDisclosure,
	deliberation.ElectorRegistration, deliberation.NominationStage, deliberation.ElectionResult, deliberation.RecallResult, deliberation.ChoosingListed, deliberation.ChoosingResult, deliberation.ResignationResult}

func (q *hanging) place() place {
	for _, f := range []*Fact{q.posted, q.ended, q.broken, q.proof} {
		if f != nil {
			return f.place()
		}
	}
	return q.visit.entry.place()
}

// postedAs checks the dates and rules that a posting was put up with.
func (e *examination) postedAs(q *hanging) {
	at, d := q.posted.place(), value[deliberation.PostedData](q.posted)
	rule := e.rules.ResolutionPostDays
	if e.conference != nil {
		rule = e.conference.ResolutionPostDays
	}
	objectable := q.visit.stage == deliberation.ResolutionDisclosure
	if !objectable {
		rule = e.rules.ResultPostDays
	}
	if e.appraise != nil {
		rule = e.appraise.PostDays
	}
	if e.rate != nil {
		rule = e.rate.PostDays
	}
	objections := e.rules.ObjectionDays
	if e.disclose != nil {
		rule, objections, objectable = e.disclose.BoardDays, e.disclose.ObjectionDays, true
	}
	if e.consult != nil {
		rule = e.consult.PostDays
	}
	if e.listen != nil {
		rule = map[deliberation.Stage]deliberation.DaysRule{
			deliberation.HearingSignUp: e.listen.AnnounceDays, deliberation.HearingList: e.listen.ListDays, deliberation.HearingDisclosure: e.listen.PostDays,
		}[q.visit.stage]
	}
	if e.release != nil {
		rule, objectable = e.release.ResultDays, false
	}
	if e.choose != nil {
		rule, objections, objectable = e.choose.ResultDays, e.choose.ObjectionDays, q.visit.stage == deliberation.ChoosingListed
		if objectable {
			rule = e.choose.ListDays
		}
	}
	if e.elects() {
		rule, objectable = e.electionBoard(q), q.visit.stage == deliberation.ElectorRegistration
	}
	if e.elect != nil {
		objections = e.elect.ObjectionDays
	}
	on := deliberation.DateOf(d.Posted)
	if want, ok := e.lawOfTheDay(rule, on); !ok || d.DisplayDays.Key != want.Key || d.DisplayDays.Days != want.Days {
		e.fail(at, "公示天数 %d 与当日法律不符", "a display of %d days is not what the law of the day asks", d.DisplayDays.Days)
	}
	if !e.counted(d.Posted, d.DisplayDays.Days, d.DisplayUntil) {
		e.fail(at, "公示截止时间计算有误", "the end of the display is miscounted")
	}
	counted := e.counted
	if e.elect != nil { // a limit of a law, which rolls over rest days
		counted = e.limited
	}
	if objectable && (!same(d.ObjectionDays, objections) || !counted(d.Posted, objections.Days, d.ObjectionsUntil)) {
		e.fail(at, "异议期限与规则不符", "the time for objections is not the rule's")
	}
	if d.Posted.After(q.posted.At) || d.Paper.IsZero() {
		e.fail(at, "公示时间晚于登记,或没有公示文本", "posted after its record, or without a text")
	}
	if q.ended != nil && !same(value[deliberation.PostedData](q.ended), d) {
		e.fail(q.ended.place(), "公示结束时的内容与发布时不符", "what ended is not what was posted")
	}
}

// counted reports whether a display of n days from a moment ends when it says.
func (e *examination) counted(from time.Time, n int, until time.Time) bool {
	return slices.ContainsFunc(e.day(from), func(on deliberation.Date) bool { return until.Equal(deliberation.DisplayEnd(on, n).End()) })
}

// lawOfTheDay gives the rule for a posting of the day: a continuing duty follows
// the law of the day on which it arises, whatever the pack (law.md §17.5).
func (e *examination) lawOfTheDay(r deliberation.DaysRule, on deliberation.Date) (deliberation.DaysRule, bool) {
	if r.Pinning != deliberation.LawOfTheDay || e.o.DaysOn == nil {
		return r, true
	}
	got, err := e.o.DaysOn(e.h.started.Kind, e.d.Case.Community.Place, r.Key, on)
	return got, err == nil
}

func (e *examination) hungLongEnough(q *hanging) {
	d := value[deliberation.PostedData](q.posted)
	until := d.DisplayUntil
	if d.ObjectionsUntil.After(until) {
		until = d.ObjectionsUntil
	}
	switch {
	case q.ended == nil:
		e.fail(q.posted.place(), "没有公示结束的记录", "there is no record that the posting ended")
	case q.ended.At.Before(until):
		e.fail(q.ended.place(), "公示未满期限即结束", "taken down before its last day was over")
	}
	if q.proof == nil {
		e.fail(q.posted.place(), "没有公示栏照片", "there is no photo of the board")
	} else if value[deliberation.PaperData](q.proof).Paper.IsZero() || q.proof.At.Before(d.Posted) {
		e.fail(q.proof.place(), "公示栏照片缺失或早于公示", "the photo of the board is missing or older than the posting")
	}
}

// objections checks that each was taken in time, answered by its limit or marked
// late, and settled before the disclosure was over.
func (e *examination) objections() {
	for _, steps := range e.h.objections {
		first := steps[0]
		o := value[deliberation.ObjectionData](&first).Objection
		q := e.postingOf(o.Posting)
		if q == nil || q.posted == nil || first.Index < q.posted.Index {
			e.fail(first.place(), "异议所针对的公示不存在", "an objection to what was not posted")
			continue
		}
		if !o.Filed.Before(value[deliberation.PostedData](q.posted).ObjectionsUntil) || o.Filed.After(first.At) || o.Paper.IsZero() {
			e.fail(first.place(), "异议提出时间有误,或没有文本", "filed out of time, or without a text")
		}
		e.answerDue(first, o)
		for i := range steps[1:] {
			e.objectionStep(steps[i], steps[i+1])
		}
		last := value[deliberation.ObjectionData](&steps[len(steps)-1]).Objection
		if whole(q.visit) && last.State != deliberation.ObjectionSettled {
			e.fail(steps[len(steps)-1].place(), "异议 %s 未办结,公示即告结束", "the disclosure ended with objection %s unsettled", o.ID)
		}
	}
	for _, v := range e.h.visits {
		if v.outcome != nil && v.stage == deliberation.ResolutionDisclosure && v.outcome.Outcome == deliberation.Contested && !slices.ContainsFunc(v.facts, contested) {
			e.fail(v.leave.place(), "没有人对答复不服,却按有争议处理", "sent back as contested without a contested objection")
		}
		if e.disclose != nil && v.outcome != nil && (v.outcome.Outcome == deliberation.Contested) != slices.ContainsFunc(v.facts, upheld) && v.outcome.Outcome != deliberation.Cancelled {
			e.fail(v.leave.place(), "异议成立与否与其后的处理不符", "what followed is not what the ruling on an objection asks for")
		}
		if e.disclose == nil && whole(v) && slices.ContainsFunc(v.facts, contested) {
			e.fail(v.leave.place(), "有人对答复不服,却未按有争议处理", "an objection was contested and the matter was not sent back")
		}
	}
	e.summary("%d 件异议", "%d objections", len(e.h.objections))
}

func contested(f Fact) bool {
	return value[deliberation.ObjectionData](&f).Objection.State == deliberation.ObjectionContested
}

func (e *examination) postingOf(id deliberation.PostingID) *hanging {
	if i, ok := e.h.postingAt[string(id)]; ok {
		return e.h.postings[i]
	}
	return nil
}

// maxRoll bounds how far a limit may move over rest days while the year's table
// is not published: no holiday is longer.
const maxRoll = 15

// answerDue counts the limit for an answer.
func (e *examination) answerDue(f Fact, o deliberation.Objection) {
	days := e.rules.AnswerDays.Days
	if e.disclose != nil {
		days = e.disclose.AnswerDays.Days
	}
	if e.elect != nil { // the election committee rules on them
		days = e.elect.RulingDays.Days
	}
	if e.limited(o.Filed, days, o.AnswerDue) {
		return
	}
	limit := e.d.Calendar.Deadline(deliberation.DateOf(o.Filed), days)
	e.fail(f.place(), "答复期限计算有误,应为 %s", "the limit for the answer is miscounted: it is %s", limit.Date)
}

// objectionStep checks one change of an objection.
func (e *examination) objectionStep(before, after Fact) {
	a, b := value[deliberation.ObjectionData](&before).Objection, value[deliberation.ObjectionData](&after).Objection
	if a.Person != b.Person || a.Posting != b.Posting || a.Paper != b.Paper || !a.Filed.Equal(b.Filed) || !a.AnswerDue.Equal(b.AnswerDue) {
		e.fail(after.place(), "异议 %s 的内容前后不一", "objection %s changed its content", b.ID)
	}
	if b.Answered.IsZero() {
		if b.State == deliberation.ObjectionSettled {
			e.fail(after.place(), "异议 %s 未经答复即办结", "objection %s was settled without an answer", b.ID)
		}
		return
	}
	if b.Answer.IsZero() || b.Answered.Before(b.Filed) || b.Answered.After(after.At) {
		e.fail(after.place(), "异议 %s 的答复有误", "the answer to objection %s is wrong", b.ID)
	}
	if late := b.Answered.After(b.AnswerDue); late != b.Late {
		e.fail(after.place(), "异议 %s 的答复是否逾期标注有误", "the answer to objection %s is not marked late as it should be", b.ID)
	}
}

// overdue reports whether something was done a day or more after its limit. The
// day itself is left to the race between an answer and the clock.
func overdue(done, due time.Time) bool {
	return !due.IsZero() && deliberation.DateOf(done).After(deliberation.DateOf(due))
}
