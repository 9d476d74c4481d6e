// Package redraw compares the drawing of lots with an independent one.
package redraw

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
)

// draws is how many lists are drawn again.
const draws = 2000

type published struct {
	Commitment string         `json:"commitment"`
	Seed       string         `json:"seed"`
	Seats      map[string]int `json:"seats"`
	List       [][2]any       `json:"list"`
}

type redrawn struct {
	Fault      string           `json:"fault,omitempty"`
	Chosen     map[string][]int `json:"chosen,omitempty"`
	Short      map[string]int   `json:"short,omitempty"`
	ListSHA256 string           `json:"list_sha256,omitempty"`
}

// Lists with many, few and no sign-ups, with gaps where people withdrew, come to the
// same in Go and in Python; a seed that was not committed is found by both.
func TestAnIndependentRedraw(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("REQUIRE_PYTHON") != "" || os.Getenv("CI") != "" {
			t.Fatal("python3 is required for the independent redraw")
		}
		t.Skip("python3 is not here: the lots were not drawn again")
	}
	r := rand.New(rand.NewPCG(1, 20261123))
	var in bytes.Buffer
	var want []redrawn
	for i := range draws {
		seed := make([]byte, deliberation.SeedBytes)
		for j := 0; j < len(seed); j += 8 {
			binary.LittleEndian.PutUint64(seed[j:], r.Uint64())
		}
		commitment := deliberation.CommitmentOf(seed)
		if i%50 == 0 { // drawn with another seed than the one that was committed
			seed[r.IntN(len(seed))] ^= 1
		}
		p := published{Commitment: commitment, Seed: hex.EncodeToString(seed), Seats: map[string]int{}, List: [][2]any{}}
		var sides []deliberation.SideSeats
		for s := range 1 + r.IntN(deliberation.MaxSides) {
			side := deliberation.SideSeats{Code: deliberation.SideCode(s), Seats: 1 + r.IntN(12)}
			sides, p.Seats[side.Code] = append(sides, side), side.Seats
		}
		var list []deliberation.SignUpNumber
		for n := 1; n <= r.IntN(120); n++ {
			if r.IntN(10) > 0 {
				u := deliberation.SignUpNumber{Number: n, Side: sides[r.IntN(len(sides))].Code}
				list = append(list, u)
				p.List = append(p.List, [2]any{u.Number, u.Side})
			}
		}
		r.Shuffle(len(p.List), func(a, b int) { p.List[a], p.List[b] = p.List[b], p.List[a] })
		if err := json.NewEncoder(&in).Encode(p); err != nil {
			t.Fatal(err)
		}
		d := deliberation.DrawnData{Commitment: commitment, Seed: p.Seed, SignedUp: len(list), ListSHA256: deliberation.SignUpsSHA256(list), Sides: deliberation.Draw(seed, sides, list)}
		want = append(want, fromGo(deliberation.CheckDraw(commitment, d, list), d))
	}
	cmd := exec.Command(python, "redraw.py")
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	read := json.NewDecoder(bytes.NewReader(out))
	faults := 0
	for i := range want {
		var again redrawn
		if err := read.Decode(&again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[i], again); diff != "" {
			t.Fatalf("draw %d differs:\n%s", i, diff)
		}
		if again.Fault != "" {
			faults++
		}
	}
	if faults != draws/50 {
		t.Errorf("%d draws with another seed were found, not %d", faults, draws/50)
	}
}

func fromGo(fault deliberation.DrawFault, d deliberation.DrawnData) redrawn {
	if fault != "" {
		return redrawn{Fault: string(fault)}
	}
	out := redrawn{Chosen: map[string][]int{}, Short: map[string]int{}, ListSHA256: d.ListSHA256}
	for _, s := range d.Sides {
		out.Chosen[s.Code], out.Short[s.Code] = s.Chosen, s.Short
	}
	return out
}
