package deliberation

import (
	"fmt"
	"strings"
)

// Sentence says the verdict as people read it: what was found, then the numbers
// it rests on. Where it is not met, only what is missing is said; where it is
// met, the strictest threshold of each body.
func (v Verdict) Sentence(lang string) string {
	checks := v.telling()
	s := v.headline().in(lang)
	for _, c := range checks {
		s += pick(lang, "", " ") + v.working(c).in(lang)
	}
	return s
}

// Sentence says one threshold with its numbers.
func (c Check) Sentence(lang string) string {
	return Verdict{Question: questionOf(c)}.working(c).in(lang)
}

// questionOf reads from the rule's key what it decides: the keys of passing rules end in pass.
func questionOf(c Check) Question {
	if strings.Contains(c.Rule.Key, ".call") {
		return DemandQuestion
	}
	if strings.HasPrefix(c.Rule.Key, "recall.") {
		return RecallQuestion
	}
	if strings.HasSuffix(c.Rule.Key, ".pass") {
		return PassingQuestion
	}
	return QuorumQuestion
}

func (v Verdict) telling() []Check {
	if v.Question == RecallQuestion { // how many voted and how many of those approve, both decide
		return v.Checks
	}
	var all []Check
	strictest := map[Body]int{}
	for _, c := range v.Checks {
		if !v.Met || v.Question == DemandQuestion {
			if c.Met == v.Met {
				all = append(all, c)
			}
			continue
		}
		if c.Rule.Majority.ofOwners() { // area and heads are no stricter than one another
			all = append(all, c)
			continue
		}
		if i, ok := strictest[c.Body]; ok {
			if c.Need > all[i].Need {
				all[i] = c
			}
			continue
		}
		strictest[c.Body] = len(all)
		all = append(all, c)
	}
	return all
}

// headline speaks of a legal quorum only where a law or a Party rule asks for it.
func (v Verdict) headline() word {
	if v.Question == DemandQuestion {
		if v.Met {
			return word{"联名人数达到规定。", "Enough have signed."}
		}
		return word{"联名人数未达到规定。", "Too few have signed."}
	}
	if v.Question == PassingQuestion {
		if v.Met {
			return word{"通过。", "Carried."}
		}
		return word{"未通过。", "Not carried."}
	}
	if v.Question == RecallQuestion {
		if v.Met {
			return word{"罢免通过。", "The recall is carried."}
		}
		return word{"罢免未通过。", "The recall is not carried."}
	}
	if v.Question == RatingQuestion {
		if v.Met {
			return word{"评议有效。", "Rated."}
		}
		return word{"没有有效评议票。", "No form is valid."}
	}
	if len(v.Checks) == 0 {
		n := v.Attendance.Whole
		return word{fmt.Sprintf("没有规定法定人数。应到%d人，实到%d人。", n.Due, n.Present), fmt.Sprintf("No quorum is set. Due %d, present %d.", n.Due, n.Present)}
	}
	legal := false
	for _, c := range v.Checks {
		binding := c.Rule.Basis.Confidence == LawText || c.Rule.Basis.Confidence == PartyRule
		legal = legal || binding && c.Met == v.Met
	}
	switch {
	case v.Met && legal:
		return word{"达到法定人数。", "There is a legal quorum."}
	case v.Met:
		return word{"达到规定人数。", "There is a quorum."}
	case legal:
		return word{"未达到法定人数。", "There is no legal quorum."}
	}
	return word{"未达到规定人数。", "There is no quorum."}
}

func (v Verdict) working(c Check) word {
	if c.Rule.Majority.ofOwners() {
		return v.ownersWorking(c)
	}
	unit := "人"
	if c.Rule.Majority.Of == OfHouseholds {
		unit = "户"
	}
	var who word
	if c.Body != "" {
		who = word{c.Body.Word("zh") + ":", c.Body.Word("en") + ": "}
	}
	short := word{"。", "."}
	if c.Short > 0 {
		short = word{fmt.Sprintf(",还差 %d %s。", c.Short, unit), fmt.Sprintf(", %d short.", c.Short)}
	}
	if c.Base <= 0 {
		return word{who.zh + "名册上没有人,不能作出决定。", who.en + "Nobody is on the roll, so nothing can be decided."}
	}
	m := c.Rule.Majority
	if v.Question == DemandQuestion {
		return word{
			fmt.Sprintf("%s共 %d %s，须有 %d %s联名（%s），有效联名 %d %s%s", m.Of.Word("zh"), c.Base, unit, c.Need, unit, m.Comparison.Words(m.Fraction, "zh"), c.Had, unit, short.zh),
			fmt.Sprintf("Of %d %s, needed %d (%s), signed %d%s", c.Base, m.Of.Word("en"), c.Need, m.Comparison.Words(m.Fraction, "en"), c.Had, short.en),
		}
	}
	if v.Question == AppraisalQuestion {
		return word{
			fmt.Sprintf("有效评议票 %d 张，须有 %d 张（%s），实有 %d 张%s", c.Base, c.Need, m.Comparison.Words(m.Fraction, "zh"), c.Had, short.zh),
			fmt.Sprintf("Valid forms %d, needed %d (%s), had %d%s", c.Base, c.Need, m.Comparison.Words(m.Fraction, "en"), c.Had, short.en),
		}
	}
	if v.Question == RecallQuestion {
		does := word{"赞成", "in favour"}
		if m.Of != OfVoters && m.Of != OfPresent {
			does = word{"参加投票", "voting"}
		}
		return word{
			fmt.Sprintf("%s %d %s，须有 %d %s%s（%s），实际 %d %s%s", m.Of.Word("zh"), c.Base, unit, c.Need, unit, does.zh, m.Comparison.Words(m.Fraction, "zh"), c.Had, unit, strings.Replace(short.zh, ",", "，", 1)),
			fmt.Sprintf("Of %s (%d), needed %s %d (%s), had %d%s", m.Of.Word("en"), c.Base, does.en, c.Need, m.Comparison.Words(m.Fraction, "en"), c.Had, short.en),
		}
	}
	if v.Question == PassingQuestion {
		base := map[Denominator]word{
			OfPresent: {"到会", "Present"}, OfMembers: {"组成人员", "Members"}, OfEachCommittee: {"组成人员", "Members"},
		}[m.Of]
		if base.zh == "" {
			base = word{"应到", "Due"}
		}
		return word{
			fmt.Sprintf("%s%s %d %s,须有 %d %s赞成(%s),赞成 %d %s%s%s", who.zh, base.zh, c.Base, unit, c.Need, unit, m.Words("zh"), c.Had, unit, v.votes(c).zh, short.zh),
			fmt.Sprintf("%s%s %d, needed in favour %d (%s), in favour %d%s%s", who.en, base.en, c.Base, c.Need, m.Words("en"), c.Had, v.votes(c).en, short.en),
		}
	}
	return word{
		fmt.Sprintf("%s应到 %d %s,须有 %d %s到会(%s),实到 %d %s%s", who.zh, c.Base, unit, c.Need, unit, m.Comparison.Words(m.Fraction, "zh"), c.Had, unit, short.zh),
		fmt.Sprintf("%sDue %d, needed %d (%s), present %d%s", who.en, c.Base, c.Need, m.Comparison.Words(m.Fraction, "en"), c.Had, short.en),
	}
}

// votes gives the noes and abstentions of the whole meeting; those of one committee are not counted apart.
func (v Verdict) votes(c Check) word {
	if v.Tally == nil || c.Body != "" {
		return word{}
	}
	return word{
		fmt.Sprintf(",反对 %d 人,弃权 %d 人", v.Tally.No, v.Tally.Abstain),
		fmt.Sprintf(", against %d, abstaining %d", v.Tally.No, v.Tally.Abstain),
	}
}

// Source says where a rule stands, and how firmly where it is not the law: nobody
// must take a practice, a model or our default for the law.
func (b Basis) Source(lang string) string {
	c := b.Citation.String()
	switch b.Confidence {
	case PartyRule:
		return pick(lang, "依据:"+c+"(党内法规)。", "Source: "+c+" (Party rule).")
	case LocalPractice:
		return pick(lang, "依据:"+c+"(地方做法,不是法律规定)。", "Source: "+c+" (local practice, not law).")
	case Analogy:
		return pick(lang, "参照:"+c+"(在本地没有约束力)。", "Modelled on: "+c+" (not binding here).")
	case Default:
		return pick(lang, "依据:"+c+"(法律没有规定,系统设定)。", "Source: "+c+" (our default where the law is silent).")
	}
	return pick(lang, "依据:"+c+"。", "Source: "+c+".")
}

var pointWords = map[PlanPoint]word{
	PlanSolicit:       {"开始征求意见", "soliciting opens"},
	PlanSolicitEnd:    {"征求意见期满", "soliciting ends"},
	PlanNotice:        {"通知:", "notice: "},
	PlanMeeting:       {"开会:", "meeting: "},
	PlanAdvice:        {"送街道(乡镇)征求意见", "the street or township is asked"},
	PlanAdviceEnd:     {"街道(乡镇)提出意见的最后一日", "last day of its advice"},
	PlanPost:          {"张贴公布", "posted"},
	PlanObjectionsEnd: {"提出异议的最后一日", "last day to object"},
	PlanAnswersEnd:    {"答复异议的最后一日", "last day to answer objections"},
	PlanDisplayEnd:    {"公布期满(次日起可以撤下)", "display ends (may come down the next day)"},
	PlanWork:          {"可以开始实施", "carrying out may begin"},
	PlanReport:        {"可以报告实施结果", "the result may be reported"},
	PlanReviewEnd:     {"监督委员会先行审核的最后一日", "last day of the supervisors' prior review"},
	PlanArchive:       {"可以归档", "the process may end"},
}

// Words says what happens on the day.
func (s PlanStep) Words(lang string) string {
	w := pointWords[s.Point].in(lang)
	if s.Point == PlanNotice || s.Point == PlanMeeting {
		w += s.Body.Word(lang)
	}
	return w
}

var boundWords = map[PlanBound]word{NotBefore: {"最早", "earliest"}, NotAfter: {"最迟", "latest"}, Through: {"至", "through"}}

// Word names the bound.
func (b PlanBound) Word(lang string) string { return boundWords[b].in(lang) }

var weekdaysZH = []string{"日", "一", "二", "三", "四", "五", "六"}

// Words writes the day as people do: 2026年12月16日(星期三).
func (d Date) Words(lang string) string {
	if d.IsZero() {
		return ""
	}
	return pick(lang,
		fmt.Sprintf("%d年%d月%d日(星期%s)", d.Year, int(d.Month), d.Day, weekdaysZH[d.Weekday()]),
		d.Start().Format("Mon 2 January 2006"))
}
