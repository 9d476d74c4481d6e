package dossier

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/yishi-project/yishi/deliberation"
)

// Report is what a verification found.
type Report struct {
	Process deliberation.ProcessID `json:"process,omitempty"`
	// Demo: the community is made up and nothing in the dossier has legal effect.
	Demo        bool                 `json:"demo,omitempty"`
	Origin      string               `json:"origin,omitempty"`
	VerifierKey string               `json:"verifier_key,omitempty"`
	Outcome     deliberation.Outcome `json:"outcome,omitempty"`
	// KeyExpected: the signatures were checked against a key that the verifier brought
	// along. Otherwise the dossier vouches for itself only, and the report says so.
	KeyExpected bool    `json:"key_expected"`
	Facts       int     `json:"facts"`
	Checks      []Check `json:"checks"`
}

// Check is one thing that was examined: a line for each fault, or one line that
// all of it holds.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// File and Fact say where; Fact is the index in the register.
	File string `json:"file,omitempty"`
	Fact *int64 `json:"fact,omitempty"`
	ZH   string `json:"zh"`
	EN   string `json:"en"`
}

// OK reports whether everything holds. A report without a check is not OK.
func (r Report) OK() bool {
	for _, c := range r.Checks {
		if !c.OK {
			return false
		}
	}
	return len(r.Checks) > 0
}

// Faults gives the checks that do not hold.
func (r Report) Faults() (list []Check) {
	for _, c := range r.Checks {
		if !c.OK {
			list = append(list, c)
		}
	}
	return list
}

// titles of the checks, in Chinese and English.
var titles = map[string][2]string{
	"container":     {"压缩包", "container"},
	"signature":     {"封签", "seal"},
	"files":         {"文件", "files"},
	"content":       {"内容", "content"},
	"checkpoint":    {"登记簿检查点", "checkpoint"},
	"inclusion":     {"登记证明", "proofs of inclusion"},
	"completeness":  {"完整性", "completeness"},
	"case":          {"案卷首页", "case"},
	"pack":          {"规则包", "rule pack"},
	"order":         {"程序顺序", "order of stages"},
	"soliciting":    {"征求意见", "soliciting"},
	"notice":        {"会议通知", "notice"},
	"roll":          {"应到名册", "rolls"},
	"quorum":        {"到会人数", "quorum"},
	"agents":        {"委托", "agents"},
	"ballots":       {"选票", "ballots"},
	"paper_ballots": {"纸质选票", "paper ballots"},
	"agenda":        {"议程", "agenda"},
	"tally":         {"计票", "tallies"},
	"passing":       {"表决结果", "passing"},
	"minutes":       {"会议记录签署", "minutes"},
	"posting":       {"公示", "postings"},
	"objections":    {"异议", "objections"},
	"supervision":   {"监督", "supervision"},
	"demand":        {"联名提议", "joint demand"},
	"appraisal":     {"述职和民主评议", "reports and appraisal"},
	"rating":        {"评议部门", "rating of departments"},
	"disclosure":    {"居(村)务公开", "disclosure"},
	"hearing":       {"听证、论证", "hearing"},
	"asked_hearing": {"提请听证、论证", "hearing asked for"},
	"consultation":  {"议事协商", "consultation"},
	"open_talk":     {"民情恳谈", "open talk"},
	"livelihood":    {"民生事项", "livelihood matter"},
	"election":      {"选举", "election"},
	"recall":        {"罢免", "recall"},
	"choosing":      {"推选", "choice"},
	"resignation":   {"辞职", "resignation"},
	"papers":        {"材料", "papers"},
	"forms":         {"登记表", "forms"},
}

// Write prints the report for people, in Chinese ("zh") or English ("en"). What
// does not hold comes first.
func (r Report) Write(w io.Writer, lang string) error {
	en := strings.HasPrefix(lang, "en")
	pick := func(zh, english string) string {
		if en {
			return english
		}
		return zh
	}
	var b strings.Builder
	faults := r.Faults()
	r.Process = deliberation.ProcessID(strings.ReplaceAll(string(r.Process), "\n", " "))
	if r.OK() {
		fmt.Fprintf(&b, "%s %s\n", pick("核验通过:", "VERIFIED:"), r.Process)
	} else {
		fmt.Fprintf(&b, pick("核验不通过:%s 有 %d 处不符\n", "NOT VERIFIED: %s, %d faults\n"), r.Process, len(faults))
	}
	if r.Demo {
		b.WriteString(pick("演示数据,不具有任何法律效力。\n", "Demonstration: nothing in it has legal effect.\n"))
	}
	line := func(mark string, c Check) {
		t := titles[c.Name]
		fmt.Fprintf(&b, "  %s %s", mark, pick(t[0], t[1]))
		if c.File != "" {
			fmt.Fprintf(&b, " [%s]", strings.ReplaceAll(c.File, "\n", " "))
		}
		if c.Fact != nil {
			fmt.Fprintf(&b, pick(" [第 %d 号记录]", " [entry %d]"), *c.Fact)
		}
		fmt.Fprintf(&b, ": %s\n", strings.ReplaceAll(pick(c.ZH, c.EN), "\n", " "))
	}
	for _, c := range faults {
		line("✗", c)
	}
	for _, c := range r.Checks {
		if c.OK {
			line("✓", c)
		}
	}
	if r.VerifierKey != "" {
		fmt.Fprintf(&b, "%s %s\n", pick("公钥:", "key:"), r.VerifierKey)
		if !r.KeyExpected {
			b.WriteString(pick("注意:未提供公钥,只能按台账自带的公钥核验。请与公开渠道公布的公钥比对,或用 --key 指定。\n",
				"Note: no key was given, so the dossier was checked against the key it brings along. Compare that key with the one made public, or give it with --key.\n"))
		}
	}
	_, err := io.WriteString(w, strings.Map(printable, b.String()))
	return err
}

// printable keeps what a dossier says from steering the terminal or turning the
// order of its words round.
func printable(r rune) rune {
	if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
		return '\uFFFD'
	}
	return r
}
