package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// sheets is paper that adds up: eleven sheets, read alike by two.
func sheets(yes int) deliberation.PaperCount {
	found := 11
	read := func(by deliberation.PersonID) deliberation.SheetCount {
		return deliberation.SheetCount{By: by, Sheets: 11, Yes: yes, No: 11 - yes}
	}
	return deliberation.PaperCount{
		Stations: []deliberation.StationCount{{Station: "会场", Channel: deliberation.TableChannel, Issued: 11, Recovered: &found, By: "clerk"}},
		Bundles:  []deliberation.Bundle{{ID: "1", Counts: []deliberation.SheetCount{read("clerk"), read("reader")}}},
	}
}

// counting gives the town the habits of counting paper: a representative signs, the
// director certifies.
func (o *town) counting() {
	o.habits[deliberation.CosignCount] = func(deliberation.OpenAct) *deliberation.Act {
		if o.done[deliberation.CosignCount] > 0 {
			return nil
		}
		return by(deliberation.Representative, deliberation.Act{Kind: deliberation.CosignCount})
	}
	o.habits[deliberation.CertifyCount] = func(deliberation.OpenAct) *deliberation.Act {
		if o.done[deliberation.CosignCount] == 0 {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.CertifyCount})
	}
}

func TestPaperIsCountedSignedAndCertified(t *testing.T) {
	t.Parallel()
	for name, bySelf := range map[string]bool{"closed by the chair": false, "closed by its time": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.paper = sheets(9)
			town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.SecretVoting, OnPaper: true})
			town.counting()
			if bySelf {
				delete(town.habits, deliberation.ClosePoll)
			}
			sign := town.habits[deliberation.CosignCount]
			tries := []deliberation.Act{
				{Actor: "director", Office: deliberation.Resident},                 // the chair
				{Actor: "clerk", Office: deliberation.Resident},                    // counted the sheets and read them
				{Actor: "reader", Office: deliberation.Representative},             // read them
				{Actor: "director", Office: deliberation.Director, At: town.now()}, // certifies before anybody signed
			}
			town.habits[deliberation.CosignCount] = func(open deliberation.OpenAct) *deliberation.Act {
				if len(tries) == 0 {
					return sign(open)
				}
				a := tries[0]
				tries, a.Kind = tries[1:], deliberation.CosignCount
				if a.Office == deliberation.Director {
					a.Kind = deliberation.CertifyCount
				}
				return &a
			}
			counting := false
			town.before = func() {
				for _, p := range town.polls {
					counting = counting || p.State == deliberation.PollCounting
				}
			}
			town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
			require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseSameSigner, deliberation.RefuseSameSigner, deliberation.RefuseSameSigner, deliberation.RefuseNotCosigned}, town.codes())
			require.True(t, counting)
			require.Equal(t, []bool{true}, town.ended())
			require.Equal(t, 11, data[deliberation.CastingData](town, deliberation.FactCasting)[0].Issued)
			var signed []deliberation.SignedData
			for _, s := range data[deliberation.SignedData](town, deliberation.FactSigned) {
				if s.As == "scrutineer" {
					signed = append(signed, s)
				}
			}
			require.Len(t, signed, 1)
			require.NotEmpty(t, signed[0].Paper.SHA256, "what was signed is named by its hash")
			town.nothingIsLeftOpen()
		})
	}
}

func TestPaperReadAnewAfterTheSignatureIsSignedAnew(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.paper = sheets(9)
	town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting, OnPaper: true})
	town.counting()
	town.paper.Bundles = nil // recorded sheets are read one by one; here none came
	none := 0
	town.paper.Stations[0].Recovered = &none
	sign := town.habits[deliberation.CosignCount]
	town.habits[deliberation.CosignCount] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) == 0 {
			return sign(open)
		}
		if town.done[deliberation.CosignCount] > 1 {
			return nil
		}
		return by(deliberation.Representative, deliberation.Act{Kind: deliberation.CosignCount})
	}
	certify := town.habits[deliberation.CertifyCount]
	town.habits[deliberation.CertifyCount] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) > 0 && town.done[deliberation.CosignCount] == 1 {
			return nil
		}
		return certify(open)
	}
	town.before = func() {
		if town.done[deliberation.CosignCount] == 1 {
			town.paper.Stations[0].Issued = 12
		}
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseNotCosigned}, town.codes())
	require.Equal(t, 2, town.done[deliberation.CosignCount])
	require.Equal(t, []bool{true}, town.ended())
	town.nothingIsLeftOpen()
}

func TestPaperThatDoesNotAddUpIsNotSignedAndThePollIsHeldAgain(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.paper = sheets(9)
	town.paper.Bundles[0].Counts[1].Yes--
	town.paper.Bundles[0].Counts[1].No++ // the two readings differ
	town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.SecretVoting, OnPaper: true})
	town.counting()
	sign := town.habits[deliberation.CosignCount]
	town.habits[deliberation.CosignCount] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) > 0 && town.done[deliberation.VoidPoll] == 0 {
			return nil
		}
		return sign(open)
	}
	town.habits[deliberation.VoidPoll] = func(deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) == 0 || town.done[deliberation.VoidPoll] > 0 {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.VoidPoll, Paper: paper(deliberation.PaperReason)})
	}
	town.before = func() {
		if town.done[deliberation.VoidPoll] > 0 {
			town.paper = sheets(9)
		}
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseUnreconciled}, town.codes())
	require.Equal(t, "readings_differ", town.refused[0].Fields[0].Problem)
	require.Len(t, town.polls, 2)
	require.Equal(t, []bool{true}, town.ended())
	voided := data[deliberation.PaperData](town, deliberation.FactVoided)
	require.Len(t, voided, 1)
	require.Equal(t, deliberation.PaperReason, voided[0].Paper.Kind)
	town.nothingIsLeftOpen()
}

func TestAPollThatCanBeCountedCannotBeVoided(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.paper = sheets(9)
	town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.SecretVoting, OnPaper: true})
	town.counting()
	town.before = func() {
		if town.isOpen(deliberation.VoidPoll) && len(town.refused) == 0 {
			town.act(*by(deliberation.Director, deliberation.Act{Kind: deliberation.VoidPoll, Paper: paper(deliberation.PaperReason)}), nil)
		}
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseConflict}, town.codes())
	require.Len(t, town.polls, 1)
}

// The key of a secret poll is lost: nobody can count it. The chair is told so, and
// holds it again; the process lives.
func TestASecretPollWhoseKeyIsLostIsHeldAgain(t *testing.T) {
	t.Parallel()
	for name, bySelf := range map[string]bool{"closed by the chair": false, "closed by its time": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.uncountable = deliberation.Refuse(deliberation.RefusePollKeyLost)
			town.puts(deliberation.Act{Together: true}, deliberation.Act{Voting: deliberation.SecretVoting}, deliberation.Act{Voting: deliberation.SecretVoting})
			closing := town.habits[deliberation.ClosePoll]
			town.habits[deliberation.ClosePoll] = func(open deliberation.OpenAct) *deliberation.Act {
				if bySelf && town.done[deliberation.VoidPoll] == 0 || len(town.refused) > 0 && town.uncountable != nil {
					return nil
				}
				return closing(open)
			}
			town.habits[deliberation.VoidPoll] = func(deliberation.OpenAct) *deliberation.Act {
				return by(deliberation.Director, deliberation.Act{Kind: deliberation.VoidPoll, Paper: paper(deliberation.PaperReason)})
			}
			town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
			require.NoError(t, town.env.GetWorkflowError())
			if !bySelf {
				require.Equal(t, []deliberation.RefusalCode{deliberation.RefusePollKeyLost}, town.codes())
			}
			require.Equal(t, []bool{true, true}, town.ended())
			require.Len(t, town.polls, 2)
			town.nothingIsLeftOpen()
		})
	}
}

// A process that ends while paper is out, or while its poll cannot be counted, is
// recorded with the poll void: nothing is left open.
func TestAProcessThatEndsWithAnUncountablePollVoidsIt(t *testing.T) {
	t.Parallel()
	for name, onPaper := range map[string]bool{"paper is out": true, "the key is lost": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			if !onPaper {
				town.uncountable = deliberation.Refuse(deliberation.RefusePollKeyLost)
			}
			town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.SecretVoting, OnPaper: onPaper})
			town.before = func() {
				if town.anyPoll(deliberation.PollOpen) {
					town.env.CancelWorkflow()
				}
			}
			town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
			require.Equal(t, deliberation.Cancelled, town.status.Outcome)
			require.True(t, town.anyPoll(deliberation.PollVoided))
			require.Len(t, data[deliberation.PaperData](town, deliberation.FactVoided), 1)
			town.nothingIsLeftOpen()
		})
	}
}

// A scrutineer is nobody's own judge: not who stood down for an interest in the
// matter, and not who took the chair after signing.
func TestAScrutineerHasNoOtherPartInTheCount(t *testing.T) {
	t.Parallel()
	replace := deliberation.Act{Kind: deliberation.ReplaceChair, Actor: "deputy", Office: deliberation.CommitteeMember, Yes: 7, No: 1, Paper: paper(deliberation.PaperReason)}
	for name, c := range map[string]struct {
		acts []deliberation.Act
		want []deliberation.RefusalCode
	}{
		"who stood down": {[]deliberation.Act{
			replace, {Kind: deliberation.CosignCount, Actor: "director", Office: deliberation.Resident},
		}, []deliberation.RefusalCode{deliberation.RefuseNotEntitled}},
		"who took the chair": {[]deliberation.Act{
			{Kind: deliberation.CosignCount, Actor: "deputy", Office: deliberation.Resident}, replace,
			{Kind: deliberation.CertifyCount, Actor: "member", Office: deliberation.CommitteeMember},
		}, []deliberation.RefusalCode{deliberation.RefuseSameSigner}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.paper = sheets(9)
			town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.SecretVoting, OnPaper: true})
			acts := c.acts
			next := func(deliberation.OpenAct) *deliberation.Act {
				if len(acts) == 0 {
					return nil
				}
				a := acts[0]
				acts = acts[1:]
				return &a
			}
			signed, certified := false, false
			town.habits[deliberation.CosignCount] = func(open deliberation.OpenAct) *deliberation.Act {
				if a := next(open); a != nil || signed {
					return a
				}
				signed = true
				return by(deliberation.Representative, deliberation.Act{Kind: deliberation.CosignCount})
			}
			town.habits[deliberation.CertifyCount] = func(deliberation.OpenAct) *deliberation.Act {
				if !signed || certified {
					return nil
				}
				certified = true
				return &deliberation.Act{Kind: deliberation.CertifyCount, Actor: "deputy", Office: deliberation.CommitteeMember}
			}
			town.habits[deliberation.SignMinutes] = func(deliberation.OpenAct) *deliberation.Act {
				return &deliberation.Act{Kind: deliberation.SignMinutes, Actor: "deputy", Office: deliberation.CommitteeMember}
			}
			town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
			require.Equal(t, c.want, town.codes())
			require.Equal(t, []bool{true}, town.ended())
		})
	}
}
