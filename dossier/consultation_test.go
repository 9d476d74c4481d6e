package dossier

import (
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// consulted is the facts of a consultation: what its check reads of a dossier.
type consulted struct {
	quick     bool
	matter    bool // what the matter says of it
	answer    *deliberation.QuickAnswerData
	escalated bool
	screened  *deliberation.ScreenedData
	list      *deliberation.ParticipantsData
	found     *deliberation.FindingData
	roll      []deliberation.PersonID
	forwarded *deliberation.ForwardedData
	carried   *deliberation.PaperData
	ended     deliberation.Outcome
	office    deliberation.Office
	// grant is what a council acts on; voted says how the members voted, marked that the
	// supervisors looked at it.
	grant  *deliberation.Grant
	voted  *bool
	marked bool
}

var topicEntered = deliberation.NewDate(2027, 3, 1).At(9, 0)

func aConsultation(rules deliberation.ConsultationRules, found deliberation.Finding) *consulted {
	ref := deliberation.PaperRef{ID: "p1"}
	c := &consulted{
		screened: &deliberation.ScreenedData{Paper: ref, Accepted: true},
		list: &deliberation.ParticipantsData{Paper: ref, Rule: rules.Interested, People: []deliberation.Participant{
			{Person: "a", As: deliberation.InterestedParty}, {Person: "b", As: deliberation.AsResident},
		}},
		found: &deliberation.FindingData{Meeting: "m1", Paper: ref, Finding: found},
		roll:  []deliberation.PersonID{"a", "b"}, ended: deliberation.Carried, office: deliberation.Secretary,
	}
	if found == deliberation.FoundDisputed {
		c.forwarded = &deliberation.ForwardedData{Process: "x2"}
	} else {
		c.carried = &deliberation.PaperData{Paper: ref}
	}
	return c
}

func aQuickOne(rules deliberation.ConsultationRules) *consulted {
	return &consulted{
		quick: true, matter: true, ended: deliberation.Answered, office: deliberation.Secretary,
		answer: &deliberation.QuickAnswerData{Paper: deliberation.PaperRef{ID: "p1"}, Hours: rules.QuickHours, Due: topicEntered.Add(48 * time.Hour)},
	}
}

// faults are what the check of consultations finds.
func (c *consulted) faults(rules deliberation.ConsultationRules) []Check {
	h := &history{started: &deliberation.StartedData{Quick: c.quick, Category: deliberation.CategoryEnvironment, Started: deliberation.DateOf(topicEntered), Grant: c.grant}, ended: &deliberation.OutcomeData{Outcome: c.ended}}
	e := &examination{consult: &rules, h: h}
	e.d.Case.Matter.Quick = c.matter
	e.d.Rolls = map[deliberation.MeetingID]Roll{"m1": {}}
	roll := Roll{Meeting: "m1"}
	for _, id := range c.roll {
		roll.Members = append(roll.Members, RollMember{Person: id})
	}
	e.d.Rolls["m1"] = roll
	add := func(kind deliberation.FactKind, office deliberation.Office, v any) {
		f := Fact{Value: v}
		f.Kind, f.Office, f.Index, f.At = kind, office, int64(len(e.d.Facts)), topicEntered.Add(time.Hour)
		if c.answer != nil && c.answer.Late {
			f.At = c.answer.Due.Add(time.Minute)
		}
		e.d.Facts = append(e.d.Facts, f)
	}
	if c.escalated {
		add(deliberation.FactEscalation, "", &deliberation.TaskData{})
	}
	if c.answer != nil {
		add(deliberation.FactQuickAnswer, deliberation.Clerk, c.answer)
	}
	if c.screened != nil {
		add(deliberation.FactScreened, c.office, c.screened)
	}
	if c.list != nil {
		add(deliberation.FactParticipants, deliberation.Director, c.list)
	}
	if c.found != nil {
		add(deliberation.FactFinding, deliberation.Director, c.found)
	}
	if c.marked {
		add(deliberation.FactMark, deliberation.Supervisor, &deliberation.MarkData{Mark: deliberation.Mark{Kind: deliberation.MarkAcknowledged}})
	}
	if c.voted != nil {
		verdict := Fact{Value: &deliberation.VerdictData{Verdict: deliberation.Verdict{Met: *c.voted}}}
		h.meetings = []*sitting{{id: "m1", polls: []*ballot{{id: "q1", passings: []Fact{verdict}}}}}
	}
	if c.carried != nil {
		add(deliberation.FactCarriedOut, deliberation.Director, c.carried)
	}
	if c.forwarded != nil {
		add(deliberation.FactForwarded, deliberation.Secretary, c.forwarded)
	}
	v := &visit{facts: e.d.Facts}
	v.entry.At = topicEntered
	if c.found != nil {
		v.outcome = &deliberation.OutcomeData{Outcome: rules.OutcomeOf(c.found.Finding, c.voted == nil || *c.voted)}
	}
	h.visits = []*visit{v}
	e.check("consultation", e.consultation)
	return e.Faults()
}

func consultationRules(t *testing.T) deliberation.ConsultationRules {
	t.Helper()
	return formRules(t, deliberation.ConsultationMeeting)
}

func formRules(t *testing.T, form deliberation.Body) deliberation.ConsultationRules {
	t.Helper()
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack("urban-2026")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.ConsultationOf(p, form)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestAConsultationThatIsNotWhatItSaysIsFound(t *testing.T) {
	rules := consultationRules(t)
	agreed := func() *consulted { return aConsultation(rules, deliberation.FoundAgreed) }
	disputed := func() *consulted { return aConsultation(rules, deliberation.FoundDisputed) }
	quick := func() *consulted { return aQuickOne(rules) }
	late := func() *consulted {
		c := quick()
		c.answer.Late, c.escalated = true, true
		return c
	}
	declined := func() *consulted {
		return &consulted{screened: &deliberation.ScreenedData{Paper: deliberation.PaperRef{ID: "p1"}}, ended: deliberation.Lost, office: deliberation.BranchMember}
	}
	for name, honest := range map[string]func() *consulted{"agreed": agreed, "disputed": disputed, "quick": quick, "late": late, "declined": declined} {
		if f := honest().faults(rules); len(f) > 0 {
			t.Errorf("honest, %s: %+v", name, f)
		}
	}
	for name, lie := range map[string]struct {
		of func() *consulted
		do func(*consulted)
	}{
		"no interested party":             {agreed, func(c *consulted) { c.list.People[0].As = deliberation.AsResident }},
		"another rule":                    {agreed, func(c *consulted) { c.list.Rule.Value = false }},
		"somebody came who was not named": {agreed, func(c *consulted) { c.roll = append(c.roll, "c") }},
		"screened by the committee":       {agreed, func(c *consulted) { c.office = deliberation.Director }},
		"declined and held all the same":  {agreed, func(c *consulted) { c.screened.Accepted = false }},
		"nothing was carried out":         {agreed, func(c *consulted) { c.carried = nil }},
		"agreed and sent on":              {agreed, func(c *consulted) { c.forwarded = &deliberation.ForwardedData{Process: "x2"} }},
		"no finding":                      {agreed, func(c *consulted) { c.found = nil }},
		"a finding that is none":          {agreed, func(c *consulted) { c.found.Finding = "carried" }},
		"disputed and left so":            {disputed, func(c *consulted) { c.forwarded = nil }},
		"sent nowhere":                    {disputed, func(c *consulted) { c.forwarded.Process = "" }},
		"declined without a reason":       {declined, func(c *consulted) { c.screened.Paper = deliberation.PaperRef{} }},
		"quick by the start alone":        {quick, func(c *consulted) { c.matter = false }},
		"more hours":                      {quick, func(c *consulted) { c.answer.Hours.Count = 72 }},
		"a later end":                     {quick, func(c *consulted) { c.answer.Due = c.answer.Due.Add(24 * time.Hour) }},
		"an answer that says nothing":     {quick, func(c *consulted) { c.answer.Paper = deliberation.PaperRef{} }},
		"late and told to nobody":         {late, func(c *consulted) { c.escalated = false }},
		"never answered":                  {quick, func(c *consulted) { c.answer = nil }},
	} {
		c := lie.of()
		lie.do(c)
		if len(c.faults(rules)) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
}

func TestAnItemThatWasNotFollowedUpIsFound(t *testing.T) {
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack("village-2026")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.OpenTalkOf(p)
	if err != nil {
		t.Fatal(err)
	}
	ref, at := deliberation.PaperRef{ID: "p1"}, topicEntered
	due := deliberation.DateOf(at).AddDays(rules.FollowDays.Days).End()
	course := func() []deliberation.TalkItem {
		entered := deliberation.TalkItem{ID: "i1", Paper: ref, Entered: at}
		settled := entered
		settled.Finding, settled.Answer, settled.Due = deliberation.ItemTransferred, ref, due
		closed := settled
		closed.Report, closed.Closed = ref, at.Add(24*time.Hour)
		return []deliberation.TalkItem{entered, settled, closed}
	}
	faults := func(items []deliberation.TalkItem) []Check {
		e := &examination{talk: &rules, h: &history{started: &deliberation.StartedData{}, ended: &deliberation.OutcomeData{Outcome: deliberation.Carried}}}
		for i := range items {
			f := Fact{Value: &deliberation.TalkItemData{Item: items[i]}}
			f.Kind, f.Subject, f.At = deliberation.FactTalkItem, items[i].ID, at
			e.d.Facts = append(e.d.Facts, f)
		}
		e.check("open_talk", e.openTalk)
		return e.Faults()
	}
	if f := faults(course()); len(f) > 0 {
		t.Fatalf("an honest talk: %+v", f)
	}
	for name, lie := range map[string]func([]deliberation.TalkItem) []deliberation.TalkItem{
		"left open":        func(l []deliberation.TalkItem) []deliberation.TalkItem { return l[:2] },
		"never dealt with": func(l []deliberation.TalkItem) []deliberation.TalkItem { return l[:1] },
		"closed without an answer": func(l []deliberation.TalkItem) []deliberation.TalkItem {
			l[2].Report = deliberation.PaperRef{}
			return l
		},
		"another text": func(l []deliberation.TalkItem) []deliberation.TalkItem { l[1].Paper.ID = "p2"; return l },
		"a later day": func(l []deliberation.TalkItem) []deliberation.TalkItem {
			l[1].Due, l[2].Due = due.AddDate(0, 0, 9), due.AddDate(0, 0, 9)
			return l
		},
		"late and not said":    func(l []deliberation.TalkItem) []deliberation.TalkItem { l[2].Closed = due.Add(time.Hour); return l },
		"closed twice":         func(l []deliberation.TalkItem) []deliberation.TalkItem { return append(l, l[2]) },
		"settled from nowhere": func(l []deliberation.TalkItem) []deliberation.TalkItem { return l[1:] },
	} {
		if len(faults(lie(course()))) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
}
