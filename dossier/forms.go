package dossier

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Form is one of the six forms 四议两公开登记表 (law.md §14): 提议, 商议, 审议,
// 决议, 决议公开, 实施结果公开. Its words are part of the dossier's format: they
// do not follow those of the pages.
type Form struct {
	Number    int                     `json:"number"`
	Title     string                  `json:"title"` // 表名
	Community string                  `json:"community"`
	Process   deliberation.ProcessID  `json:"process"`
	Cause     string                  `json:"cause"`  // 动议事由
	Matter    string                  `json:"matter"` // 事项
	Summary   string                  `json:"summary"`
	BudgetFen int64                   `json:"budget_fen"`
	Meetings  []FormMeeting           `json:"meetings,omitempty"`
	Postings  []FormPosting           `json:"postings,omitempty"`   // 公开情况
	Advice    []deliberation.PaperRef `json:"advice,omitempty"`     // 街道(乡镇)意见
	Opinions  []FormMark              `json:"supervision,omitzero"` // 监督意见
	Results   []FormResult            `json:"results"`              // 结果
	Remark    string                  `json:"remark,omitempty"`
	// Demand is of 联名提议登记表 alone, Consultation of 议事协商登记表.
	Demand       *FormDemand       `json:"demand,omitempty"`
	Consultation *FormConsultation `json:"consultation,omitempty"`
	// Items are of 民情恳谈登记表 alone.
	Items []FormItem `json:"items,omitempty"`
	// Livelihood is of 民生事项登记表 alone.
	Livelihood *FormLivelihood `json:"livelihood,omitempty"`
	// Hearing is of 听证、论证登记表 alone.
	Hearing *FormHearing `json:"hearing,omitempty"`
	// Election is of 选举登记表 alone, Recall of 罢免登记表.
	Election *FormElection `json:"election,omitempty"`
	Recall   *FormRecall   `json:"recall,omitempty"`
}

// FormMeeting is one sitting on a form.
type FormMeeting struct {
	ID         deliberation.MeetingID  `json:"id"`
	Body       string                  `json:"body"` // 会议形式
	Notice     time.Time               `json:"notice,omitzero"`
	Time       time.Time               `json:"time,omitzero"`
	Urgent     bool                    `json:"urgent,omitempty"`
	Due        int                     `json:"due"`     // 应到
	Present    int                     `json:"present"` // 实到
	Ratio      string                  `json:"ratio"`   // 比例, 实到/应到
	Attendance []Attendee              `json:"attendance,omitempty"`
	Content    []deliberation.PaperRef `json:"content,omitempty"` // 内容: what was put to the vote, the minutes
	Votes      []FormVote              `json:"votes,omitempty"`   // 表决
	Verdicts   []string                `json:"verdicts"`          // 结论
	Signed     []Signature             `json:"signed,omitempty"`  // 签字
	// Agents is how many mandates were published 委托.
	Agents int `json:"agents,omitempty"`
}

// Attendee is a member who was due, and when they signed in.
type Attendee struct {
	Person deliberation.PersonID `json:"person"`
	Name   string                `json:"name,omitempty"`
	At     time.Time             `json:"at,omitzero"` // zero: absent 缺席
}

// Signature is a name below a paper.
type Signature struct {
	As     string                `json:"as"`
	Person deliberation.PersonID `json:"person"`
	Name   string                `json:"name,omitempty"`
	At     time.Time             `json:"at"`
}

// FormPosting is one display on a form.
type FormPosting struct {
	ID         deliberation.PostingID `json:"id"`
	Paper      deliberation.PaperRef  `json:"paper"`
	Posted     time.Time              `json:"posted"`
	Until      time.Time              `json:"until"`
	Ended      time.Time              `json:"ended,omitzero"`
	TornDown   bool                   `json:"torn_down,omitempty"`
	Photo      deliberation.PaperRef  `json:"photo,omitzero"`
	Objections int                    `json:"objections"`
}

// FormMark is what the supervisors said on a form.
type FormMark struct {
	Kind   string                 `json:"kind"`
	Person deliberation.PersonID  `json:"person,omitempty"`
	Name   string                 `json:"name,omitempty"`
	At     time.Time              `json:"at"`
	Paper  deliberation.PaperRef  `json:"paper,omitzero"`
	State  deliberation.MarkState `json:"state"`
}

// FormVote is one vote of a meeting.
type FormVote struct {
	Poll  deliberation.PollID   `json:"poll"`
	Text  deliberation.PaperRef `json:"text"`
	Tally deliberation.Tally    `json:"tally"`
	// Questions is the count of several motions on one ballot, Chosen who or what won
	// in each of them.
	Questions []deliberation.QuestionCount `json:"questions,omitempty"`
	Chosen    []FormChoice                 `json:"chosen,omitempty"`
	// Paper is how the paper ballots added up 选票核对.
	Paper *deliberation.Reconciliation `json:"paper,omitempty"`
}

// FormChoice is who or what a motion chose, by the lines of its text.
type FormChoice struct {
	Motion string                  `json:"motion"`
	Chosen []deliberation.OptionID `json:"chosen,omitempty"`
	Tied   []deliberation.OptionID `json:"tied,omitempty"`
}

// FormResult is how a visit of the form's stage ended.
type FormResult struct {
	Round   int       `json:"round"`
	Outcome string    `json:"outcome"`
	At      time.Time `json:"at"`
}

// formStages gives the stage of each form, from 表1 to 表6.
var formStages = []struct {
	stage deliberation.Stage
	title string
}{
	{deliberation.Proposal, "表1 党组织提议"},
	{deliberation.Consultation, "表2 “两委”会议商议"},
	{deliberation.Review, "表3 党员大会审议"},
	{deliberation.Resolution, "表4 居(村)民会议或代表会议决议"},
	{deliberation.ResolutionDisclosure, "表5 决议公开"},
	{deliberation.ResultDisclosure, "表6 实施结果公开"},
}

// Forms makes the forms of the case's kind from the facts: all six, of a
// conference those of the stages it has. A stage that was never reached has its
// form too, and says so.
func Forms(d Data) []Form {
	h := historyOf(d.Facts)
	var all []Form
	for i, s := range formStages {
		if !slices.Contains(deliberation.StagesOf(d.Case.Kind), s.stage) {
			continue
		}
		m := d.Case.Matter
		f := Form{
			Number: i + 1, Title: s.title, Community: d.Case.Community.Name, Process: d.Case.ID,
			Cause: causes[m.Origin], Matter: m.Title, Summary: m.Summary, BudgetFen: m.BudgetFen, Results: []FormResult{},
		}
		for _, v := range h.visits {
			if v.stage == s.stage {
				d.fill(&f, h, v)
			}
			if v.stage == deliberation.Advice && s.stage == deliberation.Resolution {
				f.Advice = append(f.Advice, d.advice(v)...)
			}
		}
		switch {
		case s.stage == deliberation.Review && len(m.Delegates) > 0:
			f.Remark = "党员代表代替党员大会审议，理由：" + m.ChoiceReason
		case len(f.Results) > 0:
		case s.stage == deliberation.Consultation && h.started != nil && h.started.Merged:
			f.Remark = "书记、主任由一人担任,与表1合并召开,见表1。"
		default:
			f.Remark = "未进行。"
		}
		all = append(all, f)
	}
	if d.Case.Kind == deliberation.DemandKind {
		all = append(all, demandForm(d, h))
	}
	if d.Case.Kind == deliberation.HearingKind {
		all = append(all, hearingForm(d, h))
	}
	if d.Case.Kind == deliberation.ConsultationKind {
		all = append(all, consultationForm(d, h))
	}
	if d.Case.Kind == deliberation.LivelihoodKind {
		all = append(all, livelihoodForm(d, h))
	}
	if d.Case.Kind == deliberation.OpenTalkKind {
		all = append(all, openTalkForm(d, h))
	}
	switch d.Case.Kind {
	case deliberation.ElectionKind:
		all = append(all, electionForm(d, h))
	case deliberation.RecallKind:
		all = append(all, recallForm(d, h))
	}
	return all
}

// fill adds one visit of the form's stage.
func (d Data) fill(f *Form, h *history, v *visit) {
	r := FormResult{Round: value[deliberation.StageData](&v.entry).Round, Outcome: "未办结", At: v.entry.At}
	if v.outcome != nil {
		r.Outcome, r.At = outcomes[v.outcome.Outcome], v.leave.At
	}
	f.Results = append(f.Results, r)
	for _, m := range h.in(v) {
		f.Meetings = append(f.Meetings, d.meeting(m))
	}
	for _, q := range h.postings {
		if q.visit == v {
			f.Postings = append(f.Postings, d.posting(h, q))
		}
	}
	for _, x := range v.facts {
		if m, ok := x.Value.(*deliberation.MarkData); ok {
			k := m.Mark
			f.Opinions = append(f.Opinions, FormMark{Kind: marks[k.Kind], Person: k.By, Name: d.People[k.By], At: x.At, Paper: k.Paper, State: k.State})
		}
	}
}

func (d Data) meeting(m *sitting) FormMeeting {
	n := value[deliberation.NoticeData](m.notice)
	out := FormMeeting{ID: m.id, Body: bodies[n.Body], Time: n.Starts, Urgent: n.Urgent, Verdicts: []string{}}
	if m.notice != nil {
		out.Notice = m.notice.At
	}
	for _, x := range d.Rolls[m.id].Members {
		out.Attendance = append(out.Attendance, Attendee{x.Person, d.People[x.Person], x.CheckedIn})
	}
	took := func(v deliberation.Verdict) {
		out.Due, out.Present = v.Attendance.Whole.Due, v.Attendance.Whole.Present
		out.Verdicts = append(out.Verdicts, sentences(v)...)
	}
	for i := range m.quorums {
		took(value[deliberation.VerdictData](&m.quorums[i]).Verdict)
	}
	for _, p := range m.polls {
		if text := value[deliberation.RollData](p.opened).Text; !text.IsZero() {
			out.Content = append(out.Content, text)
		}
		if c := value[deliberation.CountData](p.closed); p.closed != nil {
			v := FormVote{Poll: p.id, Text: value[deliberation.RollData](p.opened).Text, Tally: c.Tally, Questions: c.Questions, Paper: c.Paper}
			for i := range p.passings {
				if d := value[deliberation.VerdictData](&p.passings[i]); len(d.Chosen)+len(d.Tied) > 0 {
					v.Chosen = append(v.Chosen, FormChoice{d.Motion, d.Chosen, d.Tied})
				}
			}
			out.Votes = append(out.Votes, v)
		}
		for i := range p.passings {
			took(value[deliberation.VerdictData](&p.passings[i]).Verdict)
		}
	}
	for i := range m.mandates {
		out.Agents = value[deliberation.MandatesData](&m.mandates[i]).Count
	}
	for i := range m.papers {
		out.Content = append(out.Content, value[deliberation.PaperData](&m.papers[i]).Paper)
	}
	for i := range m.signed {
		s := m.signed[i]
		out.Signed = append(out.Signed, Signature{signers[value[deliberation.SignedData](&s).As], s.Actor, d.People[s.Actor], s.At})
	}
	out.Ratio = fmt.Sprintf("%d/%d", out.Present, out.Due)
	return out
}

func (d Data) posting(h *history, q *hanging) FormPosting {
	p := value[deliberation.PostedData](q.posted)
	out := FormPosting{
		ID: q.id, Paper: p.Paper, Posted: p.Posted, Until: p.DisplayUntil,
		TornDown: q.broken != nil, Photo: value[deliberation.PaperData](q.proof).Paper,
	}
	if q.ended != nil {
		out.Ended = q.ended.At
	}
	for _, steps := range h.objections {
		if value[deliberation.ObjectionData](&steps[0]).Objection.Posting == q.id {
			out.Objections++
		}
	}
	return out
}

func (d Data) advice(v *visit) (refs []deliberation.PaperRef) {
	for _, f := range v.facts {
		if f.Kind == deliberation.FactPaper {
			refs = append(refs, value[deliberation.PaperData](&f).Paper)
		}
	}
	return refs
}

// sentences writes each threshold of a verdict with its numbers and its source.
func sentences(v deliberation.Verdict) (list []string) {
	what := map[deliberation.Question]string{deliberation.QuorumQuestion: "到会", deliberation.PassingQuestion: "赞成", deliberation.DemandQuestion: "联名", deliberation.RecallQuestion: "赞成"}[v.Question]
	for _, c := range v.Checks {
		m := c.Rule.Majority
		count, said := strconv.Itoa, what
		switch m.Of {
		case deliberation.OfOwnersArea, deliberation.OfParticipatingArea:
			count = func(n int) string { return deliberation.AreaText(n) + "平方米" }
		}
		if m.Of == deliberation.OfOwnersArea || m.Of == deliberation.OfOwnersHeads {
			said = "参与表决"
		}
		if v.Question == deliberation.RecallQuestion && m.Of != deliberation.OfVoters && m.Of != deliberation.OfPresent {
			said = "参加投票"
		}
		sign, result := "≥", "符合"
		if m.Comparison == deliberation.MoreThan {
			sign = ">"
		}
		if !c.Met {
			result = "不符合,差" + count(c.Short)
		}
		list = append(list, fmt.Sprintf("%s%s:基数%s,要求%s%s即至少%s,实有%s,%s。依据:%s。",
			bodies[c.Body], said, count(c.Base), sign, m.Fraction, count(c.Need), count(c.Had), result, c.Rule.Basis.Citation))
	}
	return list
}
