package deliberation

import "fmt"

// ofOwners reports whether the rule counts owners 业主, by heads or by area.
func (m Majority) ofOwners() bool {
	switch m.Of {
	case OfOwnersArea, OfOwnersHeads, OfParticipatingArea, OfParticipatingOwners:
		return true
	}
	return false
}

// byArea reports whether the rule counts area 专有部分面积.
func (m Majority) byArea() bool { return m.Of == OfOwnersArea || m.Of == OfParticipatingArea }

// ownersWorking says one of the four tests of an owners' decision (民法典
// 第二百七十八条): who took part of all, or who agreed of those who took part.
func (v Verdict) ownersWorking(c Check) word {
	m := c.Rule.Majority
	measure := func(n int) word {
		if m.byArea() {
			return word{AreaText(n) + " 平方米", AreaText(n) + " m²"}
		}
		return word{fmt.Sprintf("%d 人", n), fmt.Sprint(n)}
	}
	base, need, had := measure(c.Base), measure(c.Need), measure(c.Had)
	short := word{"。", "."}
	if c.Short > 0 {
		short = word{"，还差 " + measure(c.Short).zh + "。", ", " + measure(c.Short).en + " short."}
	}
	share := word{m.Comparison.Words(m.Fraction, "zh"), m.Comparison.Words(m.Fraction, "en")}
	if taking := m.Of == OfOwnersArea || m.Of == OfOwnersHeads; taking {
		of := word{"业主人数", "Owners"}
		if m.byArea() {
			of = word{"专有部分面积", "Exclusive area"}
		}
		if c.Base <= 0 {
			return word{"没有登记业主，不能作出决定。", "No owner is written down, so nothing can be decided."}
		}
		did, does := word{"参与表决", "taking part"}, word{"参与表决", "needed"}
		if v.Question == DemandQuestion {
			did, does = word{"联名", "signed"}, word{"联名", "needed"}
		}
		return word{
			fmt.Sprintf("%s %s，须有 %s%s（%s），%s %s%s", of.zh, base.zh, need.zh, does.zh, share.zh, did.zh, had.zh, short.zh),
			fmt.Sprintf("%s %s, %s %s (%s), %s %s%s", of.en, base.en, does.en, need.en, share.en, did.en, had.en, short.en),
		}
	}
	of := word{"参与表决的业主", "Owners taking part"}
	if m.byArea() {
		of = word{"参与表决的专有部分面积", "Exclusive area taking part"}
	}
	if c.Base <= 0 {
		return word{"没有业主参与表决，不能作出决定。", "No owner took part, so nothing can be decided."}
	}
	against, abstain := word{}, word{}
	if t := v.Tally; t != nil {
		no, none := t.No, t.Abstain
		if m.byArea() && t.Area != nil {
			no, none = t.Area.No, t.Area.Abstain
		}
		against = word{"，反对 " + measure(no).zh, ", against " + measure(no).en}
		abstain = word{"，弃权 " + measure(none).zh, ", abstaining " + measure(none).en}
	}
	return word{
		fmt.Sprintf("%s %s，须有 %s赞成（%s），赞成 %s%s%s%s", of.zh, base.zh, need.zh, share.zh, had.zh, against.zh, abstain.zh, short.zh),
		fmt.Sprintf("%s %s, needed in favour %s (%s), in favour %s%s%s%s", of.en, base.en, need.en, share.en, had.en, against.en, abstain.en, short.en),
	}
}
