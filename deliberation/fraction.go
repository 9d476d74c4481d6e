package deliberation

import (
	"cmp"
	"fmt"
	"math/bits"
)

// Fraction is a share of a denominator, for example two thirds. It is compared
// with integers only: no majority is ever decided in floating point.
type Fraction struct {
	Num int `json:"num"`
	Den int `json:"den"`
}

// Valid reports whether the fraction lies above nought and at most at one.
func (f Fraction) Valid() bool { return f.Num > 0 && f.Den > 0 && f.Num <= f.Den }

// String gives the fraction as 2/3.
func (f Fraction) String() string { return fmt.Sprintf("%d/%d", f.Num, f.Den) }

// Comparison says whether the fraction itself is enough.
// 民法典 art. 1259: 以上 and 以下 include the number, 超过 and 不满 exclude it.
type Comparison string

const (
	// AtLeast is 以上 or 不少于: the number itself is enough.
	AtLeast Comparison = "at_least"
	// MoreThan is 过 or 超过: the number itself is not enough.
	MoreThan Comparison = "more_than"
)

// Denominator names what a fraction is taken of (law.md §0.4). Confusing two of
// them is the commonest error of the field, so no rule is without one.
type Denominator string

const (
	// OfMembers is 组成人员: all members of the body, present or not.
	OfMembers Denominator = "members"
	// OfDue is 应到会: all who are entitled to vote and due to attend, present or not.
	OfDue Denominator = "due"
	// OfPresent is 到会: the eligible members who signed in; abstaining works against the motion.
	OfPresent Denominator = "present"
	// OfEachCommittee is 各委员会组成人员: counted for each committee of a joint meeting by itself.
	OfEachCommittee Denominator = "each_committee"
	// OfAdults is 年满十八周岁的村(居)民.
	OfAdults Denominator = "adults"
	// OfHouseholds is 户(户代表).
	OfHouseholds Denominator = "households"
	// OfElectors is 登记参加选举的村民 / 经登记的选民.
	OfElectors Denominator = "electors"
	// OfVoters is 参加投票的人: ballots recovered, spoiled ones included.
	OfVoters Denominator = "voters"
	// OfRepresentatives is 居(村)民代表.
	OfRepresentatives Denominator = "representatives"
	// OfGroups is 居(村)民小组.
	OfGroups Denominator = "groups"
	// OfBallots is 所投票数: votes cast (further round of an election).
	OfBallots Denominator = "ballots"
	// OfOwnersArea is 专有部分面积, of all owners.
	OfOwnersArea Denominator = "owners_area"
	// OfOwnersHeads is 业主人数, of all owners.
	OfOwnersHeads Denominator = "owners_heads"
	// OfParticipatingArea is 参与表决专有部分面积.
	OfParticipatingArea Denominator = "participating_area"
	// OfParticipatingOwners is 参与表决人数.
	OfParticipatingOwners Denominator = "participating_owners"
	// OfCollectiveMembers is 集体经济组织成员.
	OfCollectiveMembers Denominator = "collective_members"
	// OfValidForms is 有效票: valid appraisal forms.
	OfValidForms Denominator = "valid_forms"
)

// Majority is a threshold: a comparison with a fraction of a named denominator.
type Majority struct {
	Comparison Comparison  `json:"comparison"`
	Fraction   Fraction    `json:"fraction"`
	Of         Denominator `json:"of"`
}

// MetBy reports whether k out of n reaches the threshold. An empty denominator
// is never reached: nobody decides for a body without members.
func (m Majority) MetBy(k, n int) bool {
	if n <= 0 || k < 0 || !m.Fraction.Valid() {
		return false
	}
	c := compareProducts(m.Fraction.Den, k, m.Fraction.Num, n)
	return c > 0 || c == 0 && m.Comparison != MoreThan
}

// compareProducts compares a·b with c·d in 128 bits: areas are large numbers, and no
// majority is decided by a product that ran over.
func compareProducts(a, b, c, d int) int {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	hi2, lo2 := bits.Mul64(uint64(c), uint64(d))
	return cmp.Or(cmp.Compare(hi, hi2), cmp.Compare(lo, lo2))
}

// Need gives the smallest k that reaches the threshold out of n, in persons.
func (m Majority) Need(n int) int {
	if n <= 0 || !m.Fraction.Valid() {
		return 0
	}
	hi, lo := bits.Mul64(uint64(m.Fraction.Num), uint64(n))
	whole, rest := bits.Div64(hi, lo, uint64(m.Fraction.Den))
	if m.Comparison == MoreThan || rest > 0 {
		whole++
	}
	return int(whole)
}
