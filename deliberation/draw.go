package deliberation

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// SeedBytes is how long the secret of a drawing of lots is.
const SeedBytes = 32

// SideSeats is how many seats an interested side 利益方 has. Its code is one capital
// letter, so that a code followed by a number can be read in one way only.
type SideSeats struct {
	Code  string `json:"code"`
	Seats int    `json:"seats"`
}

// SignUpNumber is one sign-up as the draw sees it: a number and a side, no name.
type SignUpNumber struct {
	Number int    `json:"number"`
	Side   string `json:"side"`
}

// DrawnSide is what the draw gave one side.
type DrawnSide struct {
	SideSeats
	SignedUp int `json:"signed_up"`
	// Chosen are the numbers that got a seat, in the order of the lots.
	Chosen []int `json:"chosen"`
	// Short is how many seats nobody signed up for 缺额.
	Short int `json:"short,omitempty"`
}

// CommitmentOf is what is told of a seed before the sign-up closes: its SHA-256, in hex.
func CommitmentOf(seed []byte) string {
	sum := sha256.Sum256(seed)
	return hex.EncodeToString(sum[:])
}

// Lot is the lot of a sign-up 签: the SHA-256 of the bytes of the seed, followed by
// the side's letter and the number in decimal digits, both ASCII, with nothing
// between and nothing after.
func Lot(seed []byte, side string, number int) [sha256.Size]byte {
	return sha256.Sum256(append(slices.Clone(seed), side+strconv.Itoa(number)...))
}

// Draw draws lots 抽签 for the seats of each side: its sign-ups are ordered by their
// lots, the least first, and the first of them get the seats. Where fewer signed up
// than there are seats all are in, and the lack is told. Anyone with the seed and
// the list gets the same; test/redraw does so in Python.
func Draw(seed []byte, sides []SideSeats, list []SignUpNumber) []DrawnSide {
	drawn := make([]DrawnSide, len(sides))
	for i, s := range sides {
		var numbers []int
		for _, u := range list {
			if u.Side == s.Code {
				numbers = append(numbers, u.Number)
			}
		}
		slices.SortFunc(numbers, func(a, b int) int {
			x, y := Lot(seed, s.Code, a), Lot(seed, s.Code, b)
			return cmp.Or(bytes.Compare(x[:], y[:]), cmp.Compare(a, b))
		})
		seats := max(0, min(s.Seats, len(numbers)))
		drawn[i] = DrawnSide{SideSeats: s, SignedUp: len(numbers), Chosen: append([]int{}, numbers[:seats]...), Short: max(0, s.Seats-len(numbers))}
	}
	return drawn
}

// SignUpsText is the list of sign-ups as it is hashed and published: a line "number
// side\n" each, by the number.
func SignUpsText(list []SignUpNumber) string {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b SignUpNumber) int { return cmp.Compare(a.Number, b.Number) })
	var b strings.Builder
	for _, u := range sorted {
		fmt.Fprintf(&b, "%d %s\n", u.Number, u.Side)
	}
	return b.String()
}

// SignUpsSHA256 is the hash of the list, in hex.
func SignUpsSHA256(list []SignUpNumber) string {
	sum := sha256.Sum256([]byte(SignUpsText(list)))
	return hex.EncodeToString(sum[:])
}

// DrawCommittedData says when the sign-up opened and until when it is open, and binds
// the draw to a seed that nobody has seen yet.
type DrawCommittedData struct {
	Commitment string     `json:"commitment"`
	Window     SignUpSpan `json:"window"`
}

// DrawnData is the draw with all that it takes to do it again, but the list, which
// the dossier holds.
type DrawnData struct {
	Commitment string `json:"commitment"`
	// Seed is in hex.
	Seed       string      `json:"seed"`
	Window     SignUpSpan  `json:"window"`
	SignedUp   int         `json:"signed_up"`
	ListSHA256 string      `json:"list_sha256"`
	Sides      []DrawnSide `json:"sides"`
}

// Seats gives how many were chosen.
func (d DrawnData) Seats() (n int) {
	for _, s := range d.Sides {
		n += len(s.Chosen)
	}
	return n
}

// DrawFault is what does not hold in a draw, empty where all does.
type DrawFault string

// The faults of a draw.
const (
	DrawSeed       DrawFault = "seed"       // not the seed that was committed
	DrawList       DrawFault = "list"       // not the list that was hashed
	DrawLots       DrawFault = "lots"       // the seats went to others than the lots say
	DrawCommitment DrawFault = "commitment" // another commitment than the one recorded before
)

// CheckDraw draws again. committed is what was recorded before the sign-up closed.
func CheckDraw(committed string, d DrawnData, list []SignUpNumber) DrawFault {
	seed, err := hex.DecodeString(d.Seed)
	switch {
	case d.Commitment != committed:
		return DrawCommitment
	case err != nil || len(seed) != SeedBytes || CommitmentOf(seed) != committed:
		return DrawSeed
	case d.ListSHA256 != SignUpsSHA256(list) || d.SignedUp != len(list):
		return DrawList
	}
	sides := make([]SideSeats, len(d.Sides))
	for i, s := range d.Sides {
		sides[i] = s.SideSeats
	}
	again := Draw(seed, sides, list)
	if !slices.EqualFunc(again, d.Sides, func(a, b DrawnSide) bool {
		return a.SideSeats == b.SideSeats && a.SignedUp == b.SignedUp && a.Short == b.Short && slices.Equal(a.Chosen, b.Chosen)
	}) {
		return DrawLots
	}
	return ""
}
