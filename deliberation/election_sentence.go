package deliberation

import (
	"fmt"
	"strings"
)

var statusWords = map[ElectionStatus]word{
	ElectionUnread:   {"唱票张数与收回选票数不符，不能计票", "the papers read are not those recovered: not counted"},
	ElectionVoid:     {"收回选票多于发出选票，选举无效", "more papers recovered than issued: the election is void"},
	ElectionTurnout:  {"参加投票的人数不足，选举无效", "too few voted: the election is void"},
	ElectionRevote:   {"票数相等，须再次投票", "a tie: vote again"},
	ElectionFurther:  {"当选人数不足应选名额，另行选举", "seats are left: a further round"},
	ElectionComplete: {"应选名额已经选满", "all seats are filled"},
	ElectionVacant:   {"当选人数已达规定，不足的名额可以暂缺", "enough were elected: the other seats may stay empty"},
	ElectionShort:    {"当选人数仍然不足，须再行选举", "too few were elected: elect again"},
}

// Word says how the election stands.
func (s ElectionStatus) Word(lang string) string { return statusWords[s].in(lang) }

var dropWords = map[DropReason]word{
	DropHigherPost:   {"已当选更高职务或者已经当选", "already elected"},
	DropUnregistered: {"没有登记参加选举", "not registered"},
	DropUnqualified:  {"资格审查不合格", "did not pass the qualification check"},
	DropWithdrawn:    {"声明退出", "withdrew"},
	DropKin:          {"近亲属回避", "near relative of one elected"},
	DropNotStanding:  {"不是该职务的候选人", "does not stand for the post"},
}

// Word says the reason.
func (r DropReason) Word(lang string) string { return dropWords[r].in(lang) }

var leadWords = map[Lead]word{
	LeadDirector: {"由主任主持工作。", "The director leads."},
	LeadDeputy:   {"主任未选出，由副主任主持工作。", "No director was elected: the deputy director leads."},
	LeadChosen:   {"主任、副主任都未选出，由代表会议在当选的委员中推选一人主持工作。", "Neither director nor deputy was elected: the representatives' conference chooses one of the members to lead."},
}

// Sentences says the outcome as people read it, one finding a sentence, each with its
// numbers and its source. name gives the name of a person.
func (o ElectionOutcome) Sentences(lang string, name func(PersonID) string) []string {
	t := electionTelling{ElectionOutcome: o, lang: lang, name: name}
	t.say(o.Status.Word("zh")+"。", t.capital(o.Status.Word("en"))+".")
	if len(o.VoidBoxes) > 0 {
		t.say(fmt.Sprintf("%d 个流动票箱的选票多于使用人数，该票箱无效。", len(o.VoidBoxes)),
			fmt.Sprintf("%d mobile boxes held more papers than users and are void. ", len(o.VoidBoxes)), o.Rules.VoidMobileBox.Basis)
	}
	for _, r := range o.Posts {
		t.post(r)
	}
	if len(o.Unconfirmed) > 0 {
		t.say("候选人以外的当选人，经资格审查后确认："+t.names(o.Unconfirmed)+"。", "Written in, to be confirmed by a qualification check: "+t.names(o.Unconfirmed)+".")
	}
	for _, l := range o.Further {
		t.say(fmt.Sprintf("另行选举%s %d 名，候选人：%s。", l.Post.Word("zh"), l.Seats, t.names(l.Candidates)),
			fmt.Sprintf("Further round for %d %s; candidates: %s. ", l.Seats, l.Post.Word("en"), t.names(l.Candidates)), o.Rules.FurtherRound.Basis)
		for _, f := range l.Faults {
			t.lines = append(t.lines, f.Sentence(lang))
		}
	}
	if !o.FurtherBy.IsZero() {
		t.say("另行选举最迟在"+o.FurtherBy.Words("zh")+"举行。", "The further round is held by "+o.FurtherBy.Words("en")+". ", o.Rules.FurtherRoundDays.Basis)
	}
	if o.Lead != "" {
		t.say(leadWords[o.Lead].zh, leadWords[o.Lead].en)
	}
	return t.lines
}

type electionTelling struct {
	ElectionOutcome
	lang  string
	name  func(PersonID) string
	lines []string
}

func (t *electionTelling) say(zh, en string, source ...Basis) {
	s := pick(t.lang, Localise(zh, t.Rules.Kind), en)
	for _, b := range source {
		s += b.Source(t.lang)
	}
	t.lines = append(t.lines, s)
}

func (t *electionTelling) names(list []PersonID) string {
	all := make([]string, len(list))
	for i, p := range list {
		all[i] = t.name(p)
	}
	return strings.Join(all, pick(t.lang, "、", ", "))
}

func (t *electionTelling) capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (t *electionTelling) post(r PostResult) {
	t.say(fmt.Sprintf("%s：发出选票 %d 张，收回 %d 张，其中废票 %d 张。", r.Post.Word("zh"), r.Issued, r.Recovered, r.Spoiled),
		fmt.Sprintf("%s: issued %d, recovered %d, of them spoiled %d.", t.capital(r.Post.Word("en")), r.Issued, r.Recovered, r.Spoiled))
	if c := r.Turnout; c.Rule.Key != "" {
		m := c.Rule.Majority
		short := word{}
		if c.Short > 0 {
			short = word{fmt.Sprintf("，还差 %d", c.Short), fmt.Sprintf(", %d short", c.Short)}
		}
		t.say(fmt.Sprintf("%s %d，须有 %d 参加投票（%s），参加投票 %d%s。", m.Of.Word("zh"), c.Base, c.Need, m.Comparison.Words(m.Fraction, "zh"), c.Had, short.zh),
			fmt.Sprintf("%s %d, needed %d (%s), voted %d%s. ", t.capital(m.Of.Word("en")), c.Base, c.Need, m.Comparison.Words(m.Fraction, "en"), c.Had, short.en), c.Rule.Basis)
	}
	if len(r.Votes) > 0 {
		m := r.Rule.Majority
		t.say(fmt.Sprintf("当选须得 %d 票（%s）。", r.Need, m.Words("zh")), fmt.Sprintf("Elected by %d votes (%s). ", r.Need, m.Words("en")), r.Rule.Basis)
	}
	for _, s := range r.Elected {
		t.say(fmt.Sprintf("%s当选%s，得 %d 票。", t.name(s.Person), r.Post.Word("zh"), s.Votes), fmt.Sprintf("%s is elected %s with %d votes.", t.name(s.Person), r.Post.Word("en"), s.Votes))
	}
	if r.WomanFirst != "" {
		t.say(t.name(r.WomanFirst)+"是得票最多的妇女，首先确定当选。", t.name(r.WomanFirst)+" has most votes among women and is seated first. ", t.Rules.WomenSeat.Basis)
	}
	for _, d := range r.Dropped {
		t.say(fmt.Sprintf("%s得票已达规定，但是%s，不能当选%s。", t.name(d.Person), d.Reason.Word("zh"), r.Post.Word("zh")),
			fmt.Sprintf("%s has enough votes and yet is not elected %s: %s. ", t.name(d.Person), r.Post.Word("en"), d.Reason.Word("en")), d.Basis)
	}
	if len(r.Tied) > 0 {
		zh := fmt.Sprintf("%s票数相等，再次投票决定 %d 名。", t.names(r.Tied), r.TiedSeats)
		en := fmt.Sprintf("%s are tied and stand again for %d seats. ", t.names(r.Tied), r.TiedSeats)
		if r.KinTied {
			zh, en = t.names(r.Tied)+"是近亲属，票数相等，再次投票只保留一人。", t.names(r.Tied)+" are near relatives with as many votes: vote again on who stays. "
		}
		t.say(zh, en, r.Rule.Basis)
	}
	if r.Left > 0 && len(r.Tied) == 0 && r.Turnout.Short == 0 && r.Recovered <= r.Issued {
		t.say(fmt.Sprintf("%s还有 %d 个名额没有选出。", r.Post.Word("zh"), r.Left), fmt.Sprintf("%d seats of %s are left.", r.Left, r.Post.Word("en")))
	}
}
