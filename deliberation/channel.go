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

// The ways by which opinions are gathered 意见收集渠道, besides the web.
const (
	BoardChannel Channel = "board" // 意见箱、公告栏
	VisitChannel Channel = "visit" // 入户走访
	TalkChannel  Channel = "talk"  // 恳谈、座谈
)

// OpinionChannels lists how an opinion may come; those besides the web are entered by
// those in office.
var OpinionChannels = []Channel{WebChannel, BoardChannel, VisitChannel, TalkChannel}

// PaperChannels lists the channels of paper ballots.
var PaperChannels = []Channel{TableChannel, MobileChannel}
