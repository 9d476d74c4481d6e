package deliberation

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// ConsultationForms lists the forms of 议事协商: the meeting of those named to one
// topic, and what the founding document wants run under the Party organisation: 议事会,
// 协调会, 监事会 and 党员代表议事 (攀委发〔2015〕10号; law.md §11).
var ConsultationForms = []Body{ConsultationMeeting, CouncilMeeting, CoordinationMeeting, MonitoringMeeting, PartyDelegates}

// formLimits name the rule that bounds each form.
var formLimits = map[Body]string{
	ConsultationMeeting: "", CouncilMeeting: "council.entrusted", CoordinationMeeting: "coordination.advisory",
	MonitoringMeeting: "monitoring.to_supervisors", PartyDelegates: "delegates.instead_of_meeting",
}

// votes reports whether the members of the form vote on what they found.
func votes(form Body) bool {
	return slices.Contains([]Body{CouncilMeeting, MonitoringMeeting, PartyDelegates}, form)
}

// form reads what a form asks besides what every consultation does.
func (r *packReader) form(rules *ConsultationRules, form Body) {
	rules.Meeting.Body = form
	if limit := formLimits[form]; limit != "" {
		rules.Limit = r.flag(limit)
	}
	prefix := map[Body]string{CouncilMeeting: "council", MonitoringMeeting: "monitoring", PartyDelegates: "delegates"}[form]
	switch {
	case votes(form):
		rules.Meeting.NoQuorum = false
		rules.Meeting.Quorum, rules.Meeting.Passing = []MajorityRule{r.majorityIf(prefix + ".quorum")}, []MajorityRule{r.majorityIf(prefix + ".pass")}
		rules.Members = r.count("consultation.least_members")
	case form == CoordinationMeeting:
		rules.Sides = r.count("coordination.sides")
	}
}

// Votes reports whether the members vote on what they found.
func (r ConsultationRules) Votes() bool { return votes(r.Meeting.Body) }

// CheckList says what the list of a form lacks: the members of a body that votes, and
// nobody else; for 协调会 those of each side; else what CheckParticipants says.
func (r ConsultationRules) CheckList(list []Participant) error {
	wrong := func(problem string, limit CountRule) error {
		refusal := &Refusal{Code: RefuseInvalid, Act: NameParticipants, Fields: []FieldProblem{{Field: "participants", Problem: problem, Limit: limit.Count}}}
		if limit.Key != "" {
			refusal.Basis = &limit.Basis
		}
		return refusal
	}
	roles, interested := RolesIn(r.Meeting.Body), r.Interested
	if r.Votes() {
		interested = FlagRule{}
	}
	for _, p := range list {
		if !slices.Contains(roles, p.As) {
			return wrong("not_a_choice", CountRule{})
		}
	}
	if err := CheckParticipants(list, interested); err != nil {
		return err
	}
	switch {
	case len(list) < r.Members.Count:
		return wrong("too_few", r.Members)
	case InterestedIn(list) < r.Sides.Count:
		return &Refusal{Code: RefuseNoInterested, Act: NameParticipants, Basis: &r.Sides.Basis, Count: r.Sides.Count}
	}
	return nil
}

// Within says whether what the assembly entrusted still lets a form agree on the
// category on the day (RefuseReserved). Only the council acts on entrustment.
func (r ConsultationRules) Within(g *Grant, c Category, on Date) error {
	if r.Meeting.Body != CouncilMeeting || g != nil && g.Holder() == CouncilMeeting && len(g.Categories) > 0 && g.Covers(c, on) {
		return nil
	}
	return &Refusal{Code: RefuseReserved, Basis: &r.Limit.Basis}
}

// OutcomeOf is how the meeting ends by what its chair found and, where its members
// vote, by their vote. What a council or those at odds leave open goes to a body that
// may decide it; where no opinion came about it ends.
func (r ConsultationRules) OutcomeOf(f Finding, carried bool) Outcome {
	if f != FoundDisputed && (carried || !r.Votes()) {
		return Carried
	}
	if b := r.Meeting.Body; b == MonitoringMeeting || b == PartyDelegates {
		return Lost
	}
	return Contested
}

// checkForum holds a matter against the limit of its form. A council acts on an
// entrustment that it names, and never on what the law leaves to the assembly or to
// another procedure; Party delegates say why they deliberate in place of the Party
// members' meeting, and never on what that meeting must decide (law.md §11).
func checkForum(p Pack, m Matter, limit FlagRule) error {
	r := packReader{pack: p}
	switch m.Form {
	case CouncilMeeting:
		if q, ok := p.Parameters["matters.elsewhere."+string(m.Category)]; ok {
			return &Refusal{Code: RefuseReserved, Basis: &q.Basis}
		}
		for _, reserved := range []Parameter{r.list("matters.assembly_only"), r.list("council.reserved")} {
			if slices.Contains(reserved.List, string(m.Category)) {
				return &Refusal{Code: RefuseReserved, Basis: &reserved.Basis}
			}
		}
		switch {
		case r.err != nil:
			return r.err
		case m.AuthorisedBy == "":
			return &Refusal{Code: RefuseReserved, Basis: &limit.Basis, Fields: []FieldProblem{{Field: "authorised_by", Problem: "required"}}}
		}
		return nil
	case PartyDelegates:
		reserved := r.list("delegates.reserved")
		if r.err != nil {
			return r.err
		}
		if slices.Contains(reserved.List, string(m.Category)) {
			return &Refusal{Code: RefuseReserved, Basis: &reserved.Basis}
		}
		return checkReason(m, limit)
	}
	if strings.TrimSpace(m.ChoiceReason) != "" {
		return &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: "choice_reason", Problem: "unexpected"}}}
	}
	return nil
}

// checkReason asks why delegates deliberate in place of the Party members' meeting.
func checkReason(m Matter, rule FlagRule) error {
	wrong := FieldProblem{Field: "choice_reason"}
	switch {
	case strings.TrimSpace(m.ChoiceReason) == "" && rule.Value:
		wrong.Problem = "required"
	case utf8.RuneCountInString(m.ChoiceReason) > maxChoiceReason:
		wrong.Problem, wrong.Limit = "too_long", maxChoiceReason
	default:
		return nil
	}
	return &Refusal{Code: RefuseInvalid, Basis: &rule.Basis, Fields: []FieldProblem{wrong}}
}

// CheckEntrusted says whether the authorisation lets the council take up the matter on
// the day: it was given to the council, is in force and covers the category
// (RefuseReserved with its Basis).
func CheckEntrusted(p Pack, m Matter, a Authorisation, on Date) error {
	limit, err := p.FlagRule(formLimits[CouncilMeeting])
	if err != nil {
		return err
	}
	problem := ""
	switch {
	case a.In(on) != GrantInForce:
		problem = "not_in_force"
	case a.Holder() != CouncilMeeting || !a.Covers(m.Category, on):
		problem = "not_covered"
	default:
		return nil
	}
	return &Refusal{Code: RefuseReserved, Basis: &limit.Basis, Fields: []FieldProblem{{Field: "authorised_by", Problem: problem}}}
}

// checkDelegates says whether Party delegates may review the matter in place of the
// Party members' meeting ③: the pack allows it, that meeting need not decide it, there
// are enough of them, and the case says why (law.md §§1.3, 11).
func checkDelegates(p Pack, m Matter) error {
	wrong := func(field, problem string) error {
		return &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: field, Problem: problem}}}
	}
	switch {
	case len(m.Delegates) == 0 && strings.TrimSpace(m.ChoiceReason) != "":
		return wrong("choice_reason", "unexpected")
	case len(m.Delegates) == 0:
		return nil
	case !p.Has("delegates.quorum"):
		return Refuse(RefuseFormNotInPack)
	case len(m.Delegates) > maxParticipants:
		return &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: "delegates", Problem: "too_many", Limit: maxParticipants}}}
	case len(slices.Compact(slices.Sorted(slices.Values(m.Delegates)))) != len(m.Delegates):
		return wrong("delegates", "twice")
	case slices.Contains(m.Delegates, ""):
		return wrong("delegates", "not_a_choice")
	}
	r := packReader{pack: p}
	may, reserved, least := r.flag("party.delegates_may_replace"), r.list("delegates.reserved"), r.count("consultation.least_members")
	why := r.flag(formLimits[PartyDelegates])
	switch {
	case r.err != nil:
		return r.err
	case !may.Value:
		return &Refusal{Code: RefuseFormNotInPack, Basis: &may.Basis}
	case slices.Contains(reserved.List, string(m.Category)):
		return &Refusal{Code: RefuseReserved, Basis: &reserved.Basis}
	case len(m.Delegates) < least.Count:
		return &Refusal{Code: RefuseInvalid, Basis: &least.Basis, Fields: []FieldProblem{{Field: "delegates", Problem: "too_few", Limit: least.Count}}}
	}
	return checkReason(m, why)
}

// FourDeliberationsOn gives the rules of 四议两公开 for a matter: where Party delegates
// review it, ③ has their quorum and their majority.
func FourDeliberationsOn(p Pack, m Matter) (FourDeliberationsRules, error) {
	rules, err := FourDeliberations(p)
	if err != nil || len(m.Delegates) == 0 {
		return rules, err
	}
	r := packReader{pack: p}
	rules.Review.Body = PartyDelegates
	rules.Review.Quorum, rules.Review.Passing = []MajorityRule{r.majorityIf("delegates.quorum")}, []MajorityRule{r.majorityIf("delegates.pass")}
	return rules, r.err
}
