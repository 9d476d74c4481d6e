package dossier

import (
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// consultationFormNumber is the number of 议事协商登记表 among all forms.
const consultationFormNumber = 13

// FormConsultation is what 议事协商登记表 says beside the meeting (law.md §14).
type FormConsultation struct {
	Form         string                 `json:"form"` // 即时议, 深入议 or the body that met
	Entrusted    string                 `json:"entrusted,omitempty"`
	Reason       string                 `json:"reason,omitempty"` // why delegates deliberated in place of the Party meeting
	Answer       deliberation.PaperRef  `json:"answer,omitzero"`
	Late         bool                   `json:"late,omitempty"`
	Screened     deliberation.PaperRef  `json:"screened,omitzero"`
	Accepted     bool                   `json:"accepted,omitempty"`
	Participants []FormParticipant      `json:"participants,omitempty"`
	List         deliberation.PaperRef  `json:"list,omitzero"`
	Finding      string                 `json:"finding,omitempty"`
	Voted        string                 `json:"voted,omitempty"`
	Opinion      deliberation.PaperRef  `json:"opinion,omitzero"`
	Carried      deliberation.PaperRef  `json:"carried,omitzero"`
	CarriedAt    time.Time              `json:"carried_at,omitzero"`
	Forwarded    deliberation.ProcessID `json:"forwarded,omitempty"`
}

// FormParticipant is one who was named.
type FormParticipant struct {
	Person deliberation.PersonID `json:"person"`
	Name   string                `json:"name,omitempty"`
	As     string                `json:"as"`
}

var roles = map[deliberation.ParticipantRole]string{
	deliberation.InterestedParty: "利益相关方", deliberation.AsResident: "居(村)民",
	deliberation.AsUnit: "驻区单位、社会组织", deliberation.AsSpecialist: "专业人员", deliberation.AsMember: "成员",
}

var findings = map[deliberation.Finding]string{
	deliberation.FoundAgreed: "协商一致", deliberation.FoundPartly: "部分达成一致", deliberation.FoundDisputed: "分歧较大，未达成一致",
}

// consultationForm makes 议事协商登记表 from the facts.
func consultationForm(d Data, h *history) Form {
	m := d.Case.Matter
	f := Form{
		Number: consultationFormNumber, Title: "议事协商登记表", Community: d.Case.Community.Name, Process: d.Case.ID,
		Cause: causes[m.Origin], Matter: m.Title, Summary: m.Summary, BudgetFen: m.BudgetFen, Results: []FormResult{},
	}
	c := FormConsultation{Form: "深入议"}
	switch {
	case m.Quick:
		c.Form = "即时议"
	case m.Form != deliberation.ConsultationMeeting:
		c.Form, c.Entrusted, c.Reason = bodies[m.Form], m.Authorisation, m.ChoiceReason
	}
	for _, v := range h.visits {
		d.fill(&f, h, v)
		for i := range v.facts {
			c.add(d, &v.facts[i])
		}
	}
	f.Consultation = &c
	return f
}

func (c *FormConsultation) add(d Data, x *Fact) {
	switch v := x.Value.(type) {
	case *deliberation.QuickAnswerData:
		c.Answer, c.Late = v.Paper, v.Late
	case *deliberation.ScreenedData:
		c.Screened, c.Accepted = v.Paper, v.Accepted
	case *deliberation.ParticipantsData:
		c.List, c.Participants = v.Paper, nil
		for _, p := range v.People {
			c.Participants = append(c.Participants, FormParticipant{Person: p.Person, Name: d.People[p.Person], As: roles[p.As]})
		}
	case *deliberation.FindingData:
		c.Opinion, c.Finding = v.Paper, findings[v.Finding]
	case *deliberation.VerdictData:
		if x.Kind == deliberation.FactPassing {
			c.Voted = "未通过"
			if v.Verdict.Met {
				c.Voted = "通过"
			}
		}
	case *deliberation.ForwardedData:
		c.Forwarded = v.Process
	case *deliberation.PaperData:
		switch x.Kind {
		case deliberation.FactTurned:
			c.Form = "即时议转为深入议"
		case deliberation.FactCarriedOut:
			c.Carried, c.CarriedAt = v.Paper, x.At
		}
	}
}
