package pages

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/yishi-project/yishi/deliberation"
)

// joined is all samples of several kinds.
func joined(list ...map[string]templ.Component) map[string]templ.Component {
	all := map[string]templ.Component{}
	for _, one := range list {
		maps.Copy(all, one)
	}
	return all
}

// forumSamples are the pages of elections and recalls, hearings, consultations, open
// talks, ratings, yearly reports and the opinion box.
func forumSamples(t *testing.T, lang string) map[string]templ.Component {
	return joined(electionSamples(t, lang), hearingSamples(t, lang), ratingSamples(t, lang), boxSamples(t, lang))
}

func samplePaper(id string) deliberation.PaperRef {
	return deliberation.PaperRef{ID: deliberation.PaperID(id), Kind: deliberation.PaperMinutes, SHA256: "ab"}
}

func fieldProblem(field string) *Problem {
	return &Problem{Title: "填写的内容有误", Now: "请改正。", Fields: []FieldError{{Field: field, Text: "请填写"}}}
}

func electionSamples(t *testing.T, lang string) map[string]templ.Component {
	clerk, voter := samplePage(t, lang, deliberation.Clerk), samplePage(t, lang, deliberation.Representative, deliberation.Resident)
	today := deliberation.DateOf(noon)
	names := Names{"a": "王建国", "b": "李秀英", "c": "张伟"}
	director, member := deliberation.PostDirector, deliberation.PostMember
	person := func(id deliberation.PersonID) deliberation.Person {
		return deliberation.Person{ID: id, Name: names[id], Group: "第一小组"}
	}
	setup := deliberation.ElectionSetup{
		Method: deliberation.AllElectors, Day: today.AddDays(30), Web: true,
		Seats: deliberation.ElectionSeats{director: 1, member: 1}, Surplus: deliberation.ElectionSeats{director: 1, member: 1},
	}
	plan := []ElectionDayLine{
		{ElectionStep: deliberation.ElectionStep{Point: deliberation.ElectionDay, Date: setup.Day}, Done: true},
		{ElectionStep: deliberation.ElectionStep{Point: deliberation.ElectionHandover, Date: setup.Day.AddDays(10), Days: &days, Provisional: true}, Late: true},
	}
	p := sampleProceeding().Process
	p.Kind, p.Status.Stage, p.Matter.Title = deliberation.ElectionKind, deliberation.NominationStage, "居民委员会换届选举"
	found := deliberation.ElectionProgress{
		Setup: setup, Committee: []deliberation.PersonID{"a", "b"}, Electors: &deliberation.ElectorRoll{Count: 45, SHA256: strings.Repeat("5f2c", 16)}, Listed: today,
		Nominees: []deliberation.NomineeProgress{{Person: "a", Posts: []deliberation.ElectionPost{director}, State: deliberation.NomineeNamed}, {Person: "b", Posts: []deliberation.ElectionPost{director}, State: deliberation.NomineeBarred}},
		Lists:    []deliberation.CandidateList{{Post: member, Seats: 1, Candidates: []deliberation.PersonID{"b", "c"}}},
		Outcome: &deliberation.ElectionOutcome{Round: 1, HasWoman: true, Seated: []deliberation.Seated{{Person: "a", Post: director, Votes: 23}}, Posts: []deliberation.PostResult{
			{Post: director, Seats: 1, Issued: 40, Recovered: 38, Voters: 38, Need: 20, Votes: []deliberation.PersonVotes{{Person: "a", Votes: 23, Reached: true}, {Person: "b", Votes: 4}}},
		}},
		Declared:   noon,
		Challenges: []deliberation.ElectionChallenge{{ID: "x", Person: "c", Filed: today, Due: today.AddDays(15)}, {ID: "y", Person: "c", Filed: today, Due: today, Ruled: today, Ruling: samplePaper("r"), Annuls: true}},
	}
	e := ElectionView{
		Page: clerk, P: p, Setup: setup, E: found, Plan: plan, Names: names, Outcome: []string{"应选名额已经选满。"}, Desk: true, MayNominate: true, OnList: true,
		Polls: []deliberation.Poll{{ID: "p1.p9", State: deliberation.PollOpen}}, Acts: []deliberation.OpenAct{{Kind: deliberation.CloseNominations}, {Kind: deliberation.ReviewCandidate, Subject: "a"}},
	}
	early := ElectionView{Page: voter, P: p, Setup: setup, E: deliberation.ElectionProgress{Setup: setup}, Plan: plan, Names: names}
	start := StartElectionView{Page: clerk, Form: ElectionForm{Method: string(deliberation.AllElectors), Day: "2027-01-15", Seats: map[deliberation.ElectionPost]string{director: "1"}}, Methods: deliberation.ElectionMethods, Setup: setup, Plan: plan, Pack: samplePack(), Key: "k"}
	wrong := start
	wrong.Problem = fieldProblem("day")
	line := deliberation.RegistrationLine{Person: person("c"), Entered: true, Entry: deliberation.RegisterEntry{Person: "c", Wishes: true}}
	nominate := NominateView{
		Page: clerk, P: p, Setup: setup, Desk: true, By: "electors_jointly", Ways: []string{"electors_jointly", "party_organisation"}, Search: "王", Found: []deliberation.Person{person("a"), person("b")}, More: 3,
		Named: map[deliberation.ElectionPost][]deliberation.Person{director: {person("a")}}, Signers: "李秀英", Names: names, Bars: []string{"依据：测试。"}, Key: "k",
		Own: []deliberation.LodgedNomination{{ID: "n1", Nomination: deliberation.Nomination{By: "electors_jointly", Signers: []deliberation.PersonID{"c"}, Names: map[deliberation.ElectionPost][]deliberation.PersonID{director: {"a"}}}}},
	}
	confirm, none := nominate, NominateView{Page: voter, P: p, Setup: setup, Names: names}
	confirm.Confirm = true
	recalled := sampleProceeding()
	recalled.Kind, recalled.Status.Stage, recalled.Matter.Demand = deliberation.RecallKind, deliberation.RecallVoting, "d1"
	verdict := sampleVerdict(deliberation.QuorumQuestion, 41, 60, deliberation.AtLeast, deliberation.Fraction{Num: 2, Den: 3})
	recall := RecallView{Page: voter, P: recalled, Setup: deliberation.RecallSetup{Person: "a", Post: deliberation.Director, Method: deliberation.AllElectors}, R: deliberation.RecallProgress{By: today, Passed: &verdict, BarredUntil: today}, Name: "王建国", Source: "依据：测试。", Defence: "申辩。", MayTell: true, Poll: &deliberation.Poll{ID: "p1.p9"}}
	silent := recall
	silent.Defence, silent.R.Passed = "", nil
	printed := ElectionPrintView{
		ElectionView: e, Notice: "投票的时间和地点。", Proxies: []ProxyLine{{"张伟", "李秀英"}}, Mobile: []MobileList{{"流动票箱", []string{"张伟", "李秀英"}}}, Sources: []string{"依据：测试。"}, Ends: "2031年",
		Lists: []DocumentsView{{List: deliberation.ArchiveItems, Held: deliberation.DocumentsHeld(deliberation.ArchiveItems, nil)}},
	}
	all := map[string]templ.Component{
		"election-start": StartElection(start), "election-start-wrong": StartElection(wrong), "election-review": ElectionReview(start),
		"election": Election(e), "election-early": Election(early),
		"registration":       Registration(RegistrationView{Page: clerk, P: p, Search: "张", Looked: true, Lines: []deliberation.RegistrationLine{line}, Entered: 3, MayBe: 2, More: 4, Chosen: "c"}),
		"registration-after": Registration(RegistrationView{Page: clerk, P: p, Looked: true, Published: true, Electors: []deliberation.ElectorLine{{Person: person("a"), In: true}, {Person: person("b"), Reason: deliberation.NotWished}}}),
		"registration-none":  Registration(RegistrationView{Page: clerk, P: p, Looked: true}),
		"electors":           Electors(ElectorsView{Page: voter, P: p, E: found, Count: 2, Until: "2026年12月20日24:00", Source: "依据：测试。", Mine: &deliberation.ElectorLine{In: true}, Groups: []ElectorGroup{{Names: []string{"王建国", "李秀英"}}}}),
		"electors-none":      Electors(ElectorsView{Page: voter, P: p, E: found}),
		"nominate":           Nominate(nominate), "nominate-check": Nominate(confirm), "nominate-none": Nominate(none),
		"mobile":       MobileBoxes(MobileView{Page: clerk, P: p, Lists: []MobileList{{"流动票箱", []string{"张伟"}}}, Problem: fieldProblem("persons")}),
		"recall-start": StartRecall(StartRecallView{Page: clerk, Demands: []deliberation.Process{p}, Holders: []RecallHolder{{Person: person("a"), Post: deliberation.Director}}, Methods: deliberation.ElectionMethods, Key: "k"}),
		"recall-none":  StartRecall(StartRecallView{Page: clerk}),
		"recall":       Recall(recall), "recall-silent": Recall(silent),
	}
	for _, d := range ElectionSheets {
		printed.Document = d
		all["sheet-"+d] = ElectionPrint(printed)
	}
	return all
}

func hearingSamples(t *testing.T, lang string) map[string]templ.Component {
	clerk, resident := samplePage(t, lang, deliberation.Clerk), samplePage(t, lang, deliberation.Resident)
	p := sampleProceeding().Process
	p.Kind, p.Status.Stage, p.Matter.Form = deliberation.HearingKind, deliberation.HearingPlanning, deliberation.HearingMeeting
	side := func(code, name string, seats int) deliberation.HearingSide {
		return deliberation.HearingSide{SideSeats: deliberation.SideSeats{Code: code, Seats: seats}, Name: name}
	}
	experts := []deliberation.Expert{{ID: "e1", Name: "吴专家", Field: "道路", Interest: deliberation.NoInterest, Declared: "已申报。"}}
	drawn := &deliberation.DrawnData{Commitment: strings.Repeat("ab", 32), Seed: strings.Repeat("cd", 32), ListSHA256: strings.Repeat("ef", 32), Sides: []deliberation.DrawnSide{{SideSeats: deliberation.SideSeats{Code: "A", Seats: 2}, SignedUp: 1, Chosen: []int{1}, Short: 1}}}
	said := []deliberation.Statement{
		{ID: "s1", Number: 1, Kind: deliberation.WrittenStatement, Person: "me", Side: "A", Text: "请保留通道。", At: noon},
		{ID: "s2", Number: 2, Kind: deliberation.QuestionAsked, Person: "me", Side: "A", Text: "钱从哪里来？", At: noon, Disposition: deliberation.StatementAnswered, Reason: "公共收益。"},
	}
	me := deliberation.SignUp{Number: 1, Person: deliberation.Person{ID: "me", Name: "单𬱖"}, Side: "A", Channel: deliberation.WebChannel, Needs: "代读", Chosen: true}
	h := HearingView{
		Page: resident, P: p, Plan: &deliberation.HearingPlan{Chair: "dir", Presenter: "sec", Observers: 2, Sides: []deliberation.HearingSide{side("A", "有车住户", 2), side("B", "三栋住户", 4)}},
		Status: deliberation.HearingStatus{Starts: noon, Commitment: drawn.Commitment, Window: deliberation.SignUpSpan{Until: noon.AddDate(0, 0, 5)}}, Names: Names{"dir": "李秀英", "sec": "王建国", "me": "单𬱖"},
		Experts: experts, MaySignUp: true, Open: true, MayEnter: true, MayRead: true, MaySpeak: true, MayWrite: true, MayDispose: true, MayPlan: true, Key: "k",
	}
	after, mine, wrong := h, h, h
	after.Status.Drawn, after.Mine, after.MaySignUp, after.SignUps, after.List = drawn, &me, false, []deliberation.SignUp{me}, []deliberation.SignUpNumber{{Number: 1, Side: "A"}}
	after.Statements, after.Status.Meeting = said, "m1"
	mine.Mine, wrong.Problem = &me, fieldProblem("side")
	talked := p
	talked.Kind, talked.Matter.Form = deliberation.ConsultationKind, deliberation.ConsultationMeeting
	status := deliberation.ConsultationStatus{Accepted: true, Screened: samplePaper("s"), Participants: []deliberation.Participant{{Person: "dir", As: deliberation.ParticipantRoles[0]}}, Opinion: samplePaper("o"), Finding: deliberation.FoundAgreed, Forwarded: "p2"}
	var lines []RoleLines
	for _, r := range deliberation.ParticipantRoles {
		lines = append(lines, RoleLines{Role: r, Names: "李秀英"})
	}
	talks := deliberation.CountRule{Count: 3, Basis: basis}
	return map[string]templ.Component{
		"hearing-start":      StartHearing(StartHearingView{Page: clerk, Form: HearingForm{For: "p1"}, Key: "k", Problem: fieldProblem("title")}),
		"hearing-plan":       HearingPlan(HearingPlanView{Page: clerk, P: p, Experts: experts, Key: "k"}),
		"hearing-plan-after": HearingPlan(HearingPlanView{Page: clerk, P: p, Settled: true}),
		"hearing":            Hearing(h), "hearing-after": Hearing(after),
		"sign-up": SignUp(h), "sign-up-wrong": SignUp(wrong), "sign-up-mine": SignUp(mine), "sign-up-after": SignUp(after),
		"sign-ups": SignUps(after), "sign-ups-none": SignUps(h), "draw": Draw(after), "draw-before": Draw(h),
		"statements": Statements(after), "statements-none": Statements(h),
		"consultation-start": StartConsultation(StartConsultationView{Page: clerk, Form: ConsultationForm{For: "p1"}, Key: "k"}),
		"participants":       Participants(ParticipantsView{Page: clerk, P: talked, Lines: lines, Key: "k"}),
		"consultation":       Consultation(ConsultationView{Page: resident, P: talked, Status: status, Names: h.Names, MayForward: true}),
		"consultation-quick": Consultation(ConsultationView{Page: resident, P: talked, Status: deliberation.ConsultationStatus{Quick: true, AnswerDue: noon, Late: true}, Names: h.Names}),
		"open-talk-start":    StartOpenTalk(StartOpenTalkView{Page: clerk, Every: &talks, Key: "k"}),
	}
}

func ratingSamples(t *testing.T, lang string) map[string]templ.Component {
	supervisor, public := samplePage(t, lang, deliberation.Supervisor), samplePage(t, lang)
	p := sampleProceeding().Process
	p.Kind, p.Matter.Departments = deliberation.DepartmentKind, []string{"综合行政执法队", "供电所"}
	result := &deliberation.DepartmentResult{Ballots: 3, Valid: 3, Votes: []deliberation.OptionCount{{Option: string(deliberation.RatedSatisfied), Votes: 3}}, Permille: []int{1000}}
	status := deliberation.RatingStatus{Held: deliberation.DateOf(noon), Departments: []deliberation.RatedDepartment{
		{ID: deliberation.DepartmentAt(0), Result: result, Told: samplePaper("t"), ReplyDue: noon, Reply: samplePaper("r"), Replied: noon, Late: true}, {ID: deliberation.DepartmentAt(1), Overdue: true, ReplyDue: noon},
	}}
	p.Status.Rating = &status
	owed := deliberation.Commitment{ID: "c1", Text: "修好路灯", Post: deliberation.Director, Made: deliberation.DateOf(noon)}
	done, failed := owed, owed
	done.AnsweredIn, done.Done, done.Evidence = "p1", true, "已修好。"
	failed.AnsweredIn, failed.Evidence = "p1", "缺经费。"
	report := p
	report.Kind = deliberation.DutyReportKind
	return map[string]templ.Component{
		"rating-start":  StartRating(StartRatingView{Page: supervisor, Key: "k", Problem: fieldProblem("departments")}),
		"ratings":       Ratings(RatingsView{Page: public, List: []deliberation.Process{p}, MayBegin: true}),
		"ratings-none":  Ratings(RatingsView{Page: public}),
		"rating":        Rating(RatingView{Page: public, P: p, Community: public.Community, Status: status, Replies: map[deliberation.DepartmentID]string{deliberation.DepartmentAt(0): "已整改。"}, Reference: &basis, Own: true}),
		"report-start":  StartAppraisal(StartAppraisalView{Page: supervisor, Key: "k"}),
		"report":        Report(ReportView{Page: supervisor, P: report, Post: deliberation.Director, Owed: []OwedLine{{Commitment: owed}}, Key: "k", Problem: fieldProblem("duty")}),
		"report-taken":  Report(ReportView{Page: supervisor, P: report, Post: deliberation.Director, Taken: samplePaper("r")}),
		"appraisal":     Appraisal(AppraisalView{Page: public, P: report, Names: Names{"dir": "李秀英"}, Status: deliberation.AppraisalStatus{Held: deliberation.DateOf(noon), People: []deliberation.AppraisedPerson{{Appraisee: deliberation.Appraisee{Person: "dir", Post: deliberation.Director}, Report: samplePaper("r"), Owed: 1, Done: 1, Promised: 2}}}}),
		"appraisal-now": Appraisal(AppraisalView{Page: public, P: report}),
		"commitments":   Commitments(CommitmentsView{Page: public, Name: "李秀英", List: []deliberation.Commitment{owed, done, failed}}),
	}
}

func boxSamples(t *testing.T, lang string) map[string]templ.Component {
	clerk, resident, public := samplePage(t, lang, deliberation.Clerk), samplePage(t, lang, deliberation.Resident), samplePage(t, lang)
	waiting := BoxLine{Opinion: deliberation.BoxOpinion{ID: "o1", Person: "me", Text: "路灯不亮。", Given: noon, Category: deliberation.CategoryEnvironment}, Due: deliberation.DateOf(noon), Rule: days, Late: 1}
	answered := waiting
	answered.Opinion.Outcome, answered.Opinion.Answer, answered.Opinion.Answered, answered.Opinion.AnsweredBy, answered.Opinion.Process = deliberation.BoxProcess, "已经发起。", noon, "clk", "p1"
	names := Names{"me": "单𬱖", "clk": "张伟"}
	return map[string]templ.Component{
		"box":          OpinionBox(OpinionBoxView{Page: public, Community: public.Community, OpenToAll: true, MayPut: true, Published: []BoxLine{answered}, Key: "k"}),
		"box-own":      OpinionBox(OpinionBoxView{Page: resident, Community: resident.Community, MayPut: true, MayRead: true, Own: []BoxLine{waiting, answered}, Key: "k", Problem: fieldProblem("text")}),
		"box-choose":   OpinionBox(OpinionBoxView{Page: public, Choose: []deliberation.Community{public.Community}}),
		"box-number":   BoxNumber(BoxNumberView{Page: public, Number: "ABCD-EFGH-2345", Community: "c1"}),
		"box-found":    BoxFound(BoxOpinionView{Page: public, Line: answered}),
		"box-queue":    BoxQueue(BoxQueueView{Page: clerk, Waiting: []BoxLine{waiting}, Done: []BoxLine{answered}, MaySet: true}),
		"box-none":     BoxQueue(BoxQueueView{Page: clerk, OpenToAll: true}),
		"box-opinion":  BoxOpinion(BoxOpinionView{Page: clerk, Line: waiting, Names: names, InOffice: true, MayAnswer: true, MayStart: true, Problem: fieldProblem("outcome")}),
		"box-answered": BoxOpinion(BoxOpinionView{Page: clerk, Line: answered, Names: names, InOffice: true}),
	}
}

// The browser looks at these pages as files: test/browser says where they go.
func TestSamplesForTheBrowser(t *testing.T) {
	dir := os.Getenv("YISHI_SAMPLES")
	if dir == "" {
		t.Skip("test/browser writes them")
	}
	for name, c := range joined(forumSamples(t, "zh-CN"), disclosureSamples(t, "zh-CN")) {
		html, _ := rendered(t, c)
		if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".html"), html, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
