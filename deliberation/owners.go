package deliberation

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Ids of owners' matters.
//
//nolint:revive // one comment serves them all
type (
	EstateID string
	UnitID   string
)

// Estate is 物业管理区域: the owners of its units form one owners' meeting.
type Estate struct {
	ID        EstateID
	Community CommunityID
	Name      string
}

// Unit is 专有部分, a flat or shop, with the owner who votes for it. Who owns
// several is one owner with their area together (四川省物业管理条例 第二十条).
type Unit struct {
	ID     UnitID
	Estate EstateID
	// Building and Number are its address, for example "3栋" and "2单元501".
	Building string
	Number   string
	Owner    PersonID
	// Area is in hundredths of a square metre.
	Area int
}

// Share is what one owner 业主 has of an estate: one vote by heads, Area by area.
type Share struct {
	Owner PersonID
	Units int
	Area  int
}

// SharesOf counts each owner once, with their units together, by the owners' ids.
func SharesOf(units []Unit) []Share {
	of := map[PersonID]Share{}
	for _, u := range units {
		s := of[u.Owner]
		of[u.Owner] = Share{Owner: u.Owner, Units: s.Units + 1, Area: s.Area + u.Area}
	}
	list := make([]Share, 0, len(of))
	for _, s := range of {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b Share) int { return cmp.Compare(a.Owner, b.Owner) })
	return list
}

// AreaTally is the count of a poll of owners by area, in hundredths of a square
// metre. Taken is the area of those who took part 参与表决.
type AreaTally struct {
	Due     int `json:"due"`
	Taken   int `json:"taken"`
	Yes     int `json:"yes"`
	No      int `json:"no"`
	Abstain int `json:"abstain"`
}

// MaxArea bounds one unit, a hundred thousand square metres in hundredths: a slip
// of the pen does not decide a vote, and no sum of an estate overflows.
const MaxArea = 100_000 * 100

// ParseArea reads square metres with at most two decimals, such as "89.5" or
// "101.25㎡", in hundredths.
func ParseArea(s string) (int, bool) {
	s = strings.TrimSpace(s)
	for _, unit := range []string{"平方米", "㎡", "m²", "m2", "平米"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, unit))
	}
	whole, part, _ := strings.Cut(s, ".")
	if whole == "" || len(whole) > 6 || len(part) > 2 || strings.Trim(whole+part, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(whole + (part + "00")[:2])
	return n, err == nil && n > 0 && n <= MaxArea
}

// AreaText writes hundredths of a square metre with two decimals.
func AreaText(area int) string { return fmt.Sprintf("%d.%02d", area/100, area%100) }

// UnitEntry is a unit as a file or a form names it: the owner by the id where it is
// known, else by name and phone.
type UnitEntry struct {
	Line             int
	Building, Number string
	Person           PersonID
	Owner, Phone     string
	Area             int
}

// What putting a unit in changes.
const (
	UnitNew     = "unit_new"
	UnitOwner   = "unit_owner"
	UnitArea    = "unit_area"
	UnitChanged = "unit_changed" // owner and area
)

// UnitChange is a difference that putting units in makes. Before is zero for a new unit.
type UnitChange struct {
	Line   int
	Kind   string
	Before Unit
	// After has no owner where the owner is a person who is added with it.
	After Unit
}

// UnitFault is a row that cannot be put in. It carries no personal data.
type UnitFault struct {
	Line  int
	Field string
	// Problem is a catalogue key: required, too_long, not_an_area, twice, not_a_phone, owner_unclear, not_a_choice.
	Problem string
}

// UnitsPlan says what putting units in does, before and after it is done.
type UnitsPlan struct {
	Changes []UnitChange
	// Same counts the units that stay as they are, Persons the owners who are added.
	Same, Persons int
	Faults        []UnitFault
}
