package workflows_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

type votesFor = map[deliberation.PersonID]int

// seated gives who holds which post.
func (o *town) seated() map[deliberation.PersonID]deliberation.ElectionPost {
	o.Helper()
	all := map[deliberation.PersonID]deliberation.ElectionPost{}
	for _, s := range lastFact[deliberation.ElectionDeclaredData](o, deliberation.FactDeclared).Seated {
		all[s.Person] = s.Post
	}
	return all
}

// held plays an election to its end.
func (o *town) held(in workflows.ElectionInput) {
	o.Helper()
	o.play(workflows.Election, in)
	require.NoError(o, o.env.GetWorkflowError())
	o.nothingLeftOpen()
}

func TestAnElectionFromTheAuditToTheArchive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pack   string
		method deliberation.ElectionMethod
	}{
		{"village-2026", deliberation.AllElectors}, {"village-2026+sichuan", deliberation.AllElectors}, {"village-2018", deliberation.AllElectors},
		{"urban-2026", deliberation.AllElectors}, {"urban-2026", deliberation.HouseholdRepresentatives}, {"urban-2026+sichuan", deliberation.ByRepresentatives},
		{"urban-2018", deliberation.ByRepresentatives},
	} {
		t.Run(c.pack+" "+string(c.method), func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.election(c.pack, c.method)
			if in.Rules.Kind == deliberation.Urban { // five to nine
				in.Setup.Seats[deliberation.PostMember] = 2
			}
			town.held(in)
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Equal(t, []deliberation.Stage{
				deliberation.ElectionPreparing, deliberation.ElectorRegistration, deliberation.NominationStage,
				deliberation.ElectionVoting, deliberation.ElectionResult, deliberation.ElectionHandedOver,
			}, town.stages())
			require.Equal(t, map[deliberation.PersonID]deliberation.ElectionPost{
				"d1": deliberation.PostDirector, "m1": deliberation.PostMember, "m2": deliberation.PostMember,
			}, town.seated())
			require.Len(t, town.polls, 1, "one paper for all posts")
			for _, p := range town.polls {
				require.True(t, p.Secret && p.OnPaper && p.PaperOnly)
				require.Equal(t, c.method != deliberation.ByRepresentatives, p.Whole)
				require.Len(t, p.Form, 2)
				require.Equal(t, []deliberation.OptionID{"d1", "d2"}, p.Form[0].Options, "丁 has two strokes, 王 four")
				require.Equal(t, []deliberation.OptionID{"m1", "m2", "m3"}, p.Form[1].Options, "by the strokes of 白, 李 and 黄")
			}
			require.Len(t, town.postings, 4, "electors, nominees, candidates, result")
			for _, p := range town.postings {
				require.Equal(t, deliberation.PostingEnded, p.State)
				require.False(t, p.Proof.IsZero())
			}
			require.Equal(t, 3, town.done[deliberation.CompleteElectionStep])
			require.Equal(t, 1, town.done[deliberation.FileResolution])
			if c.method == deliberation.ByRepresentatives {
				require.Equal(t, 1, town.done[deliberation.CallToOrder])
			}
		})
	}
}

// S-VE 第二十二条: fewer who stand than seats and surplus demand, and nominations open again.
func TestTooFewCandidatesAreNominatedAgain(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	first := town.elections.lodged[0][:1] // nobody against d1
	town.elections.lodged = [][]deliberation.LodgedNomination{first, append(slices.Clone(first), town.elections.lodged[0][1])}
	town.held(in)
	require.Empty(t, town.refused)
	require.Equal(t, 2, town.elections.gathers)
	require.Equal(t, 5, town.done[deliberation.AnswerNomination], "who answered is not asked again")
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

// S-VE 第二十四条: more nominees than the surplus allows are preselected in secret.
func TestTooManyNomineesArePreselected(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.elections.lodged[0] = append(town.elections.lodged[0], nominated("3", "electors", "", "m4"))
	town.elections.votes = append([]map[deliberation.ElectionPost]map[deliberation.PersonID]int{
		{deliberation.PostMember: votesFor{"m1": 3, "m2": 9, "m3": 8, "m4": 7}},
	}, polled(votesFor{"d1": 7}, votesFor{"m2": 8, "m3": 7, "m4": 2, "m1": 1}), map[deliberation.ElectionPost]map[deliberation.PersonID]int{deliberation.WomanMember: {"m1": 4}})
	town.held(in)
	require.Empty(t, town.refused)
	lists := lastFact[deliberation.CandidatesData](town, deliberation.FactCandidates).Lists
	require.Equal(t, []deliberation.PersonID{"m2", "m3", "m4"}, lists[1].Candidates, "by their votes")
	require.Equal(t, []deliberation.PersonID{"m1"}, lists[1].Reserve)
	require.Len(t, town.polls, 3, "the preselection, the vote, and the round for the seat that is kept for a woman")
	require.Equal(t, map[deliberation.PersonID]deliberation.ElectionPost{
		"d1": deliberation.PostDirector, "m2": deliberation.PostMember, "m1": deliberation.WomanMember,
	}, town.seated(), "S-VE 第三十四条第二项")
}

// S-VE 第三十三条: a tie at the last seat is voted on again among the tied.
func TestATieAtTheLastSeatIsVotedOnAgain(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	in.Setup.Surplus[deliberation.PostMember] = 1
	town.elections.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{
		polled(votesFor{"d1": 7, "d2": 4}, votesFor{"m1": 8, "m2": 6, "m3": 6}),
		{deliberation.PostMember: votesFor{"m2": 4, "m3": 7}},
	}
	town.held(in)
	require.Empty(t, town.refused)
	require.Equal(t, map[deliberation.PersonID]deliberation.ElectionPost{
		"d1": deliberation.PostDirector, "m1": deliberation.PostMember, "m3": deliberation.PostMember,
	}, town.seated())
	require.Len(t, town.polls, 2)
	for _, p := range town.polls {
		if len(p.Form) == 1 {
			require.Equal(t, []deliberation.OptionID{"m2", "m3"}, p.Form[0].Options)
			require.False(t, p.Form[0].WriteIn)
		}
	}
}

// S-VE 第三十七条: seats left are voted on again within ten days, a third is enough.
func TestSeatsLeftAreVotedOnInAFurtherRound(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.elections.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{
		polled(votesFor{"d1": 5, "d2": 5}, votesFor{"m1": 8, "m2": 5, "m3": 4}), // all candidates for director under one half
		polled(votesFor{"d1": 3, "d2": 5}, votesFor{"m2": 4, "m3": 3}),
	}
	late := 0
	convene := town.habits[deliberation.Convene]
	town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
		a := convene(open)
		if o := town.status.Election.Outcome; o != nil && late == 0 {
			late++
			a.At = o.FurtherBy.AddDays(1).At(8, 0)
		}
		return a
	}
	town.held(in)
	require.Len(t, town.refused, 1)
	require.Equal(t, deliberation.RefuseTooLate, town.refused[0].Code)
	require.Equal(t, 10, town.refused[0].Days)
	require.Equal(t, map[deliberation.PersonID]deliberation.ElectionPost{
		"d2": deliberation.PostDirector, "m1": deliberation.PostMember, "m2": deliberation.PostMember,
	}, town.seated())
	require.Equal(t, 2, lastFact[deliberation.ElectionRoundData](town, deliberation.FactElectionRound).Outcome.Round)
	require.Len(t, town.elections.frozen, 1, "no new list of electors")
	require.Equal(t, 1, town.elections.gathers, "no new nominations")
}

// S-VE 第三十四条第二项: no woman got votes, nobody stands for the seat that is kept, and the
// other seats are voted on all the same.
func TestASeatThatNobodyStandsForDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.elections.people["m1"] = deliberation.ElectionPersonRecord{Name: "白梅", Sex: deliberation.Male, Registered: true}
	town.elections.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{
		polled(votesFor{"d1": 5, "d2": 5}, votesFor{"m1": 8, "m2": 7, "m3": 4}),
		polled(votesFor{"d1": 4, "d2": 3}, nil),
	}
	town.held(in)
	require.Empty(t, town.refused)
	require.Equal(t, map[deliberation.PersonID]deliberation.ElectionPost{"d1": deliberation.PostDirector, "m1": deliberation.PostMember}, town.seated())
	outcome := lastFact[deliberation.ElectionRoundData](town, deliberation.FactElectionRound).Outcome
	require.Equal(t, 2, outcome.Round)
	require.Equal(t, deliberation.ElectionShort, outcome.Status, "two of three, and a village needs three")
}

// Where the ten days passed unused, the round is held late and not never.
func TestAFurtherRoundThatWasForgottenIsHeldLate(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.elections.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{
		polled(votesFor{"d1": 7}, votesFor{"m1": 8, "m2": 5, "m3": 4}), polled(nil, votesFor{"m2": 6, "m3": 4}),
	}
	convene := town.habits[deliberation.Convene]
	town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
		if o := town.status.Election.Outcome; o != nil && !deliberation.DateOf(town.now()).After(o.FurtherBy) {
			return nil
		}
		return convene(open)
	}
	town.held(in)
	require.Empty(t, town.refused)
	require.Len(t, town.seated(), 3)
}

// S-VE 第三十五条第二款: who was written in and has enough votes is checked; the next
// moves up where they do not qualify.
func TestWhoIsWrittenInIsCheckedBeforeTheyAreElected(t *testing.T) {
	t.Parallel()
	for _, fit := range []bool{true, false} {
		town := newTown(t)
		in := town.election("village-2026+sichuan", deliberation.AllElectors)
		town.elections.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{
			polled(votesFor{"d1": 7, "d2": 4}, votesFor{"m1": 8, "w1": 7, "m2": 6}),
		}
		review := town.habits[deliberation.ReviewCandidate]
		town.habits[deliberation.ReviewCandidate] = func(open deliberation.OpenAct) *deliberation.Act {
			a := review(open)
			a.Accept = fit || open.Subject != "w1"
			return a
		}
		town.held(in)
		require.Empty(t, town.refused)
		last := deliberation.PersonID("m2")
		if fit {
			last = "w1"
		}
		require.Equal(t, map[deliberation.PersonID]deliberation.ElectionPost{
			"d1": deliberation.PostDirector, "m1": deliberation.PostMember, last: deliberation.PostMember,
		}, town.seated())
	}
}

// law.md §17.10: who declines a seat leaves it to the next with more than half.
func TestASeatThatIsDeclinedGoesToTheNext(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.elections.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{
		polled(votesFor{"d1": 7, "d2": 4}, votesFor{"m1": 8, "m2": 7, "m3": 6}),
	}
	declined := 0
	town.before = func() {
		if town.taken(deliberation.DeclineSeat) && declined < 2 {
			declined++
			who := deliberation.PersonID("m2")
			if declined == 2 { // a second time there is no seat to decline
				who = "m2"
			}
			town.act(deliberation.Act{Kind: deliberation.DeclineSeat, Actor: who, Office: deliberation.Resident, Subject: string(who), Paper: paper(deliberation.PaperElection)}, nil)
		}
	}
	declare := town.habits[deliberation.DeclareResult]
	town.habits[deliberation.DeclareResult] = func(open deliberation.OpenAct) *deliberation.Act {
		if declined < 2 {
			return nil
		}
		return declare(open)
	}
	town.held(in)
	require.Len(t, town.refused, 1)
	require.Equal(t, deliberation.RefuseNotFound, town.refused[0].Code)
	require.Contains(t, town.seated(), deliberation.PersonID("m3"))
	require.NotContains(t, town.seated(), deliberation.PersonID("m2"))
}

// taken reports whether the process takes the act.
func (o *town) taken(k deliberation.ActKind) bool {
	return slices.ContainsFunc(o.status.Open, func(a deliberation.OpenAct) bool { return a.Kind == k })
}

// S-VE 第十九条: put off by more than thirty days, the list is made and published anew.
func TestAnElectionPutOffTooFarIsListedAnew(t *testing.T) {
	t.Parallel()
	for _, days := range []int{30, 31} {
		town := newTown(t)
		in := town.election("village-2026+sichuan", deliberation.AllElectors)
		put := false
		convene := town.habits[deliberation.Convene]
		town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
			if town.status.Election.Setup.Day == in.Setup.Day {
				return nil
			}
			return convene(open)
		}
		town.before = func() {
			if town.taken(deliberation.Convene) && !put {
				put = true
				town.act(*headed("head", deliberation.Act{Kind: deliberation.PostponeElection, At: in.Setup.Day.AddDays(days).At(8, 0), Paper: paper(deliberation.PaperElection)}), nil)
			}
		}
		town.held(in)
		require.Empty(t, town.refused)
		require.Equal(t, deliberation.Carried, town.status.Outcome)
		require.Equal(t, in.Setup.Day.AddDays(days), town.status.Election.Setup.Day)
		if days > 30 {
			require.Equal(t, []bool{false, true}, town.elections.frozen)
		} else {
			require.Equal(t, []bool{false}, town.elections.frozen)
		}
		require.Len(t, town.polls, 1)
	}
}

// V-NEW 第十七条: the list hangs twenty days before election day.
func TestAListOfElectorsThatComesTooLateIsRefused(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026", deliberation.AllElectors)
	post := town.habits[deliberation.PostElectors]
	town.habits[deliberation.PostElectors] = func(open deliberation.OpenAct) *deliberation.Act {
		if day := town.status.Election.Setup.Day; day == in.Setup.Day && deliberation.DateOf(town.now()).Before(day.AddDays(-19)) {
			return nil
		}
		return post(open)
	}
	put := false
	town.before = func() {
		if len(town.refused) == 1 && !put {
			put = true
			town.act(*headed("head", deliberation.Act{Kind: deliberation.PostponeElection, At: in.Setup.Day.AddDays(14).At(8, 0), Paper: paper(deliberation.PaperElection)}), nil)
		}
	}
	town.held(in)
	require.NotEmpty(t, town.refused)
	for _, r := range town.refused {
		require.Equal(t, deliberation.RefuseTooLate, r.Code)
		require.Equal(t, 20, r.Days)
		require.Equal(t, in.Setup.Day.AddDays(-20).End(), r.Latest)
		require.Equal(t, "中华人民共和国村民委员会组织法", r.Basis.Citation.Law)
		require.Equal(t, "第十七条第一款", r.Basis.Citation.Article)
	}
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

// V-NEW 第十七条第二款: objections within five days, a ruling in three.
func TestAnObjectionOnTheSixthDayIsTooLate(t *testing.T) {
	t.Parallel()
	for _, day := range []int{5, 6} {
		town := newTown(t)
		in := town.election("village-2026", deliberation.AllElectors)
		filed := false
		post := town.habits[deliberation.PostElectors]
		town.habits[deliberation.PostElectors] = func(open deliberation.OpenAct) *deliberation.Act {
			if deliberation.DateOf(town.now()).Before(in.Subject.Started.AddDays(2)) { // no limit ends on a rest day
				return nil
			}
			return post(open)
		}
		habits := town.habits[deliberation.ProvePosting] // with its proof outstanding the list waits
		town.habits[deliberation.ProvePosting] = func(open deliberation.OpenAct) *deliberation.Act {
			if !filed && town.status.Stage == deliberation.ElectorRegistration {
				return nil
			}
			return habits(open)
		}
		town.before = func() {
			e := town.status.Election
			if e == nil || filed || e.Listed.IsZero() || deliberation.DateOf(town.now()).Before(e.Listed.AddDays(day)) {
				return
			}
			filed = true
			town.elections.roll = deliberation.ElectorRoll{Count: 13, SHA256: "corrected"}
			town.act(deliberation.Act{Kind: deliberation.Object, Actor: "e1", Office: deliberation.Resident, Paper: paper(deliberation.PaperObjection)}, nil)
		}
		town.held(in)
		if day == 6 {
			require.Len(t, town.refused, 1)
			require.Equal(t, deliberation.RefuseTooLate, town.refused[0].Code)
			require.Equal(t, 5, town.refused[0].Days)
			require.Equal(t, "第十七条第二款", town.refused[0].Basis.Citation.Article)
			require.Equal(t, "electors", town.status.Election.Electors.SHA256)
			continue
		}
		require.Empty(t, town.refused)
		require.Equal(t, 1, town.done[deliberation.RuleOnList])
		require.Equal(t, "corrected", town.status.Election.Electors.SHA256)
	}
}

// S-VE 第五十一条: a challenge that is upheld ends the election; one that is not leaves it.
func TestAChallengeThatIsUpheldEndsTheElection(t *testing.T) {
	t.Parallel()
	for _, stands := range []bool{true, false} {
		town := newTown(t)
		in := town.election("village-2026+sichuan", deliberation.AllElectors)
		filed := false
		town.before = func() {
			if town.taken(deliberation.ChallengeElection) && !filed {
				filed = true
				town.act(deliberation.Act{Kind: deliberation.ChallengeElection, Actor: "e3", Office: deliberation.Resident, Paper: paper(deliberation.PaperObjection)}, nil)
			}
		}
		rule := town.habits[deliberation.RuleOnChallenge]
		town.habits[deliberation.RuleOnChallenge] = func(open deliberation.OpenAct) *deliberation.Act {
			a := rule(open)
			a.Accept = stands
			return a
		}
		town.held(in)
		require.Empty(t, town.refused)
		c := town.status.Election.Challenges
		require.Len(t, c, 1)
		require.Equal(t, !stands, c[0].Annuls)
		if stands {
			require.Equal(t, deliberation.Carried, town.status.Outcome)
		} else {
			require.Equal(t, deliberation.Lost, town.status.Outcome)
		}
	}
}

// V-NEW 第十五条第三款: who is nominated and willing leaves the committee, and since 2026
// whose near relatives are.
func TestWhoStandsLeavesTheElectionCommittee(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pack string
		left []deliberation.PersonID
	}{
		{"village-2026", []deliberation.PersonID{"second", "third"}}, {"village-2018", []deliberation.PersonID{"third"}},
	} {
		town := newTown(t)
		in := town.election(c.pack, deliberation.AllElectors)
		town.elections.kin = []deliberation.Kinship{{A: "second", B: "m3", Kind: deliberation.RelationSibling}}
		last := &town.elections.lodged[0][1]
		last.Names[deliberation.PostMember] = []deliberation.PersonID{"m3", "third"}
		in.Setup.Surplus[deliberation.PostMember] = 2
		name := town.habits[deliberation.NameElectionCommittee]
		tried := 0
		town.habits[deliberation.NameElectionCommittee] = func(open deliberation.OpenAct) *deliberation.Act {
			a := name(open)
			if town.status.Stage != deliberation.NominationStage {
				return a
			}
			if a.People = []deliberation.PersonID{"head", "third", "e1"}; tried > 0 { // who stands may not be chosen again
				a.People = []deliberation.PersonID{"head", "fourth", "e1"}
			}
			tried++
			return a
		}
		refused := false
		town.before = func() {
			if e := town.status.Election; e != nil && e.Stands("third") && town.taken(deliberation.NameElectionCommittee) && !refused {
				refused = true
				town.act(*headed("third", deliberation.Act{Kind: deliberation.PostCandidates, Paper: paper(deliberation.PaperElection)}), nil)
			}
		}
		town.held(in)
		require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseNotEntitled, deliberation.RefuseUnlawfulElection}, town.codes())
		require.Equal(t, []deliberation.PersonID{"head", "fourth", "e1"}, town.status.Election.Committee)
		var left []deliberation.PersonID
		for _, ch := range town.changes {
			for _, f := range ch.Facts {
				if f.Kind == deliberation.FactElectionCommittee {
					left = append(left, factData[deliberation.ElectionCommitteeData](town, f).Left...)
				}
			}
		}
		require.Equal(t, c.left, left)
	}
}

// S-VE 第十二条第三款: near relatives do not sit on one election committee.
func TestNearRelativesDoNotSitOnOneElectionCommittee(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.elections.kin = []deliberation.Kinship{{A: "head", B: "third", Kind: deliberation.RelationSpouse}}
	name := town.habits[deliberation.NameElectionCommittee]
	town.habits[deliberation.NameElectionCommittee] = func(open deliberation.OpenAct) *deliberation.Act {
		a := name(open)
		switch len(town.refused) {
		case 0:
			a.People = []deliberation.PersonID{"head", "second"}
		case 1:
		case 2:
			a.People = []deliberation.PersonID{"head", "second", "head"}
		default:
			a.People = []deliberation.PersonID{"head", "second", "fourth"}
		}
		return a
	}
	town.held(in)
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseUnlawfulElection, deliberation.RefuseUnlawfulElection, deliberation.RefuseInvalid}, town.codes())
	require.Equal(t, deliberation.FaultCommitteeSize, town.refused[0].Faults[0].Code)
	require.Equal(t, deliberation.FaultCommitteeKin, town.refused[1].Faults[0].Code)
}

// S-VE 第二十五条: a candidate who withdraws before the vote leaves the paper, and the
// next of the preselection stands in their place.
func TestACandidateWhoWithdrawsIsNotOnThePaper(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	in.Setup.Surplus[deliberation.PostMember] = 1
	town.elections.lodged[0] = append(town.elections.lodged[0], nominated("3", "electors", "", "m4"))
	town.elections.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{
		{deliberation.PostMember: votesFor{"m1": 9, "m2": 8, "m3": 7, "m4": 6}},
		polled(votesFor{"d1": 7}, votesFor{"m1": 8, "m4": 7, "m2": 1}),
	}
	left := false
	town.before = func() {
		for _, m := range town.meetings {
			if !left && m.Stage == deliberation.ElectionVoting && m.State == deliberation.MeetingConvened {
				left = true
				town.act(deliberation.Act{Kind: deliberation.WithdrawCandidacy, Actor: "m3", Office: deliberation.Resident, Subject: "m3", Paper: paper(deliberation.PaperElection)}, nil)
			}
		}
	}
	town.held(in)
	require.Empty(t, town.refused)
	for _, p := range town.polls {
		if p.Stage == deliberation.ElectionVoting {
			require.Equal(t, []deliberation.OptionID{"m1", "m2", "m4"}, p.Form[1].Options)
		}
	}
	require.Contains(t, town.seated(), deliberation.PersonID("m4"))
	for _, s := range lastFact[deliberation.ElectionDeclaredData](town, deliberation.FactDeclared).Seated {
		require.False(t, s.WrittenIn)
	}
}

// S-VE 第三十二条: half of the electors did not vote; the day is named anew and they vote again.
func TestTooFewWhoVotedVoteAgainOnAnotherDay(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.elections.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{
		polled(votesFor{"d1": 5}, votesFor{"m1": 5, "m2": 4}), polled(votesFor{"d1": 7}, votesFor{"m1": 8, "m2": 7}),
	}
	town.elections.came = []int{6} // of twelve
	convene := town.habits[deliberation.Convene]
	town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
		if day := town.status.Election.Setup.Day; !deliberation.DateOf(town.now()).Before(day) {
			return headed("head", deliberation.Act{Kind: deliberation.PostponeElection, At: day.AddDays(10).At(8, 0), Paper: paper(deliberation.PaperElection)})
		}
		return convene(open)
	}
	town.held(in)
	require.Empty(t, town.refused)
	require.Len(t, town.polls, 2)
	require.Len(t, town.seated(), 3)
}

// U-NEW 第十九条: representatives meet, and more than two thirds must have come.
func TestRepresentativesWhoAreTooFewAdjournAndMeetOnAnotherDay(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("urban-2026", deliberation.ByRepresentatives)
	town.present = 8 // of twelve: two thirds and not more
	town.elections.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{polled(votesFor{"d1": 5}, votesFor{"m1": 5, "m2": 5})}
	call := town.habits[deliberation.CallToOrder]
	town.habits[deliberation.CallToOrder] = func(open deliberation.OpenAct) *deliberation.Act {
		a := call(open)
		if len(town.refused) == 1 && town.present == 8 {
			a.Kind = deliberation.Adjourn
		}
		return a
	}
	convene := town.habits[deliberation.Convene]
	town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
		if day := town.status.Election.Setup.Day; !deliberation.DateOf(town.now()).Before(day) {
			town.present = 9
			return headed("head", deliberation.Act{Kind: deliberation.PostponeElection, At: day.AddDays(10).At(8, 0), Paper: paper(deliberation.PaperElection)})
		}
		return convene(open)
	}
	town.held(in)
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseBelowQuorum}, town.codes())
	require.Equal(t, "第十九条第一款", town.refused[0].Basis.Citation.Article)
	require.Len(t, town.seated(), 3)
}
