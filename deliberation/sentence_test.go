package deliberation_test

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

func attendance(due, present int) deliberation.Attendance {
	return deliberation.Attendance{Whole: deliberation.BodyCount{Due: due, Present: present}}
}

func TestVerdictSentences(t *testing.T) {
	r := rules(t, "urban-2026")
	recall, err := deliberation.RecallOf(pack(t, "urban-2026"), deliberation.AllElectors)
	if err != nil {
		t.Fatal(err)
	}
	joint := attendance(12, 8)
	joint.Parts = []deliberation.BodyCount{{Body: deliberation.BranchCommittee, Due: 5, Present: 4}, {Body: deliberation.Committee, Due: 7, Present: 3}}
	for _, c := range []struct {
		name    string
		verdict deliberation.Verdict
		zh, en  string
	}{
		{
			"the example of the pages", deliberation.Quorum(r.Conference.Quorum, attendance(60, 38)),
			"未达到法定人数。应到 60 人,须有 40 人到会(三分之二以上),实到 38 人,还差 2 人。",
			"There is no legal quorum. Due 60, needed 40 (at least 2/3), present 38, 2 short.",
		},
		{
			"a quorum", deliberation.Quorum(r.Conference.Quorum, attendance(60, 41)),
			"达到法定人数。应到 60 人,须有 40 人到会(三分之二以上),实到 41 人。",
			"There is a legal quorum. Due 60, needed 40 (at least 2/3), present 41.",
		},
		{
			"only the local rule is missed", deliberation.Quorum(r.Review.Quorum, attendance(60, 30)),
			"未达到规定人数。应到 60 人,须有 40 人到会(三分之二以上),实到 30 人,还差 10 人。",
			"There is no quorum. Due 60, needed 40 (at least 2/3), present 30, 10 short.",
		},
		{
			"one committee of a joint meeting", deliberation.Quorum(r.Consultation.Quorum, joint),
			"未达到规定人数。居(村)民委员会:应到 7 人,须有 4 人到会(过半数),实到 3 人,还差 1 人。",
			"There is no quorum. residents' committee: Due 7, needed 4 (more than half), present 3, 1 short.",
		},
		{
			"households are counted as such", deliberation.Quorum(r.Households.Quorum, attendance(900, 450)),
			"未达到法定人数。应到 900 户,须有 451 户到会(过半数),实到 450 户,还差 1 户。",
			"There is no legal quorum. Due 900, needed 451 (more than half), present 450, 1 short.",
		},
		{
			"carried by those present", deliberation.Passing(r.Conference.Passing, attendance(60, 41), deliberation.Tally{Due: 60, Present: 41, Voters: 41, Yes: 30, No: 5, Abstain: 6}),
			"通过。到会 41 人,须有 21 人赞成(到会人员的过半数),赞成 30 人,反对 5 人,弃权 6 人。",
			"Carried. Present 41, needed in favour 21 (more than half of those present), in favour 30, against 5, abstaining 6.",
		},
		{
			"lost among those due", deliberation.Passing(r.Review.Passing, attendance(60, 40), deliberation.Tally{Due: 60, Present: 40, Voters: 40, Yes: 30, No: 10}),
			"未通过。应到 60 人,须有 31 人赞成(应到会有表决权的人员的过半数),赞成 30 人,反对 10 人,弃权 0 人,还差 1 人。",
			"Not carried. Due 60, needed in favour 31 (more than half of those due and entitled to vote), in favour 30, against 10, abstaining 0, 1 short.",
		},
		{
			"a recall that is carried", recall.Decide(attendance(87, 60), deliberation.Tally{Due: 87, Voters: 60, Yes: 42, No: 17, Spoiled: 1}),
			"罢免通过。登记的选民 87 人，须有 44 人参加投票（过半数），实际 60 人。参加投票的人 60 人，须有 31 人赞成（过半数），实际 42 人。",
			"The recall is carried. Of registered electors (87), needed voting 44 (more than half), had 60. Of those who voted (60), needed in favour 31 (more than half), had 42.",
		},
		{
			"a recall in which too few vote", recall.Decide(attendance(87, 43), deliberation.Tally{Due: 87, Voters: 43, Yes: 42, No: 1}),
			"罢免未通过。登记的选民 87 人，须有 44 人参加投票（过半数），实际 43 人，还差 1 人。参加投票的人 43 人，须有 22 人赞成（过半数），实际 42 人。",
			"The recall is not carried. Of registered electors (87), needed voting 44 (more than half), had 43, 1 short. Of those who voted (43), needed in favour 22 (more than half), had 42.",
		},
		{
			"an empty roll", deliberation.Quorum(r.Conference.Quorum, attendance(0, 0)),
			"未达到法定人数。名册上没有人,不能作出决定。",
			"There is no legal quorum. Nobody is on the roll, so nothing can be decided.",
		},
	} {
		if got := c.verdict.Sentence("zh"); got != c.zh {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.zh)
		}
		if got := c.verdict.Sentence("en"); got != c.en {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.en)
		}
	}
	check := deliberation.Quorum(r.Conference.Quorum, attendance(60, 38)).Checks[0]
	if got := check.Sentence("zh"); got != "应到 60 人,须有 40 人到会(三分之二以上),实到 38 人,还差 2 人。" {
		t.Error(got)
	}
	if got := check.Rule.Basis.Source("zh"); got != "依据:中华人民共和国城市居民委员会组织法(2025年修订)第二十九条。" {
		t.Error(got)
	}
}

// Nobody must take a practice, a model or our default for the law.
func TestSourceSaysHowFirm(t *testing.T) {
	c := deliberation.Citation{Law: "某文本"}
	seen := map[string]bool{}
	for _, k := range []deliberation.Confidence{deliberation.LawText, deliberation.PartyRule, deliberation.LocalPractice, deliberation.Analogy, deliberation.Default} {
		for _, lang := range []string{"zh", "en"} {
			s := deliberation.Basis{Citation: c, Confidence: k}.Source(lang)
			if seen[s] || k.Word(lang) == "" {
				t.Errorf("%s in %s reads as another: %s", k, lang, s)
			}
			seen[s] = true
		}
	}
}

func TestThresholdWords(t *testing.T) {
	for _, c := range []struct {
		comparison deliberation.Comparison
		num, den   int
		zh, en     string
	}{
		{deliberation.MoreThan, 1, 2, "过半数", "more than half"},
		{deliberation.AtLeast, 1, 2, "半数以上", "at least half"},
		{deliberation.AtLeast, 2, 3, "三分之二以上", "at least 2/3"},
		{deliberation.MoreThan, 2, 3, "超过三分之二", "more than 2/3"},
		{deliberation.AtLeast, 1, 10, "十分之一以上", "at least 1/10"},
		{deliberation.AtLeast, 1, 12, "十二分之一以上", "at least 1/12"},
		{deliberation.AtLeast, 7, 20, "二十分之七以上", "at least 7/20"},
		{deliberation.AtLeast, 1, 1, "全体", "at least 1/1"},
	} {
		f := deliberation.Fraction{Num: c.num, Den: c.den}
		if zh, en := c.comparison.Words(f, "zh"), c.comparison.Words(f, "en"); zh != c.zh || en != c.en {
			t.Errorf("%s %s: %s, %s", c.comparison, f, zh, en)
		}
	}
}

func TestEverythingHasItsWords(t *testing.T) {
	type worded interface{ Word(lang string) string }
	var all []worded
	for _, s := range deliberation.Stages {
		all = append(all, s)
	}
	for _, a := range deliberation.ActSpecs {
		all = append(all, a.Kind)
		for _, o := range a.Offices {
			all = append(all, o)
		}
	}
	all = append(all, deliberation.PartyMember, deliberation.Representative, deliberation.HouseholdHead, deliberation.Operator,
		deliberation.BranchCommittee, deliberation.Committee, deliberation.JointCommittees, deliberation.PartyMeeting, deliberation.Conference,
		deliberation.Assembly, deliberation.HouseholdAssembly, deliberation.SupervisoryCommittee,
		deliberation.Carried, deliberation.Lost, deliberation.Inquorate, deliberation.Amended, deliberation.Contested, deliberation.Withdrawn, deliberation.Cancelled,
		deliberation.FixedAtStart, deliberation.LawOfTheDay)
	for _, p := range library(t).Packs() {
		for _, q := range p.Parameters {
			if q.Majority != nil {
				all = append(all, q.Majority.Of)
			}
		}
	}
	for _, w := range all {
		if w.Word("zh") == "" || w.Word("en") == "" {
			t.Errorf("no word for %T %v", w, w)
		}
	}
	if got := deliberation.Localise(deliberation.Conference.Word("zh"), deliberation.Village); got != "村民代表会议" {
		t.Error(got)
	}
	if got := deliberation.Localise(deliberation.SupervisoryCommittee.Word("zh"), deliberation.Urban); got != "居务监督委员会" {
		t.Error(got)
	}
}
