package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// livelihoodFormNumber is the number of 民生事项登记表 among all forms.
const livelihoodFormNumber = 20

// FormLivelihood is what 民生事项登记表 says beside meetings and postings (law.md §14).
type FormLivelihood struct {
	List     deliberation.PaperRef `json:"list,omitzero"` // 意见归并清单
	Opinions int                   `json:"opinions"`      // 收到意见
	Affected string                `json:"affected"`      // 涉及
	Forum    string                `json:"forum"`         // 听证形式
	// Hearings are the hearings and appraisals that were held for it, with their reports.
	Hearings  []FormHeard            `json:"hearings,omitempty"`
	Surveys   []FormSurvey           `json:"surveys,omitempty"`
	Forwarded deliberation.ProcessID `json:"forwarded,omitempty"`
}

// FormHeard is one hearing on the form.
type FormHeard struct {
	Process    deliberation.ProcessID `json:"process"`
	Report     deliberation.PaperRef  `json:"report"`
	Conclusion string                 `json:"conclusion,omitempty"`
}

// FormSurvey is one survey of satisfaction 满意度测评 on the form.
type FormSurvey struct {
	deliberation.Satisfaction
	Percent int                   `json:"percent"`
	Result  string                `json:"result"`
	Report  deliberation.PaperRef `json:"report"`
}

var touched = map[deliberation.Affected]string{
	deliberation.AffectsAll: "全体居(村)民", deliberation.AffectsSome: "部分居(村)民或者特定群体", deliberation.AffectsOther: "不涉及公共服务项目",
}

var appraised = map[deliberation.Finding]string{
	deliberation.Feasible: "可行", deliberation.FeasibleWithChanges: "修改后可行", deliberation.NotFeasible: "不可行",
}

// livelihoodForm makes 民生事项登记表 from the facts.
func livelihoodForm(d Data, h *history) Form {
	m := d.Case.Matter
	f := Form{
		Number: livelihoodFormNumber, Title: "民生事项登记表", Community: d.Case.Community.Name, Process: d.Case.ID,
		Cause: causes[m.Origin], Matter: m.Title, Summary: m.Summary, BudgetFen: m.BudgetFen, Results: []FormResult{},
	}
	l := FormLivelihood{}
	for _, v := range h.visits {
		d.fill(&f, h, v)
	}
	for i := range d.Facts {
		switch v := d.Facts[i].Value.(type) {
		case *deliberation.OpinionsData:
			l.Opinions = v.Received
		case *deliberation.MergedData:
			l.List, l.Affected, l.Forum = v.Paper, touched[v.Affected], "转议事协商"
			if v.Forum != nil {
				l.Forum = bodies[v.Forum.Body]
			}
		case *deliberation.HearingReportData:
			l.Hearings = append(l.Hearings, FormHeard{Process: v.Process, Report: v.Paper, Conclusion: appraised[v.Conclusion]})
		case *deliberation.SurveyData:
			s := FormSurvey{Satisfaction: v.Survey, Percent: v.Survey.Percent(), Result: "达到标准", Report: v.Paper}
			switch {
			case v.Returned:
				s.Result = "未达到标准，退回改进"
			case !v.Met:
				s.Result = "未达到标准，如实公布"
			}
			l.Surveys = append(l.Surveys, s)
		case *deliberation.ForwardedData:
			l.Forwarded = v.Process
		}
	}
	f.Livelihood = &l
	return f
}

// livelihoodMatter checks a livelihood matter: the opinions were merged by the Party
// organisation once all were answered, the forum is the rule's, its hearing was held
// before anybody reviewed or resolved, the survey adds up and was judged by the rule.
func (e *examination) livelihoodMatter() {
	var opinions, merged *Fact
	surveys, returns := 0, 0
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		switch v := f.Value.(type) {
		case *deliberation.OpinionsData:
			opinions = f
		case *deliberation.MergedData:
			e.mayDo(f, deliberation.MergeOpinions)
			forum := deliberation.ForumFor(e.rules.Forums, v.Affected)
			if opinions == nil || merged != nil || v.Paper.IsZero() || !slices.Contains(deliberation.FindingsOf(deliberation.MergeOpinions), deliberation.Finding(v.Affected)) {
				e.fail(f.place(), "意见没有答复、没有清单就归并，或者归并了两次", "merged without answers or a list, or twice")
			}
			if (forum == nil) != (v.Forum == nil) || forum != nil && !same(*forum, *v.Forum) {
				e.fail(f.place(), "听证形式与规则不符", "the forum is not the rule's")
			}
			merged = f
		case *deliberation.SurveyData:
			surveys++
			e.surveyed(f, *v, returns)
			if v.Returned {
				returns++
			}
		case *deliberation.ForwardedData:
			e.mayDo(f, deliberation.ForwardMatter)
			if v.Process == "" || merged == nil || value[deliberation.MergedData](merged).Affected != deliberation.AffectsOther {
				e.fail(f.place(), "没有写明转到哪个程序，或者应当听证", "sent on without naming where, or it needed a hearing")
			}
		}
	}
	e.surveysHeld()
	e.summary("意见已归并，满意度测评 %d 次", "opinions merged, %d surveys", surveys)
}

// surveyed checks one survey, before which the work was sent back so often.
func (e *examination) surveyed(f *Fact, d deliberation.SurveyData, returns int) {
	e.mayDo(f, deliberation.FileSurvey)
	if d.Survey.Check() != nil || d.Paper.IsZero() {
		e.fail(f.place(), "满意度测评的数字不能相加，或者没有结果文本", "the survey does not add up, or has no text")
	}
	met := d.Survey.Reaches(e.live.SatisfiedPercent.Count)
	if !same(d.Rule, e.live.SatisfiedPercent) || d.Met != met || d.Returned != (!met && returns < e.live.Returns.Count) {
		e.fail(f.place(), "满意度是否达到标准与规则不符", "the survey is not judged by the rule")
	}
}

// surveysHeld checks that each visit of the survey has one, and that the work went back
// where, and only where, it says so.
func (e *examination) surveysHeld() {
	for _, v := range e.h.visits {
		if v.stage != deliberation.SatisfactionCheck || v.outcome == nil || v.outcome.Outcome == deliberation.Withdrawn || v.outcome.Outcome == deliberation.Cancelled {
			continue
		}
		n, back := 0, false
		for _, f := range v.facts {
			if d, ok := f.Value.(*deliberation.SurveyData); ok {
				n, back = n+1, d.Returned
			}
		}
		if n != 1 {
			e.fail(v.leave.place(), "应有一次满意度测评，登记了 %d 次", "needs one survey and has %d", n)
		}
		if back != (v.outcome.Outcome == deliberation.Returned) {
			e.fail(v.leave.place(), "满意度测评的结果与其后的环节不符", "what followed is not what the survey says")
		}
	}
}

// touches gives whom the merged opinions were found to touch.
func (e *examination) touches() deliberation.Affected {
	for i := range e.d.Facts {
		if v, ok := e.d.Facts[i].Value.(*deliberation.MergedData); ok {
			return v.Affected
		}
	}
	return ""
}
