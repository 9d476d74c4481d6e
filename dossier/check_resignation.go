package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// resignation checks that a resignation was the person's own, or that somebody does not
// serve was brought by others; that it was put to the vote as it was handed in, that the
// post ended on the day it passed, and the vacancy. How many are left in the committee the
// roster knows; the number is taken as it stands.
func (e *examination) resignation() {
	setup := *e.h.started.Resignation
	if !same(e.d.Case.Matter.Resignation, e.h.started.Resignation) {
		e.fail(inFile(processFile), "辞职的人与启动记录不符", "who resigns differs from the start")
	}
	var last deliberation.ResignationProgress
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		switch v := f.Value.(type) {
		case *deliberation.ResignationData:
			now := v.Resignation
			if now.Setup != setup || !last.Letter.IsZero() && now.Letter != last.Letter || last.Passed != nil {
				e.fail(f.place(), "辞职的人、职务或者辞职书前后不一", "the person, the post or the letter changed")
			}
			if last.Letter.IsZero() {
				e.handedIn(f, now)
			}
			if now.Passed != nil {
				e.released(f, now)
			}
			last = now
		case *deliberation.MotionData:
			if v.Motion.Paper != last.Letter || v.Motion.Voting != deliberation.SecretVoting || len(v.Motion.Options) > 0 {
				e.fail(f.place(), "表决的不是提交的材料，或者不是无记名", "what was put to the vote is not what was handed in, or not by secret ballot")
			}
		}
	}
	if e.h.ended != nil && e.h.ended.Outcome == deliberation.Carried {
		if last.Ended.IsZero() || len(e.h.filed) == 0 {
			e.fail(e.h.end.place(), "职务没有终止，或者没有报送备案", "no post ended, or it was never filed")
		}
		for _, f := range e.h.filed {
			e.mayDo(&f, deliberation.FileResolution)
		}
	}
	e.summary("辞职书和表决核对一致", "the letter and the vote agree")
}

// handedIn checks whose the paper is.
func (e *examination) handedIn(f *Fact, now deliberation.ResignationProgress) {
	own := f.Actor == now.Setup.Person
	e.mayDo(f, deliberation.FileResignation)
	if now.Letter.IsZero() || own == now.Setup.Inactive || !own && !now.Setup.Inactive && f.Office != deliberation.Clerk {
		e.fail(f.place(), "不是本人的辞职书，或者由本人提请认定不履行职责", "not the person's own letter, or brought by themselves that they do not serve")
	}
}

// released holds the end of a post against the vote.
func (e *examination) released(f *Fact, now deliberation.ResignationProgress) {
	p := e.h.pollAt[string(now.Poll)]
	if p == nil || p.closed == nil || len(p.passings) != 1 || !same(*now.Passed, value[deliberation.VerdictData](&p.passings[0]).Verdict) {
		e.fail(f.place(), "表决结果与登记不符", "the verdict is not the registered one")
		return
	}
	want := deliberation.ResignationProgress{}
	if now.Passed.Met {
		if !slices.Contains(e.day(p.closed.At), now.Ended) {
			e.fail(f.place(), "职务终止日期不是表决通过之日", "the post did not end on the day of the vote")
		}
		e.release.Ends(&want, now.Ended, now.Left)
	}
	if want.Ended != now.Ended || want.VacancyBy != now.VacancyBy || now.Left < 0 || !now.Passed.Met && now.Left != 0 {
		e.fail(f.place(), "职务终止或者补选期限与规则不符", "the end of the post, or the limit of the by-election, is not the rule's")
	}
}
