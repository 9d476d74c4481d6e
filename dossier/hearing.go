package dossier

import (
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// hearingFile has what a hearing 听证会、论证会 rests on beside its facts.
const hearingFile = "hearing.json"

// hearingFormNumber is the number of 听证、论证登记表 among all forms.
const hearingFormNumber = 16

// HearingRecord is hearing.json: the sides in words, the list the lots were drawn
// from, whom they chose, the experts, and every statement with its disposition.
type HearingRecord struct {
	Sides      []deliberation.HearingSide  `json:"sides"`
	List       []deliberation.SignUpNumber `json:"list"`
	Chosen     []ChosenLine                `json:"chosen"`
	Experts    []ExpertLine                `json:"experts"`
	Statements []StatementLine             `json:"statements"`
}

// ChosenLine says who stands behind a number that the lots chose.
type ChosenLine struct {
	Number  int                   `json:"number"`
	Person  deliberation.PersonID `json:"person"`
	Channel deliberation.Channel  `json:"channel"`
}

// ExpertLine is an expert with the interest they declared.
type ExpertLine struct {
	ID       string                `json:"id"`
	Name     string                `json:"name"`
	Field    string                `json:"field"`
	Interest deliberation.Interest `json:"interest"`
	Declared string                `json:"declared,omitempty"`
}

// StatementLine is a statement with what became of it.
type StatementLine struct {
	Number      int                        `json:"number"`
	Kind        deliberation.StatementKind `json:"kind"`
	Person      deliberation.PersonID      `json:"person,omitempty"`
	Expert      string                     `json:"expert,omitempty"`
	Side        string                     `json:"side,omitempty"`
	Text        string                     `json:"text"`
	Conclusion  deliberation.Finding       `json:"conclusion,omitempty"`
	At          time.Time                  `json:"at"`
	Disposition deliberation.Disposition   `json:"disposition,omitempty"`
	Reason      string                     `json:"reason,omitempty"`
}

func (l StatementLine) statement() deliberation.Statement {
	return deliberation.Statement{Number: l.Number, Kind: l.Kind, Conclusion: l.Conclusion, Disposition: l.Disposition, Text: l.Text, Reason: l.Reason}
}

// hearing writes what a hearing rests on, where its plan was settled.
func (g *gathering) hearing() error {
	if !slices.ContainsFunc(g.entries, func(e deliberation.Entry) bool { return e.Kind == deliberation.FactHearingPlan }) {
		return nil
	}
	h, err := g.Source.HearingPlan(g.ctx, g.process.ID)
	if err != nil {
		return err
	}
	r := HearingRecord{Sides: h.Sides, List: []deliberation.SignUpNumber{}, Chosen: []ChosenLine{}, Experts: []ExpertLine{}, Statements: []StatementLine{}}
	for _, id := range append([]deliberation.PersonID{h.Chair, h.Presenter}, h.Panel...) {
		g.person(id)
	}
	signed, err := g.Source.SignUps(g.ctx, g.process.ID)
	if err != nil {
		return err
	}
	for _, u := range signed {
		if u.Withdrawn.IsZero() {
			r.List = append(r.List, deliberation.SignUpNumber{Number: u.Number, Side: u.Side})
		}
		if u.Chosen {
			g.person(u.Person.ID)
			r.Chosen = append(r.Chosen, ChosenLine{Number: u.Number, Person: u.Person.ID, Channel: u.Channel})
		}
	}
	experts, err := g.Source.Experts(g.ctx, g.process.ID)
	if err != nil {
		return err
	}
	for _, x := range experts {
		r.Experts = append(r.Experts, ExpertLine{ID: x.ID, Name: x.Name, Field: x.Field, Interest: x.Interest, Declared: x.Declared})
	}
	said, err := g.Source.Statements(g.ctx, g.process.ID)
	if err != nil {
		return err
	}
	for _, x := range said {
		g.person(x.Person)
		r.Statements = append(r.Statements, StatementLine{
			Number: x.Number, Kind: x.Kind, Person: x.Person, Expert: x.Expert, Side: x.Side, Text: x.Text, Conclusion: x.Conclusion, At: x.At,
			Disposition: x.Disposition, Reason: x.Reason,
		})
	}
	return g.put(hearingFile, r)
}

// hearing reads what a hearing rests on.
func (r *reader) hearing() {
	r.d.Hearing = &HearingRecord{}
	r.json(hearingFile, r.d.Hearing)
}

// FormHearing is what 听证、论证登记表 says beside the meeting (law.md §14).
type FormHearing struct {
	Forum      string                `json:"forum"` // 听证会 or 论证会
	Otherwise  string                `json:"otherwise,omitempty"`
	Starts     time.Time             `json:"starts,omitzero"`
	Chair      string                `json:"chair,omitempty"`
	Presenter  string                `json:"presenter,omitempty"`
	Observers  int                   `json:"observers,omitempty"`
	Sides      []FormSide            `json:"sides,omitempty"`
	Experts    []ExpertLine          `json:"experts,omitempty"`
	Statements []StatementLine       `json:"statements,omitempty"` // 意见处理表
	Signed     []FormRecordSigned    `json:"signed,omitempty"`     // 笔录逐人签名
	Conclusion string                `json:"conclusion,omitempty"`
	Report     deliberation.PaperRef `json:"report,omitzero"`
}

// FormSide is one side with whom the lots chose.
type FormSide struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Seats    int    `json:"seats"`
	SignedUp int    `json:"signed_up"`
	Chosen   []int  `json:"chosen,omitempty"`
	Short    int    `json:"short,omitempty"`
}

// FormRecordSigned is what became of the record with one who spoke.
type FormRecordSigned struct {
	Name string `json:"name"`
	How  string `json:"how"`
}

var conclusions = map[deliberation.Finding]string{deliberation.Feasible: "可行", deliberation.FeasibleWithChanges: "修改后可行", deliberation.NotFeasible: "不可行"}

var recordSigned = map[deliberation.RecordSigning]string{
	deliberation.RecordSigned: "已签字", deliberation.RecordRefused: "拒绝签字", deliberation.RecordUnsigned: "逾期未签", deliberation.RecordOnPaper: "纸质签字",
}

// hearingForm makes 听证、论证登记表 from the facts.
func hearingForm(d Data, h *history) Form {
	m := d.Case.Matter
	f := Form{
		Number: hearingFormNumber, Title: "听证、论证登记表", Community: d.Case.Community.Name, Process: d.Case.ID,
		Cause: causes[m.Origin], Matter: m.Title, Summary: m.Summary, BudgetFen: m.BudgetFen, Results: []FormResult{},
	}
	out := FormHearing{Forum: bodies[m.Form], Otherwise: m.ChoiceReason}
	if d.Hearing != nil {
		out.Experts, out.Statements = d.Hearing.Experts, d.Hearing.Statements
	}
	for _, v := range h.visits {
		d.fill(&f, h, v)
		for i := range v.facts {
			out.add(d, v.facts[i].Value)
		}
	}
	f.Hearing = &out
	return f
}

func (c *FormHearing) add(d Data, fact any) {
	switch v := fact.(type) {
	case *deliberation.HearingPlanData:
		c.Starts, c.Chair, c.Presenter, c.Observers = v.Starts, d.People[v.Plan.Chair], d.People[v.Plan.Presenter], v.Plan.Observers
	case *deliberation.DrawnData:
		c.Sides = nil
		for _, s := range v.Sides {
			c.Sides = append(c.Sides, FormSide{Code: s.Code, Name: d.sideName(s.Code), Seats: s.Seats, SignedUp: s.SignedUp, Chosen: s.Chosen, Short: s.Short})
		}
	case *deliberation.RecordSignedData:
		c.Signed = append(c.Signed, FormRecordSigned{Name: d.People[v.Person], How: recordSigned[v.How]})
	case *deliberation.HearingReportData:
		c.Report, c.Conclusion = v.Paper, conclusions[v.Conclusion]
	}
}

func (d Data) sideName(code string) string {
	if d.Hearing != nil {
		for _, s := range d.Hearing.Sides {
			if s.Code == code {
				return s.Name
			}
		}
	}
	return ""
}
