package deliberation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func forumMatter(form deliberation.Body) deliberation.Matter {
	m := deliberation.Matter{
		Title: "楼道停车", Summary: "商量停车办法。", Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsSome,
		Origin: deliberation.OriginCommittee, Form: form,
	}
	switch form {
	case deliberation.CouncilMeeting:
		m.AuthorisedBy = "a1"
	case deliberation.PartyDelegates:
		m.ChoiceReason = "党员居住分散，半数在外地。"
	}
	return m
}

// 党员代表议事、监事会、议事会、协调会 (law.md §11), each within its limit.
func TestTheFormsOfConsultationKeepTheirLimits(t *testing.T) {
	t.Parallel()
	lib, err := packs.Load()
	require.NoError(t, err)
	for _, id := range []string{"urban-2026", "village-2026", "urban-2018", "village-2018", "urban-2026+sichuan"} {
		p, err := lib.Pack(id)
		require.NoError(t, err)
		for _, form := range deliberation.ConsultationForms {
			require.NoError(t, deliberation.CheckConsultation(p, forumMatter(form)), "%s %s", id, form)
		}
	}
	p := hearingPack(t)
	for name, c := range map[string]struct {
		form   deliberation.Body
		change func(*deliberation.Matter)
		code   deliberation.RefusalCode
		field  string
		cited  string
	}{
		"§11 the council without an entrustment": {deliberation.CouncilMeeting, func(m *deliberation.Matter) { m.AuthorisedBy = "" }, deliberation.RefuseReserved, "authorised_by", "成都市社区发展治理促进条例"},
		"§4.4 the council on the covenant":       {deliberation.CouncilMeeting, func(m *deliberation.Matter) { m.Category = deliberation.CategoryCovenant }, deliberation.RefuseReserved, "", "议事系统设定"},
		"§15.13 the council on owners' matters":  {deliberation.CouncilMeeting, func(m *deliberation.Matter) { m.Category = deliberation.CategoryOwners }, deliberation.RefuseReserved, "", ""},
		"§11 delegates without a reason":         {deliberation.PartyDelegates, func(m *deliberation.Matter) { m.ChoiceReason = " " }, deliberation.RefuseInvalid, "choice_reason", "中国共产党支部工作条例（试行）"},
		"§11 delegates on an election":           {deliberation.PartyDelegates, func(m *deliberation.Matter) { m.Category = deliberation.CategoryElection }, deliberation.RefuseReserved, "", "中国共产党支部工作条例（试行）"},
		"a reason where none is asked":           {deliberation.CoordinationMeeting, func(m *deliberation.Matter) { m.ChoiceReason = "多余" }, deliberation.RefuseInvalid, "choice_reason", ""},
		"a quick coordination":                   {deliberation.CoordinationMeeting, func(m *deliberation.Matter) { m.Quick = true }, deliberation.RefuseInvalid, "quick", ""},
		"another body":                           {deliberation.Conference, nil, deliberation.RefuseInvalid, "form", ""},
	} {
		m := forumMatter(c.form)
		if c.change != nil {
			c.change(&m)
		}
		r := refusalOf(t, deliberation.CheckConsultation(p, m))
		require.Equal(t, c.code, r.Code, name)
		if c.field != "" {
			require.Equal(t, c.field, r.Fields[0].Field, name)
		}
		if c.cited != "" {
			require.Equal(t, c.cited, r.Basis.Citation.Law, name)
		}
	}
}

// A pack of the third edition knows 议事协商会 and no other form.
func TestAnEarlierEditionKnowsNoOtherForm(t *testing.T) {
	t.Parallel()
	lib, err := packs.Load()
	require.NoError(t, err)
	for _, p := range lib.Editions() {
		if p.ID != "urban-2026" || p.Version != "3" {
			continue
		}
		require.NoError(t, deliberation.CheckConsultation(p, forumMatter(deliberation.ConsultationMeeting)))
		require.Equal(t, deliberation.RefuseFormNotInPack, refusalOf(t, deliberation.CheckConsultation(p, forumMatter(deliberation.CouncilMeeting))).Code)
		m := hearingMatter()
		m.Origin = deliberation.OriginHouseholds
		require.Equal(t, "origin", refusalOf(t, deliberation.CheckHearing(p, m)).Fields[0].Field)
		m.Origin = deliberation.OriginRepresentatives // was not counted then, and a dossier of that time stays lawful
		require.NoError(t, deliberation.CheckHearing(p, m))
		return
	}
	t.Fatal("the third edition is gone")
}

func TestQuorumAndMajorityOfTheForms(t *testing.T) {
	t.Parallel()
	p := hearingPack(t)
	for form, c := range map[deliberation.Body]struct{ due, short, quorum, fails, passes int }{
		deliberation.CouncilMeeting:    {20, 13, 14, 10, 11},
		deliberation.MonitoringMeeting: {7, 3, 4, 3, 4},
		deliberation.PartyDelegates:    {9, 5, 6, 4, 5},
	} {
		rules, err := deliberation.ConsultationOf(p, form)
		require.NoError(t, err)
		require.True(t, rules.Votes())
		came := func(n int) deliberation.Attendance {
			return deliberation.Attendance{Whole: deliberation.BodyCount{Body: form, Due: c.due, Present: n}}
		}
		require.False(t, rules.Meeting.Opening(came(c.short)).Met, form)
		require.True(t, rules.Meeting.Opening(came(c.quorum)).Met, form)
		voted := func(yes int) bool {
			return deliberation.Passing(rules.Meeting.Passing, came(c.quorum), deliberation.Tally{Due: c.due, Present: c.quorum, Voters: c.quorum, Yes: yes}).Met
		}
		require.False(t, voted(c.fails), "%s: of all members, not of those present", form)
		require.True(t, voted(c.passes), form)
	}
	for _, form := range []deliberation.Body{deliberation.ConsultationMeeting, deliberation.CoordinationMeeting} {
		rules, err := deliberation.ConsultationOf(p, form)
		require.NoError(t, err)
		require.False(t, rules.Votes())
		require.True(t, rules.Meeting.NoQuorum)
	}
}

func TestWhoSitsInAForm(t *testing.T) {
	t.Parallel()
	p := hearingPack(t)
	list := func(as ...deliberation.ParticipantRole) (people []deliberation.Participant) {
		for i, role := range as {
			people = append(people, deliberation.Participant{Person: deliberation.PersonID(rune('a' + i)), As: role})
		}
		return people
	}
	const member, party, resident = deliberation.AsMember, deliberation.InterestedParty, deliberation.AsResident
	for _, c := range []struct {
		form deliberation.Body
		list []deliberation.Participant
		code deliberation.RefusalCode
	}{
		{deliberation.CouncilMeeting, list(member, member, member), ""},
		{deliberation.CouncilMeeting, list(member, member), deliberation.RefuseInvalid},
		{deliberation.CouncilMeeting, list(member, member, member, party), deliberation.RefuseInvalid},
		{deliberation.CoordinationMeeting, list(party, party), ""},
		{deliberation.CoordinationMeeting, list(party, resident), deliberation.RefuseNoInterested},
		{deliberation.CoordinationMeeting, list(party, party, member), deliberation.RefuseInvalid},
		{deliberation.ConsultationMeeting, list(party, resident), ""},
		{deliberation.ConsultationMeeting, list(party, member), deliberation.RefuseInvalid},
	} {
		rules, err := deliberation.ConsultationOf(p, c.form)
		require.NoError(t, err)
		if err := rules.CheckList(c.list); c.code == "" {
			require.NoError(t, err, "%+v", c)
		} else {
			require.Equal(t, c.code, refusalOf(t, err).Code, "%+v", c)
		}
	}
}

// 成都市社区发展治理促进条例 第二十三条: the council acts within what was entrusted to it.
func TestTheCouncilActsWithinItsEntrustment(t *testing.T) {
	t.Parallel()
	p := hearingPack(t)
	grant := deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryEnvironment}, Until: deliberation.NewDate(2026, 12, 31), To: deliberation.CouncilMeeting}
	rules, err := deliberation.ConsultationOf(p, deliberation.CouncilMeeting)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change  func(*deliberation.Authorisation)
		what    deliberation.Category
		on      deliberation.Date
		problem string
	}{
		"on its last day":         {nil, deliberation.CategoryEnvironment, deliberation.NewDate(2026, 12, 31), ""},
		"after its end":           {nil, deliberation.CategoryEnvironment, deliberation.NewDate(2027, 1, 1), "not_in_force"},
		"outside its scope":       {nil, deliberation.CategoryWelfare, deliberation.NewDate(2026, 6, 1), "not_covered"},
		"given to the conference": {func(a *deliberation.Authorisation) { a.To = "" }, deliberation.CategoryEnvironment, deliberation.NewDate(2026, 6, 1), "not_covered"},
		"taken back":              {func(a *deliberation.Authorisation) { a.Ended = deliberation.NewDate(2026, 6, 1) }, deliberation.CategoryEnvironment, deliberation.NewDate(2026, 6, 1), "not_in_force"},
	} {
		a := deliberation.Authorisation{ID: "a1", From: deliberation.NewDate(2026, 1, 5), Grant: grant}
		if c.change != nil {
			c.change(&a)
		}
		m := forumMatter(deliberation.CouncilMeeting)
		m.Category = c.what
		err := deliberation.CheckEntrusted(p, m, a, c.on)
		if c.problem == "" {
			require.NoError(t, err, name)
			require.NoError(t, rules.Within(&a.Grant, c.what, c.on), name)
			continue
		}
		r := refusalOf(t, err)
		require.Equal(t, []deliberation.FieldProblem{{Field: "authorised_by", Problem: c.problem}}, r.Fields, name)
		require.NotNil(t, r.Basis, name)
		if a.Ended.IsZero() { // a process cannot know of it
			require.Error(t, rules.Within(&a.Grant, c.what, c.on), name)
		}
	}
	require.Error(t, rules.Within(nil, deliberation.CategoryEnvironment, deliberation.NewDate(2026, 6, 1)))
	a := deliberation.Authorisation{From: deliberation.NewDate(2026, 1, 5), Grant: grant}
	m := forumMatter(deliberation.Conference)
	require.Equal(t, deliberation.RefuseReserved, refusalOf(t, deliberation.CheckAuthorised(p, m, a, deliberation.NewDate(2026, 6, 1))).Code, "what the council may decide the conference may not")
}

// Who may demand a hearing (law.md §3.2): each group is an alternative to the others.
func TestWhoMayDemandAHearing(t *testing.T) {
	t.Parallel()
	p := hearingPack(t)
	for origin, c := range map[deliberation.Origin]struct{ of, few, enough int }{
		deliberation.OriginResidents:       {101, 20, 21},
		deliberation.OriginHouseholds:      {51, 10, 11},
		deliberation.OriginGroups:          {7, 2, 3},
		deliberation.OriginRepresentatives: {51, 10, 11},
	} {
		m := hearingMatter()
		m.Origin, m.SignersOf, m.Signers = origin, c.of, c.few
		r := refusalOf(t, deliberation.CheckHearing(p, m))
		require.NotNil(t, r.Basis, origin)
		require.Equal(t, c.enough, r.Count, origin)
		m.Signers = c.enough
		require.NoError(t, deliberation.CheckHearing(p, m), origin)
	}
	for _, origin := range []deliberation.Origin{deliberation.OriginParty, deliberation.OriginCommittee, deliberation.OriginSupervisors} {
		m := hearingMatter()
		m.Origin = origin
		require.NoError(t, deliberation.CheckHearing(p, m), origin)
	}
	m := hearingMatter()
	m.Origin = deliberation.OriginResident
	require.Equal(t, "origin", refusalOf(t, deliberation.CheckHearing(p, m)).Fields[0].Field, "one resident alone does not")
	m = forumMatter(deliberation.Conference)
	m.Origin, m.Signers, m.SignersOf = deliberation.OriginHouseholds, 50, 51
	require.Equal(t, "origin", refusalOf(t, deliberation.CheckMatter(p, m)).Fields[0].Field, "households demand a hearing and no motion")
}

// 民情恳谈 is held once a quarter (law.md §3.4, local practice), and shown as a duty.
func TestTheOpenTalkIsAQuarterlyDuty(t *testing.T) {
	t.Parallel()
	rules, err := deliberation.DutiesOf(hearingPack(t))
	require.NoError(t, err)
	last := deliberation.MeetingRecord{Known: deliberation.NewDate(2026, 1, 5), Last: map[deliberation.Body]deliberation.Date{deliberation.OpenTalkMeeting: deliberation.NewDate(2026, 3, 31)}}
	for on, want := range map[deliberation.Date]deliberation.DutyState{
		deliberation.NewDate(2026, 5, 30): deliberation.DutyHeld,
		deliberation.NewDate(2026, 5, 31): deliberation.DutyDueSoon,
		deliberation.NewDate(2026, 6, 30): deliberation.DutyDueSoon,
		deliberation.NewDate(2026, 7, 1):  deliberation.DutyOverdue,
	} {
		found := false
		for _, d := range deliberation.Duties(rules, last, on) {
			if d.Rule.Body == deliberation.OpenTalkMeeting {
				found = true
				require.Equal(t, want, d.State, on)
				require.Equal(t, deliberation.LocalPractice, d.Rule.Basis.Confidence)
			}
		}
		require.True(t, found)
	}
}

// Party delegates may review in place of the Party members' meeting ③, where the case
// says why (law.md §§1.3, 11; PBR 第十一条).
func TestDelegatesInPlaceOfThePartyMeetingAreReasoned(t *testing.T) {
	t.Parallel()
	p := hearingPack(t)
	matter := func() deliberation.Matter {
		m := forumMatter(deliberation.Conference)
		m.Authorisation = "居民会议授权。"
		m.Delegates, m.ChoiceReason = []deliberation.PersonID{"a", "b", "c"}, "党员一百二十人，半数在外地。"
		return m
	}
	require.NoError(t, deliberation.CheckMatter(p, matter()))
	for name, c := range map[string]struct {
		change func(*deliberation.Matter)
		field  string
		cited  bool
	}{
		"without a reason":      {func(m *deliberation.Matter) { m.ChoiceReason = "" }, "choice_reason", true},
		"a reason for nothing":  {func(m *deliberation.Matter) { m.Delegates = nil }, "choice_reason", false},
		"two of them":           {func(m *deliberation.Matter) { m.Delegates = m.Delegates[:2] }, "delegates", true},
		"one of them twice":     {func(m *deliberation.Matter) { m.Delegates[2] = "a" }, "delegates", false},
		"nobody":                {func(m *deliberation.Matter) { m.Delegates[2] = "" }, "delegates", false},
		"more than can be read": {func(m *deliberation.Matter) { m.Delegates = make([]deliberation.PersonID, 301) }, "delegates", false},
	} {
		m := matter()
		c.change(&m)
		r := refusalOf(t, deliberation.CheckMatter(p, m))
		require.Equal(t, c.field, r.Fields[0].Field, name)
		require.Equal(t, c.cited, r.Basis != nil, name)
	}
	rules, err := deliberation.FourDeliberationsOn(p, matter())
	require.NoError(t, err)
	review := rules.Meeting(deliberation.Review, deliberation.Conference, false)
	require.Equal(t, deliberation.PartyDelegates, review.Body)
	require.Equal(t, "delegates.quorum", review.Quorum[0].Key)
	require.Equal(t, "delegates.pass", review.Passing[0].Key)
	plain, err := deliberation.FourDeliberationsOn(p, forumMatter(deliberation.Conference))
	require.NoError(t, err)
	require.Equal(t, deliberation.PartyMeeting, plain.Review.Body)
}
