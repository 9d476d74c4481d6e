package dossier

import (
	"github.com/yishi-project/yishi/deliberation"
)

// appraisal checks a yearly report: each report answered what it owed, each grade is
// what the count gives, what follows is what the rules say, and it was seen to.
// Earlier appraisals stand in dossiers of their own; what this one says of them is
// taken as the record it was decided on.
func (e *examination) appraisal() {
	people := map[deliberation.PersonID]*deliberation.AppraisedPerson{}
	graded := 0
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		switch v := f.Value.(type) {
		case *deliberation.AppraisedListData:
			for _, a := range v.People {
				people[a.Person] = &deliberation.AppraisedPerson{Appraisee: a}
			}
		case *deliberation.DutyReportData:
			e.dutyReport(f, *v, people[v.Person])
		case *deliberation.GradedData:
			graded++
			e.graded(f, *v, people[v.Held.Person])
		case *deliberation.AppraisalActData:
			who := people[v.Person]
			if who == nil || v.Act != deliberation.ReceiveGrade && who.NextAct() != v.Act || v.Post != who.Post || v.Accept && v.Act != deliberation.RuleOnRow {
				e.fail(f.place(), "该评议结果不应有此处理", "this grade does not ask for that")
				continue
			}
			who.Take(deliberation.Act{Kind: v.Act, Paper: v.Paper, Accept: v.Accept})
		}
	}
	if e.h.ended != nil && e.h.ended.Outcome == deliberation.Carried {
		for _, who := range people {
			if who.Report.IsZero() || who.Grading == nil || who.NextAct() != "" {
				e.fail(inFile(factsFile), "有人没有述职、没有评定等次，或者评议结果没有落实", "somebody did not report, has no grade, or what follows from it was not seen to")
			}
		}
	}
	e.summary("核对 %d 人的述职和等次", "the reports and grades of %d were checked", graded)
}

// dutyReport checks that a person on the list reported once, and answered all.
func (e *examination) dutyReport(f *Fact, d deliberation.DutyReportData, who *deliberation.AppraisedPerson) {
	switch {
	case who == nil || who.Post != d.Post || f.Actor != d.Person || d.Paper.IsZero():
		e.fail(f.place(), "不是名单上的人本人提交的报告", "not the own report of somebody on the list")
		return
	case !who.Report.IsZero():
		e.fail(f.place(), "同一人提交了两次报告", "somebody reported twice")
	case d.Answered != d.Owed || d.Done > d.Answered || d.Promised < 1:
		e.fail(f.place(), "上年度承诺事项没有逐项答复，或者没有下年度承诺", "a commitment of last year has no answer, or none was made for the next")
	}
	who.Report = d.Paper
}

// graded computes a grade and what follows from it again.
func (e *examination) graded(f *Fact, d deliberation.GradedData, who *deliberation.AppraisedPerson) {
	if who == nil || who.Grading != nil || who.Post != d.Held.Post || who.Since != d.Since || d.Held.Process != e.manifest.Process {
		e.fail(f.place(), "评定的人不在名单上，或者评定了两次", "the person is not on the list, or was graded twice")
		return
	}
	who.Grading, who.Consequence = &d.Grading, d.Consequence
	count, starts, found := e.gradesOf(d.Meeting, d.Motion)
	grading, err := e.appraise.Grade(count)
	switch {
	case !found || err != nil || !same(grading, d.Grading) || d.Held.Grade != grading.Grade:
		e.fail(f.place(), "等次与重新计算不符", "the grade is not what the count gives")
	case d.Held.On != starts:
		e.fail(f.place(), "评议日期与会议日期不符", "the day of the appraisal is not the meeting's")
	case !same(e.appraise.Consequence(d.Held, d.Since, d.Before), d.Consequence):
		e.fail(f.place(), "评议结果的处理与规则不符", "what follows is not what the rules say")
	}
}

// gradesOf finds the count of a question, and the day of its meeting.
func (e *examination) gradesOf(meeting deliberation.MeetingID, motion string) (count deliberation.QuestionCount, on deliberation.Date, found bool) {
	for i := range e.d.Facts {
		switch v := e.d.Facts[i].Value.(type) {
		case *deliberation.NoticeData:
			if e.d.Facts[i].Subject == string(meeting) {
				on = deliberation.DateOf(v.Starts)
			}
		case *deliberation.CountData:
			for _, q := range v.Questions {
				if v.Meeting == meeting && string(q.Question) == motion {
					count, found = q, true
				}
			}
		}
	}
	return count, on, found
}
