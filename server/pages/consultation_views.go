package pages

import "github.com/yishi-project/yishi/deliberation"

// ConsultationForm is a topic as it was typed; How is quick or the form it takes.
type ConsultationForm struct {
	Title, Summary, Origin, Affected, Category, How string
	// AuthorisedBy is what a council acts on, Reason why Party delegates deliberate.
	AuthorisedBy, Reason string
	// For is the matter that is sent here.
	For string
}

// StartConsultationView is the form on which a topic is proposed.
type StartConsultationView struct {
	Page
	Form ConsultationForm
	// Entrustments are what the assembly entrusted to the council, those in force.
	Entrustments []AuthorisationLine
	Key          string
	Problem      *Problem
}

// HowOptions offers the forms of a consultation, each with what bounds it.
func (v StartConsultationView) HowOptions() []Option {
	list := []Option{
		{Value: string(deliberation.ConsultationMeeting), Label: v.S("consultation_full"), Hint: v.S("consultation_full_hint")},
		{Value: "quick", Label: v.S("consultation_quick"), Hint: v.S("consultation_quick_hint")},
	}
	for _, b := range deliberation.ConsultationForms[1:] {
		list = append(list, Option{Value: string(b), Label: v.BodyName(b), Hint: v.S("forum_limit_" + string(b))})
	}
	return list
}

// EntrustmentOptions offers what a council may act on, and nothing.
func (v StartConsultationView) EntrustmentOptions() []Option {
	return v.authorisedOptions("entrustment_none", v.Entrustments)
}

// ProposerOptions offers who may propose a topic.
func (v StartConsultationView) ProposerOptions() (list []Option) {
	for _, o := range []deliberation.Origin{
		deliberation.OriginResident, deliberation.OriginRepresentative, deliberation.OriginUnit, deliberation.OriginParty,
		deliberation.OriginCommittee, deliberation.OriginSupervisors, deliberation.OriginCollective,
	} {
		list = append(list, Option{Value: string(o), Label: v.OriginName(o)})
	}
	return list
}

// FindingOptions offers what an act may find.
func (v ActView) FindingOptions() (list []Option) {
	for _, f := range deliberation.FindingsOf(v.Spec.Kind) {
		list = append(list, Option{Value: string(f), Label: f.Word(v.Lang)})
	}
	return list
}

// RoleLines are those named in one role, a line each.
type RoleLines struct {
	Role  deliberation.ParticipantRole
	Names string
}

// ParticipantsView is the form on which the participants are named.
type ParticipantsView struct {
	Page
	P       deliberation.Process
	Lines   []RoleLines
	Text    string
	Key     string
	Problem *Problem
}

// RoleName names a role in the words of the place.
func (p Page) RoleName(r deliberation.ParticipantRole) string { return p.here(r.Word(p.Lang)) }

// ConsultationView shows a consultation and what became of it.
type ConsultationView struct {
	Page
	P      deliberation.Process
	Status deliberation.ConsultationStatus
	Names  Names
	// MayForward: the reader may start the meeting that decides.
	MayForward bool
}

// In gives those who take part in a role, by name.
func (v ConsultationView) In(r deliberation.ParticipantRole) (list []string) {
	for _, p := range v.Status.Participants {
		if p.As == r {
			list = append(list, v.Names[p.Person])
		}
	}
	return list
}

// voted says how the members voted on what was found.
func (v ConsultationView) voted() string {
	if *v.Status.Voted {
		return deliberation.Carried.Word(v.Lang)
	}
	return deliberation.Lost.Word(v.Lang)
}

// limit says what bounds the form.
func (v ConsultationView) limit() string {
	if v.P.Matter.Form == deliberation.ConsultationMeeting {
		return v.S("consultation_no_decision")
	}
	return v.S("forum_limit_" + string(v.P.Matter.Form))
}

// note says who is to be named.
func (v ParticipantsView) note() string {
	if v.P.Matter.Form == deliberation.ConsultationMeeting {
		return "note_name_participants"
	}
	return "forum_note_" + string(v.P.Matter.Form)
}
