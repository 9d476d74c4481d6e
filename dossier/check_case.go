package dossier

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// skew is how far the clocks of an engine and a database may lie apart, in the
// machine's time.
const skew = 5 * time.Minute

// caseFile checks process.json against the start and the end of the process.
func (e *examination) caseFile() {
	at, c, s := inFile(processFile), e.d.Case, *e.h.started
	matter, err := json.Marshal(c.Matter)
	if err != nil || sum(matter) != s.MatterSHA256 {
		e.fail(at, "事项内容与启动时登记的哈希值不符", "the matter differs from what was registered at the start")
	}
	m := c.Matter
	codes := m.Category == s.Category && m.Affected == s.Affected && m.Origin == s.Origin && m.Form == s.Form && m.BudgetFen == s.BudgetFen && m.AuthorisedBy == s.AuthorisedBy && m.Estate == s.Estate && m.Group == s.Group && m.Item == s.Item && m.Period == s.Period
	if !codes || (s.Merged && !m.Merged) {
		e.fail(at, "事项类别、动议来源、形式或预算与启动记录不符", "category, origin, form or budget differ from the start")
	}
	if kind := cmp.Or(s.Process, deliberation.FourDeliberationsKind); cmp.Or(c.Kind, kind) != kind {
		e.fail(at, "程序类别与启动记录不符", "the kind of process differs from the start")
	}
	if c.ID != e.manifest.Process || c.Community.ID != s.Community || c.Community.Kind != s.Kind || c.Pack != s.Pack || c.Started != s.Started || c.StartedBy != e.h.first.Actor {
		e.fail(at, "程序、社区、规则包、日期或启动人与启动记录不符", "process, community, pack, day or starter differ from the start")
	}
	if !c.Clock.Real.Equal(s.Clock.Real) || !c.Clock.Civil.Equal(s.Clock.Civil) || c.Clock.Rate != s.Clock.Rate {
		e.fail(at, "时钟与启动记录不符", "the clock differs from the start")
	}
	if e.h.ended != nil && (c.Status.State != deliberation.Ended || c.Status.Outcome != e.h.ended.Outcome) {
		e.fail(at, "结果与终结记录不符", "the outcome differs from the end of the process")
	}
	if s.Started.After(deliberation.DateOf(e.h.first.At)) {
		e.fail(e.h.first.place(), "启动日期晚于记录时间", "the day of the start lies after its record")
	}
	for _, f := range e.d.Facts {
		if f.At.After(s.Clock.At(f.Stored.Add(skew))) {
			e.fail(f.place(), "发生时间晚于登记时间", "happened after it was recorded")
		}
	}
	e.summary("与启动和终结记录一致", "agrees with the start and the end of the process")
}

// loadRules loads the pack from its files, compares its hash with the pinned one
// and makes the rules of the process. It tells whether there are rules to go on with.
func (e *examination) loadRules() bool {
	loaded := false
	e.check("pack", func() { loaded = e.loadPack() })
	return loaded
}

func (e *examination) loadPack() bool {
	pinned := e.h.started.Pack
	if e.o.LoadPack == nil {
		e.fail(inFile(""), "本程序没有规则包读取功能", "this program cannot load rule packs")
		return false
	}
	files := map[string][]byte{}
	for _, name := range e.d.files.under(rulesDir) {
		files[strings.TrimPrefix(name, rulesDir)] = e.d.files[name]
	}
	p, err := e.o.LoadPack(pinned.ID, files)
	if err != nil {
		e.fail(inFile(rulesDir), "规则包 %.80s 无法读取", "rule pack %.80s cannot be loaded", pinned.ID)
		return false
	}
	if p.Ref() != pinned {
		e.fail(inFile(rulesDir), "规则包 %.80s 与程序启动时固定的不符,规则文件被改动", "rule pack %.80s is not the one pinned at the start: a rule was changed", pinned.ID)
	}
	e.pack = p
	if p.Kind != e.h.started.Kind {
		e.fail(inFile(rulesDir), "规则包不适用于该类社区", "the pack is not for this kind of community")
	}
	if e.rules, err = deliberation.FourDeliberations(p); err != nil {
		e.fail(inFile(rulesDir), "规则包不含本程序所需规则", "the pack lacks rules of this process")
		return false
	}
	if started := e.h.started.Started; started.Before(p.From) || (!p.Until.IsZero() && started.After(p.Until)) {
		e.fail(e.h.first.place(), "规则包不适用于启动日期", "the pack is not for the day of the start")
	}
	check := deliberation.CheckMatter
	if kind := e.h.started.Process; kind == deliberation.FourDeliberationsKind || kind == "" {
		if e.rules, err = deliberation.FourDeliberationsOn(p, e.d.Case.Matter); err != nil {
			e.fail(inFile(rulesDir), "规则包没有党员代表议事的规则", "the pack knows no Party delegates")
			return false
		}
	}
	if e.h.started.Process == deliberation.ConferenceKind {
		rules, err := deliberation.ConferenceOf(p, e.h.started.Form)
		if err != nil {
			e.fail(inFile(rulesDir), "规则包没有这种会议形式", "the pack does not know this form of conference")
			return false
		}
		e.conference, check = &rules, deliberation.CheckConference
	}
	if e.h.started.Process == deliberation.DemandKind {
		check = deliberation.CheckDemand
	}
	if e.h.started.Process == deliberation.DutyReportKind {
		rules, err := deliberation.AppraisalOf(p)
		if err != nil {
			e.fail(inFile(rulesDir), "规则包没有民主评议的规则", "the pack knows no appraisal")
			return false
		}
		e.appraise, check = &rules, deliberation.CheckDutyReport
	}
	if e.h.started.Process == deliberation.DisclosureKind {
		rules, err := deliberation.DisclosureOf(p, e.d.Case.Matter.Item)
		if err != nil {
			e.fail(inFile(rulesDir), "规则包的公开目录没有这个项目", "the pack's catalogue has no such item")
			return false
		}
		e.disclose, check = &rules, deliberation.CheckDisclosure
	}
	if e.h.started.Process == deliberation.DepartmentKind {
		rules, err := deliberation.DepartmentRulesOf(p)
		if err != nil {
			e.fail(inFile(rulesDir), "规则包没有评议部门的规则", "the pack knows no rating of departments")
			return false
		}
		e.rate, check = &rules, deliberation.CheckDepartments
	}
	if e.h.started.Process == deliberation.HearingKind {
		rules, err := deliberation.HearingOf(p, e.h.started.Form)
		if err != nil {
			e.fail(inFile(rulesDir), "规则包没有听证、论证的规则", "the pack knows no hearing")
			return false
		}
		e.listen, check = &rules, deliberation.CheckHearing
	}
	if e.h.started.Process == deliberation.OpenTalkKind {
		rules, err := deliberation.OpenTalkOf(p)
		if err != nil {
			e.fail(inFile(rulesDir), "规则包没有民情恳谈的规则", "the pack knows no open talk")
			return false
		}
		e.talk, check = &rules, deliberation.CheckOpenTalk
	}
	if e.h.started.Process == deliberation.LivelihoodKind {
		rules, err := deliberation.LivelihoodOf(p)
		if err != nil {
			e.fail(inFile(rulesDir), "规则包没有民生事项的规则", "the pack knows no livelihood matters")
			return false
		}
		e.live, e.rules, check = &rules, rules.FourDeliberationsRules, deliberation.CheckLivelihood
	}
	if e.h.started.Process == deliberation.ConsultationKind {
		rules, err := deliberation.ConsultationOf(p, e.h.started.Form)
		if err != nil {
			e.fail(inFile(rulesDir), "规则包没有议事协商的规则", "the pack knows no consultation")
			return false
		}
		e.consult, check = &rules, deliberation.CheckConsultation
	}
	switch s := e.h.started; s.Process {
	case deliberation.ElectionKind:
		rules, err := deliberation.CheckElection(p, e.d.Case.Matter, s.Started)
		if err != nil {
			e.fail(inFile(rulesDir), "按该规则包，不能这样选举", "under this pack nobody is elected like this")
			return false
		}
		e.elect, check = &rules, nil
	case deliberation.RecallKind:
		if s.Recall == nil {
			e.fail(e.h.first.place(), "没有写明罢免何人", "the start does not say who is to be recalled")
			return false
		}
		rules, err := deliberation.RecallOf(p, s.Recall.Method)
		if err != nil {
			e.fail(inFile(rulesDir), "规则包没有这种罢免的规则", "the pack knows no such recall")
			return false
		}
		e.dismiss, check = &rules, deliberation.CheckRecall
	case deliberation.ResignationKind:
		rules, err := deliberation.ResignationOf(p, s.Form)
		if err != nil || s.Resignation == nil {
			e.fail(inFile(rulesDir), "规则包没有辞职的规则，或者没有写明何人辞职", "the pack knows no resignation, or the start does not say whose")
			return false
		}
		e.release, check = &rules, deliberation.CheckResignation
	case deliberation.ChoosingKind:
		if s.Choosing == nil {
			e.fail(e.h.first.place(), "没有写明推选什么", "the start does not say what is chosen")
			return false
		}
		rules, err := deliberation.ChoosingOf(p, s.Choosing.Body, s.Form)
		if err != nil {
			e.fail(inFile(rulesDir), "规则包没有这种推选的规则", "the pack knows no such choice")
			return false
		}
		e.choose, check = &rules, deliberation.CheckChoosing
	}
	if check != nil && check(p, e.d.Case.Matter) != nil {
		e.fail(inFile(processFile), "按该规则包,此事项不能由本程序或所选会议决定", "under this pack the matter is not for this procedure, or not for the body that decided")
	}
	c := e.d.Case
	begun := deliberation.Process{ID: c.ID, Community: c.Community.ID, Kind: c.Kind, Matter: c.Matter, Started: c.Started, StartedBy: c.StartedBy, Office: c.Office}
	if deliberation.CheckDutyStart(p, begun) != nil {
		e.fail(e.h.first.place(), "按期自动发起的程序与目录、期间或启动日期不符", "what began by itself is not what its catalogue, period and day say")
	}
	e.summary("%s %s,哈希值一致", "%s %s, hash as pinned", p.ID, p.Version)
	return true
}

// race is how long, in the machine's time, a step may take between the moment it
// counts a day from and the moment it notes. A demonstration's clock makes hours of it.
const race = 200 * time.Millisecond

// day gives the day that a step counted from which noted the moment t: that day,
// and under a fast clock the one before, where midnight lay within the race.
func (e *examination) day(t time.Time) []deliberation.Date {
	days := []deliberation.Date{deliberation.DateOf(t)}
	if c := e.h.started.Clock; c.Rate > 1 {
		if before := deliberation.DateOf(t.Add(-race * time.Duration(min(c.Rate, maxRate)))); before != days[0] {
			days = append(days, before)
		}
	}
	return days
}

// maxRate is the fastest clock that is made allowances for: a day a second.
const maxRate = 24 * 60 * 60

// stopped reports whether the process ended in the midst of a stage.
func (e *examination) stopped() bool {
	return e.h.ended != nil && (e.h.ended.Outcome == deliberation.Withdrawn || e.h.ended.Outcome == deliberation.Cancelled)
}

// order checks that each stage followed from the outcome of the one before.
func (e *examination) order() {
	s, rounds := e.h.started, map[deliberation.Stage]int{}
	if s.Merged && !e.rules.MergeAllowed.Value {
		e.fail(e.h.first.place(), "规则不允许①②合并召开", "the rules do not allow ① and ② in one meeting")
	}
	if first := deliberation.StagesOf(s.Process)[0]; len(e.h.visits) == 0 || e.h.visits[0].stage != first {
		e.fail(inFile(factsFile), "没有从 %s 开始", "does not begin with %s", first)
	}
	for i, v := range e.h.visits {
		rounds[v.stage]++
		if d := value[deliberation.StageData](&v.entry); d.Round != rounds[v.stage] {
			e.fail(v.entry.place(), "%s 应为第 %d 轮,记为第 %d 轮", "%s should be round %d and says %d", v.stage, rounds[v.stage], d.Round)
		}
		var after *visit
		if i+1 < len(e.h.visits) {
			after = e.h.visits[i+1]
		}
		e.stageFacts(v)
		e.follows(v, after)
	}
	e.summary("%d 个环节依次进行", "%d stages in their order", len(e.h.visits))
}

// stageFacts checks that what happened in a stage says so.
func (e *examination) stageFacts(v *visit) {
	for _, f := range v.facts {
		if f.Stage != v.stage {
			e.fail(f.place(), "记录所属环节 %s 与当时环节 %s 不符", "says it belongs to %s, in the midst of %s", f.Stage, v.stage)
		}
	}
}

// follows checks how a visit ended and what came after it (nil: the end).
func (e *examination) follows(v, after *visit) {
	if v.outcome == nil {
		if after != nil || !e.stopped() {
			e.fail(v.entry.place(), "%s 没有结果记录", "%s has no outcome", v.stage)
		}
		return
	}
	o := *v.outcome
	next, goesOn := deliberation.Next(v.stage, o.Outcome, e.rules, e.h.started.Merged, e.changing(v))
	if e.h.started.Process == deliberation.ConferenceKind {
		next, goesOn = deliberation.NextOfConference(v.stage, o.Outcome)
	}
	if e.h.started.Process == deliberation.DemandKind {
		next, goesOn = deliberation.NextOfDemand(v.stage, o.Outcome)
	}
	if e.appraise != nil {
		next, goesOn = deliberation.NextOfAppraisal(v.stage, o.Outcome)
	}
	if e.rate != nil {
		next, goesOn = deliberation.NextOfDepartments(v.stage, o.Outcome)
	}
	if e.disclose != nil {
		next, goesOn = deliberation.NextOfDisclosure(v.stage, o.Outcome)
	}
	if e.listen != nil {
		next, goesOn = deliberation.NextOfHearing(v.stage, o.Outcome)
	}
	if e.talk != nil {
		next, goesOn = deliberation.NextOfOpenTalk(v.stage, o.Outcome)
	}
	if e.consult != nil {
		next, goesOn = deliberation.NextOfConsultation(v.stage, o.Outcome)
	}
	if e.live != nil {
		next, goesOn = deliberation.NextOfLivelihood(v.stage, o.Outcome, e.touches(), e.changing(v))
	}
	switch e.h.started.Process {
	case deliberation.ElectionKind:
		next, goesOn = deliberation.NextOfElection(v.stage, o.Outcome)
	case deliberation.RecallKind:
		next, goesOn = deliberation.NextOfRecall(v.stage, o.Outcome)
	case deliberation.ResignationKind:
		next, goesOn = deliberation.NextOfResignation(v.stage, o.Outcome)
	case deliberation.ChoosingKind:
		next, goesOn = deliberation.NextOfChoosing(v.stage, o.Outcome)
	}
	if v.leave.Stage != v.stage || (o.Next != next && (goesOn || o.Next != "")) {
		e.fail(v.leave.place(), "%s 的结果为 %s,其后应为 %s", "%s ended %s and should lead to %s", v.stage, o.Outcome, next)
	}
	if v.leave.At.Before(v.entry.At) || (after != nil && after.entry.At.Before(v.leave.At)) {
		e.fail(v.leave.place(), "%s 的起止时间颠倒", "the times of %s run backwards", v.stage)
	}
	if !canEnd(v.stage, o.Outcome) {
		e.fail(v.leave.place(), "%s 不能以 %s 结束", "%s cannot end %s", v.stage, o.Outcome)
	}
	switch {
	case after != nil && (!goesOn || after.stage != next):
		e.fail(after.entry.place(), "%s 的结果为 %s,不应进入 %s", "%s ended %s and cannot lead to %s", v.stage, o.Outcome, after.stage)
	case after == nil && goesOn && !e.stopped():
		e.fail(v.leave.place(), "%s 之后没有进入 %s", "%s was not followed by %s", v.stage, next)
	case after == nil && !goesOn && e.h.ended != nil && e.h.ended.Outcome != o.Outcome:
		e.fail(e.h.end.place(), "终结结果 %s 与最后环节的结果 %s 不符", "the process ended %s, its last stage %s", e.h.ended.Outcome, o.Outcome)
	}
}

// changing tells whether a visit is about a change of a resolution that is being
// carried out: it came from the implementation, directly or after meetings without
// a quorum.
func (e *examination) changing(v *visit) bool {
	i := slices.Index(e.h.visits, v)
	for i--; i >= 0; i-- {
		before := e.h.visits[i]
		if before.outcome == nil || before.stage != deliberation.Resolution || before.outcome.Outcome != deliberation.Inquorate {
			return before.outcome != nil && before.stage == deliberation.Implementation && before.outcome.Outcome == deliberation.Amended
		}
	}
	return false
}

// canEnd tells which outcomes a stage can have.
func canEnd(s deliberation.Stage, o deliberation.Outcome) bool {
	switch o {
	case deliberation.Carried, deliberation.Withdrawn, deliberation.Cancelled:
		return true
	case deliberation.Lost:
		return slices.Contains(afterTheVote, s) || slices.Contains(meetingStages, s) || s == deliberation.Signing || s == deliberation.Guiding || s == deliberation.Reporting || s == deliberation.Screening
	case deliberation.Answered:
		return s == deliberation.Screening
	case deliberation.Returned:
		return s == deliberation.Proposal || s == deliberation.Consultation || s == deliberation.Review || s == deliberation.PublicHearing || s == deliberation.SatisfactionCheck
	case deliberation.Inquorate:
		return s == deliberation.ElectionVoting || s == deliberation.RecallVoting || slices.Contains(meetingStages, s) || s == deliberation.Consulting || s == deliberation.Talking || s == deliberation.HearingSignUp || s == deliberation.HearingSitting
	case deliberation.Amended:
		return slices.Contains(beforeTheVote, s) || slices.Contains(meetingStages, s) || s == deliberation.Implementation || s == deliberation.DisclosureConfirm || s == deliberation.Disclosing
	case deliberation.Contested:
		return s == deliberation.NominationStage || s == deliberation.ElectionVoting || s == deliberation.ChoosingListed || s == deliberation.ResolutionDisclosure || s == deliberation.Disclosing || s == deliberation.Answering || s == deliberation.Convening || s == deliberation.Consulting
	}
	return false
}

// beforeTheVote are the stages of an election in which its day may be put off, afterTheVote
// those in which it may be annulled, or a recall has failed.
var (
	beforeTheVote = []deliberation.Stage{deliberation.ElectorRegistration, deliberation.NominationStage, deliberation.ElectionVoting}
	afterTheVote  = []deliberation.Stage{deliberation.ElectionResult, deliberation.ElectionHandedOver, deliberation.RecallResult}
)

var meetingStages = []deliberation.Stage{deliberation.Proposal, deliberation.Consultation, deliberation.Review, deliberation.Resolution, deliberation.Appraising, deliberation.RatingDepartments, deliberation.ChoosingVote, deliberation.ResignationVote}

// soliciting checks the days of soliciting, and that each opinion was answered.
func (e *examination) soliciting() {
	for _, v := range e.h.visits {
		if v.stage == deliberation.Soliciting && v.outcome != nil && v.outcome.Outcome == deliberation.Carried && len(e.h.opinions) == 0 {
			e.fail(v.leave.place(), "没有征求意见的记录", "there is no record of soliciting")
		}
	}
	for _, f := range e.h.opinions {
		d := value[deliberation.OpinionsData](&f)
		if !same(d.Days, e.rules.SolicitDays) {
			e.fail(f.place(), "征求意见天数与规则不符", "the days of soliciting are not the rule's")
		}
		until := deliberation.DisplayEnd(deliberation.DateOf(d.Opened), e.rules.SolicitDays.Days).End()
		if d.Closed.Before(until) || d.Closed.After(f.At) {
			e.fail(f.place(), "征求意见应满 %d 日", "soliciting must last %d days", e.rules.SolicitDays.Days)
		}
		if d.Answered != d.Received {
			e.fail(f.place(), "收到意见 %d 条,答复 %d 条", "%d opinions received, %d answered", d.Received, d.Answered)
		}
		e.opinionList(d)
		e.summary("收到并答复意见 %d 条", "%d opinions received and answered", d.Received)
	}
}

// opinionList compares the list with the counts. An opinion that came after the
// count is no fault, and the clocks of two machines may differ by a little.
func (e *examination) opinionList(d deliberation.OpinionsData) {
	inTime, answered := 0, 0
	for _, o := range e.d.Opinions {
		if o.Given.Before(d.Closed.Add(-skew)) {
			inTime++
		}
		if o.Disposition != "" {
			answered++
		}
	}
	if len(e.d.Opinions) < d.Received || inTime > d.Received || answered < d.Answered {
		e.fail(inFile(opinionsFile), "意见清单为 %d 条、答复 %d 条,登记为 %d 条、答复 %d 条", "lists %d opinions and %d answers, the register has %d and %d", len(e.d.Opinions), answered, d.Received, d.Answered)
	}
}
