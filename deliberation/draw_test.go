package deliberation

import (
	"bytes"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func seedOf(b byte) []byte { return bytes.Repeat([]byte{b}, SeedBytes) }

func listOf(side string, from, n int) (list []SignUpNumber) {
	for i := range n {
		list = append(list, SignUpNumber{Number: from + i, Side: side})
	}
	return list
}

// The lot is spelled out once with numbers anyone can compute with a shell:
// printf '…' | sha256sum.
func TestALotIsTheHashOfSeedSideAndNumber(t *testing.T) {
	t.Parallel()
	lot := Lot(seedOf('s'), "A", 17)
	require.Equal(t, "ssssssssssssssssssssssssssssssssA17", string(append(seedOf('s'), "A17"...)))
	require.Equal(t, CommitmentOf([]byte("ssssssssssssssssssssssssssssssssA17")), hex.EncodeToString(lot[:]))
}

func TestADrawGivesEachSideItsSeats(t *testing.T) {
	t.Parallel()
	sides := []SideSeats{{"A", 3}, {"B", 5}, {"C", 2}}
	list := append(listOf("A", 1, 10), listOf("B", 11, 2)...)
	drawn := Draw(seedOf(7), sides, list)
	require.Len(t, drawn[0].Chosen, 3)
	require.Zero(t, drawn[0].Short)
	require.ElementsMatch(t, []int{11, 12}, drawn[1].Chosen, "fewer than seats: all are in")
	require.Equal(t, 3, drawn[1].Short)
	require.Equal(t, DrawnSide{SideSeats: SideSeats{"C", 2}, Chosen: []int{}, Short: 2}, drawn[2])
	slices.Reverse(list)
	require.Equal(t, drawn, Draw(seedOf(7), sides, list), "the order of the list changes nothing")
	require.NotEqual(t, Draw(seedOf(8), sides, list)[0].Chosen, drawn[0].Chosen)
}

// Over many seeds every number comes up about as often: 4 of 8 seats, 2000 draws.
func TestTheLotsFavourNobody(t *testing.T) {
	t.Parallel()
	count := map[int]int{}
	for i := range 2000 {
		seed := append(bytes.Repeat([]byte{byte(i)}, SeedBytes-1), byte(i>>8))
		for _, n := range Draw(seed, []SideSeats{{"A", 4}}, listOf("A", 1, 8))[0].Chosen {
			count[n]++
		}
	}
	for n, c := range count {
		require.InDelta(t, 1000, c, 120, "number %d", n)
	}
}

func TestADrawThatWasTamperedWithIsFound(t *testing.T) {
	t.Parallel()
	seed, list := seedOf(3), listOf("A", 1, 9)
	good := DrawnData{Commitment: CommitmentOf(seed), Seed: hex.EncodeToString(seed), SignedUp: 9, ListSHA256: SignUpsSHA256(list), Sides: Draw(seed, []SideSeats{{"A", 2}}, list)}
	for name, c := range map[string]struct {
		spoil func(d *DrawnData, list *[]SignUpNumber, committed *string)
		want  DrawFault
	}{
		"as drawn":           {func(*DrawnData, *[]SignUpNumber, *string) {}, ""},
		"another seed":       {func(d *DrawnData, _ *[]SignUpNumber, _ *string) { d.Seed = hex.EncodeToString(seedOf(4)) }, DrawSeed},
		"a short seed":       {func(d *DrawnData, _ *[]SignUpNumber, _ *string) { d.Seed = "00" }, DrawSeed},
		"no hex":             {func(d *DrawnData, _ *[]SignUpNumber, _ *string) { d.Seed = "xx" }, DrawSeed},
		"another commitment": {func(d *DrawnData, _ *[]SignUpNumber, c *string) { d.Commitment = CommitmentOf(seedOf(4)) }, DrawCommitment},
		"a seed and its commitment": {func(d *DrawnData, _ *[]SignUpNumber, _ *string) {
			d.Seed, d.Commitment = hex.EncodeToString(seedOf(4)), CommitmentOf(seedOf(4))
		}, DrawCommitment},
		"one more on the list": {func(_ *DrawnData, l *[]SignUpNumber, _ *string) { *l = append(*l, SignUpNumber{10, "A"}) }, DrawList},
		"one to another side":  {func(_ *DrawnData, l *[]SignUpNumber, _ *string) { (*l)[0].Side = "B" }, DrawList},
		"another chosen":       {func(d *DrawnData, _ *[]SignUpNumber, _ *string) { d.Sides[0].Chosen[0] = d.Sides[0].Chosen[0]%9 + 1 }, DrawLots},
		"a lack told":          {func(d *DrawnData, _ *[]SignUpNumber, _ *string) { d.Sides[0].Short = 1 }, DrawLots},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, l, committed := good, slices.Clone(list), good.Commitment
			d.Sides = []DrawnSide{d.Sides[0]}
			d.Sides[0].Chosen = slices.Clone(d.Sides[0].Chosen)
			c.spoil(&d, &l, &committed)
			require.Equal(t, c.want, CheckDraw(committed, d, l))
		})
	}
}
