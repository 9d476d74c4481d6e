package pages

import "github.com/yishi-project/yishi/deliberation"

// ConsultationForm is a topic as it was typed; How is quick or full.
type ConsultationForm struct {
	Title, Summary, Origin, Affected, Category, How string
	// For is the matter that is sent here.
	For string
}

// StartConsultationView is the form on which a topic is proposed.
type StartConsultationView struct {
	Page
	Form    ConsultationForm
	Key     string
	Problem *Problem
}

// HowOptions offers the two forms of a consultation.
func (v StartConsultationView) HowOptions() []Option {
	return []Option{
		{Value: "full", Label: v.S("consultation_full"), Hint: v.S("consultation_full_hint")},
		{Value: "quick", Label: v.S("consultation_quick"), Hint: v.S("consultation_quick_hint")},
	}
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
