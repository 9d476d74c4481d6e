package models_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// boxInput is one operation on a ballot box: a cast, a paper ballot handed out or back
// where choice says so, or a close where person is empty.
type boxInput struct {
	person deliberation.PersonID
	choice deliberation.Choice
	key    string
}

const (
	issue    deliberation.Choice = "issue"
	handBack deliberation.Choice = "hand back"
)

// boxState is a box as one clerk with one book would keep it: who voted, how, under
// which key, in the order of their names.
type boxState struct {
	secret   bool
	election bool // paper cancels a ballot of the web
	closed   bool
	votes    string // "person key choice\n" sorted; who has paper out stands there with the choice issue
}

// boxModel says what a box may answer. A cast is in, refused as a second one, or
// refused as late; the same key again is in for ever, but with another choice it is
// refused where choices are known; a close gives what was cast. Paper takes the
// person's place until it is handed back, and is no vote while nobody has read it; at an
// election it takes that of a ballot of the web, too.
func boxModel(secret, election bool) porcupine.Model {
	return porcupine.Model{Init: func() any { return boxState{secret: secret, election: election} }, Step: stepOfBox, Equal: func(a, b any) bool { return a == b }, DescribeOperation: toldOfBox}
}

func toldOfBox(in, out any) string { return fmt.Sprintf("%v → %v", in, out) }

func stepOfBox(state, input, output any) (bool, any) {
	s, in, out := state.(boxState), input.(boxInput), output.(string)
	if in.person == "" {
		s.closed = true
		return out == s.tally(), s
	}
	key, choice, voted := s.vote(in.person)
	want := "in"
	switch {
	case s.closed && in.key == "paper":
		want = string(deliberation.RefusePollClosed)
	case in.choice == handBack:
		if choice != issue {
			return out == string(deliberation.RefuseNotFound), s
		}
		s = s.without(in.person, key, choice)
	case !s.closed && s.election && in.choice == issue && voted && choice != issue:
		s = s.without(in.person, key, choice).with(in)
	case !s.closed && voted && (in.choice == issue || choice == issue):
		want = string(deliberation.RefuseOtherChannel)
	case voted && key == in.key && !s.secret && choice != in.choice:
		want = string(deliberation.RefuseKeyReused)
	case voted && key == in.key:
	case s.closed:
		want = string(deliberation.RefusePollClosed)
	case voted:
		want = string(deliberation.RefuseTwice)
	default:
		s = s.with(in)
	}
	return out == want, s
}

func (s boxState) lines() (list [][3]string) {
	var person, key, choice string
	for rest := s.votes; rest != ""; {
		line, _, _ := strings.Cut(rest, "\n")
		rest = rest[len(line)+1:]
		if _, err := fmt.Sscan(line, &person, &key, &choice); err == nil {
			list = append(list, [3]string{person, key, choice})
		}
	}
	return list
}

func (s boxState) vote(p deliberation.PersonID) (key string, choice deliberation.Choice, voted bool) {
	for _, l := range s.lines() {
		if l[0] == string(p) {
			return l[1], deliberation.Choice(l[2]), true
		}
	}
	return "", "", false
}

func (s boxState) without(p deliberation.PersonID, key string, c deliberation.Choice) boxState {
	s.votes = strings.Replace(s.votes, strings.Join([]string{string(p), key, string(c)}, " ")+"\n", "", 1)
	return s
}

func (s boxState) with(in boxInput) boxState {
	all := append(s.lines(), [3]string{string(in.person), in.key, string(in.choice)})
	slices.SortFunc(all, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	s.votes = ""
	for _, l := range all {
		s.votes += l[0] + " " + l[1] + " " + l[2] + "\n"
	}
	return s
}

func (s boxState) tally() string {
	n := map[string]int{}
	for _, l := range s.lines() {
		n[l[2]]++
	}
	return tallyText(n["yes"], n["no"], n["abstain"])
}

func tallyText(yes, no, abstain int) string {
	return fmt.Sprintf("%d yes %d no %d abstain", yes, no, abstain)
}

// What many clients see of a box, on two servers at once and while it closes, is
// what one clerk with one book could have answered, in some order that fits the
// clock (linearizability).
func TestTheBoxIsLinearizable(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		t.Run(fmt.Sprintf("secret %t", hidden), func(t *testing.T) {
			each(t, func(t *testing.T, b backend, s *models.Store) {
				for round := range 4 {
					checkLinearizable(t, b, s, hidden, round)
				}
			})
		})
	}
}

func checkLinearizable(t *testing.T, b backend, s *models.Store, hidden bool, round int) {
	t.Helper()
	const clients, operations, voters = 8, 14, 20
	p := samplePoll()
	p.ID, p.Secret, p.OnPaper = deliberation.PollID(fmt.Sprintf("%s.r%d", poll, round)), hidden, round%2 == 1
	if round == 0 {
		seeded(t, s, voters)
		gathered(t, s, deliberation.Conference, reps(voters)...)
	}
	election := round == 3
	got(s.OpenPoll(t.Context(), process, p))(t)
	if election { // the box is there already: who works at it is no matter of this test
		first := paperFor(rep(0))
		first.Poll = p.ID
		ok(t, s.IssuePaper(t.Context(), first))
		ok(t, s.HandBackPaper(t.Context(), p.ID, rep(0), clerk, noon))
		_, err := b.raw(t).Exec("UPDATE polls SET of_election = TRUE WHERE id = '" + string(p.ID) + "'")
		ok(t, err)
	}
	second := b.open(t)
	var mu sync.Mutex
	var history []porcupine.Operation
	began := time.Now()
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			store := []*models.Store{s, second}[client%2]
			for i := range operations {
				in := boxInput{person: rep(rand.IntN(voters)), choice: deliberation.Choices[rand.IntN(3)], key: fmt.Sprintf("k%d", rand.IntN(3))}
				if way := rand.IntN(5); p.OnPaper && way < 2 {
					in.choice, in.key = []deliberation.Choice{issue, handBack}[way], "paper"
				}
				if i > operations/2 && rand.IntN(12) == 0 {
					in = boxInput{}
				}
				call := time.Since(began)
				out, err := operate(t, store, p, in)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: client, Input: in, Call: int64(call), Output: out, Return: int64(time.Since(began))})
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if !porcupine.CheckOperations(boxModel(hidden, election), history) {
		t.Errorf("round %d: no order of %d operations explains the answers", round, len(history))
	}
}

func operate(t *testing.T, s *models.Store, p deliberation.Poll, in boxInput) (string, error) {
	t.Helper()
	var err error
	switch {
	case in.person == "":
		return closeBox(t, s, p)
	case in.choice == issue:
		next := paperFor(in.person)
		next.Poll = p.ID
		err = s.IssuePaper(t.Context(), next)
	case in.choice == handBack:
		err = s.HandBackPaper(t.Context(), p.ID, in.person, clerk, noon)
	default:
		_, err = s.CastBallot(t.Context(), deliberation.Ballot{Poll: p.ID, Person: in.person, Choice: in.choice, Key: in.key, At: noon.Add(time.Minute)})
	}
	var r *deliberation.Refusal
	if errors.As(err, &r) {
		return string(r.Code), nil
	}
	return "in", err
}

// closeBox closes a poll whose paper never came back.
func closeBox(t *testing.T, s *models.Store, p deliberation.Poll) (string, error) {
	t.Helper()
	if p.OnPaper {
		count, err := s.StopCasting(t.Context(), p.ID, noon.Add(time.Minute))
		if err != nil {
			return "", err
		}
		for _, b := range count.Stations {
			err := s.RecordBox(t.Context(), p.ID, b.Station, 0, clerk, noon)
			if err != nil && !errors.Is(err, deliberation.Refuse(deliberation.RefusePollClosed)) { // another was quicker
				return "", err
			}
		}
	}
	c, err := s.ClosePoll(t.Context(), p.ID, noon.Add(time.Minute))
	return tallyText(c.Tally.Yes, c.Tally.No, c.Tally.Abstain), err
}

// The model itself refuses what a wrong box would answer.
func TestTheModelOfTheBoxCanFail(t *testing.T) {
	cast := func(p deliberation.PersonID, c deliberation.Choice, out string, at int64) porcupine.Operation {
		return porcupine.Operation{ClientId: int(at), Input: boxInput{p, c, "k" + string(p)}, Call: at, Output: out, Return: at + 1}
	}
	closing := func(out string, at int64) porcupine.Operation {
		return porcupine.Operation{ClientId: int(at), Input: boxInput{}, Call: at, Output: out, Return: at + 1}
	}
	for what, h := range map[string][]porcupine.Operation{
		"an acknowledged ballot is not counted": {cast("a", "yes", "in", 1), closing("0 yes 0 no 0 abstain", 5)},
		"one is taken after the close":          {closing("0 yes 0 no 0 abstain", 1), cast("a", "yes", "in", 5)},
		"a vote beside a paper ballot":          {cast("a", issue, "in", 1), cast("a", "yes", "in", 5)},
		"a paper ballot counts as an aye":       {cast("a", issue, "in", 1), closing("1 yes 0 no 0 abstain", 5)},
		"handed back, and still barred":         {cast("a", issue, "in", 1), cast("a", handBack, "in", 5), cast("a", "yes", "other_channel", 9)},
		"two closes give two counts":            {cast("a", "yes", "in", 1), closing("1 yes 0 no 0 abstain", 5), closing("0 yes 1 no 0 abstain", 9)},
	} {
		if porcupine.CheckOperations(boxModel(false, false), h) {
			t.Errorf("%s: not found", what)
		}
	}
	cancelled := []porcupine.Operation{cast("a", "yes", "in", 1), cast("a", issue, "in", 5), closing("1 yes 0 no 0 abstain", 9)}
	if porcupine.CheckOperations(boxModel(false, true), cancelled) {
		t.Error("a ballot that paper cancelled is counted: not found")
	}
}
