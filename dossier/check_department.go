package dossier

import (
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// rating checks a rating of departments: each body of the matter stood on the ballot by
// its sheet, its result is what the count gives, it was told, and it replied in time or
// its silence was told.
func (e *examination) rating() {
	c := &ratingCourse{examination: e, of: map[deliberation.DepartmentID]*deliberation.RatedDepartment{}, silent: map[deliberation.DepartmentID]bool{}}
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		switch v := f.Value.(type) {
		case *deliberation.RatedListData:
			c.list(f, *v)
		case *deliberation.MotionData:
			c.motion(f, v.Motion)
		case *deliberation.RatedData:
			c.rated(f, *v)
		case *deliberation.RatingActData:
			c.acted(f, *v)
		}
	}
	if len(c.of) != len(e.d.Case.Matter.Departments) {
		e.fail(inFile(factsFile), "被评议单位没有列成名单", "the departments were never listed")
	}
	if e.h.ended != nil && e.h.ended.Outcome == deliberation.Carried {
		c.complete()
	}
	replied := 0
	for _, d := range c.of {
		if !d.Reply.IsZero() {
			replied++
		}
	}
	e.summary("核对 %d 个单位的评议结果，%d 个单位已答复", "the results of %d departments were checked, %d have replied", len(c.of), replied)
}

// ratingCourse is a rating while it is examined.
type ratingCourse struct {
	*examination
	of map[deliberation.DepartmentID]*deliberation.RatedDepartment
	// silent are those whose limit passed and was told.
	silent map[deliberation.DepartmentID]bool
}

// list checks that the sheets name the bodies of the matter, with the criteria and the
// grades of the rules.
func (c *ratingCourse) list(f *Fact, v deliberation.RatedListData) {
	names := c.d.Case.Matter.Departments
	if len(c.of) > 0 || len(v.Departments) != len(names) {
		c.fail(f.place(), "名单与事项所列的单位不符", "the list is not that of the matter")
		return
	}
	for i, s := range v.Departments {
		file, _ := c.d.paper(s.Sheet.ID)
		if s.ID != deliberation.DepartmentAt(i) || string(c.d.files[file]) != deliberation.DepartmentSheet(names[i], *c.rate) {
			c.fail(f.place(), "单位 %s 的评议票与事项或者规则不符", "the sheet of %s is not what the matter and the rules give", s.ID)
		}
		c.of[s.ID] = &deliberation.RatedDepartment{ID: s.ID, Sheet: s.Sheet}
	}
}

// motion finds the body that a question is about, and checks what it offered.
func (c *ratingCourse) motion(f *Fact, m deliberation.Motion) {
	for _, d := range c.of {
		if d.Sheet != m.Paper || d.Motion != "" {
			continue
		}
		d.Motion = m.ID
		if !same(m.Options, c.rate.Options()) || m.Seats != 1 || m.Voting != deliberation.SecretVoting || m.WriteIn {
			c.fail(f.place(), "评议等次或者投票方式与规则不符", "the grades, or the way to vote, are not the rule's")
		}
		return
	}
	c.fail(f.place(), "议题不是名单上的单位", "a question about nobody on the list")
}

// rated computes a result again.
func (c *ratingCourse) rated(f *Fact, v deliberation.RatedData) {
	d := c.of[v.Department]
	if d == nil || d.Result != nil || d.Motion == "" || d.Motion != v.Motion {
		c.fail(f.place(), "评议的单位不在名单上，或者评议了两次", "the department is not on the list, or was rated twice")
		return
	}
	d.Result = &v.Result
	count, on, found := c.gradesOf(v.Meeting, v.Motion)
	result, err := c.rate.Rate(count)
	if !found || err != nil || !same(result, v.Result) {
		c.fail(f.place(), "评议结果与重新计算不符", "the result is not what the count gives")
	}
	if v.Held != on {
		c.fail(f.place(), "评议日期与会议日期不符", "the day of the rating is not the meeting's")
	}
}

// acted checks that a body was told once, and what became of its limit.
func (c *ratingCourse) acted(f *Fact, v deliberation.RatingActData) {
	d := c.of[v.Department]
	if d == nil || d.Result == nil || !same(v.Days, c.rate.ReplyDays) {
		c.fail(f.place(), "单位没有评议结果，或者答复天数与规则不符", "the department has no result, or the days are not the rule's")
		return
	}
	switch {
	case v.Act == "":
		if d.Told.IsZero() || c.silent[d.ID] || !d.Reply.IsZero() || !v.Due.Equal(d.ReplyDue) || f.At.Before(v.Due) {
			c.fail(f.place(), "未到期限即记为逾期未答复", "taken for silent before the limit, or twice")
		}
		c.silent[d.ID] = true
	case v.Act != d.NextAct() || v.Paper.IsZero():
		c.fail(f.place(), "该单位此时不应有此处理", "this was not what the department's rating waited for")
	case v.Act == deliberation.ForwardRatings:
		c.mayDo(f, v.Act)
		d.Told, d.ReplyDue = v.Paper, v.Due
		if v.Late || !c.limited(f.At, v.Days.Days, v.Due) {
			c.fail(f.place(), "答复期限计算有误", "the limit of the reply is miscounted")
		}
	default:
		c.mayDo(f, v.Act)
		d.Reply = v.Paper
		if !v.Due.Equal(d.ReplyDue) || v.Late == f.At.Before(v.Due) {
			c.fail(f.place(), "是否逾期与时间不符", "late or not is not what the times say")
		}
		if v.Late && !c.silent[d.ID] {
			c.fail(f.place(), "逾期没有上报和公布", "a late reply was not told on")
		}
	}
}

// complete checks that nothing was left out of a rating that went its whole way.
func (c *ratingCourse) complete() {
	for _, d := range c.of {
		if d.Result == nil || d.Told.IsZero() || d.Reply.IsZero() && !c.silent[d.ID] {
			c.fail(inFile(factsFile), "单位 %s 没有评议结果、没有送达，或者既没有答复也没有记为逾期", "%s has no result, was not told, or neither replied nor was told on", strings.ToValidUTF8(string(d.ID), "?"))
		}
	}
	if len(c.h.filed) == 0 {
		c.fail(c.h.end.place(), "评议结果没有报送", "the result was never sent to the county")
	}
	for _, f := range c.h.filed {
		c.mayDo(&f, deliberation.FileResolution)
	}
}
