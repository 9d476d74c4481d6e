package workflows_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// choosingsHere is what the record says of candidates; who is not named is an adult of the
// place without an office.
type choosingsHere struct {
	known map[deliberation.PersonID]deliberation.ChoosingStanding
	asked []string // of which group
	// votes are those of the polls, in the order in which they close.
	votes [][]int
}

func (c *choosingsHere) ChoosingStandings(_ context.Context, _ deliberation.CommunityID, group string, ids []deliberation.PersonID, _ []deliberation.Office, _ deliberation.Date) (list []deliberation.ChoosingStanding, err error) {
	c.asked = append(c.asked, group)
	for _, id := range slices.Sorted(slices.Values(ids)) {
		s, ok := c.known[id]
		if !ok {
			s.Resident = true
		}
		s.Person = id
		list = append(list, s)
	}
	return list, nil
}

func (*choosingsHere) FileChoosingSheets(_ context.Context, _ deliberation.ProcessID, serial string, lists []deliberation.ChoosingList, _ time.Time) ([]deliberation.ChoosingList, error) {
	filed := slices.Clone(lists)
	for i := range filed {
		filed[i].Sheet = deliberation.PaperRef{ID: deliberation.PaperID(fmt.Sprint("sheet", serial, i)), Kind: deliberation.PaperChoosing, SHA256: "00"}
	}
	return filed, nil
}

// proposal is who is proposed for which post.
type proposal struct {
	post deliberation.Office
	who  deliberation.PersonID
}

// chooses prepares a choice, and the habits of all who take part: the representative
// proposes, everybody agrees, the director convenes.
func (o *town) chooses(pack string, setup deliberation.ChoosingSetup, form deliberation.Body, proposals ...proposal) workflows.ChoosingInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.ChoosingOf(p, setup.Body, form)
	require.NoError(o, err)
	left := proposals
	o.habits[deliberation.ProposeCandidate] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(left) == 0 || open.Subject != string(left[0].post) {
			return nil
		}
		a := by(deliberation.Representative, deliberation.Act{Kind: deliberation.ProposeCandidate, Subject: open.Subject, People: []deliberation.PersonID{left[0].who}, Paper: paper(deliberation.PaperChoosing)})
		left = left[1:]
		return a
	}
	o.habits[deliberation.AnswerProposal] = func(open deliberation.OpenAct) *deliberation.Act {
		n := o.status.Choosing.Candidate(deliberation.PersonID(open.Subject))
		if n == nil || n.State != deliberation.NomineeNamed {
			return nil
		}
		return &deliberation.Act{Kind: deliberation.AnswerProposal, Actor: n.Person, Office: deliberation.Resident, Subject: open.Subject, Accept: true}
	}
	o.habits[deliberation.SettleCandidates] = func(deliberation.OpenAct) *deliberation.Act {
		if len(left) > 0 || slices.ContainsFunc(o.status.Choosing.Candidates, unanswered) {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.SettleCandidates})
	}
	o.counting()
	o.habits[deliberation.FileResolution] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.FileResolution, Paper: paper(deliberation.PaperFiling)})
	}
	o.before = func() { o.choosings.count(o) }
	in := o.input(pack)
	in.Matter.Form, in.Matter.Category = form, deliberation.CategoryElection
	if form == deliberation.GroupMeeting {
		in.Matter.Group = "一组"
	}
	return workflows.ChoosingInput{Subject: in.Subject, Matter: in.Matter, Rules: rules, Setup: setup}
}

func unanswered(n deliberation.ChoosingCandidate) bool { return n.State == deliberation.NomineeNamed }

// count puts the votes of the poll that is open into its box, question after question.
func (c *choosingsHere) count(o *town) {
	n := 0
	for _, p := range o.polls {
		if p.State == deliberation.PollClosed {
			n++
		}
	}
	for _, p := range o.polls {
		if p.State == deliberation.PollClosed || n >= len(c.votes) {
			continue
		}
		o.counts = nil
		votes := c.votes[n]
		for _, q := range p.Form {
			x := deliberation.QuestionCount{Question: q.ID, Ballots: o.present}
			for _, option := range q.Options {
				x.Votes = append(x.Votes, deliberation.OptionCount{Option: string(option), Votes: votes[0]})
				votes = votes[1:]
			}
			o.counts = append(o.counts, x)
		}
	}
}

func (o *town) chosen() (list []string) {
	for _, s := range o.status.Choosing.Seated {
		list = append(list, fmt.Sprintf("%s %s %d", s.Post, s.Person, s.Votes))
	}
	return list
}

var threeSupervisors = deliberation.ChoosingSetup{Body: deliberation.ChooseSupervisors, Seats: 3}

var head, supervisor = deliberation.SupervisionHead, deliberation.Supervisor

// V-NEW 第三十七条, U-NEW 第三十六条: the conference chooses the supervisors, the head among
// them, by more than half of those present, those with most votes first.
func TestSupervisorsAreChosen(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"village-2026", "village-2026+sichuan", "urban-2026", "urban-2026+sichuan"} {
		for _, paper := range []bool{false, true} {
			t.Run(fmt.Sprint(pack, paper), func(t *testing.T) {
				t.Parallel()
				town := newTown(t)
				setup := threeSupervisors
				setup.OnPaper = paper
				in := town.chooses(pack, setup, deliberation.Conference, proposal{head, "a"}, proposal{head, "b"}, proposal{supervisor, "c"}, proposal{supervisor, "d"}, proposal{supervisor, "e"})
				town.choosings.votes = [][]int{{4, 7, 6, 10, 8}}
				town.play(workflows.Choosing, in)
				require.NoError(t, town.env.GetWorkflowError())
				require.Empty(t, town.refused)
				require.Equal(t, []deliberation.Stage{deliberation.ChoosingCandidates, deliberation.ChoosingListed, deliberation.ChoosingVote, deliberation.ChoosingResult}, town.stages())
				require.Equal(t, []string{"supervision_head b 7", "supervisor d 10", "supervisor e 8"}, town.chosen())
				require.Equal(t, deliberation.Carried, town.status.Outcome)
				require.Equal(t, 1, town.done[deliberation.FileResolution])
				require.Len(t, town.polls, 1, "one ballot with a question for each post")
				for _, p := range town.polls {
					require.True(t, p.Secret)
					require.Equal(t, paper, p.OnPaper)
				}
				town.nothingLeftOpen()
			})
		}
	}
}

// S-VE 第四十六条: a change is filed within five days, while its notice still hangs.
func TestTheResultIsFiledWithinFiveDays(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.chooses("village-2026+sichuan", threeSupervisors, deliberation.Conference, proposal{head, "a"}, proposal{supervisor, "b"}, proposal{supervisor, "c"})
	town.choosings.votes = [][]int{{9, 9, 9}}
	town.play(workflows.Choosing, in)
	found := false
	for _, task := range town.tasks {
		if task.Act == deliberation.FileResolution {
			found = true
			require.Equal(t, "四川省村民委员会选举条例", task.Basis.Citation.Law)
			require.False(t, task.Due.After(town.status.Choosing.Chosen.AddDays(8).End()), "five days and at most the rest days after")
			require.False(t, task.Late)
		}
	}
	require.True(t, found)
}

// V-NEW 第三十七条, U-NEW 第三十六条, CO-17: no member of the committee, none of their near
// relatives, and not the secretary as head; nobody of another place.
func TestWhoMayNotSuperviseIsNotProposed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pack     string
		post     deliberation.Office
		standing deliberation.ChoosingStanding
		fault    string
	}{
		"a member of the committee":       {"village-2026", supervisor, deliberation.ChoosingStanding{Resident: true, Offices: []deliberation.Office{deliberation.CommitteeMember}}, deliberation.FaultOffice},
		"the director's near relative":    {"urban-2026", supervisor, deliberation.ChoosingStanding{Resident: true, Kin: true}, deliberation.FaultKin},
		"the secretary as head":           {"village-2026", head, deliberation.ChoosingStanding{Resident: true, Offices: []deliberation.Office{deliberation.Secretary}}, deliberation.FaultOffice},
		"the village's clerk":             {"village-2026", supervisor, deliberation.ChoosingStanding{Resident: true, Offices: []deliberation.Office{deliberation.Clerk}}, deliberation.FaultOffice},
		"somebody who does not live here": {"urban-2026", supervisor, deliberation.ChoosingStanding{}, deliberation.FaultNotResident},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.chooses(c.pack, threeSupervisors, deliberation.Conference, proposal{c.post, "x"}, proposal{head, "a"}, proposal{supervisor, "b"}, proposal{supervisor, "c"})
			town.choosings.known = map[deliberation.PersonID]deliberation.ChoosingStanding{"x": c.standing}
			town.choosings.votes = [][]int{{9, 9, 9}}
			town.play(workflows.Choosing, in)
			require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseUnlawfulElection}, town.codes())
			require.Equal(t, c.fault, town.refused[0].Faults[0].Code)
			require.NotEmpty(t, town.refused[0].Faults[0].Basis.Citation.Law)
			require.Nil(t, town.status.Choosing.Candidate("x"))
		})
	}
}

// U-NEW 第三十六条: 社区工作者 may be chosen though they live elsewhere; a secretary may sit,
// though not lead (CO-17).
func TestWhoMaySuperviseThoughItIsNotUsual(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.chooses("urban-2026", threeSupervisors, deliberation.Conference, proposal{head, "a"}, proposal{supervisor, "worker"}, proposal{supervisor, "party"})
	town.choosings.known = map[deliberation.PersonID]deliberation.ChoosingStanding{
		"worker": {Offices: []deliberation.Office{deliberation.Clerk}}, "party": {Resident: true, Offices: []deliberation.Office{deliberation.Secretary}},
	}
	town.choosings.votes = [][]int{{9, 9, 9}}
	town.play(workflows.Choosing, in)
	require.Empty(t, town.refused)
	require.Len(t, town.chosen(), 3)
}

// The near relative of somebody who was elected after the proposal is off the list.
func TestWhoIsBarredMeanwhileLeavesTheList(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.chooses("village-2026", threeSupervisors, deliberation.Conference, proposal{head, "a"}, proposal{supervisor, "b"}, proposal{supervisor, "c"}, proposal{supervisor, "d"})
	town.choosings.votes = [][]int{{9, 9, 9}}
	settle := town.habits[deliberation.SettleCandidates]
	town.habits[deliberation.SettleCandidates] = func(open deliberation.OpenAct) *deliberation.Act {
		town.choosings.known = map[deliberation.PersonID]deliberation.ChoosingStanding{"d": {Resident: true, Kin: true}}
		return settle(open)
	}
	town.play(workflows.Choosing, in)
	require.Empty(t, town.refused)
	require.Equal(t, deliberation.NomineeBarred, town.status.Choosing.Candidate("d").State)
	require.Equal(t, []string{"supervision_head a 9", "supervisor b 9", "supervisor c 9"}, town.chosen())
}

// S-VE 第三十三条, by analogy: those who share the last seat stand again at once, and
// nobody else does.
func TestTheTiedStandAgainAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		votes  [][]int
		seated []string
		polls  int
		again  bool // candidates are proposed anew
	}{
		"the second ballot decides": {[][]int{{9, 8, 7, 7}, {4, 6}}, []string{"supervision_head a 9", "supervisor b 8", "supervisor d 6"}, 2, false},
		"tied again: two of three are too few": {
			[][]int{{9, 8, 7, 7}, {6, 6}, {5, 8}}, []string{"supervision_head a 9", "supervisor b 8", "supervisor d 8"}, 3, true},
		"three are tied for two seats": {[][]int{{9, 7, 7, 7}, {6, 8, 10}}, []string{"supervision_head a 9", "supervisor d 10", "supervisor c 8"}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.chooses("village-2026", threeSupervisors, deliberation.Conference, proposal{head, "a"}, proposal{supervisor, "b"}, proposal{supervisor, "c"}, proposal{supervisor, "d"})
			town.choosings.votes = c.votes
			town.play(workflows.Choosing, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, c.seated, town.chosen())
			require.Len(t, town.polls, c.polls)
			meetings := 1
			if c.again {
				meetings = 2
			}
			require.Len(t, town.meetings, meetings)
			town.nothingLeftOpen()
		})
	}
}

// U-NEW 第二十九条: half of those present is not more than half. Who was chosen stays, the
// others are proposed anew.
func TestHalfIsNotEnoughToBeChosen(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.present = 10
	in := town.chooses("urban-2026", threeSupervisors, deliberation.Conference, proposal{head, "a"}, proposal{supervisor, "b"}, proposal{supervisor, "c"})
	town.choosings.votes = [][]int{{6, 6, 5}, {6}}
	town.play(workflows.Choosing, in)
	require.Empty(t, town.refused)
	require.Equal(t, []string{"supervision_head a 6", "supervisor b 6", "supervisor c 6"}, town.chosen())
	require.Equal(t, []deliberation.Stage{
		deliberation.ChoosingCandidates, deliberation.ChoosingListed, deliberation.ChoosingVote,
		deliberation.ChoosingCandidates, deliberation.ChoosingListed, deliberation.ChoosingVote, deliberation.ChoosingResult,
	}, town.stages())
}

// CO-17: three to five. Of five seats, three that are filled may begin; the head must be one.
func TestSomeSeatsMayStayEmptyNotTheHeads(t *testing.T) {
	t.Parallel()
	five := deliberation.ChoosingSetup{Body: deliberation.ChooseSupervisors, Seats: 5}
	proposals := []proposal{{head, "a"}, {supervisor, "b"}, {supervisor, "c"}, {supervisor, "d"}, {supervisor, "e"}}
	for name, c := range map[string]struct {
		votes  [][]int
		seated int
		polls  int
	}{
		"three of five":    {[][]int{{9, 9, 9, 2, 2}}, 3, 1},
		"all but the head": {[][]int{{2, 9, 9, 9, 9}, {8}}, 5, 2},
	} {
		town := newTown(t)
		in := town.chooses("village-2026+sichuan", five, deliberation.Conference, proposals...)
		town.choosings.votes = c.votes
		town.play(workflows.Choosing, in)
		require.Empty(t, town.refused, name)
		require.Len(t, town.chosen(), c.seated, name)
		require.Len(t, town.polls, c.polls, name)
	}
}

// V-NEW 第三十条, U-NEW 第二十九条: without two thirds of the members nobody is chosen.
func TestNobodyIsChosenWithoutAQuorum(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.chooses("village-2026", threeSupervisors, deliberation.Conference, proposal{head, "a"}, proposal{supervisor, "b"}, proposal{supervisor, "c"})
	town.choosings.votes = [][]int{{9, 9, 9}}
	call := town.habits[deliberation.CallToOrder]
	town.present = 7
	town.habits[deliberation.CallToOrder] = func(open deliberation.OpenAct) *deliberation.Act {
		if town.done[deliberation.Adjourn] > 0 {
			town.present = 11
		} else if len(town.refused) > 0 {
			return by(deliberation.Director, deliberation.Act{Kind: deliberation.Adjourn})
		}
		return call(open)
	}
	town.play(workflows.Choosing, in)
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseBelowQuorum}, town.codes())
	require.Equal(t, 2, town.count(deliberation.ChoosingVote))
	require.Len(t, town.chosen(), 3)
}

// A candidate answers for themselves, or by a letter that the clerk files; silence is no
// consent, and who agreed may step back while the list hangs.
func TestCandidatesAgreeInWriting(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.chooses("village-2026", threeSupervisors, deliberation.Conference,
		proposal{head, "a"}, proposal{supervisor, "b"}, proposal{supervisor, "c"}, proposal{supervisor, "d"}, proposal{supervisor, "silent"}, proposal{supervisor, "back"})
	town.choosings.votes = [][]int{{9, 9, 8, 7}}
	answer := town.habits[deliberation.AnswerProposal]
	tries := []deliberation.Act{
		{Actor: "b", Office: deliberation.Resident, Accept: true},  // somebody else
		{Actor: "clerk", Office: deliberation.Clerk, Accept: true}, // without the letter
		{Actor: "clerk", Office: deliberation.Clerk, Accept: true, Paper: paper(deliberation.PaperChoosing)},
	}
	town.habits[deliberation.AnswerProposal] = func(open deliberation.OpenAct) *deliberation.Act {
		switch n := town.status.Choosing.Candidate(deliberation.PersonID(open.Subject)); {
		case open.Subject == "a" && len(tries) > 0:
			a := tries[0]
			tries, a.Kind, a.Subject = tries[1:], deliberation.AnswerProposal, open.Subject
			return &a
		case open.Subject == "silent":
			return nil
		case open.Subject == "back" && n.State == deliberation.NomineeAccepted && town.status.Stage == deliberation.ChoosingListed:
			return &deliberation.Act{Kind: deliberation.AnswerProposal, Actor: "back", Office: deliberation.Resident, Subject: "back"}
		}
		return answer(open)
	}
	settle, early := town.habits[deliberation.SettleCandidates], true
	town.habits[deliberation.SettleCandidates] = func(open deliberation.OpenAct) *deliberation.Act {
		if early && len(town.status.Choosing.Candidates) == 6 {
			early = false
			return by(deliberation.Director, deliberation.Act{Kind: deliberation.SettleCandidates})
		}
		return settle(open)
	}
	town.play(workflows.Choosing, in)
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseUnanswered, deliberation.RefuseNotAccountable, deliberation.RefuseInvalid}, town.codes())
	require.Equal(t, deliberation.NomineeDeclined, town.status.Choosing.Candidate("silent").State)
	require.Equal(t, deliberation.NomineeDeclined, town.status.Choosing.Candidate("back").State)
	require.Equal(t, []string{"supervision_head a 9", "supervisor b 9", "supervisor c 8"}, town.chosen())
}

// Candidates do not run the vote on themselves, nobody changes what is voted on, nobody is
// proposed twice, and the committee proposes nobody to supervise it.
func TestTheChoiceIsNotInTheHandsOfWhoItIsAbout(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.chooses("village-2026", threeSupervisors, deliberation.Conference, proposal{head, "a"}, proposal{supervisor, "b"}, proposal{supervisor, "b"}, proposal{supervisor, "c"})
	town.choosings.votes = [][]int{{9, 9, 9}}
	propose, open := town.habits[deliberation.ProposeCandidate], town.habits[deliberation.OpenPoll]
	first := true
	town.habits[deliberation.ProposeCandidate] = func(o deliberation.OpenAct) *deliberation.Act {
		if first {
			first = false
			return by(deliberation.Director, deliberation.Act{Kind: deliberation.ProposeCandidate, Subject: o.Subject, People: []deliberation.PersonID{"c"}})
		}
		return propose(o)
	}
	town.habits[deliberation.OpenPoll] = func(o deliberation.OpenAct) *deliberation.Act {
		switch len(town.refused) {
		case 2:
			return &deliberation.Act{Kind: deliberation.OpenPoll, Actor: "a", Office: deliberation.CommitteeMember}
		case 3:
			return by(deliberation.Director, deliberation.Act{Kind: deliberation.Amend, Paper: paper(deliberation.PaperDraft)})
		}
		return open(o)
	}
	town.play(workflows.Choosing, in)
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseNotEntitled, deliberation.RefuseTwice, deliberation.RefuseNotEntitled, deliberation.RefuseOutOfOrder}, town.codes())
	require.Len(t, town.chosen(), 3)
}

// An objection that is not settled by its answer sends the list back.
func TestAContestedListIsMadeAnew(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.chooses("village-2026", threeSupervisors, deliberation.Conference, proposal{head, "a"}, proposal{supervisor, "b"}, proposal{supervisor, "c"})
	town.choosings.votes = [][]int{{9, 9, 9}}
	town.habits[deliberation.Object] = func(deliberation.OpenAct) *deliberation.Act {
		if town.done[deliberation.Object] > 0 {
			return nil
		}
		return by(deliberation.Resident, deliberation.Act{Kind: deliberation.Object, Paper: paper(deliberation.PaperObjection)})
	}
	town.habits[deliberation.ContestAnswer] = func(o deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Resident, deliberation.Act{Kind: deliberation.ContestAnswer, Subject: o.Subject, Paper: paper(deliberation.PaperObjection)})
	}
	town.play(workflows.Choosing, in)
	require.Empty(t, town.refused)
	require.Equal(t, 2, town.count(deliberation.ChoosingListed))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

// V-NEW 第三十二条, U-NEW 第十三条: a group chooses its representatives and its head from its
// own; in a community the head comes from the representatives.
func TestAGroupChoosesItsOwn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pack    string
		setup   deliberation.ChoosingSetup
		post    deliberation.Office
		known   map[deliberation.PersonID]deliberation.ChoosingStanding
		refused string
	}{
		"the representatives of a village's group": {"village-2026", deliberation.ChoosingSetup{Body: deliberation.ChooseRepresentatives, Seats: 2}, deliberation.Representative, nil, ""},
		"the head of a village's group":            {"village-2026+sichuan", deliberation.ChoosingSetup{Body: deliberation.ChooseGroupHead, Seats: 1}, deliberation.GroupHead, nil, ""},
		"the representatives of a community's":     {"urban-2026", deliberation.ChoosingSetup{Body: deliberation.ChooseRepresentatives, Seats: 2}, deliberation.Representative, nil, ""},
		"the head of a community's group": {"urban-2026+sichuan", deliberation.ChoosingSetup{Body: deliberation.ChooseGroupHead, Seats: 1}, deliberation.GroupHead,
			map[deliberation.PersonID]deliberation.ChoosingStanding{
				"a": {Resident: true}, "b": {Resident: true, Offices: []deliberation.Office{deliberation.Representative}}, "c": {Resident: true, Offices: []deliberation.Office{deliberation.Representative}},
			}, deliberation.FaultNotRepresentative},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.chooses(c.pack, c.setup, deliberation.GroupMeeting, proposal{c.post, "a"}, proposal{c.post, "b"}, proposal{c.post, "c"})
			town.choosings.known = c.known
			town.choosings.votes = [][]int{{9, 8, 2}}
			town.play(workflows.Choosing, in)
			require.NoError(t, town.env.GetWorkflowError())
			if c.refused != "" {
				require.Equal(t, c.refused, town.refused[0].Faults[0].Code)
				require.Len(t, town.refused, 1)
			} else {
				require.Empty(t, town.refused)
			}
			require.Len(t, town.chosen(), c.setup.Seats)
			require.Subset(t, []string{"一组"}, town.choosings.asked)
			for _, s := range town.specs {
				require.Equal(t, deliberation.GroupMeeting, s.Body)
				require.Equal(t, "一组", s.Group)
			}
		})
	}
}
