package deliberation

import (
	"slices"
	"time"
)

// ParticipantRole is in what capacity somebody takes part in a consultation 协商主体.
type ParticipantRole string

// The roles.
const (
	// InterestedParty is 利益相关方: one of them must be in (law.md §3.5).
	InterestedParty ParticipantRole = "interested"
	// AsResident is 居民、村民, wherever the hukou is.
	AsResident ParticipantRole = "resident"
	// AsUnit speaks for 驻区单位、物业服务企业、社会组织.
	AsUnit ParticipantRole = "unit"
	// AsSpecialist is 专业人员.
	AsSpecialist ParticipantRole = "specialist"
	// AsMember is 成员 of a body that votes: who else is invited listens.
	AsMember ParticipantRole = "member"
)

// ParticipantRoles lists the roles of those who talk a matter over.
var ParticipantRoles = []ParticipantRole{InterestedParty, AsResident, AsUnit, AsSpecialist}

// RolesIn lists in which roles people may be named to a form of consultation.
func RolesIn(form Body) []ParticipantRole {
	if votes(form) {
		return []ParticipantRole{AsMember}
	}
	return ParticipantRoles
}

// Participant is one who was named to a consultation.
type Participant struct {
	Person PersonID        `json:"person"`
	As     ParticipantRole `json:"as"`
}

// maxParticipants bounds one list. It is Yishi's default, not law.
const maxParticipants = 300

// CheckParticipants says what a list lacks: each person once and in a known role, at
// least two of them, and one whose interest is touched (RefuseNoInterested).
func CheckParticipants(list []Participant, interested FlagRule) error {
	wrong := func(problem string, limit int) error {
		return &Refusal{Code: RefuseInvalid, Act: NameParticipants, Fields: []FieldProblem{{Field: "participants", Problem: problem, Limit: limit}}}
	}
	seen := map[PersonID]bool{}
	for _, p := range list {
		if p.Person == "" || p.As != AsMember && !slices.Contains(ParticipantRoles, p.As) {
			return wrong("not_a_choice", 0)
		}
		if seen[p.Person] {
			return wrong("twice", 0)
		}
		seen[p.Person] = true
	}
	switch {
	case len(list) == 0:
		return wrong("required", 0)
	case len(list) > maxParticipants:
		return wrong("too_many", maxParticipants)
	case interested.Value && InterestedIn(list) == 0:
		return &Refusal{Code: RefuseNoInterested, Act: NameParticipants, Basis: &interested.Basis}
	case len(list) < 2:
		return wrong("too_few", 2)
	}
	return nil
}

// InterestedIn counts the interested parties on a list.
func InterestedIn(list []Participant) (n int) {
	for _, p := range list {
		if p.As == InterestedParty {
			n++
		}
	}
	return n
}

// Persons gives those on a list, in its order.
func Persons(list []Participant) []PersonID {
	ids := make([]PersonID, len(list))
	for i, p := range list {
		ids[i] = p.Person
	}
	return ids
}

// Finding is what an act found, from the few answers that its kind allows.
type Finding string

// What a consultation may find.
const (
	// FoundAgreed is 协商一致.
	FoundAgreed Finding = "agreed"
	// FoundPartly is 部分达成一致.
	FoundPartly Finding = "partly"
	// FoundDisputed is 分歧较大，未达成一致.
	FoundDisputed Finding = "disputed"
)

// FindingsOf lists what an act may find, nil where it finds nothing.
func FindingsOf(k ActKind) []Finding {
	switch k {
	case FormOpinion:
		return []Finding{FoundAgreed, FoundPartly, FoundDisputed}
	case SettleItem:
		return itemFindings
	case MergeOpinions:
		return affectedFindings
	case FileHearingReport:
		return Conclusions
	}
	return nil
}

// ConsultationRules is all that 议事协商 asks of a rule pack.
type ConsultationRules struct {
	Pack PackRef `json:"pack"`
	// Meeting says by its body which form it takes. Only the forms that vote have a
	// quorum: no text gives one to the others.
	Meeting MeetingRules `json:"meeting"`
	// Limit bounds what a form other than 议事协商会 may do; Sides is how many interested
	// parties, Members how many members its list has at least.
	Limit   FlagRule  `json:"limit,omitzero"`
	Sides   CountRule `json:"sides,omitzero"`
	Members CountRule `json:"members,omitzero"`
	// Interested says that a list without an interested party is refused.
	Interested FlagRule `json:"interested"`
	// QuickHours is how many hours an officer has to answer a quick consultation.
	QuickHours CountRule `json:"quick_hours"`
	// ScreenDays is how long the Party organisation has to screen a topic, StartDays
	// how long naming the participants may take, ReportDays carrying out what was agreed.
	ScreenDays DaysRule `json:"screen_days"`
	StartDays  DaysRule `json:"start_days"`
	ReportDays DaysRule `json:"report_days"`
	// PostDays is how long what was agreed, and its carrying out, hang on the board.
	PostDays DaysRule `json:"post_days"`

	AnswerDays      DaysRule `json:"answer_days"`
	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	PrepareDays     DaysRule `json:"prepare_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// ConsultationOf makes, from a pack, all that a consultation of the form asks of it. A
// pack of an earlier edition knows none, or not this form (RefuseFormNotInPack).
func ConsultationOf(p Pack, form Body) (ConsultationRules, error) {
	limit, known := formLimits[form]
	if !p.Has("consultation.quick_hours") || !known || limit != "" && !p.Has(limit) {
		return ConsultationRules{}, Refuse(RefuseFormNotInPack)
	}
	r := packReader{pack: p}
	rules := ConsultationRules{
		Pack:       p.Ref(),
		Meeting:    MeetingRules{Body: ConsultationMeeting, Notice: r.days("consultation.notice_days"), NoQuorum: true},
		Interested: r.flag("consultation.interested_in"), QuickHours: r.count("consultation.quick_hours"),
		ScreenDays: r.days("consultation.screen_days"), StartDays: r.days("consultation.start_days"),
		ReportDays: r.days("consultation.report_days"), PostDays: r.days("consultation.post_days"),
		AnswerDays: r.days("objection.answer_days"), AcknowledgeDays: r.days("supervision.ack_days"),
		RectifyDays: r.days("supervision.rectify_days"), QuestionDays: r.days("supervision.question_days"),
		PrepareDays: r.days("task.prepare_days"), RemindDays: r.days("task.remind_days"),
	}
	r.form(&rules, form)
	return rules, r.err
}

// consultationOrigins are those who may propose a topic 议题提出: anybody may, a
// single resident among them.
var consultationOrigins = []string{
	string(OriginParty), string(OriginCommittee), string(OriginSupervisors), string(OriginCollective),
	string(OriginResident), string(OriginRepresentative), string(OriginUnit),
}

// CheckConsultation says whether the matter may be consulted on in its form under the
// pack. 议事协商会 and 协调会 decide nothing, so that no matter is reserved from them;
// see checkForum for the others.
func CheckConsultation(p Pack, m Matter) error {
	problems := matterProblems(m, consultationOrigins, ConsultationForms)
	if m.Quick && m.Form != ConsultationMeeting {
		problems = append(problems, FieldProblem{Field: "quick", Problem: "unexpected"})
	}
	if len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: problems}
	}
	rules, err := ConsultationOf(p, m.Form)
	if err != nil {
		return err
	}
	return checkForum(p, m, rules.Limit)
}

// ConsultationStatus is where a consultation stands.
type ConsultationStatus struct {
	// Quick is 即时议: an officer answers by AnswerDue; Late says that it came after.
	Quick     bool      `json:"quick,omitempty"`
	AnswerDue time.Time `json:"answer_due,omitzero"`
	Late      bool      `json:"late,omitempty"`
	// Answer is that of a quick consultation, Screened what the Party organisation said
	// of the topic, Accepted whether it took it up.
	Answer   PaperRef `json:"answer,omitzero"`
	Screened PaperRef `json:"screened,omitzero"`
	Accepted bool     `json:"accepted,omitempty"`
	// Participants are those named, List the paper that names whom else was invited.
	Participants []Participant `json:"participants,omitempty"`
	List         PaperRef      `json:"list,omitzero"`
	// Opinion is 协商意见 and Finding how far they agreed.
	Opinion PaperRef `json:"opinion,omitzero"`
	Finding Finding  `json:"finding,omitempty"`
	// Voted says, where the members vote, whether they carried it.
	Voted *bool `json:"voted,omitempty"`
	// Carried is the report of how it was carried out 落实反馈.
	Carried PaperRef `json:"carried,omitzero"`
	// Forwarded is the process to which a disputed matter went.
	Forwarded ProcessID `json:"forwarded,omitempty"`
}

// Named gives those named to the meeting of the process; nil where a standing body meets.
func (s Status) Named() []PersonID {
	if s.Consultation == nil {
		return nil
	}
	return Persons(s.Consultation.Participants)
}

// ScreenedData says what the Party organisation made of a topic.
type ScreenedData struct {
	Paper    PaperRef `json:"paper"`
	Accepted bool     `json:"accepted"`
}

// QuickAnswerData is the answer to a quick consultation.
type QuickAnswerData struct {
	Paper PaperRef  `json:"paper"`
	Hours CountRule `json:"hours"`
	Due   time.Time `json:"due"`
	Late  bool      `json:"late,omitempty"`
}

// ParticipantsData says who was named.
type ParticipantsData struct {
	Paper  PaperRef      `json:"paper"`
	People []Participant `json:"people"`
	Rule   FlagRule      `json:"rule"`
}

// FindingData is what a meeting found.
type FindingData struct {
	Meeting MeetingID `json:"meeting"`
	Paper   PaperRef  `json:"paper"`
	Finding Finding   `json:"finding"`
}

// ForwardedData names the process to which a matter, or one item of it, went.
type ForwardedData struct {
	Process ProcessID `json:"process"`
}

// ConsultationStages lists the stages of a consultation in order. A quick one ends
// in the first; Forwarding is entered only by a disputed one.
var ConsultationStages = []Stage{Screening, Naming, Consulting, CarryingOut, ConsultationDisclosure, Forwarding, Archive}

// NextOfConsultation gives the stage that follows in a consultation, and false where
// it ends. What stays disputed is sent on to a body that may decide it.
func NextOfConsultation(s Stage, o Outcome) (Stage, bool) {
	switch {
	case o == Withdrawn || o == Cancelled || o == Lost || o == Answered:
		return Archive, false
	case o == Inquorate:
		return s, true
	case s == Consulting && o == Contested:
		return Forwarding, true
	case s == Screening:
		return Naming, true
	case s == Naming:
		return Consulting, true
	case s == Consulting:
		return CarryingOut, true
	case s == CarryingOut:
		return ConsultationDisclosure, true
	}
	return Archive, false
}
