package deliberation

import (
	"cmp"
	"slices"
)

// ElectionPoint names a day in the calendar of an election.
type ElectionPoint string

// The points, in the order in which things are done.
const (
	ElectionAudit      ElectionPoint = "audit"      // 离任审计结果公布,早于推选选举委员会
	ElectionBoard      ElectionPoint = "committee"  // 推选选举委员会
	ElectionScheme     ElectionPoint = "scheme"     // 选举办法经会议通过
	ElectionList       ElectionPoint = "list"       // 公布登记名单
	ElectionObjections ElectionPoint = "objections" // 对名单提出异议的最后一日
	ElectionRulings    ElectionPoint = "rulings"    // 对末日所提异议作出处理的最后一日
	ElectionNominated  ElectionPoint = "nominated"  // 公布被提名人名单
	ElectionPreselect  ElectionPoint = "preselect"  // 预选(被提名人过多时)
	ElectionFinalList  ElectionPoint = "final_list" // 公布正式候选人名单
	ElectionAnnounce   ElectionPoint = "announce"   // 公布投票时间、地点、方式
	ElectionMobileList ElectionPoint = "mobile"     // 公布流动票箱使用人名单
	ElectionProxyList  ElectionPoint = "proxies"    // 公布委托投票名单
	ElectionDay        ElectionPoint = "day"        // 选举日
	ElectionRound      ElectionPoint = "round"      // 另行选举
	ElectionArchive    ElectionPoint = "archive"    // 移交选举档案
	ElectionHandover   ElectionPoint = "handover"   // 工作移交
	ElectionLater      ElectionPoint = "later"      // 另行选举后的工作移交
	ElectionBodies     ElectionPoint = "bodies"     // 推选小组组长、监督委员会
	ElectionPutOff     ElectionPoint = "put_off"    // 选举日推迟而不必重新公布名单
)

var electionPointWords = map[ElectionPoint]word{
	ElectionAudit:      {"公布离任审计结果（在推选选举委员会之前）", "the audit is posted, before the election committee is chosen"},
	ElectionBoard:      {"推选选举委员会", "the election committee is chosen"},
	ElectionScheme:     {"会议通过选举工作方案和选举办法", "the meeting approves plan and method"},
	ElectionList:       {"公布登记参加选举的人员名单", "the list of electors is published"},
	ElectionObjections: {"对名单提出异议的最后一日", "last day to object to the list"},
	ElectionRulings:    {"处理名单异议的最后一日", "last day to rule on objections"},
	ElectionNominated:  {"公布被提名推荐的候选人名单", "the nominees are published"},
	ElectionPreselect:  {"预选（被提名人数超过差额时）", "preselection, where there are too many nominees"},
	ElectionFinalList:  {"公布正式候选人名单", "the candidates are published"},
	ElectionAnnounce:   {"公布投票的时间、地点和方式", "time, place and way of voting are announced"},
	ElectionMobileList: {"公布流动票箱使用人名单", "the users of mobile boxes are published"},
	ElectionProxyList:  {"公布委托投票名单", "principals and agents are published"},
	ElectionDay:        {"选举日", "election day"},
	ElectionRound:      {"另行选举的最后一日", "last day of a further round"},
	ElectionArchive:    {"移交选举工作档案的最后一日", "last day to hand over the election's archive"},
	ElectionHandover:   {"工作移交的最后一日", "last day of the handover"},
	ElectionLater:      {"另行选举在最后一日举行时，工作移交的最后一日", "last day of the handover where the further round is held on its last day"},
	ElectionBodies:     {"推选小组组长和监督委员会的最后一日", "last day to choose group heads and supervisors"},
	ElectionPutOff:     {"选举日最迟推迟到这一日，名单不必重新公布", "election day may be put off to this day without new lists"},
}

// Word says what happens on the day.
func (p ElectionPoint) Word(lang string) string { return electionPointWords[p].in(lang) }

// PlanConflict is something in a calendar that people have to see to.
type PlanConflict struct {
	// Code is past, rest_day, overlap or after_day.
	Code string `json:"code"`
	// With is the point that it collides with; By the day on which to act instead, or
	// from which an election day is possible.
	With ElectionPoint `json:"with,omitempty"`
	By   Date          `json:"by,omitzero"`
}

// The conflicts.
const (
	ConflictPast     = "past"      // 已经过了最迟的日期
	ConflictRestDay  = "rest_day"  // 最迟的日期是休息日,提前办理
	ConflictOverlap  = "overlap"   // 与另一期限重叠
	ConflictAfterDay = "after_day" // 期限落在选举日或者以后
)

// Words says the conflict.
func (c PlanConflict) Words(lang string) string {
	switch c.Code {
	case ConflictPast:
		return pick(lang, "已经来不及；选举日最早为"+c.By.Words(lang), "too late; election day is possible from "+c.By.Words(lang))
	case ConflictRestDay:
		return pick(lang, "休息日，请不晚于"+c.By.Words(lang)+"办理", "a rest day: act by "+c.By.Words(lang))
	case ConflictOverlap:
		return pick(lang, "与“"+c.With.Word(lang)+"”重叠", "overlaps with: "+c.With.Word(lang))
	}
	return pick(lang, "落在选举日或者以后，请提前公布名单", "falls on election day or later: publish the list earlier")
}

// ElectionStep is one day of the calendar of an election.
type ElectionStep struct {
	Point ElectionPoint `json:"point"`
	Bound PlanBound     `json:"bound"`
	Date  Date          `json:"date"`
	// Days is the rule the day was computed from, with its citation; nil where no text
	// gives a number and the day follows from another.
	Days        *DaysRule      `json:"days,omitempty"`
	Provisional bool           `json:"provisional,omitempty"`
	Rolled      int            `json:"rolled,omitempty"`
	Conflicts   []PlanConflict `json:"conflicts,omitempty"`
}

// PlanElection gives every latest day of an election that is prepared from today and held
// on the day. "N days before" never moves forward, limits after an event do (law.md §12).
// Every limit is reckoned from the latest lawful day of what it follows; who acts earlier
// has more time.
func PlanElection(r ElectionRules, cal Calendar, today, day Date) []ElectionStep {
	w := electionPlan{rules: r, cal: cal, today: today, day: day}
	list := Latest(day, r.ListDays.Days)
	for _, p := range []ElectionPoint{ElectionAudit, ElectionBoard, ElectionScheme} {
		w.before(p, list, nil)
	}
	w.before(ElectionList, list, &r.ListDays)
	objections := w.after(ElectionObjections, list, &r.ObjectionDays)
	rulings := w.after(ElectionRulings, objections, &r.RulingDays)
	w.before(ElectionNominated, Latest(day, r.NominatedDays.Days), &r.NominatedDays)
	w.before(ElectionPreselect, Latest(day, r.FinalListDays.Days), nil)
	w.before(ElectionFinalList, Latest(day, r.FinalListDays.Days), &r.FinalListDays)
	w.before(ElectionAnnounce, Latest(day, r.AnnounceDays.Days), &r.AnnounceDays)
	if r.MobileBoxes.Value {
		w.before(ElectionMobileList, Latest(day, r.MobileListDays.Days), &r.MobileListDays)
	}
	if r.ProxyAllowed.Value {
		w.before(ElectionProxyList, Latest(day, r.ProxyListDays.Days), &r.ProxyListDays)
	}
	w.steps = append(w.steps, ElectionStep{Point: ElectionDay, Bound: NotBefore, Date: day, Provisional: cal.Day(day).Provisional})
	round := w.after(ElectionRound, day, &r.FurtherRoundDays)
	w.after(ElectionArchive, day, &r.ArchiveDays)
	w.after(ElectionHandover, day, &r.HandoverDays)
	w.after(ElectionLater, round, &r.HandoverDays)
	w.after(ElectionBodies, day, &r.BodiesDays)
	w.steps = append(w.steps, ElectionStep{Point: ElectionPutOff, Bound: NotAfter, Date: day.AddDays(r.ReverifyDays.Days), Days: &r.ReverifyDays})
	w.collide(ElectionNominated, ElectionObjections, objections)
	w.collide(ElectionFinalList, ElectionRulings, rulings)
	slices.SortStableFunc(w.steps, func(a, b ElectionStep) int { return cmp.Compare(a.Date.Sub(day), b.Date.Sub(day)) })
	return w.steps
}

type electionPlan struct {
	rules      ElectionRules
	cal        Calendar
	today, day Date
	steps      []ElectionStep
}

// before puts something that must come so many days before election day.
func (w *electionPlan) before(p ElectionPoint, latest Date, days *DaysRule) {
	s := ElectionStep{Point: p, Bound: NotAfter, Date: latest, Days: days, Provisional: w.cal.Day(latest).Provisional}
	if latest.Before(w.today) {
		s.Conflicts = append(s.Conflicts, PlanConflict{Code: ConflictPast, By: w.today.AddDays(w.day.Sub(latest))})
	} else if w.cal.Day(latest).Rest {
		by := latest
		for w.cal.Day(by).Rest {
			by = by.AddDays(-1)
		}
		s.Conflicts = append(s.Conflicts, PlanConflict{Code: ConflictRestDay, By: by})
	}
	w.steps = append(w.steps, s)
}

// after puts the last day of a limit that runs from an event.
func (w *electionPlan) after(p ElectionPoint, event Date, days *DaysRule) Date {
	l := w.cal.Deadline(event, days.Days)
	s := ElectionStep{Point: p, Bound: NotAfter, Date: l.Date, Days: days, Provisional: l.Provisional, Rolled: l.Rolled}
	if event.Before(w.day) && !l.Date.Before(w.day) {
		s.Conflicts = append(s.Conflicts, PlanConflict{Code: ConflictAfterDay})
	}
	w.steps = append(w.steps, s)
	return l.Date
}

// collide marks a point that comes while another limit still runs.
func (w *electionPlan) collide(p, with ElectionPoint, end Date) {
	for i, s := range w.steps {
		if s.Point == p && !end.Before(s.Date) {
			w.steps[i].Conflicts = append(w.steps[i].Conflicts, PlanConflict{Code: ConflictOverlap, With: with})
		}
	}
}
