//go:build linux

package faults

import (
	"fmt"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/yishi-project/yishi/deliberation"
)

// in is the answer to a ballot that lies in the box; other answers are codes of refusals.
const in = "in"

// asked is one operation on a box: a cast, or a close where person is empty.
type asked struct {
	person deliberation.PersonID
	choice deliberation.Choice
	key    string
}

// line is what the book of the box says of one voter.
type line struct {
	key    string // empty: has not voted
	choice deliberation.Choice
	closed bool
}

// lineModel says what one voter may be told, by a clerk with a book: a cast is in, refused
// as a second one, or refused as late; the same key again is in for ever. Each
// voter's answers are held against it on their own, with every close: of a whole hall
// that asks at once there are too many orders to try. What the closes count is held
// against all that are in, beside it; the box as a whole against its model in package models.
func lineModel(secret bool) porcupine.Model {
	return porcupine.Model{
		Partition: byVoter,
		Init:      func() any { return line{} },
		Step: func(was, input, output any) (bool, any) {
			l, a := was.(line), input.(asked)
			if a.person == "" {
				l.closed = true
				return true, l
			}
			want := in
			switch voted := l.key != ""; {
			case voted && l.key == a.key && !secret && l.choice != a.choice:
				want = string(deliberation.RefuseKeyReused)
			case voted && l.key == a.key:
			case l.closed:
				want = string(deliberation.RefusePollClosed)
			case voted:
				want = string(deliberation.RefuseTwice)
			default:
				l.key, l.choice = a.key, a.choice
			}
			return output == want, l
		},
		Equal:             func(a, b any) bool { return a == b },
		DescribeOperation: func(in, out any) string { return fmt.Sprintf("%v → %v", in, out) },
	}
}

func byVoter(all []porcupine.Operation) (parts [][]porcupine.Operation) {
	of, closes := map[deliberation.PersonID][]porcupine.Operation{}, []porcupine.Operation(nil)
	for _, o := range all {
		if person := o.Input.(asked).person; person == "" {
			closes = append(closes, o)
		} else {
			of[person] = append(of[person], o)
		}
	}
	for _, own := range of {
		parts = append(parts, append(own, closes...))
	}
	return parts
}

// The model refuses what a wrong box would answer.
func TestTheModelCanFail(t *testing.T) {
	cast := func(key, out string, at int64) porcupine.Operation {
		return porcupine.Operation{ClientId: int(at), Input: asked{"a", deliberation.Yes, key}, Call: at, Output: out, Return: at + 1}
	}
	closing := func(at int64) porcupine.Operation {
		return porcupine.Operation{ClientId: int(at), Input: asked{}, Call: at, Output: "", Return: at + 1}
	}
	for what, h := range map[string][]porcupine.Operation{
		"a second vote is taken":           {cast("k", in, 1), cast("other", in, 5)},
		"a ballot is taken after a close":  {closing(1), cast("k", in, 5)},
		"who has not voted is told so":     {cast("k", "twice", 1)},
		"a ballot is refused before close": {cast("k", "poll_closed", 1), closing(5)},
	} {
		if porcupine.CheckOperations(lineModel(false), h) {
			t.Errorf("%s: not found", what)
		}
	}
	if !porcupine.CheckOperations(lineModel(true), []porcupine.Operation{cast("k", in, 1), cast("other", "twice", 5), closing(9), cast("k", in, 13)}) {
		t.Error("a voter's own key is refused")
	}
}
