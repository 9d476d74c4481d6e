package deliberation

import (
	"fmt"
	"strings"
)

// Title says what the rule asks, with its value: 居民代表占代表会议组成人员的五分之四以上.
func (r CompositionRule) Title(kind CommunityKind, lang string) string {
	spec, known := compositionSpecs[r.Key]
	if !known {
		return r.Key
	}
	t := spec.title.in(lang)
	switch {
	case spec.shape == MajorityKind && r.Majority != nil:
		t = fmt.Sprintf(t, r.Majority.Comparison.Words(r.Majority.Fraction, lang))
	case spec.shape == CountKind:
		t = fmt.Sprintf(t, r.Number)
	}
	return Localise(t, kind)
}

// Sentence says one rule with its numbers. It names nobody: the pages put the
// names of Persons and Pairs beside it.
func (c CompositionCheck) Sentence(kind CommunityKind, lang string) string {
	return c.Rule.Title(kind, lang) + pick(lang, "：", ": ") + Localise(c.numbers().in(lang), kind)
}

func (c CompositionCheck) numbers() word {
	spec := compositionSpecs[c.Rule.Key]
	unit := spec.unit
	switch {
	case c.Undecided && c.Unknown == 0:
		return word{spec.unknown.zh + "，现在不能核对。", "cannot be checked, " + spec.unknown.en + "."}
	case c.AtMost && c.Need == 0:
		return c.found(spec)
	}
	base := word{}
	if c.Base > 0 {
		base = word{fmt.Sprintf("%s %d %s，", spec.base.zh, c.Base, "人"), fmt.Sprintf("%s %d, ", spec.base.en, c.Base)}
		if spec.shape != MajorityKind {
			base = word{fmt.Sprintf("共 %d %s，", c.Base, spec.base.zh), fmt.Sprintf("%d %s, ", c.Base, spec.base.en)}
		}
	}
	end := word{"。", "."}
	switch {
	case c.Undecided:
		end = word{
			fmt.Sprintf("；另有 %d 人%s，现在不能确定。", c.Unknown, spec.unknown.zh),
			fmt.Sprintf("; undecided, for there are %d %s.", c.Unknown, spec.unknown.en),
		}
	case c.Short > 0 && c.AtMost:
		end = word{fmt.Sprintf("，多出 %d %s。", c.Short, unit.zh), fmt.Sprintf(", %d too many.", c.Short)}
	case c.Short > 0:
		end = word{fmt.Sprintf("，还差 %d %s。", c.Short, unit.zh), fmt.Sprintf(", %d short.", c.Short)}
	}
	bound := word{"不少于", "at least"}
	if c.AtMost {
		bound = word{"不超过", "at most"}
	}
	need := word{fmt.Sprintf("应%s %d %s，", bound.zh, c.Need, unit.zh), fmt.Sprintf("needed %s %d, ", bound.en, c.Need)}
	if c.Base == 0 { // the title has said the number
		need = word{}
	}
	return word{
		fmt.Sprintf("%s%s现有 %d %s%s", base.zh, need.zh, c.Had, unit.zh, end.zh),
		fmt.Sprintf("%s%sthere are %d%s", base.en, need.en, c.Had, end.en),
	}
}

// found tells of a rule that forbids.
func (c CompositionCheck) found(spec compositionSpec) word {
	switch {
	case c.Undecided:
		return word{
			fmt.Sprintf("没有发现问题，但有 %d 人%s，现在不能确定。", c.Unknown, spec.unknown.zh),
			fmt.Sprintf("nothing found, but undecided, for there are %d %s.", c.Unknown, spec.unknown.en),
		}
	case c.Met:
		return word{"没有发现问题。", "nothing found."}
	}
	w := word{fmt.Sprintf("有 %d %s不符合。", c.Had, spec.unit.zh), fmt.Sprintf("%d %s against it.", c.Had, spec.unit.en)}
	if c.Unknown > 0 {
		w.zh = strings.TrimSuffix(w.zh, "。") + fmt.Sprintf("，另有 %d 人%s。", c.Unknown, spec.unknown.zh)
		w.en = strings.TrimSuffix(w.en, ".") + fmt.Sprintf(", and %d %s.", c.Unknown, spec.unknown.en)
	}
	return w
}

var compositionStateWords = map[CompositionState]word{
	CompositionBreached:  {"不符合规定", "breaks a rule"},
	CompositionAdvised:   {"有建议改进之处", "not all that is advised"},
	CompositionUndecided: {"资料不全，不能确定", "cannot be told, records are missing"},
	CompositionMet:       {"符合规定", "as the rules ask"},
	CompositionNotSetUp:  {"没有设立", "not set up"},
	CompositionFree:      {"没有组成规则", "no rules on its composition"},
}

// Word names the state.
func (s CompositionState) Word(lang string) string { return compositionStateWords[s].in(lang) }

// Sentence says how the body stands, and what is broken or missing.
func (v CompositionVerdict) Sentence(lang string) string {
	s := v.State.Word(lang) + pick(lang, "。", ".")
	for _, c := range v.Findings() {
		s += pick(lang, "", " ") + c.Sentence(v.Kind, lang)
	}
	return s
}
