package deliberation

// ElectionPerson is what a count looks at in a person who was voted for.
type ElectionPerson struct {
	Sex        Sex  `json:"sex"`
	Registered bool `json:"registered"` // 登记参加选举
	// Qualified is what the qualification check of a person who was written in found
	// (S-VE 第三十五条第二款), nil while it has not been made. Candidates were checked before.
	Qualified *bool `json:"qualified,omitempty"`
}

// ElectionBox is a ballot box 票箱 as it was opened. Where each post has its own paper,
// Paper names it, and a station has a box for each.
type ElectionBox struct {
	ID     string       `json:"id"`
	Paper  ElectionPost `json:"paper,omitempty"`
	Mobile bool         `json:"mobile,omitempty"` // 流动票箱
	Users  int          `json:"users,omitempty"`  // of a mobile box, how many are on its list
	Issued int          `json:"issued"`           // 发出
	// Recovered is how many papers were in it 收回, those of a forger set aside.
	Recovered int `json:"recovered"`
}

// ElectionSheet is one paper that was recovered. What it approves of counts; against and
// abstaining elect nobody.
type ElectionSheet struct {
	Box string                      `json:"box"`
	For map[ElectionPost][]PersonID `json:"for,omitempty"` // 赞成和另选
	// Spoiled are the posts whose part cannot be read or is marked otherwise than the paper says.
	Spoiled []ElectionPost `json:"spoiled,omitempty"`
}

// PostTally is what the papers of one post came to 唱票计票: Sheets = those that name
// somebody + Blank + Spoiled.
type PostTally struct {
	Sheets  int              `json:"sheets"`
	Spoiled int              `json:"spoiled,omitempty"`
	Blank   int              `json:"blank,omitempty"`
	Votes   map[PersonID]int `json:"votes,omitempty"`
}

// Revote is a vote between those who were tied 再次投票 (S-VE 第三十三条、第三十五条).
type Revote struct {
	Post  ElectionPost     `json:"post"`
	Votes map[PersonID]int `json:"votes"` // of all who stood again, nought included
}

// Seated is a person who holds a seat after the count.
type Seated struct {
	Person PersonID     `json:"person"`
	Post   ElectionPost `json:"post"`
	Votes  int          `json:"votes"`
	// WrittenIn was no candidate and is confirmed by a qualification check only.
	WrittenIn bool `json:"written_in,omitempty"`
}

// ElectionCount is all that the outcome of one round of an election follows from.
type ElectionCount struct {
	Rules ElectionRules `json:"rules"`
	// Round is one for the first, two and more for a further round 另行选举.
	Round int `json:"round"`
	// Day is the day of the round.
	Day Date `json:"day"`
	// Seats are to be filled in this round; Surplus is 差额数 as it was fixed before the first.
	Seats      ElectionSeats               `json:"seats"`
	Surplus    ElectionSeats               `json:"surplus"`
	Candidates map[ElectionPost][]PersonID `json:"candidates"`
	Persons    map[PersonID]ElectionPerson `json:"persons"`
	Kin        []Kinship                   `json:"kin,omitempty"`
	// Base is who could vote: registered electors, household representatives or residents' representatives.
	Base int `json:"base"`
	// Separate: each post has its own paper, and its own number of voters (law.md §17.13).
	Separate bool          `json:"separate,omitempty"`
	Boxes    []ElectionBox `json:"boxes"`
	// Tallies count the papers of each post where they were read in bundles and not kept
	// one by one: how their parts hang together is not known then. Empty: Sheets are.
	Tallies map[ElectionPost]PostTally `json:"tallies,omitempty"`
	Sheets  []ElectionSheet            `json:"sheets"`
	Revotes []Revote                   `json:"revotes,omitempty"` // in the order in which they were held
	// Withdrawn declared that they take no seat 声明退出.
	Withdrawn []PersonID `json:"withdrawn,omitempty"`
	// Seated were elected in earlier rounds.
	Seated []Seated `json:"seated,omitempty"`
}

// ElectionStatus says how an election stands after a count.
type ElectionStatus string

// The states.
const (
	ElectionUnread   ElectionStatus = "unread"   // 收回与唱票张数不符,不能计票
	ElectionVoid     ElectionStatus = "void"     // 收回多于发出,选举无效
	ElectionTurnout  ElectionStatus = "turnout"  // 参加投票的人数不足,选举无效
	ElectionRevote   ElectionStatus = "revote"   // 票数相等,须再次投票
	ElectionFurther  ElectionStatus = "further"  // 当选人数不足,另行选举
	ElectionComplete ElectionStatus = "complete" // 应选名额已满
	ElectionVacant   ElectionStatus = "vacant"   // 不足的名额可以暂缺
	ElectionShort    ElectionStatus = "short"    // 当选人数不够,须再行选举
)

// Failed reports whether the round does not stand and is held again.
func (s ElectionStatus) Failed() bool {
	return s == ElectionUnread || s == ElectionVoid || s == ElectionTurnout
}

// PersonVotes is what one person got for one post.
type PersonVotes struct {
	Person PersonID `json:"person"`
	Votes  int      `json:"votes"`
	// Reached: enough to be elected.
	Reached bool `json:"reached,omitempty"`
}

// DropReason is why somebody with enough votes is not elected.
type DropReason string

// The reasons.
const (
	DropHigherPost   DropReason = "higher_post"   // 已当选更高职务
	DropUnregistered DropReason = "unregistered"  // 没有登记参加选举
	DropUnqualified  DropReason = "unqualified"   // 资格审查不合格
	DropWithdrawn    DropReason = "withdrawn"     // 声明退出
	DropKin          DropReason = "near_relative" // 近亲属回避
	DropNotStanding  DropReason = "not_standing"  // 不是另行选举的候选人
)

// Dropped is somebody with enough votes who is not elected.
type Dropped struct {
	Person PersonID   `json:"person"`
	Reason DropReason `json:"reason"`
	Of     PersonID   `json:"of,omitempty"` // whose near relative
	Basis  Basis      `json:"basis"`
}

// PostResult is the result for one post.
type PostResult struct {
	Post  ElectionPost `json:"post"`
	Seats int          `json:"seats"`

	Issued    int `json:"issued"`
	Recovered int `json:"recovered"`
	// Voters is 参加投票的人: papers recovered, spoiled ones included (law.md §17.13).
	Voters  int   `json:"voters"`
	Turnout Check `json:"turnout,omitzero"`
	// Need is the threshold of election, in votes; Rule is where it stands.
	Need int          `json:"need"`
	Rule MajorityRule `json:"rule"`
	// Spoiled counts the papers whose part for the post is void 废票; Blank those that name nobody.
	Spoiled int           `json:"spoiled"`
	Blank   int           `json:"blank"`
	Votes   []PersonVotes `json:"votes"`

	Elected []Seated  `json:"elected,omitempty"`
	Dropped []Dropped `json:"dropped,omitempty"`
	// Tied vote again for TiedSeats; KinTied: they are near relatives of one post with as many votes.
	Tied      []PersonID `json:"tied,omitempty"`
	TiedSeats int        `json:"tied_seats,omitempty"`
	KinTied   bool       `json:"kin_tied,omitempty"`
	// WomanFirst says that a woman took a seat before others (S-VE 第三十四条第一项).
	WomanFirst PersonID `json:"woman_first,omitempty"`
	Left       int      `json:"left"` // seats that stay open
}

// FurtherList is who stands in a further round for one post.
type FurtherList struct {
	Post       ElectionPost    `json:"post"`
	Seats      int             `json:"seats"`
	Candidates []PersonID      `json:"candidates"`
	Faults     []ElectionFault `json:"faults,omitempty"`
}

// Lead says who leads a committee without a director (S-VE 第三十八条).
type Lead string

// Who leads.
const (
	LeadDirector Lead = "director" // 主任
	LeadDeputy   Lead = "deputy"   // 副主任主持工作
	LeadChosen   Lead = "chosen"   // 由代表会议在当选的委员中推选一人主持工作
)

// ElectionOutcome is what a round of an election came to, with every number it rests on.
type ElectionOutcome struct {
	Round  int            `json:"round"`
	Status ElectionStatus `json:"status"`
	// VoidBoxes are mobile boxes with more papers than users (HN-VE 第二十九条).
	VoidBoxes []string     `json:"void_boxes,omitempty"`
	Posts     []PostResult `json:"posts"`
	// Seated is the committee as it now is, earlier rounds included.
	Seated []Seated `json:"seated,omitempty"`
	// Unconfirmed were written in and wait for the qualification check.
	Unconfirmed []PersonID `json:"unconfirmed,omitempty"`
	HasWoman    bool       `json:"has_woman"`
	// Further are the lists of the next round, FurtherBy its last day.
	Further   []FurtherList `json:"further,omitempty"`
	FurtherBy Date          `json:"further_by,omitzero"`
	Lead      Lead          `json:"lead,omitempty"`
	// Rules are those of the count; its citations are those of the sentences.
	Rules ElectionRules `json:"-"`
}
