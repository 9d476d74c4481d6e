package deliberation

// Channel is the way by which a vote reaches the box 投票方式. Whoever has used one
// has voted: the others are closed to them.
type Channel string

// The channels. A vote through an agent 委托投票 comes by one of them, too.
const (
	WebChannel    Channel = "web"    // 网上投票
	TableChannel  Channel = "table"  // 会场或者投票站领取的纸质票
	MobileChannel Channel = "mobile" // 流动票箱的纸质票
)

// PaperChannels lists the channels of paper ballots.
var PaperChannels = []Channel{TableChannel, MobileChannel}
