package dossier

import (
	"slices"
	"strings"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// The files of a joint demand 联名提议: who signed, and the rolls of the day of the
// close against which the signatures were counted.
const (
	signaturesFile = "signatures.json"
	signersDir     = "signers/"
)

// SignatureLine is one line of signatures.json.
type SignatureLine struct {
	Person    deliberation.PersonID `json:"person"`
	Channel   deliberation.Channel  `json:"channel"`
	At        time.Time             `json:"at"`
	Sheet     deliberation.PaperRef `json:"sheet,omitzero"`
	EnteredBy deliberation.PersonID `json:"entered_by,omitempty"`
}

func (l SignatureLine) line() string {
	return deliberation.Signature{Person: deliberation.Person{ID: l.Person}, Channel: l.Channel, Sheet: l.Sheet}.Line()
}

func signersFile(o deliberation.Office) string { return signersDir + safeName(string(o)) + ".txt" }

// signatures writes who signed a joint demand that was counted.
func (g *gathering) signatures() error {
	counted := slices.ContainsFunc(g.entries, func(e deliberation.Entry) bool { return e.Kind == deliberation.FactSignatures })
	if !counted {
		return nil
	}
	list, err := g.Source.Signatures(g.ctx, g.process.ID)
	if err != nil {
		return err
	}
	lines := []SignatureLine{}
	for _, s := range list {
		g.person(s.Person.ID)
		g.person(s.EnteredBy)
		if !s.Sheet.IsZero() && !slices.Contains(g.refs, s.Sheet) {
			g.refs = append(g.refs, s.Sheet)
		}
		lines = append(lines, SignatureLine{Person: s.Person.ID, Channel: s.Channel, At: s.At, Sheet: s.Sheet, EnteredBy: s.EnteredBy})
	}
	slices.SortFunc(lines, func(a, b SignatureLine) int { return strings.Compare(string(a.Person), string(b.Person)) })
	rolls, err := g.Source.SigningRolls(g.ctx, g.process.ID)
	if err != nil {
		return err
	}
	for _, e := range g.entries {
		if e.Kind != deliberation.FactSignatures {
			continue
		}
		v, err := decode(e.Fact)
		if err != nil {
			return err
		}
		for _, r := range v.(*deliberation.SignaturesData).Count.Rolls {
			g.out[signersFile(r.Office)] = rollText(rolls[r.Office]) // an empty roll has its file, too
		}
	}
	return g.put(signaturesFile, lines)
}

// signatures reads who signed, and the rolls that the fact speaks of.
func (r *reader) signatures(d deliberation.SignaturesData) {
	r.json(signaturesFile, &r.d.Signatures)
	r.d.signers = map[deliberation.Office][]deliberation.PersonID{}
	for _, roll := range d.Count.Rolls {
		name := signersFile(roll.Office)
		b, ok := r.c[name]
		if !ok {
			r.fail(inFile(name), "缺少该文件", "the file is missing")
		}
		var ids []deliberation.PersonID
		for line := range strings.Lines(string(b)) {
			ids = append(ids, deliberation.PersonID(strings.TrimSuffix(line, "\n")))
		}
		r.d.signers[roll.Office] = ids
	}
}

// demandFormNumber is the number of 联名提议登记表 among all forms.
const demandFormNumber = 9

// FormDemand is what 联名提议登记表 says besides what every form does.
type FormDemand struct {
	Demanded string                  `json:"demanded"` // 要求召集
	Opened   time.Time               `json:"opened"`
	Closed   time.Time               `json:"closed,omitzero"`
	Web      int                     `json:"web"`
	Paper    int                     `json:"paper"`
	Verdicts []string                `json:"verdicts"`          // 结论
	Outside  []string                `json:"outside,omitempty"` // 不计入的签名
	Signers  []Attendee              `json:"signers,omitempty"` // 签名人
	Answers  []FormDemandAnswer      `json:"answers,omitempty"` // 答复和处理
	Started  deliberation.ProcessID  `json:"started,omitempty"`
	Sheets   []deliberation.PaperRef `json:"sheets,omitempty"`
}

// FormDemandAnswer is an answer of the conveners or guidance from above.
type FormDemandAnswer struct {
	By       string                `json:"by"`
	Person   deliberation.PersonID `json:"person"`
	Name     string                `json:"name,omitempty"`
	At       time.Time             `json:"at"`
	Accepted bool                  `json:"accepted"`
	Day      time.Time             `json:"day,omitzero"`
	Paper    deliberation.PaperRef `json:"paper"`
}

// demandForm makes 联名提议登记表 from the facts.
func demandForm(d Data, h *history) Form {
	m := d.Case.Matter
	f := Form{
		Number: demandFormNumber, Title: "联名提议登记表", Community: d.Case.Community.Name, Process: d.Case.ID,
		Cause: causes[m.Origin], Matter: m.Title, Summary: m.Summary, Results: []FormResult{},
		Demand: &FormDemand{Demanded: bodies[m.Form], Verdicts: []string{}},
	}
	if m.Demanded == deliberation.DemandOwnersMeeting {
		f.Cause, f.Demand.Demanded = "业主联名提出", "业主大会"
	}
	for _, v := range h.visits {
		d.fill(&f, h, v)
		if v.outcome != nil {
			f.Results[len(f.Results)-1].Outcome = demandOutcome(v.stage, v.outcome.Outcome)
		}
	}
	for _, s := range d.Signatures {
		f.Demand.Signers = append(f.Demand.Signers, Attendee{s.Person, d.People[s.Person], s.At})
		if !s.Sheet.IsZero() && !slices.Contains(f.Demand.Sheets, s.Sheet) {
			f.Demand.Sheets = append(f.Demand.Sheets, s.Sheet)
		}
	}
	for i := range d.Facts {
		f.Demand.add(d, d.Facts[i])
	}
	return f
}

// demandOutcome says how a stage of a joint demand ended.
func demandOutcome(s deliberation.Stage, o deliberation.Outcome) string {
	switch {
	case s == deliberation.Signing && o == deliberation.Carried:
		return "联名人数达到规定"
	case s == deliberation.Signing && o == deliberation.Lost:
		return "联名人数未达到规定"
	case o == deliberation.Contested:
		return "转街道（乡镇）处理"
	case s == deliberation.Guiding && o == deliberation.Lost:
		return "街道（乡镇）办结，不再召集"
	case s == deliberation.Convening && o == deliberation.Carried:
		return "会议已启动"
	case o == deliberation.Carried:
		return "同意召集"
	}
	return outcomes[o]
}

func (f *FormDemand) add(d Data, x Fact) {
	switch v := x.Value.(type) {
	case *deliberation.SignaturesData:
		f.Opened, f.Closed, f.Web, f.Paper = v.Opened, v.Closed, v.Count.Web, v.Count.Paper
		f.Verdicts = sentences(v.Verdict)
		for _, o := range v.Count.Outside {
			f.Outside = append(f.Outside, outsideReason(o))
		}
	case *deliberation.DemandAnswerData:
		by := "召集人"
		if x.Kind == deliberation.FactDemandGuided {
			by = "街道（乡镇）"
		}
		f.Answers = append(f.Answers, FormDemandAnswer{By: by, Person: x.Actor, Name: d.People[x.Actor], At: x.At, Accepted: v.Accepted, Day: v.Day, Paper: v.Paper})
	case *deliberation.DemandMetData:
		f.Started = v.Started
	}
}
