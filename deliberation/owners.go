package deliberation

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

// AreaTally is the count of a poll of owners by area, in hundredths of a square
// metre. Taken is the area of those who took part 参与表决.
type AreaTally struct {
	Due     int `json:"due"`
	Taken   int `json:"taken"`
	Yes     int `json:"yes"`
	No      int `json:"no"`
	Abstain int `json:"abstain"`
}
