package workflows_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// electionsHere is what the record knows of an election: who people are, what was
// lodged, and what the papers say, poll after poll.
type electionsHere struct {
	*world
	people map[deliberation.PersonID]deliberation.ElectionPersonRecord
	kin    []deliberation.Kinship
	roll   deliberation.ElectorRoll
	// lodged are the nominations each time they are closed.
	lodged [][]deliberation.LodgedNomination
	// votes are those of each poll in the order in which they close.
	votes []map[deliberation.ElectionPost]map[deliberation.PersonID]int
	// came is how many papers were in the boxes of each poll, all who came where it says nought.
	came []int

	counted map[deliberation.PollID][]deliberation.QuestionCount
	frozen  []bool // of each publication, whether it was made anew
	// unaudited: no audit was posted; since is from when one was looked for.
	unaudited bool
	since     deliberation.Date
	before    []deliberation.Process
	gathers   int
}

func (e *electionsHere) OpenRegistration(context.Context, deliberation.ProcessID) error { return nil }

func (e *electionsHere) PublishElectors(_ context.Context, _ deliberation.ProcessID, _ deliberation.CommunityID, _ deliberation.ElectionRules, _ deliberation.Date, _ time.Time, again bool) (deliberation.ElectorRoll, error) {
	e.frozen = append(e.frozen, again)
	return e.roll, nil
}

func (e *electionsHere) Electors(context.Context, deliberation.ProcessID) (deliberation.ElectorRoll, error) {
	return e.roll, nil
}

func (e *electionsHere) OpenNomination(context.Context, deliberation.ProcessID) error {
	e.gathers++
	return nil
}

func (e *electionsHere) CloseNomination(context.Context, deliberation.ProcessID, time.Time) ([]deliberation.LodgedNomination, error) {
	return e.lodged[min(e.gathers, len(e.lodged))-1], nil
}

func (e *electionsHere) ElectionPeople(_ context.Context, _ deliberation.ProcessID, ids []deliberation.PersonID) (map[deliberation.PersonID]deliberation.ElectionPersonRecord, error) {
	found := map[deliberation.PersonID]deliberation.ElectionPersonRecord{}
	for _, id := range ids {
		if p, known := e.people[id]; known {
			found[id] = p
		}
	}
	return found, nil
}

func (e *electionsHere) AuditPosted(_ context.Context, _ deliberation.CommunityID, since deliberation.Date) (bool, error) {
	e.since = since
	return !e.unaudited, nil
}

func (e *electionsHere) ElectedAndRecalled(context.Context, deliberation.CommunityID) ([]deliberation.Process, error) {
	return e.before, nil
}

func (e *electionsHere) Kin(context.Context, deliberation.CommunityID, []deliberation.PersonID) ([]deliberation.Kinship, error) {
	return e.kin, nil
}

func (e *electionsHere) CountOf(_ context.Context, p deliberation.PollID) (deliberation.Count, deliberation.PaperCount, int, error) {
	questions := e.count(e.polls[p])
	return deliberation.Count{Tally: deliberation.Tally{Due: e.due}, Questions: questions}, deliberation.PaperCount{}, questions[0].Ballots, nil
}

// count gives a poll the next of the votes.
func (e *electionsHere) count(p deliberation.Poll) []deliberation.QuestionCount {
	if known, ok := e.counted[p.ID]; ok {
		return known
	}
	nth := min(len(e.counted), len(e.votes)-1)
	came := e.present
	if nth < len(e.came) && e.came[nth] > 0 {
		came = e.came[nth]
	}
	var list []deliberation.QuestionCount
	for _, q := range p.Form {
		votes := e.votes[nth][deliberation.ElectionPost(q.ID)]
		c := deliberation.QuestionCount{Question: q.ID, Ballots: came}
		options := slices.Clone(q.Options)
		for _, who := range slices.Sorted(maps.Keys(votes)) { // who was written in
			if !slices.Contains(options, deliberation.OptionID(who)) {
				options = append(options, deliberation.OptionID(who))
			}
		}
		for _, o := range options {
			c.Votes = append(c.Votes, deliberation.OptionCount{Option: string(o), Votes: votes[deliberation.PersonID(o)]})
		}
		list = append(list, c)
	}
	if e.counted == nil {
		e.counted = map[deliberation.PollID][]deliberation.QuestionCount{}
	}
	e.counted[p.ID] = list
	return list
}

// polled is what one paper of the village says.
func polled(director, members map[deliberation.PersonID]int) map[deliberation.ElectionPost]map[deliberation.PersonID]int {
	return map[deliberation.ElectionPost]map[deliberation.PersonID]int{deliberation.PostDirector: director, deliberation.PostMember: members}
}

// nominated is a nomination by the Party organisation or an elector.
func nominated(id, by string, director deliberation.PersonID, members ...deliberation.PersonID) deliberation.LodgedNomination {
	n := deliberation.LodgedNomination{ID: id, Nomination: deliberation.Nomination{By: by, Names: map[deliberation.ElectionPost][]deliberation.PersonID{}}}
	if by == "electors" {
		n.Signers = []deliberation.PersonID{"e" + deliberation.PersonID(id)}
	}
	if by == "electors_jointly" {
		for _, s := range "abcdefghij" {
			n.Signers = append(n.Signers, deliberation.PersonID("e"+string(s)))
		}
	}
	if director != "" {
		n.Names[deliberation.PostDirector] = []deliberation.PersonID{director}
	}
	if len(members) > 0 {
		n.Names[deliberation.PostMember] = members
	}
	return n
}

// committee is who runs the election.
var committee = []deliberation.PersonID{"head", "second", "third"}

// headed makes an act of somebody on the election committee.
func headed(who deliberation.PersonID, a deliberation.Act) *deliberation.Act {
	a.Actor, a.Office = who, deliberation.ElectionCommitteeMember
	return &a
}

// election gives the input of an election of a director and two members, and the town
// the habits of those who hold it. Two stand for director, three for member.
func (o *town) election(pack string, method deliberation.ElectionMethod) workflows.ElectionInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.ElectionOf(p, method)
	require.NoError(o, err)
	day, err := deliberation.ParseDate("2026-04-20")
	require.NoError(o, err)
	in := o.input(pack)
	in.Matter.Form, in.Matter.Category = deliberation.Electors, deliberation.CategoryElection
	setup := deliberation.ElectionSetup{
		Method: method, Day: day,
		Seats:   deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 2},
		Surplus: deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 1},
	}
	e := &o.elections
	e.roll = deliberation.ElectorRoll{Count: 12, SHA256: "electors"}
	e.people = map[deliberation.PersonID]deliberation.ElectionPersonRecord{}
	for id, name := range map[deliberation.PersonID]string{
		"d1": "丁一", "d2": "王二", "m1": "白梅", "m2": "李四", "m3": "黄五", "m4": "魏六", "w1": "何七",
		"head": "周甲", "second": "吴乙", "third": "郑丙", "fourth": "冯丁",
	} {
		e.people[id] = deliberation.ElectionPersonRecord{Name: name, Sex: deliberation.Male, Registered: true}
	}
	for _, s := range "123456789abcdefghij" {
		e.people[deliberation.PersonID("e"+string(s))] = deliberation.ElectionPersonRecord{Name: "赵八", Registered: true}
	}
	e.people["m1"] = deliberation.ElectionPersonRecord{Name: "白梅", Sex: deliberation.Female, Registered: true}
	second := "electors"
	if rules.Kind == deliberation.Urban {
		second = "electors_jointly"
	}
	e.lodged = [][]deliberation.LodgedNomination{{nominated("1", "party_organisation", "d1", "m1", "m2"), nominated("2", second, "d2", "m3")}}
	if !rules.Nominators.Has("party_organisation") {
		e.lodged = [][]deliberation.LodgedNomination{{nominated("1", "electors", "d1", "m1", "m2"), nominated("2", "electors", "d2", "m3")}}
	}
	e.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{polled(
		map[deliberation.PersonID]int{"d1": 7, "d2": 4}, map[deliberation.PersonID]int{"m1": 8, "m2": 7, "m3": 3},
	)}

	act := func(k deliberation.ActKind, kind deliberation.PaperKind) func(deliberation.OpenAct) *deliberation.Act {
		return func(open deliberation.OpenAct) *deliberation.Act {
			return headed(o.head(), deliberation.Act{Kind: k, Subject: open.Subject, Paper: paper(kind)})
		}
	}
	guide := func(k deliberation.ActKind) func(deliberation.OpenAct) *deliberation.Act {
		return func(open deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Guide, deliberation.Act{Kind: k, Subject: open.Subject, Accept: true, Paper: paper(deliberation.PaperAdvice)})
		}
	}
	for k, habit := range map[deliberation.ActKind]func(deliberation.OpenAct) *deliberation.Act{
		deliberation.PostAudit: func(deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.PostAudit, Paper: paper(deliberation.PaperElection)})
		},
		deliberation.NameElectionCommittee: func(deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Director, deliberation.Act{Kind: deliberation.NameElectionCommittee, People: committee, Paper: paper(deliberation.PaperElection)})
		},
		deliberation.ApproveScheme: func(deliberation.OpenAct) *deliberation.Act {
			return headed("head", deliberation.Act{Kind: deliberation.ApproveScheme, At: o.now(), Paper: paper(deliberation.PaperElection)})
		},
		deliberation.PostElectors: act(deliberation.PostElectors, deliberation.PaperElection),
		deliberation.RuleOnList:   act(deliberation.RuleOnList, deliberation.PaperElection),
		deliberation.CloseNominations: func(deliberation.OpenAct) *deliberation.Act {
			return headed(o.head(), deliberation.Act{Kind: deliberation.CloseNominations})
		},
		deliberation.AnswerNomination: func(open deliberation.OpenAct) *deliberation.Act {
			return &deliberation.Act{Kind: deliberation.AnswerNomination, Actor: deliberation.PersonID(open.Subject), Office: deliberation.Resident, Subject: open.Subject, Accept: true}
		},
		deliberation.ReviewCandidate: guide(deliberation.ReviewCandidate),
		deliberation.RuleOnChallenge: guide(deliberation.RuleOnChallenge),
		deliberation.PostCandidates:  act(deliberation.PostCandidates, deliberation.PaperElection),
		deliberation.Convene: func(deliberation.OpenAct) *deliberation.Act {
			at := o.status.Election.Setup.Day.At(8, 0)
			if o.status.Stage == deliberation.NominationStage || o.status.Election.Outcome != nil {
				at = deliberation.DateOf(o.now()).AddDays(2).At(8, 0)
			}
			return headed(o.head(), deliberation.Act{Kind: deliberation.Convene, At: at, Paper: paper(deliberation.PaperNotice)})
		},
		deliberation.CallToOrder: act(deliberation.CallToOrder, ""),
		deliberation.OpenPoll:    act(deliberation.OpenPoll, ""),
		deliberation.ClosePoll:   act(deliberation.ClosePoll, ""),
		deliberation.CosignCount: func(open deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.CosignCount, Subject: open.Subject})
		},
		deliberation.CertifyCount: act(deliberation.CertifyCount, ""),
		deliberation.SignMinutes: func(open deliberation.OpenAct) *deliberation.Act {
			return headed(open.Actor, deliberation.Act{Kind: deliberation.SignMinutes})
		},
		deliberation.DeclareResult:  act(deliberation.DeclareResult, deliberation.PaperElection),
		deliberation.FileResolution: act(deliberation.FileResolution, deliberation.PaperFiling),
		deliberation.CompleteElectionStep: func(open deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.CompleteElectionStep, Subject: open.Subject, Paper: paper(deliberation.PaperElection)})
		},
	} {
		o.habits[k] = habit
	}
	return workflows.ElectionInput{Subject: in.Subject, Matter: in.Matter, Rules: rules, Setup: setup}
}

// head is who leads the election committee as it now is.
func (o *town) head() deliberation.PersonID { return o.status.Election.Committee[0] }

// fact gives the data of the last fact of the kind.
func lastFact[T any](o *town, k deliberation.FactKind) (d T) {
	o.Helper()
	found := false
	for _, c := range o.changes {
		for _, f := range c.Facts {
			if f.Kind == k {
				found = true
				require.NoError(o, json.Unmarshal(f.Data, &d))
			}
		}
	}
	require.True(o, found, "no fact %s", k)
	return d
}

// factData reads what a fact says.
func factData[T any](o *town, f deliberation.Fact) (d T) {
	o.Helper()
	require.NoError(o, json.Unmarshal(f.Data, &d))
	return d
}
