package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// heard is what the facts of a hearing have said so far.
type heard struct {
	plan      *deliberation.HearingPlanData
	committed string
	opened    *Fact
	drawn     *deliberation.DrawnData
	speakers  []deliberation.PersonID
	signed    map[deliberation.PersonID]bool
	report    *deliberation.HearingReportData
}

// hearing checks a hearing: the choice of forum and the plan, the draw again from its
// seed and list, that those chosen were the ones heard, the record signed by each who
// spoke, and a disposition of every statement.
func (e *examination) hearing() {
	s := heard{signed: map[deliberation.PersonID]bool{}}
	if e.h.started.For != e.d.Case.Matter.For {
		e.fail(inFile(processFile), "所为事项与启动记录不符", "the matter it was held for differs from the start")
	}
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		switch v := f.Value.(type) {
		case *deliberation.HearingPlanData:
			e.hearingPlan(f, *v)
			s.plan = v
		case *deliberation.DrawCommittedData:
			e.signUpWindow(f, *v, s)
			s.committed, s.opened = v.Commitment, f
		case *deliberation.DrawnData:
			e.drawnAgain(f, *v, s)
			s.drawn, s.committed = v, ""
		case *deliberation.SpeakersData:
			s.speakers = v.Persons
			if s.plan != nil && !slices.Contains(v.Persons, s.plan.Plan.Presenter) {
				e.fail(f.place(), "需要签署笔录的人里没有陈述人", "the presenter is not among those with the record to sign")
			}
			e.heardWereChosen(f, v.Meeting)
		case *deliberation.RecordSignedData:
			e.recordSigned(f, *v, s)
			s.signed[v.Person] = true
		case *deliberation.HearingReportData:
			e.hearingReport(f, *v, s)
			s.report = v
		}
	}
	if e.h.ended == nil || e.stopped() {
		return
	}
	if s.plan == nil || s.drawn == nil || s.report == nil {
		e.fail(e.h.end.place(), "程序结束时没有方案、抽签或者报告", "it ended without a plan, a draw or a report")
		return
	}
	e.summary("重新抽签一致，参加人 %d 人，意见 %d 条均有处理结果", "the lots come to the same, %d took part, %d statements each disposed of", s.drawn.Seats(), s.report.Count.Received)
}

// hearingPlan checks the plan against the rules, and that another forum than the
// matter needs went before the supervisors with its reason.
func (e *examination) hearingPlan(f *Fact, d deliberation.HearingPlanData) {
	e.mayDo(f, deliberation.SettleHearing)
	if d.Body != e.listen.Meeting.Body || d.Paper.IsZero() || e.listen.CheckPlan(d.Plan) != nil {
		e.fail(f.place(), "方案与规则不符", "the plan is not what the rules allow")
	}
	days := e.day(f.At)
	if deliberation.DateOf(d.Starts).Before(e.listen.EarliestSitting(days[len(days)-1])) {
		e.fail(f.place(), "开会时间没有留足公告、名单公布和送达材料的天数", "the sitting leaves no time for the announcement, the list and the papers")
	}
	otherwise := e.listen.Otherwise(e.h.started.Affected)
	if !same(d.Otherwise, otherwise) || (otherwise != nil) != (e.d.Case.Matter.ChoiceReason != "") {
		e.fail(f.place(), "会议形式的选择与规则不符，或者没有写明理由", "the choice of forum is not the rule's, and not justified")
	}
	if v := e.visitOf(f); otherwise != nil && v != nil && whole(v) && !slices.ContainsFunc(v.facts, func(x Fact) bool {
		return gateMark(value[deliberation.MarkData](&x).Mark.Kind)
	}) {
		e.fail(f.place(), "另作选择没有经监督委员会查看", "the other choice did not go before the supervisors")
	}
	if e.d.Hearing != nil {
		var sides []deliberation.SideSeats
		for _, side := range e.d.Hearing.Sides {
			sides = append(sides, side.SideSeats)
		}
		if !slices.Equal(sides, d.Plan.Sides) {
			e.fail(inFile(hearingFile), "利益方与方案不符", "the sides are not those of the plan")
		}
	}
}

// signUpWindow checks when people could sign up; a paper that was torn down is posted
// again under the same commitment.
func (e *examination) signUpWindow(f *Fact, d deliberation.DrawCommittedData, s heard) {
	if s.committed != "" && s.committed != d.Commitment {
		e.fail(f.place(), "报名期间更换了随机数", "another seed was committed while the sign-up was open")
	}
	posted := slices.ContainsFunc(e.h.postings, func(q *hanging) bool {
		return q.visit.stage == deliberation.HearingSignUp && q.posted != nil && value[deliberation.PostedData](q.posted).DisplayUntil.Equal(d.Window.Until)
	})
	if len(d.Commitment) != 64 || d.Window.Until.Before(d.Window.Opened) || !posted {
		e.fail(f.place(), "报名起止时间与公告不符", "the sign-up is not open as long as the announcement hangs")
	}
}

// drawnAgain draws the lots once more from the published seed and the list.
func (e *examination) drawnAgain(f *Fact, d deliberation.DrawnData, s heard) {
	if s.opened == nil || s.plan == nil || e.d.Hearing == nil {
		e.fail(f.place(), "没有事先公布随机数的哈希值", "no seed was committed before the draw")
		return
	}
	window := value[deliberation.DrawCommittedData](s.opened).Window
	if d.Window.Closed.Before(window.Until) || !d.Window.Until.Equal(window.Until) || d.Window.Closed.After(f.At) {
		e.fail(f.place(), "报名没有开放到截止时间", "the sign-up was not open until its end")
	}
	var sides []deliberation.SideSeats
	for _, side := range d.Sides {
		sides = append(sides, side.SideSeats)
	}
	if !slices.Equal(sides, s.plan.Plan.Sides) {
		e.fail(f.place(), "抽签的席位与方案不符", "the seats drawn for are not those of the plan")
	}
	list := e.d.Hearing.List
	if d.SignedUp == 0 { // nobody signed up in this round; the list is that of a later one
		list = nil
	}
	switch deliberation.CheckDraw(s.committed, d, list) {
	case "":
	case deliberation.DrawList:
		e.fail(inFile(hearingFile), "报名名单与登记的哈希值不符", "the list of sign-ups differs from its hash")
	case deliberation.DrawLots:
		e.fail(f.place(), "中签号码与重新抽签的结果不符", "the lots come to others")
	default:
		e.fail(f.place(), "随机数与事先公布的哈希值不符", "the seed is not the one that was committed")
	}
	var numbers, chosen []int
	for _, side := range d.Sides {
		numbers = append(numbers, side.Chosen...)
	}
	for _, c := range e.d.Hearing.Chosen {
		chosen = append(chosen, c.Number)
	}
	slices.Sort(numbers)
	slices.Sort(chosen)
	if d.SignedUp > 0 && !slices.Equal(numbers, chosen) {
		e.fail(inFile(hearingFile), "参加人与中签号码不符", "those who take part are not the numbers drawn")
	}
}

// heardWereChosen checks that those on the roll of the sitting were chosen by lot.
func (e *examination) heardWereChosen(f *Fact, m deliberation.MeetingID) {
	if e.d.Hearing == nil {
		return
	}
	for _, x := range e.d.Rolls[m].Members {
		if !slices.ContainsFunc(e.d.Hearing.Chosen, func(c ChosenLine) bool { return c.Person == x.Person }) {
			e.fail(f.place(), "名册上的 %s 不是中签人", "%s on the roll was not chosen by lot", x.Person)
		}
	}
}

// recordSigned checks one signature below the record, a refusal with its reason, or a
// silence past the limit.
func (e *examination) recordSigned(f *Fact, d deliberation.RecordSignedData, s heard) {
	wrong := false
	switch d.How {
	case deliberation.RecordSigned:
		wrong = f.Actor != d.Person
	case deliberation.RecordRefused:
		wrong = d.Reason.IsZero() || f.Actor != d.Person && f.Office != deliberation.Clerk
	case deliberation.RecordOnPaper:
		wrong = d.Reason.IsZero() || f.Office != deliberation.Clerk
	case deliberation.RecordUnsigned:
		wrong = f.Actor != ""
	default:
		wrong = true
	}
	if wrong || d.Record.IsZero() || s.signed[d.Person] || !slices.Contains(s.speakers, d.Person) {
		e.fail(f.place(), "笔录签署不是发言人本人或者记录员办理，或者重复", "the record was signed by somebody else, without its reason, or twice")
	}
}

// hearingReport checks that every statement had its disposition, each who spoke the
// record, and that the count is that of the list.
func (e *examination) hearingReport(f *Fact, d deliberation.HearingReportData, s heard) {
	e.mayDo(f, deliberation.FileHearingReport)
	for _, p := range s.speakers {
		if !s.signed[p] {
			e.fail(f.place(), "发言人 %s 没有核对笔录的记录", "there is no word on the record of %s", p)
		}
	}
	if d.Paper.IsZero() || d.Process != e.d.Case.ID || d.Body != e.listen.Meeting.Body {
		e.fail(f.place(), "没有报告文本，或者不是本次会议的报告", "the report has no text, or is of another hearing")
	}
	if e.d.Hearing == nil {
		return
	}
	var said []deliberation.Statement
	for i, x := range e.d.Hearing.Statements {
		if x.Number != i+1 || x.Disposition == "" || x.Reason == "" || !slices.Contains(x.Kind.Dispositions(), x.Disposition) {
			e.fail(inFile(hearingFile), "第 %d 条意见编号有误，或者没有处理结果和理由", "statement %d is out of order, or lacks a disposition with its reason", i+1)
		}
		if x.Kind == deliberation.ExpertOpinion {
			e.expertsMay(x)
		} else if !slices.ContainsFunc(e.d.Hearing.Chosen, func(c ChosenLine) bool { return c.Person == x.Person }) {
			e.fail(inFile(hearingFile), "第 %d 条意见不是参加人提出的", "statement %d is of nobody who took part", x.Number)
		}
		said = append(said, x.statement())
	}
	n := deliberation.CountStatements(said)
	n.ExpertsOwed = d.Count.ExpertsOwed
	if !same(n, d.Count) || e.listen.CheckReport(d.Conclusion, n) != nil {
		e.fail(f.place(), "意见数、处理结果或者论证结论与清单不符", "the counts or the conclusion are not those of the list")
	}
}

// expertsMay checks that an opinion is of an expert without a direct interest.
func (e *examination) expertsMay(x StatementLine) {
	i := slices.IndexFunc(e.d.Hearing.Experts, func(l ExpertLine) bool { return l.ID == x.Expert })
	if i < 0 || e.d.Hearing.Experts[i].Interest == deliberation.DirectInterest {
		e.fail(inFile(hearingFile), "第 %d 条是应当回避的专家提出的", "opinion %d is of an expert who is excluded", x.Number)
	}
}

// askedHearing checks what a matter recorded of the hearing that it asked for: the
// forum its rule has, the report before consultation and review ended, and the way
// back where it was found not feasible.
func (e *examination) askedHearing() {
	var asked, started, report *Fact
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		switch v := f.Value.(type) {
		case *deliberation.HearingAskedData:
			affected := e.h.started.Affected
			if e.live != nil { // its course asks for it, by what the merged opinions touch
				affected = e.touches()
			} else {
				e.mayDo(f, deliberation.AskHearing)
			}
			if forum := deliberation.ForumFor(e.rules.Forums, affected); forum == nil || !same(*forum, v.Rule) || v.Paper.IsZero() {
				e.fail(f.place(), "提请听证、论证与规则不符", "the hearing asked for is not the rule's")
			}
			asked, started, report = f, nil, nil
		case *deliberation.HearingStartedData:
			if asked == nil || v.Process == "" {
				e.fail(f.place(), "没有提请听证、论证", "nobody asked for a hearing")
			}
			started = f
			if v.Lapsed {
				started = nil
			}
		case *deliberation.HearingReportData:
			if started == nil || value[deliberation.HearingStartedData](started).Process != v.Process || v.Paper.IsZero() {
				e.fail(f.place(), "报告不是所启动的听证、论证的", "the report is not of the hearing that was started")
			}
			report = f
		case *deliberation.OutcomeData:
			if f.Kind != deliberation.FactOutcome {
				continue
			}
			if v.Outcome == deliberation.Returned && f.Stage != deliberation.SatisfactionCheck && value[deliberation.HearingReportData](report).Conclusion != deliberation.NotFeasible {
				e.fail(f.place(), "没有不可行的论证结论，却退回提议", "went back to the proposal without being found not feasible")
			}
			waits := f.Stage == deliberation.Consultation || f.Stage == deliberation.Review || f.Stage == deliberation.PublicHearing
			if e.live != nil && f.Stage == deliberation.PublicHearing && v.Outcome == deliberation.Carried && (report == nil || value[deliberation.HearingReportData](report).Conclusion == deliberation.NotFeasible) {
				e.fail(f.place(), "没有听证、论证报告，或者论证为不可行，却进入审议", "reviewed without a report, or though it was not found feasible")
			}
			if waits && asked != nil && report == nil && v.Outcome != deliberation.Withdrawn && v.Outcome != deliberation.Cancelled {
				e.fail(f.place(), "听证、论证的报告提交以前，商议、审议已经办结", "consulted or reviewed before the report of the hearing")
			}
		}
	}
}
