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
	rules.Forums = r.forums()
	if r.flag("reps.form").Value {
		rules.Conference = r.meeting(Conference, "reps", []string{"reps.quorum"}, "reps.pass")
	}
	if r.flag("assembly.household_form").Value {
		rules.Households = r.meeting(HouseholdAssembly, "assembly", []string{"assembly.quorum_households"}, "assembly.pass")
	}
	return rules, r.err
}

// ConferenceOf makes, from a pack, all that a conference of the body asks of it. A
// body that the pack gives no such form is refused (RefuseFormNotInPack). A pack of
// the first edition knows neither agents, sections nor another chair.
func ConferenceOf(p Pack, body Body) (ConferenceRules, error) {
	all, err := FourDeliberations(p)
	if err != nil {
		return ConferenceRules{}, err
	}
	r := packReader{pack: p}
	rules := ConferenceRules{
		Pack: all.Pack, ResolutionPostDays: all.ResolutionPostDays, ObjectionDays: all.ObjectionDays, AnswerDays: all.AnswerDays,
		AcknowledgeDays: all.AcknowledgeDays, RectifyDays: all.RectifyDays, QuestionDays: all.QuestionDays,
		PrepareDays: all.PrepareDays, RemindDays: all.RemindDays,
		Filed: []Category{CategoryCovenant, CategoryAuthorise},
	}
	switch body {
	case Conference:
		rules.Meeting, rules.ToAssembly = all.Conference, r.majorityIf("reps.to_assembly")
	case Assembly:
		rules.Meeting = all.Assembly
		rules.Meeting.Proxy = r.proxyIf("assembly")
	case HouseholdAssembly:
		rules.Meeting = all.Households
		rules.Meeting.Substitute = r.flagIf("assembly.household_substitute")
	case PartyMeeting:
		rules.Meeting = all.Review
	case JointCommittees:
		rules.Meeting = all.Consultation
	case GroupMeeting:
		rules.Meeting = r.groupMeeting()
	case OwnersMeeting:
		r.owners(&rules)
	}
	if rules.Meeting.Body == "" {
		return rules, Refuse(RefuseFormNotInPack)
	}
	if body == Assembly || body == HouseholdAssembly {
		rules.Meeting.Sections = r.flagIf("assembly.sections")
	}
	rules.Meeting.ChairInterest = r.majorityIf("meeting.chair_interested")
	if body != OwnersMeeting {
		rules.Filing = r.codeIf("covenant.filing")
	}
	if rules.Reserved, err = reservedFor(p, body); err != nil {
		return rules, err
	}
	return rules, r.err
}

// groupMeeting is empty where the pack gives groups no meeting that decides.
func (r *packReader) groupMeeting() MeetingRules {
	if !r.pack.Has("group.pass") || !r.pack.Has("group.notice_days") {
		return MeetingRules{}
	}
	return r.meeting(GroupMeeting, "group", []string{"group.quorum_residents"}, "group.pass")
}

// owners reads 业主大会: nobody need come together, and all four thresholds hold
// for every matter, the two of participation and the two of consent (民法典 第二百七十八条).
func (r *packReader) owners(rules *ConferenceRules) {
	if !r.pack.Has("owners.special") {
		return
	}
	four := func(kind string) (list []MajorityRule) {
		for _, key := range []string{"owners.quorum_area", "owners.quorum_heads", "owners." + kind + "_area", "owners." + kind + "_heads"} {
			list = append(list, r.majorityIf(key))
		}
		return list
	}
	rules.Meeting = MeetingRules{
		Body: OwnersMeeting, Notice: r.days("owners.notice_days"), EmergencyNotice: r.flag("owners.emergency_notice"),
		Passing: four("ordinary"), ByParticipation: true, VotingDays: r.days("owners.voting_days"), Proxy: r.proxyIf("owners"),
	}
	for _, c := range r.list("owners.special").List {
		rules.Special = append(rules.Special, Category(c))
	}
	rules.SpecialPassing = four("special")
	rules.ResolutionPostDays = r.days("owners.post_days")
}

func (r *packReader) majorityIf(key string) MajorityRule {
	if !r.pack.Has(key) {
		return MajorityRule{}
	}
	v, err := r.pack.MajorityRule(key)
	r.keep(err)
	return v
}

func (r *packReader) flagIf(key string) FlagRule {
	if !r.pack.Has(key) {
		return FlagRule{}
	}
	return r.flag(key)
}

func (r *packReader) codeIf(key string) *CodeRule {
	if !r.pack.Has(key) {
		return nil
	}
	v, err := r.pack.CodeRule(key)
	r.keep(err)
	return &v
}

func (r *packReader) proxyIf(prefix string) (p ProxyRules) {
	p.Allowed = r.flagIf(prefix + ".proxy_allowed")
	if r.pack.Has(prefix + ".proxy_most") {
		var err error
		p.Most, err = r.pack.CountRule(prefix + ".proxy_most")
		r.keep(err)
	}
	return p
}

// reservedFor gives what the law keeps from the body, in the order of the categories.
func reservedFor(p Pack, body Body) (list []ReservedRule, err error) {
	r := packReader{pack: p}
	only, authorised := r.list("matters.assembly_only"), r.list("matters.conference_if_authorised")
	for _, c := range categories {
		elsewhere, ok := p.Parameters["matters.elsewhere."+string(c)]
		switch {
		case body == OwnersMeeting:
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
