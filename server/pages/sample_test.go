package pages

import (
	"maps"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/locale"
	"github.com/yishi-project/yishi/server/static"
)

// The sample is one matter of a made-up community in the middle of ④, with a
// meeting that failed for want of a quorum before.

var (
	noon  = time.Date(2026, 12, 16, 12, 0, 0, 0, deliberation.Shanghai)
	basis = deliberation.Basis{
		Citation:   deliberation.Citation{Law: "中华人民共和国城市居民委员会组织法", Version: "2025年修订", Article: "第二十九条"},
		Confidence: deliberation.LawText,
	}
	pack = deliberation.PackRef{ID: "urban-2026", Version: "1", Hash: "5f2c0d9f3c1f5f2c0d9f3c1f5f2c0d9f3c1f5f2c0d9f3c1f5f2c0d9f3c1f5f2c"}
	days = deliberation.DaysRule{Key: "resolution.post_days", Days: 15, Basis: basis, Pinning: deliberation.LawOfTheDay}
)

func samplePage(t *testing.T, lang string, offices ...deliberation.Office) Page {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return Page{
		Texts: c.For(lang), Title: "示例", Path: "/today", Section: "today", Now: noon, CSRF: "token", Style: static.New().Stylesheet(),
		SignedIn: len(offices) > 0, Me: "单𬱖", MyID: "me", Offices: offices, Tasks: 3,
		Community: deliberation.Community{ID: "c1", Name: "桃源社区", Kind: deliberation.Urban, Demo: true},
	}
}

func sampleVerdict(q deliberation.Question, had, base int, cmp deliberation.Comparison, f deliberation.Fraction) deliberation.Verdict {
	rule := deliberation.MajorityRule{Key: "reps." + string(q), Majority: deliberation.Majority{Comparison: cmp, Fraction: f, Of: deliberation.OfMembers}, Basis: basis}
	if q == deliberation.PassingQuestion {
		rule.Key, rule.Majority.Of = "reps.pass", deliberation.OfPresent
	}
	a := deliberation.Attendance{Whole: deliberation.BodyCount{Body: deliberation.Conference, Due: 60, Present: had}}
	if q == deliberation.QuorumQuestion {
		return deliberation.Quorum([]deliberation.MajorityRule{rule}, a)
	}
	return deliberation.Passing([]deliberation.MajorityRule{rule}, a, deliberation.Tally{Due: 60, Present: base, Voters: base, Yes: had, No: 4, Abstain: 2})
}

func sampleProceeding() deliberation.Proceeding {
	short := sampleVerdict(deliberation.QuorumQuestion, 38, 60, deliberation.AtLeast, deliberation.Fraction{Num: 2, Den: 3})
	enough := sampleVerdict(deliberation.QuorumQuestion, 41, 60, deliberation.AtLeast, deliberation.Fraction{Num: 2, Den: 3})
	passed := sampleVerdict(deliberation.PassingQuestion, 35, 41, deliberation.MoreThan, deliberation.Fraction{Num: 1, Den: 2})
	paper := func(id string, k deliberation.PaperKind) deliberation.PaperRef {
		return deliberation.PaperRef{ID: deliberation.PaperID(id), Kind: k, SHA256: "ab12"}
	}
	return deliberation.Proceeding{
		Process: deliberation.Process{
			ID: "p1", Community: "c1", Kind: "four_deliberations", Pack: pack, Started: deliberation.NewDate(2026, 11, 16), StartedBy: "sec",
			Matter: deliberation.Matter{
				Title: "文化广场改造", Summary: "把文化广场的旧地砖换成防滑地砖,加装 12 盏路灯,工期 40 天,钱从社区公共收益里出。",
				Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsAll, Origin: deliberation.OriginResidents,
				Signers: 320, SignersOf: 2800, BudgetFen: 38650000, Form: deliberation.Conference,
				Authorisation: "2026年3月1日居民会议授权代表会议决定 50 万元以下的公共设施改造,有效期一年。",
			},
			Status: deliberation.Status{
				Stage: deliberation.ResolutionDisclosure, Round: 1, State: deliberation.Running,
				Waiting: deliberation.Waiting{For: "display", Since: noon.AddDate(0, 0, -3), Until: deliberation.NewDate(2026, 12, 28).End()},
				Open:    []deliberation.OpenAct{{Kind: deliberation.ProvePosting}, {Kind: deliberation.Ask}, {Kind: deliberation.Object}},
			},
		},
		Tasks: []deliberation.Task{
			{ID: "t1", Stage: deliberation.ResolutionDisclosure, Act: deliberation.ProvePosting, Offices: []deliberation.Office{deliberation.Director, deliberation.Clerk}, Opened: noon.AddDate(0, 0, -3), Due: noon.AddDate(0, 0, -1), State: deliberation.TaskOpen},
		},
		Meetings: []deliberation.Meeting{
			{ID: "p1.m1", Stage: deliberation.Resolution, Body: deliberation.Conference, Convened: noon.AddDate(0, 0, -20), Starts: noon.AddDate(0, 0, -10), NoticeDays: days, Notice: paper("n1", deliberation.PaperNotice), State: deliberation.MeetingAdjourned, Quorum: &short},
			{ID: "p1.m2", Stage: deliberation.Resolution, Round: 2, Body: deliberation.Conference, Convened: noon.AddDate(0, 0, -9), Starts: noon.AddDate(0, 0, -4), NoticeDays: days, Notice: paper("n2", deliberation.PaperNotice), State: deliberation.MeetingClosed, Quorum: &enough, Chair: "dir", Recorder: "clk", SignedBy: "dir", Minutes: paper("min", deliberation.PaperMinutes)},
		},
		Polls: []deliberation.Poll{
			{ID: "p1.p3", Meeting: "p1.m2", Stage: deliberation.Resolution, Text: paper("draft", deliberation.PaperDraft), Opened: noon.AddDate(0, 0, -4), Closes: noon.AddDate(0, 0, -4), State: deliberation.PollClosed, Voters: 41, Tally: passed.Tally, Passing: &passed},
		},
		Postings: []deliberation.Posting{
			{ID: "p1.b4", Stage: deliberation.ResolutionDisclosure, Paper: paper("res", deliberation.PaperResolution), Posted: noon.AddDate(0, 0, -3), DisplayUntil: deliberation.NewDate(2026, 12, 28).End(), ObjectionsUntil: deliberation.NewDate(2026, 12, 20).End(), DisplayDays: days, ObjectionDays: days, State: deliberation.PostingUp},
		},
		Objections: []deliberation.Objection{
			{ID: "p1.o5", Posting: "p1.b4", Person: "res9", Paper: paper("obj", deliberation.PaperObjection), Filed: noon.AddDate(0, 0, -2), AnswerDue: noon.AddDate(0, 0, 1), State: deliberation.ObjectionFiled},
		},
		Marks: []deliberation.Mark{
			{ID: "p1.s6", Stage: deliberation.Resolution, Kind: deliberation.MarkAcknowledged, By: "sup", Made: noon.AddDate(0, 0, -4), State: deliberation.MarkSettled},
			{ID: "p1.s7", Stage: deliberation.ResolutionDisclosure, Kind: deliberation.MarkQuestion, By: "sup", Paper: paper("q", deliberation.PaperSupervise), Made: noon.AddDate(0, 0, -1), Due: noon.AddDate(0, 0, 2), State: deliberation.MarkOpen},
		},
	}
}

func samplePack() deliberation.Pack {
	return deliberation.Pack{ID: pack.ID, Version: pack.Version, Hash: pack.Hash, TitleZH: "城市社区规则(2026年起)", TitleEN: "Urban rules since 2026", Kind: deliberation.Urban}
}

func sampleForm() StartForm {
	return StartForm{Title: "文化广场改造", Summary: "换防滑地砖", Category: "environment", Affected: "all", Origin: "residents_tenth", Signers: "320", SignersOf: "2800", Budget: "386,500.00", Form: "conference", Authorisation: "授权", Merged: "yes"}
}

func sampleProblem() *Problem {
	v := sampleVerdict(deliberation.QuorumQuestion, 38, 60, deliberation.AtLeast, deliberation.Fraction{Num: 2, Den: 3})
	return &Problem{Title: "填写有误", Why: "有一处没有填写。", Now: "请改正后再提交。", Source: "依据:测试。", Verdict: &v, Fields: []FieldError{
		{Field: "title", Text: "事项名称:请填写"}, {Field: "text", Text: "内容:请填写"}, {Field: "affected", Text: "影响谁:请选择一项"}, {Field: "choice", Text: "请选择一项"},
	}}
}

// samples gives every page with sample data, by name.
func samples(t *testing.T, lang string) map[string]templ.Component {
	t.Helper()
	p := sampleProceeding()
	secretary := samplePage(t, lang, deliberation.Secretary, deliberation.PartyMember, deliberation.Resident)
	voter := samplePage(t, lang, deliberation.Representative, deliberation.Resident)
	supervisor := samplePage(t, lang, deliberation.Supervisor, deliberation.Resident)
	public := samplePage(t, lang)
	names := Names{"sec": "王建国", "dir": "李秀英", "clk": "张伟", "sup": "欧阳明"}
	task := func(due time.Time) deliberation.TaskLine {
		return deliberation.TaskLine{Process: p.Process, Task: deliberation.Task{ID: "t", Stage: deliberation.Review, Act: deliberation.Convene, Offices: []deliberation.Office{deliberation.Secretary}, Opened: noon.AddDate(0, 0, -2), Due: due, State: deliberation.TaskOpen}}
	}
	spec := func(k deliberation.ActKind) deliberation.ActSpec { s, _ := deliberation.SpecOf(k); return s }
	notice := deliberation.Notice{Posting: p.Postings[0], Process: p.Process}
	roll := []deliberation.RollLine{
		{Person: deliberation.Person{ID: "me", Name: "单𬱖", Group: "第一小组"}},
		{Person: deliberation.Person{ID: "b", Name: "欧阳明", Group: "第二小组"}, CheckedIn: noon},
	}
	convened := p.Meetings[1]
	convened.State, convened.Quorum = deliberation.MeetingCheckIn, nil
	open := deliberation.Poll{ID: "p1.p9", Meeting: "p1.m2", Opened: noon.Add(-time.Hour), Closes: noon.Add(time.Hour), State: deliberation.PollOpen, Voters: 41}
	poll := PollView{Page: voter, P: p.Process, Poll: open, Text: "一、同意改造。\n二、预算 38.65 万元。", OnRoll: true, Key: "0123456789abcdef"}
	chosen, voted, closed, off := poll, poll, poll, poll
	chosen.Choice = deliberation.Yes
	voted.Voted, voted.Code = true, "A7K2-99QX"
	closed.Poll, closed.Lines = p.Polls[0], []deliberation.BallotLine{{Person: roll[0].Person, Voted: true, Choice: deliberation.Yes}, {Person: roll[1].Person}}
	off.OnRoll = false
	wrong := poll
	wrong.Problem = sampleProblem()
	process := ProcessView{
		Page: secretary, P: p, Names: names, Stages: Timeline(p, sampleEntries()), Next: &deliberation.OpenAct{Kind: deliberation.ProvePosting}, NextTask: &p.Tasks[0],
		Others: []deliberation.OpenAct{{Kind: deliberation.Withdraw}, {Kind: deliberation.AnswerObjection, Subject: "p1.o5"}}, Key: "0123456789abcdef", MayOpine: true, MayAnswer: true,
		Opinions: []deliberation.Opinion{{ID: "o1", Text: "希望保留老槐树。", Given: noon, Disposition: "adopted", Answer: "已写入方案。"}, {ID: "o2", Text: "路灯别太亮", Given: noon}},
	}
	plan := []deliberation.PlanStep{
		{Stage: deliberation.Soliciting, Point: deliberation.PlanSolicit, Bound: deliberation.NotBefore, Date: deliberation.NewDate(2026, 12, 16)},
		{Stage: deliberation.Resolution, Point: deliberation.PlanMeeting, Body: deliberation.Conference, Bound: deliberation.NotBefore, Date: deliberation.NewDate(2027, 1, 16), Days: &days, Provisional: true},
	}
	pk := samplePack()
	act := func(k deliberation.ActKind) ActView {
		return ActView{Page: secretary, P: p.Process, Spec: spec(k), Key: "0123456789abcdef", About: "前面的内容", Rule: &days, Form: ActForm{Subject: "p1.o5", Text: "写了一半", Date: "2026-12-20", Time: "09:30", Place: "社区会议室", Days: "7", Income: "0", Spending: "100.50", Urgent: "yes"}}
	}
	print := PrintView{Page: secretary, P: p, Community: secretary.Community, Names: names, Number: 4, Stage: stageOf(p, deliberation.Resolution), Texts: map[deliberation.PaperID]string{"n2": "通知", "min": "会议记录", "draft": "决议草案"}, Rolls: map[deliberation.MeetingID][]deliberation.RollLine{"p1.m2": roll}}
	print5 := print
	print5.Number, print5.Stage = 5, stageOf(p, deliberation.ResolutionDisclosure)
	rules := deliberation.MeetingRules{Body: deliberation.Conference, Notice: days, Quorum: []deliberation.MajorityRule{p.Meetings[1].Quorum.Checks[0].Rule}, Passing: []deliberation.MajorityRule{p.Polls[0].Passing.Checks[0].Rule}}
	has := deliberation.Credentials{Password: true, TOTP: true, RecoveryCodes: 9, Passkeys: []deliberation.Passkey{{ID: "k", Label: "Firefox, Android", Added: noon, Used: noon}, {ID: "k2", Added: noon}}, Identity: noon}
	account := AccountView{
		Page: secretary, Has: has, Current: "s1", Names: names, Passkeys: "/static/passkey.js", Identity: "统一身份", Fresh: true, At: func(t time.Time) time.Time { return t },
		Sessions: []deliberation.Session{{ID: "s1", Agent: "Chrome, Windows", Means: deliberation.ByPasskey, Opened: noon, Seen: noon}, {ID: "s2", Means: deliberation.ByLink, Assistant: "clk", Opened: noon, Seen: noon}},
	}
	bare := AccountView{Page: voter, Problem: sampleProblem(), Sessions: account.Sessions[:1], Identity: "统一身份", Weak: true, At: account.At}
	helped := voter
	helped.Assistant = "张伟"
	all := map[string]templ.Component{
		"board":            Board(BoardView{Page: public, Boards: []CommunityBoard{{Community: public.Community, Notices: []deliberation.Notice{notice}}, {Community: deliberation.Community{Name: "柳溪村", Kind: deliberation.Village}}}}),
		"board-empty":      Board(BoardView{Page: public}),
		"notice":           NoticePage(NoticeView{Page: public, Notice: notice, Community: public.Community, Text: "决议公告正文", Decided: p.Polls[:1]}),
		"notice-resident":  NoticePage(NoticeView{Page: voter, Notice: notice, Community: public.Community, Text: "决议公告正文", MayObject: true}),
		"sign-in":          SignIn(SignInView{Page: public, Name: "单𬱖", From: "阳光社区", Token: "abc"}),
		"link-used":        LinkUsed(public),
		"link-used-inside": LinkUsed(voter),
		"account":          Account(account),
		"account-bare":     Account(bare),
		"totp":             TOTP(TOTPView{Page: secretary, Secret: "JBSWY3DPEHPK3PXP", Picture: []byte("<svg/>"), Problem: sampleProblem()}),
		"recovery-codes":   RecoveryCodes(RecoveryCodesView{Page: secretary, Codes: []string{"ABCD-EFGH-IJKL-MNOP"}}),
		"confirm":          Confirm(ConfirmView{Page: secretary, Return: "/today", Has: has, Passkeys: "/static/passkey.js", Problem: sampleProblem()}),
		"confirm-bare":     Confirm(ConfirmView{Page: secretary, Return: "/today", Weak: true}),
		"assist":           Assist(AssistView{Page: secretary}),
		"assist-confirm":   AssistConfirm(AssistConfirmView{Page: secretary, Name: "单𬱖", Token: "abc"}),
		"assist-running":   LinkUsed(helped),
		"sign-in-page":     SignInPage(SignInPageView{Page: public, Phone: "13900000000", Passkeys: "/static/passkey.js", Identity: "统一身份"}),
		"sign-in-code":     SignInCode(SignInCodeView{Page: public}),
		"identity-unknown": IdentityUnknown(public),
		"confirm-needed":   ConfirmNeeded(ConfirmNeededView{Page: public, Problem: Problem{Title: "请再确认一次身份", Why: "因为", Now: "然后"}, To: "/confirm?return=%2F"}),
		"today":            Today(TodayView{Page: secretary, Overdue: []deliberation.TaskLine{task(noon.AddDate(0, 0, -1))}, Today: []deliberation.TaskLine{task(noon.Add(time.Hour))}, Later: []deliberation.TaskLine{task(time.Time{})}, Others: []deliberation.TaskLine{task(noon.AddDate(0, 0, -1))}, Meetings: []MeetingLine{{Meeting: convened, Process: p.Process}}, Polls: []PollLine{{Poll: open, Process: p.Process}}}),
		"today-empty":      Today(TodayView{Page: voter}),
		"processes":        Processes(ProcessesView{Page: secretary, List: []deliberation.Process{p.Process}, Paging: Paging{Total: 45, Offset: 20, Limit: 20, Path: "/processes"}, Search: "广场"}),
		"processes-empty":  Processes(ProcessesView{Page: secretary, Paging: Paging{Limit: 20}}),
		"register":         Register(EntriesView{Page: secretary, P: p.Process, Names: names, Entries: []deliberation.Entry{{Index: 7, At: noon, Actor: "dir", Office: deliberation.Director, Fact: deliberation.NewFact(deliberation.FactPosted, deliberation.ResolutionDisclosure, "p1.b4", map[string]int{"days": 15})}, {Index: 8, At: noon, Fact: deliberation.NewFact(deliberation.FactQuorum, deliberation.Resolution, "", 1)}}}),
		"start":            Start(StartView{Page: secretary, Form: sampleForm()}),
		"start-blank":      Start(startSample(secretary, "")),
		"start-template":   Start(startSample(secretary, "plan")),
		"duties":           Duties(DutiesView{Page: secretary, List: sampleDuties(), Enter: []deliberation.Body{deliberation.Conference}}),
		"duties-wrong":     Duties(DutiesView{Page: supervisor, List: sampleDuties()[:1], Enter: []deliberation.Body{deliberation.SupervisoryCommittee}, Form: HeldForm{On: "明天"}, Problem: &Problem{Title: "填写有误", Fields: []FieldError{{Field: "on", Text: "召开日期：不对"}}}}),
		"duties-none":      Duties(DutiesView{Page: voter}),
		"authorisations":   Authorisations(AuthorisationsView{Page: public, List: sampleAuthorisations()}),
		"authorisations-0": Authorisations(AuthorisationsView{Page: voter}),
		"start-wrong":      Start(StartView{Page: secretary, Form: sampleForm(), Problem: sampleProblem()}),
		"start-review":     StartReview(StartView{Page: secretary, Form: sampleForm(), Pack: &pk, Plan: plan, Key: "0123456789abcdef"}),
		"process":          Process(process),
		"act-convene":      Act(act(deliberation.Convene)),
		"act-object-wrong": func() templ.Component { a := act(deliberation.Object); a.Problem = sampleProblem(); return Act(a) }(),
		"act-photo":        Act(act(deliberation.ProvePosting)),
		"act-order":        Act(act(deliberation.OrderRectification)),
		"act-result":       Act(act(deliberation.ReportResult)),
		"act-confirm":      ActConfirm(act(deliberation.Publish)),
		"supervise":        Supervise(SuperviseView{Page: supervisor, Lines: []Light{supervisor.LightOf(p.Process, []deliberation.TaskLine{task(noon.AddDate(0, 0, -1))}), {Process: p.Process, Tone: Good, Word: "light_fine"}}}),
		"review":           Review(ReviewView{Page: supervisor, P: p, Names: names, Stages: Timeline(p, sampleEntries()), Rules: map[deliberation.Stage]deliberation.MeetingRules{deliberation.Resolution: rules}, Acts: []deliberation.OpenAct{{Kind: deliberation.Acknowledge}, {Kind: deliberation.Ask}, {Kind: deliberation.OrderRectification}, {Kind: deliberation.Decline}}, Light: Light{Tone: Wait, Word: "light_supervisors"}}),
		"meeting":          MeetingPage(MeetingView{Page: voter, P: p.Process, M: convened, Notice: "时间地点", Roll: roll, Mine: &roll[0], Quorum: *p.Meetings[0].Quorum, Present: 38, Names: names, Polls: []deliberation.Poll{open}}),
		"meeting-desk":     MeetingPage(MeetingView{Page: secretary, P: p.Process, M: convened, Notice: "时间地点", Roll: roll, Desk: true, Quorum: *p.Meetings[0].Quorum, Names: names, Acts: []deliberation.OpenAct{{Kind: deliberation.CallToOrder}, {Kind: deliberation.Adjourn}}}),
		"hall-desk":        Desk(sampleHall(secretary, p, convened, roll)),
		"hall-speakers":    Speakers(sampleHall(voter, p, convened, roll)),
		"hall-list":        SignInList(sampleHall(secretary, p, convened, roll)),
		"meeting-closed":   MeetingPage(MeetingView{Page: voter, P: p.Process, M: p.Meetings[1], Names: names}),
		"vote":             Vote(poll), "vote-wrong": Vote(wrong), "vote-check": VoteCheck(chosen), "vote-receipt": VoteReceipt(voted), "vote-voted": Vote(voted),
		"vote-closed": Vote(closed), "vote-off-roll": Vote(off),
		"print-4": Print(print), "print-5": Print(print5), "print-empty": Print(PrintView{Page: secretary, P: p, Number: 6, Stage: stageOf(p, deliberation.ResultDisclosure)}),
		"paper":  Paper(PaperView{Page: voter, P: p.Process, Author: "王建国", Paper: deliberation.Paper{PaperRef: deliberation.PaperRef{ID: "x", Kind: deliberation.PaperMinutes, SHA256: "ab"}, MediaType: "text/plain; charset=utf-8", Content: []byte("<script>alert(1)</script>记录"), Created: noon}}),
		"photo":  Paper(PaperView{Page: voter, P: p.Process, Paper: deliberation.Paper{PaperRef: deliberation.PaperRef{ID: "x", Kind: deliberation.PaperPhoto}, MediaType: "image/png"}}),
		"error":  Error(ErrorView{Page: voter, Status: 409, Problem: *sampleProblem()}),
		"status": Status(StatusView{Page: samplePage(t, lang, deliberation.Operator), Parts: []PartStatus{{Name: "database", OK: true}, {Name: "engine"}}}),
	}
	for _, more := range moreSamples {
		maps.Copy(all, more(t, lang))
	}
	return all
}

// moreSamples are the pages whose samples stand in files of their own.
var moreSamples = []func(*testing.T, string) map[string]templ.Component{accessSamples, rosterSamples, bodySamples, disclosureSamples, forumSamples}

func stageOf(p deliberation.Proceeding, s deliberation.Stage) StageView {
	for _, v := range Timeline(p, sampleEntries()) {
		if v.Stage == s {
			return v
		}
	}
	return StageView{Stage: s}
}

func sampleEntries() []deliberation.Entry {
	filed := deliberation.PaperData{Paper: deliberation.PaperRef{ID: "prop", Kind: deliberation.PaperProposal}, Income: 100, Spending: 200}
	return []deliberation.Entry{{Index: 1, At: noon, Actor: "sec", Fact: deliberation.NewFact(deliberation.FactPaper, deliberation.Proposal, "", filed)}}
}
