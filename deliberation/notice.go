package deliberation

import "time"

// Delivery is how the notice of a meeting reached a member 送达方式 (law.md §14 会议通知).
type Delivery string

// The ways. Who opens the notice on the web signs for it themselves.
const (
	DeliveredOnline  Delivery = "web"   // 本人在网上签收
	DeliveredOnPaper Delivery = "paper" // 书面送达
	DeliveredByPhone Delivery = "phone" // 电话通知
	DeliveredAtDoor  Delivery = "door"  // 上门通知
)

// DeliveriesByOthers lists the ways that somebody enters for the member.
var DeliveriesByOthers = []Delivery{DeliveredOnPaper, DeliveredByPhone, DeliveredAtDoor}

// NoticeReceipt is 签收: a member has the notice of a meeting.
type NoticeReceipt struct {
	Person Person
	Means  Delivery
	At     time.Time
	By     PersonID // who entered it; the member, or the clerk
}
