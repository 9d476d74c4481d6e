package deliberation

import (
	"fmt"
	"slices"
)

// FourDeliberations makes, from a pack, all that 四议两公开一监督 asks of it. The
// review's quorum holds the Party's own floor and the local rule, and both must
// be met. A form of ④ that the pack does not know has an empty Body. A pack that
// lacks a key or has it in another shape is an error that names both.
func FourDeliberations(p Pack) (FourDeliberationsRules, error) {
	r := packReader{pack: p}
	rules := FourDeliberationsRules{
		Pack:         p.Ref(),
		SolicitDays:  r.days("four.solicit_days"),
		MergeAllowed: r.flag("four.merge_allowed"),

		Proposal:     r.meeting(BranchCommittee, "branch", []string{"branch.quorum"}, "branch.pass"),
		Consultation: r.meeting(JointCommittees, "joint", []string{"joint.quorum"}, "joint.pass"),
		Review:       r.meeting(PartyMeeting, "party", []string{"party.quorum_legal", "party.quorum_local"}, "party.pass"),

		AdviceOffered: r.flag("advice.offered"),
		AdviceDays:    r.days("advice.days"),

		Assembly: r.meeting(Assembly, "assembly", []string{"assembly.quorum"}, "assembly.pass"),

		ResolutionPostDays: r.days("resolution.post_days"),
		ResultPostDays:     r.days("result.post_days"),
		ObjectionDays:      r.days("objection.window_days"),
		AnswerDays:         r.days("objection.answer_days"),

		AcknowledgeDays: r.days("supervision.ack_days"),
		RectifyDays:     r.days("supervision.rectify_days"),
		QuestionDays:    r.days("supervision.question_days"),

		PrepareDays: r.days("task.prepare_days"),
		RemindDays:  r.days("task.remind_days"),

		ReviewAmendedGoesTo:     r.stage("amendment.review_goes_to"),
		ResolutionAmendedGoesTo: r.stage("amendment.resolution_goes_to"),
		ContestedGoesTo:         r.stage("objection.contested_goes_to"),
	}
	if r.flag("reps.form").Value {
		rules.Conference = r.meeting(Conference, "reps", []string{"reps.quorum"}, "reps.pass")
	}
	if r.flag("assembly.household_form").Value {
		rules.Households = r.meeting(HouseholdAssembly, "assembly", []string{"assembly.quorum_households"}, "assembly.pass")
	}
	return rules, r.err
}

// ConferenceOf makes, from a pack, all that a conference of the body asks of it. A
// body that the pack gives no such form is refused (RefuseFormNotInPack).
func ConferenceOf(p Pack, body Body) (ConferenceRules, error) {
	all, err := FourDeliberations(p)
	if err != nil {
		return ConferenceRules{}, err
	}
	rules := ConferenceRules{
		Pack: all.Pack, ResolutionPostDays: all.ResolutionPostDays, ObjectionDays: all.ObjectionDays, AnswerDays: all.AnswerDays,
		AcknowledgeDays: all.AcknowledgeDays, RectifyDays: all.RectifyDays, QuestionDays: all.QuestionDays,
		PrepareDays: all.PrepareDays, RemindDays: all.RemindDays,
	}
	for _, m := range []MeetingRules{all.Conference, all.Assembly, all.Households} {
		if m.Body != "" && m.Body == body {
			rules.Meeting = m
		}
	}
	if rules.Meeting.Body == "" {
		return rules, Refuse(RefuseFormNotInPack)
	}
	rules.Reserved, err = reservedFor(p, body)
	return rules, err
}

// reservedFor gives what the law keeps from the body, in the order of the categories.
func reservedFor(p Pack, body Body) (list []ReservedRule, err error) {
	r := packReader{pack: p}
	only, authorised := r.list("matters.assembly_only"), r.list("matters.conference_if_authorised")
	for _, c := range categories {
		elsewhere, ok := p.Parameters["matters.elsewhere."+string(c)]
		switch {
		case ok:
			list = append(list, ReservedRule{Category: c, Basis: elsewhere.Basis})
		case body != Conference:
		case slices.Contains(only.List, string(c)):
			list = append(list, ReservedRule{Category: c, Basis: only.Basis})
		case slices.Contains(authorised.List, string(c)):
			list = append(list, ReservedRule{Category: c, UnlessAuthorised: true, Basis: authorised.Basis})
		}
	}
	return list, r.err
}

// packReader keeps the first error, so that a view reads as a list.
type packReader struct {
	pack Pack
	err  error
}

func (r *packReader) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *packReader) days(key string) DaysRule {
	v, err := r.pack.DaysRule(key)
	r.keep(err)
	return v
}

func (r *packReader) flag(key string) FlagRule {
	v, err := r.pack.FlagRule(key)
	r.keep(err)
	return v
}

func (r *packReader) meeting(body Body, prefix string, quorum []string, passing string) MeetingRules {
	m := MeetingRules{Body: body, Notice: r.days(prefix + ".notice_days"), EmergencyNotice: r.flag(prefix + ".emergency_notice")}
	for _, key := range quorum {
		q, err := r.pack.MajorityRule(key)
		r.keep(err)
		m.Quorum = append(m.Quorum, q)
	}
	p, err := r.pack.MajorityRule(passing)
	r.keep(err)
	m.Passing = []MajorityRule{p}
	return m
}

// stage reads where a changed or contested text goes back to. Only a stage that
// a body decides, before the disclosure, can take it up again.
func (r *packReader) stage(key string) Stage {
	q, err := r.pack.get(key, CodeKind)
	if err != nil {
		r.keep(err)
		return ""
	}
	switch s := Stage(q.Code); s {
	case Proposal, Consultation, Review, Resolution:
		return s
	}
	r.keep(fmt.Errorf("rule pack %s: %s names no stage that can take a text up again: %q", r.pack.ID, key, q.Code))
	return ""
}
