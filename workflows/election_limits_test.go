package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// marked counts the marks of a kind.
func (o *town) marked(k deliberation.MarkKind) (n int) {
	for _, m := range o.marks {
		if m.Kind == k {
			n++
		}
	}
	return n
}

// S-VE 第十一条, S-UE 第十一条: the audit is posted before the election committee is chosen.
// Where that is law and no posting is on record, the supervisors look first; elsewhere, or
// where it was posted, nobody waits. By-elections need none.
func TestTheAuditComesFirstUnderArticle11(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pack            string
		posted, by      bool
		silent, decline bool
		missing         bool
		mark            deliberation.MarkKind
	}{
		"posted":                         {pack: "village-2026+sichuan", posted: true},
		"not posted":                     {pack: "village-2026+sichuan", missing: true, mark: deliberation.MarkAcknowledged},
		"in a community":                 {pack: "urban-2026+sichuan", missing: true, mark: deliberation.MarkAcknowledged},
		"the supervisors do not like it": {pack: "village-2026+sichuan", decline: true, missing: true, mark: deliberation.MarkDeclined},
		"they are silent":                {pack: "village-2026+sichuan", silent: true, missing: true, mark: deliberation.MarkSilent},
		"where it is no law":             {pack: "village-2026", missing: true},
		"under the old law":              {pack: "village-2018+sichuan", missing: true},
		"a by-election":                  {pack: "village-2026+sichuan", by: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.election(c.pack, deliberation.AllElectors)
			in.Setup.ByElection, town.elections.unaudited = c.by, !c.posted
			town.elections.before = []deliberation.Process{{Status: deliberation.Status{Election: &deliberation.ElectionProgress{Declared: in.Subject.Started.AddDays(-900).At(18, 0)}}}}
			acknowledge := town.habits[deliberation.Acknowledge]
			town.habits[deliberation.Acknowledge] = func(open deliberation.OpenAct) *deliberation.Act {
				switch {
				case c.silent:
					return nil
				case c.decline:
					return by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.Decline, Paper: paper(deliberation.PaperSupervise)})
				}
				return acknowledge(open)
			}
			hasty := c.mark == ""
			town.before = func() { // to choose the committee at once is refused
				if e := town.status.Election; e != nil && e.AuditMissing && !hasty {
					hasty = true
					town.act(*by(deliberation.Director, deliberation.Act{Kind: deliberation.NameElectionCommittee, People: committee, Paper: paper(deliberation.PaperElection)}), nil)
				}
			}
			town.held(in)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Equal(t, c.missing, town.status.Election.AuditMissing)
			if c.mark == "" {
				require.Empty(t, town.refused)
			} else {
				require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseOutOfOrder}, town.codes())
				require.Equal(t, 1, town.marked(c.mark))
			}
			if c.by {
				return
			}
			require.Equal(t, in.Subject.Started.AddDays(-900), town.elections.since, "since the last election")
			found := lastFact[deliberation.ElectionAuditData](town, deliberation.FactElectionAudit)
			require.Equal(t, c.missing, found.Missing)
			require.Equal(t, c.missing, found.Rule.Value)
		})
	}
}

// V-NEW 第十七条第二款: one objection of a person at a time, and five to a list; what
// others object to is heard all the same.
func TestAFloodOfObjectionsIsRefused(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026", deliberation.AllElectors)
	object := func(who deliberation.PersonID) {
		town.act(deliberation.Act{Kind: deliberation.Object, Actor: who, Office: deliberation.Resident, Paper: paper(deliberation.PaperObjection)}, nil)
	}
	rounds := 0
	town.before = func() {
		if town.status.Stage != deliberation.ElectorRegistration || !town.taken(deliberation.Object) || rounds > 6 {
			return
		}
		if town.done[deliberation.RuleOnList] < town.done[deliberation.Object] { // not answered yet
			return
		}
		rounds++
		object("e1")
		object("e1") // twice at once
		if rounds == 6 {
			object("e2")
		}
	}
	town.held(in)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, 6, town.done[deliberation.Object], "five of one person, one of another")
	twice, often := 0, 0
	for _, r := range town.refused {
		switch r.Code {
		case deliberation.RefuseTwice:
			twice++
		case deliberation.RefuseTooOften:
			often++
			require.Equal(t, 5, r.Count)
		}
	}
	require.Equal(t, 5, twice)
	require.Equal(t, len(town.refused), twice+often)
	require.GreaterOrEqual(t, often, 2)
}

// S-VE 第五十一条: the same of challenges.
func TestAFloodOfChallengesIsRefused(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.before = func() {
		if town.taken(deliberation.ChallengeElection) && town.done[deliberation.RuleOnChallenge] == town.done[deliberation.ChallengeElection] && len(town.refused) == 0 {
			town.act(deliberation.Act{Kind: deliberation.ChallengeElection, Actor: "e1", Office: deliberation.Resident, Paper: paper(deliberation.PaperObjection)}, nil)
		}
	}
	town.held(in)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, 5, town.done[deliberation.ChallengeElection])
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseTooOften}, town.codes())
}

// S-VE 第十九条: an order holds the election over its day. No poll opens while it holds,
// nor after; the committee is asked to put the day off, may do so while it is held, and the
// vote is on the new day.
func TestAnElectionHeldOverItsDayIsPutOffUnderArticle19(t *testing.T) {
	t.Parallel()
	for name, whileHeld := range map[string]bool{"while it is held": true, "once it is not": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.election("village-2026+sichuan", deliberation.AllElectors)
			day, to := in.Setup.Day, in.Setup.Day.AddDays(20)
			report := town.habits[deliberation.ReportRectified]
			delete(town.habits, deliberation.ReportRectified)
			ordered, tried, asked := false, 0, false
			postpone := func() {
				town.act(*headed(town.head(), deliberation.Act{Kind: deliberation.PostponeElection, At: to.At(8, 0), Paper: paper(deliberation.PaperElection)}), nil)
			}
			put := false
			town.before = func() {
				today := deliberation.DateOf(town.now())
				for _, x := range town.tasks {
					asked = asked || x.Act == deliberation.PostponeElection && x.State == deliberation.TaskOpen
				}
				switch {
				case !ordered && town.status.Waiting.For == "notice" && town.status.Stage == deliberation.ElectionVoting:
					ordered = true
					town.act(*by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.OrderRectification, Days: 60, Paper: paper(deliberation.PaperSupervise)}), nil)
				case put || today.Before(day):
				case tried == 0:
					tried = 1
					town.act(*headed(town.head(), deliberation.Act{Kind: deliberation.OpenPoll}), nil)
				case whileHeld && today.After(day):
					put = true
					postpone()
				case !whileHeld && today.After(day.AddDays(2)):
					town.habits[deliberation.ReportRectified] = report
					if town.status.State == deliberation.Running && tried == 1 { // the habit opens the poll, too late
						tried = 2
					} else if tried == 2 && len(town.refused) > 1 {
						put = true
						postpone()
					}
				}
				if put && today.After(day.AddDays(4)) {
					town.habits[deliberation.ReportRectified] = report
				}
			}
			town.held(in)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.True(t, asked, "the committee is asked to put the day off")
			require.Equal(t, to, town.status.Election.Setup.Day)
			require.Len(t, town.polls, 1)
			for _, p := range town.polls {
				require.Equal(t, to, deliberation.DateOf(p.Opened))
			}
			require.Equal(t, deliberation.RefuseHeld, town.refused[0].Code)
			if whileHeld {
				require.Len(t, town.refused, 1)
				return
			}
			late := town.refused[1]
			require.Equal(t, deliberation.RefuseUnlawfulElection, late.Code)
			require.Equal(t, deliberation.FaultDayPassed, late.Faults[0].Code)
			require.Equal(t, "第十九条第二款", late.Basis.Citation.Article)
		})
	}
}

// What began before these limits goes on without them.
func TestAnElectionOfBeforeTheLimitsGoesOnAsItDid(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.env.OnGetVersion("election-limits", workflow.DefaultVersion, workflow.Version(1)).Return(workflow.DefaultVersion)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.elections.unaudited = true
	objected := 0
	town.before = func() {
		if town.taken(deliberation.Object) && objected < 7 {
			objected++
			town.act(deliberation.Act{Kind: deliberation.Object, Actor: "e1", Office: deliberation.Resident, Paper: paper(deliberation.PaperObjection)}, nil)
		}
	}
	town.held(in)
	require.Empty(t, town.refused)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.False(t, town.status.Election.AuditMissing)
	require.Equal(t, 7, town.done[deliberation.Object])
	require.Zero(t, town.marked(deliberation.MarkAcknowledged))
}
