package dossier

import (
	"fmt"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

var outsideReasons = map[string]string{"moved": "已迁出", "dead": "已去世", "erased": "资料已删除", "no_office": "不在名册上"}

func outsideReason(o deliberation.OutsideSignatures) string {
	return fmt.Sprintf("%s，%d人", outsideReasons[o.Reason], o.Count)
}

// demand checks a joint demand: the window, each signature against the rolls, the
// threshold, and what became of it.
func (e *examination) demand() {
	rules, err := deliberation.DemandOf(e.pack, e.d.Case.Matter.Demanded)
	if err != nil {
		e.fail(inFile(rulesDir), "按该规则包，此事项不能联名提议", "under this pack nobody may demand this")
		return
	}
	counted := 0
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		switch v := f.Value.(type) {
		case *deliberation.SignaturesData:
			counted++
			e.window(f, *v, rules)
			e.signatureCount(f, *v, rules)
		case *deliberation.DemandAnswerData:
			e.demandAnswer(f, *v)
		}
	}
	if counted > 1 {
		e.fail(inFile(factsFile), "联名核对了 %d 次", "the signatures were counted %d times", counted)
	}
	for _, v := range e.h.visits {
		e.demandStage(v)
	}
	e.summary("核对签名 %d 个", "%d signatures were recounted", len(e.d.Signatures))
}

// window checks when signatures were taken.
func (e *examination) window(f *Fact, d deliberation.SignaturesData, rules deliberation.DemandRules) {
	if !same(d.Days, rules.SigningDays) {
		e.fail(f.place(), "征集签名的天数与规则不符", "the days of signing are not the rule's")
	}
	lawful := slices.ContainsFunc(e.day(d.Opened), func(on deliberation.Date) bool {
		return deliberation.DisplayEnd(on, rules.SigningDays.Days).End().Equal(d.Until)
	})
	if !lawful {
		e.fail(f.place(), "征集签名应满 %d 日", "signing must last %d days", rules.SigningDays.Days)
	}
	if d.Early != d.Closed.Before(d.Until) || d.Closed.Before(d.Opened) || d.Closed.After(f.At) {
		e.fail(f.place(), "征集签名的起止时间与登记不符", "the times of the signing do not agree")
	}
	// Two machines may differ by a little, which a fast clock makes much of.
	slack := skew * time.Duration(max(1, min(e.h.started.Clock.Rate, maxRate)))
	for _, s := range e.d.Signatures {
		if s.At.Before(d.Opened.Add(-slack)) || s.At.After(d.Closed.Add(slack)) || s.At.After(d.Until) {
			e.fail(inFile(signaturesFile), "有签名不在征集时间内", "a signature lies outside the time of signing")
			return
		}
	}
}

// signatureCount counts again: one signature a person, each held against the rolls.
func (e *examination) signatureCount(f *Fact, d deliberation.SignaturesData, rules deliberation.DemandRules) {
	var lines []string
	signed, n := map[deliberation.PersonID]bool{}, deliberation.SignatureCount{}
	for _, s := range e.d.Signatures {
		if signed[s.Person] {
			e.fail(inFile(signaturesFile), "同一人签名两次", "somebody signed twice")
		}
		signed[s.Person] = true
		lines = append(lines, s.line())
		switch {
		case s.Channel == deliberation.WebChannel && s.Sheet.IsZero() && s.EnteredBy == "":
			n.Web++
		case s.Channel == deliberation.SheetChannel && !s.Sheet.IsZero() && s.EnteredBy != "":
			n.Paper++
		default:
			e.fail(inFile(signaturesFile), "签名方式与记载不符", "a signature's channel does not agree with what is said of it")
		}
	}
	if sum(lineText(lines)) != d.Count.SHA256 {
		e.fail(inFile(signaturesFile), "签名名单与登记的哈希值不符", "the list of signatures differs from its hash")
	}
	inside := map[deliberation.PersonID]bool{}
	for _, r := range d.Count.Rolls {
		roll := deliberation.SignatureRoll{Office: r.Office, SHA256: sum(rollText(e.d.signers[r.Office])), Due: len(e.d.signers[r.Office])}
		for i, id := range e.d.signers[r.Office] {
			if i > 0 && id == e.d.signers[r.Office][i-1] {
				e.fail(inFile(signersFile(r.Office)), "名册上有人重复", "somebody is on the roll twice")
			}
			if signed[id] {
				roll.Signed++
				inside[id] = true
			}
		}
		if roll != r {
			e.fail(inFile(signersFile(r.Office)), "名册或者有效签名数与登记不符：应到 %d、签名 %d", "the roll or its count is not the registered one: due %d, signed %d", roll.Due, roll.Signed)
		}
		n.Rolls = append(n.Rolls, roll)
	}
	outside := 0
	for _, o := range d.Count.Outside {
		outside += o.Count
	}
	if n.Web != d.Count.Web || n.Paper != d.Count.Paper || outside != len(signed)-len(inside) {
		e.fail(f.place(), "签名数与名单不符：网上 %d、纸质 %d", "the counts are not those of the list: web %d, paper %d", n.Web, n.Paper)
	}
	if verdict := deliberation.DemandVerdict(rules.Thresholds, n); !same(verdict, d.Verdict) {
		e.fail(f.place(), "联名人数的结论与重算不符", "the verdict is not what the count gives")
	}
}

// demandAnswer checks who answered, or guided.
func (e *examination) demandAnswer(f *Fact, d deliberation.DemandAnswerData) {
	spec, _ := deliberation.SpecOf(deliberation.AnswerDemand)
	if f.Kind == deliberation.FactDemandGuided {
		spec, _ = deliberation.SpecOf(deliberation.GuideDemand)
	}
	if f.Actor == "" || !slices.Contains(spec.Offices, f.Office) || d.Paper.IsZero() {
		e.fail(f.place(), "不是有权答复的人作出，或没有文本", "not made by who may answer, or without a text")
	}
	if f.Kind == deliberation.FactDemandAnswer && d.Accepted != d.Day.After(f.At) {
		e.fail(f.place(), "同意召集而没有写明其后的会议日期", "accepted without a day to come")
	}
}

// demandStage checks that a stage of a joint demand ended as its facts say.
func (e *examination) demandStage(v *visit) {
	if v.outcome == nil || v.outcome.Outcome == deliberation.Withdrawn || v.outcome.Outcome == deliberation.Cancelled {
		return
	}
	found := func(kind deliberation.FactKind) *Fact {
		for i := range v.facts {
			if v.facts[i].Kind == kind {
				return &v.facts[i]
			}
		}
		return nil
	}
	carried, met := v.outcome.Outcome == deliberation.Carried, e.demandMetBy(v)
	want := false
	switch v.stage {
	case deliberation.Signing:
		n := found(deliberation.FactSignatures)
		if n == nil {
			e.fail(v.leave.place(), "没有核对签名的记录", "there is no count of the signatures")
			return
		}
		want = value[deliberation.SignaturesData](n).Verdict.Met
	case deliberation.Answering:
		a := found(deliberation.FactDemandAnswer)
		if a == nil && !met && found(deliberation.FactEscalation) == nil {
			e.fail(v.leave.place(), "没有答复，也没有上报", "neither answered nor told to the street")
		}
		want = met || value[deliberation.DemandAnswerData](a).Accepted
	case deliberation.Guiding:
		if found(deliberation.FactEscalation) == nil {
			e.fail(v.entry.place(), "没有上报街道（乡镇）", "the street was not told")
		}
		want = met || value[deliberation.DemandAnswerData](found(deliberation.FactDemandGuided)).Accepted
	case deliberation.Convening:
		want = met
	}
	if carried != want {
		e.fail(v.leave.place(), "%s 的结果与记录不符", "the end of %s is not what was recorded", v.stage)
	}
}

// demandMetBy reports whether the meeting had been started when the visit ended.
func (e *examination) demandMetBy(v *visit) bool {
	return slices.ContainsFunc(e.d.Facts, func(f Fact) bool {
		return f.Kind == deliberation.FactDemandMet && f.Index < v.leave.Index
	})
}
