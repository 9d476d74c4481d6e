package dossier

import (
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// disclosure checks 居(村)务公开: a table adds up and goes on from the one before,
// what hung is what the supervisors looked at and the joint meeting confirmed, none
// of them having drafted it, and a contested objection was ruled on in time or told of.
func (e *examination) disclosure() {
	s := e.h.started
	if err := deliberation.CheckDisclosureDay(e.d.Case.Matter, s.Started); err != nil {
		e.fail(e.h.first.place(), "期间未满即开始办理", "begun before its period was over")
	}
	var c course
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		switch v := f.Value.(type) {
		case *deliberation.DisclosureDraftData:
			e.drafted(f, *v)
			c = course{draft: v.Paper, drafter: f.Actor}
		case *deliberation.MarkData:
			if f.Stage != deliberation.DisclosureCheck || !gateMark(v.Mark.Kind) {
				continue
			}
			c.checked = true
			if v.Mark.By != "" && v.Mark.By == c.drafter {
				e.fail(f.place(), "审核的人就是拟定的人", "checked by whoever drafted it")
			}
		case *deliberation.DisclosureConfirmData:
			e.confirmed(f, *v, &c)
		case *deliberation.PostedData:
			if f.Kind == deliberation.FactPosted && (v.Paper != c.draft || !c.checked || !c.confirmed) {
				e.fail(f.place(), "公布的不是经审核并由联席会议确定的内容", "what hangs was not checked and confirmed as it is")
			}
			c.posted = true
		case *deliberation.ObjectionData:
			e.ruled(f, v.Objection)
		}
	}
	if e.h.ended != nil && e.h.ended.Outcome == deliberation.Carried && !c.posted {
		e.fail(inFile(factsFile), "没有公布即告办结", "it ended without having been posted")
	}
	e.summary("公开内容的审核、确定和公布相符", "what was checked, confirmed and posted agree")
}

// course is how far the last draft has come.
type course struct {
	draft     deliberation.PaperRef
	drafter   deliberation.PersonID
	checked   bool
	confirmed bool
	posted    bool
}

// drafters are who hands in what is disclosed.
var drafters = []deliberation.Office{deliberation.Director, deliberation.CommitteeMember, deliberation.Clerk}

// drafted adds the table of a draft up again from its own text.
func (e *examination) drafted(f *Fact, d deliberation.DisclosureDraftData) {
	if d.Paper.IsZero() || f.Actor == "" || !slices.Contains(drafters, f.Office) {
		e.fail(f.place(), "公开内容没有文本，或者不是委员会提交", "a draft without a text, or not handed in by the committee")
	}
	if !e.disclose.Item.Table {
		if d.Sum != nil || d.Before != nil {
			e.fail(f.place(), "该项目不以收支表公布", "this item has no table")
		}
		return
	}
	name, _ := e.d.paper(d.Paper.ID)
	table, err := deliberation.ParseAccounts(string(e.d.files[name]))
	switch {
	case err != nil || len(table.Problems(nil)) > 0:
		e.fail(inFile(name), "收支表不平衡", "the accounts do not add up")
	case d.Sum == nil || *d.Sum != table.Sum():
		e.fail(f.place(), "登记的合计与收支表不符", "the sum on record is not that of the table")
	case d.Before != nil && (d.Before.Closing != d.Sum.Opening || d.BeforeFrom == ""):
		e.fail(f.place(), "期初余额与上期期末余额不符", "the opening balance is not what the last period closed with")
	}
}

// confirmed checks what the joint meeting decided, and on which draft.
func (e *examination) confirmed(f *Fact, d deliberation.DisclosureConfirmData, c *course) {
	switch {
	case f.Office != deliberation.Secretary && f.Office != deliberation.Director:
		e.fail(f.place(), "不是书记或者主任登记", "entered by neither secretary nor director")
	case d.Draft != c.draft || !c.checked || d.Paper.IsZero():
		e.fail(f.place(), "联席会议确定的不是经审核的内容", "the joint meeting had another draft, or one that nobody had checked")
	case deliberation.ConfirmDay(d.On.Start(), e.h.started.Started, deliberation.DateOf(f.At)) != nil:
		e.fail(f.place(), "联席会议日期有误", "the day of the joint meeting is wrong")
	}
	c.confirmed = d.Accepted
}

// ruled checks an objection that was contested: by when the street or township had to
// rule, and that it did, or that its silence is on record.
func (e *examination) ruled(f *Fact, o deliberation.Objection) {
	if o.Contest.IsZero() {
		if !o.RulingDue.IsZero() || !o.Ruling.IsZero() || o.Upheld {
			e.fail(f.place(), "没有人对答复不服，却有处理", "ruled on without having been contested")
		}
		return
	}
	if o.State == deliberation.ObjectionContested && !e.limited(f.At, e.disclose.RulingDays.Days, o.RulingDue) {
		e.fail(f.place(), "处理期限计算有误", "the limit for the ruling is miscounted")
	}
	if o.State != deliberation.ObjectionSettled {
		return
	}
	switch {
	case o.Ruling.IsZero() && (o.Upheld || f.At.Before(o.RulingDue)):
		e.fail(f.place(), "未经处理即办结", "settled without a ruling, before its limit")
	case !o.Ruling.IsZero() && (f.Office != deliberation.Guide || o.Ruled.After(f.At)):
		e.fail(f.place(), "不是街道(乡镇)作出的处理", "ruled by nobody of the street or township")
	}
}

// limited reports whether a limit of n days from a moment ends when it says. Where
// the calendar of the year was provisional, any day that rest days may have moved it
// to is taken.
func (e *examination) limited(from time.Time, n int, due time.Time) bool {
	return slices.ContainsFunc(e.day(from), func(on deliberation.Date) bool {
		limit, earliest := e.d.Calendar.Deadline(on, n), on.AddDays(n)
		moved := limit.Provisional && !due.Before(earliest.End()) && !due.After(earliest.AddDays(maxRoll).End())
		return moved || due.Equal(limit.Date.End())
	})
}

// upheld reports whether a fact says that an objection was found right.
func upheld(f Fact) bool { return value[deliberation.ObjectionData](&f).Objection.Upheld }
