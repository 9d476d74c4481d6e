package deliberation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// CountedByQuestion reports whether the thresholds can be decided from the count of
// one question of a ballot. Those of each committee and those of area ask who voted,
// which a question's count does not say.
func CountedByQuestion(rules []MajorityRule) bool {
	return !slices.ContainsFunc(rules, func(r MajorityRule) bool {
		switch r.Majority.Of {
		case OfEachCommittee, OfOwnersArea, OfOwnersHeads, OfParticipatingArea, OfParticipatingOwners:
			return true
		}
		return false
	})
}

// ForMotion is the tally of one motion of a ballot of several, with the numbers
// that were fixed for the ballot. A motion that a sheet passes over is 弃权.
func (c QuestionCount) ForMotion(fixed Tally) Tally {
	t := fixed
	t.Yes, t.No, t.Abstain, t.Spoiled, t.Parts = c.Of(string(Yes)), c.Of(string(No)), c.Of(string(Abstain))+c.Blank, c.Spoiled, nil
	return t
}

// ForOption is the tally of one option of a question of seats: who named others is
// not for it.
func (c QuestionCount) ForOption(o OptionID, fixed Tally) Tally {
	t, votes := fixed, c.Of(string(o))
	t.Yes, t.No, t.Abstain, t.Spoiled, t.Parts = votes, c.Ballots-votes-c.Blank-c.Spoiled, c.Blank, c.Spoiled, nil
	return t
}

// Decide decides a question of seats 差额表决. An option wins by its own votes, which
// must reach the thresholds; those with most votes are chosen, at most as many as
// there are seats. Options that share the last seat are tied: none of them is
// chosen, and the body votes again on them. The verdict speaks of the chosen option
// with fewest votes; where none is chosen, of the one with most. It is not met where
// there is a tie, though the thresholds may be.
func (q BallotQuestion) Decide(rules []MajorityRule, a Attendance, fixed Tally, c QuestionCount) MotionVerdict {
	votes := func(o OptionID) int { return c.Of(string(o)) }
	verdict := func(o OptionID) Verdict { return Passing(rules, a, c.ForOption(o, fixed)) }
	order := slices.Clone(q.Options)
	slices.SortStableFunc(order, func(x, y OptionID) int { return cmp.Compare(votes(y), votes(x)) })
	reached := slices.DeleteFunc(slices.Clone(order), func(o OptionID) bool { return votes(o) == 0 || !verdict(o).Met })
	m := MotionVerdict{Motion: string(q.ID), Chosen: reached}
	if len(reached) > q.Seats {
		m.Chosen = reached[:q.Seats]
		if last := votes(reached[q.Seats]); votes(reached[q.Seats-1]) == last {
			m.Chosen = slices.DeleteFunc(slices.Clone(m.Chosen), func(o OptionID) bool { return votes(o) == last })
			m.Tied = slices.DeleteFunc(slices.Clone(reached), func(o OptionID) bool { return votes(o) != last })
		}
	}
	m.Verdict = verdict(order[max(0, len(m.Chosen)-1)])
	m.Verdict.Met = m.Verdict.Met && len(m.Tied) == 0
	return m
}

// DecideEach gives what a ballot of several motions says to each of them; rules are
// those of each motion.
func (f BallotForm) DecideEach(rules func(motion string) []MajorityRule, a Attendance, fixed Tally, counts []QuestionCount) []MotionVerdict {
	list := make([]MotionVerdict, 0, len(f))
	for i, q := range f {
		if i >= len(counts) || counts[i].Question != q.ID {
			continue
		}
		r := rules(string(q.ID))
		if q.Kind == SeatsQuestion {
			list = append(list, q.Decide(r, a, fixed, counts[i]))
			continue
		}
		list = append(list, MotionVerdict{Motion: string(q.ID), Verdict: Passing(r, a, counts[i].ForMotion(fixed))})
	}
	return list
}

// Question is how the motion stands on a ballot.
func (m Motion) Question() BallotQuestion {
	q := BallotQuestion{ID: QuestionID(m.ID), Kind: MotionQuestion}
	if len(m.Options) > 0 {
		q.Kind, q.Options, q.Seats, q.WriteIn = SeatsQuestion, m.Options, m.Seats, m.WriteIn
	}
	return q
}

// TakesEffect reports whether there is something of the motion to disclose and
// carry out: it was carried, somebody was chosen, or it was sent up.
func (m Motion) TakesEffect() bool {
	return m.SentUp || m.Met != nil && *m.Met || len(m.Chosen) > 0
}

// OptionIDs names n options in their printed order.
func OptionIDs(n int) []OptionID {
	ids := make([]OptionID, n)
	for i := range ids {
		ids[i] = OptionID(fmt.Sprintf("o%d", i+1))
	}
	return ids
}

// WithOptions is the text of a motion with its options, a line each at the end, as
// it is printed: "1. 张三".
func WithOptions(text string, names []string) string {
	lines := []string{strings.TrimSpace(text)}
	for i, n := range names {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, n))
	}
	return strings.Join(lines, "\n")
}

// OptionNames reads what WithOptions wrote: the last n lines that say something. It
// gives nil where the text does not end so.
func OptionNames(text string, n int) []string {
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	if n < 1 || len(lines) <= n { // the first line is the title
		return nil
	}
	names := make([]string, n)
	for i, l := range lines[len(lines)-n:] {
		name, found := strings.CutPrefix(l, fmt.Sprintf("%d. ", i+1))
		if !found {
			return nil
		}
		names[i] = name
	}
	return names
}
