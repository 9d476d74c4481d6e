package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// recall holds a recall against its rules: the defence before the vote, the vote within its
// months, the verdict decided again, and the bar after one that failed.
func (e *examination) recall() {
	setup := *e.h.started.Recall
	if !same(e.d.Case.Matter.Recall, e.h.started.Recall) {
		e.fail(inFile(processFile), "被提出罢免的人与启动记录不符", "who is to be recalled differs from the start")
	}
	var last *deliberation.RecallProgress
	verdicts := 0
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		d, ok := f.Value.(*deliberation.RecallData)
		if !ok {
			continue
		}
		now := d.Recall
		if now.Setup != setup || last != nil && now.By != last.By || now.By != e.dismiss.LastDay(e.h.started.Started) {
			e.fail(f.place(), "罢免的对象、职务或者表决期限与启动时不符", "the person, the post or the limit of the vote is not that of the start")
		}
		if !now.Defence.IsZero() && (last == nil || last.Defence.IsZero()) && (f.Office != "" && f.Actor != setup.Person || f.Stage != deliberation.RecallDefence) {
			e.fail(f.place(), "申辩不是本人在表决以前提出的", "the defence is not the person's own, before the vote")
		}
		if now.Passed != nil && (last == nil || !same(now.Passed, last.Passed)) {
			verdicts++
			e.recalled(f, now)
		}
		last = &now
	}
	e.defended(last)
	switch {
	case e.h.ended == nil || e.stopped() || e.h.ended.Outcome == deliberation.Inquorate:
	case last == nil || last.Passed == nil:
		e.fail(e.h.end.place(), "没有罢免的表决结果", "there is no verdict on the recall")
	case last.Passed.Met != (e.h.ended.Outcome == deliberation.Carried):
		e.fail(e.h.end.place(), "终结结果与表决结果不符", "the end is not what the verdict says")
	case last.HandedOver && !last.Passed.Met:
		e.fail(e.h.end.place(), "罢免没有通过，不应移交工作", "work was handed over though the recall failed")
	}
	e.summary("罢免表决 %d 次，重新计算一致", "%d verdicts on the recall computed again", verdicts)
}

// defended checks that the vote began after the defence, or after the days for it.
func (e *examination) defended(last *deliberation.RecallProgress) {
	for i, v := range e.h.visits {
		if v.stage != deliberation.RecallVoting || i == 0 {
			continue
		}
		opened := e.h.visits[0].entry.At
		full := deliberation.DisplayEnd(deliberation.DateOf(opened), e.dismiss.DefenceDays.Days).End()
		if (last == nil || last.Defence.IsZero()) && v.entry.At.Before(full) && len(e.day(opened)) == 1 {
			e.fail(v.entry.place(), "没有等待申辩即进入表决，申辩期限为 %d 日", "the vote did not wait for the defence, for which there are %d days", e.dismiss.DefenceDays.Days)
		}
		return
	}
}

// recalled decides a vote again.
func (e *examination) recalled(f *Fact, now deliberation.RecallProgress) {
	n, _, _, found := e.countOf(now.Poll, f)
	if !found {
		return
	}
	said := value[deliberation.CountData](e.h.pollAt[string(now.Poll)].closed).Tally
	if want := e.dismiss.Decide(now.Passed.Attendance, said); !sameTally(said, n.Tally) || !same(want, *now.Passed) {
		e.fail(f.place(), "罢免的表决结果与重新计票不符", "the verdict on the recall is not what the ballots give")
	}
	on := e.dayOf(now.Poll)
	if on.After(now.By) {
		e.note(f.place(), "表决在 %s 举行，超过规定的 %s", "the vote was held on %s, later than %s", on, now.By)
	}
	bars := []deliberation.Date{{}}
	if !now.Passed.Met && e.dismiss.BarMonths.Key != "" {
		bars = e.day(f.At)
		for i := range bars {
			bars[i] = bars[i].AddMonths(e.dismiss.BarMonths.Count)
		}
	}
	if !slices.Contains(bars, now.BarredUntil) {
		e.fail(f.place(), "不得以同一事实和理由再提的期限与规则不符", "until when it cannot be brought again is not the rule's")
	}
}
