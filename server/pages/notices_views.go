package pages

import "github.com/yishi-project/yishi/deliberation"

// NoticesView is who has the notice of a meeting 签收.
type NoticesView struct {
	Page
	M        deliberation.Meeting
	Due, Had int
	// Named: the names are for these eyes.
	Named bool
	Lines []deliberation.NoticeReceipt
	// Mine is the viewer's own receipt, nil where there is none.
	Mine *deliberation.NoticeReceipt
	// Open: receipts are still taken; Desk: the viewer enters them for others.
	Open, Desk  bool
	Name, Means string
	Problem     *Problem
}

// MeansOptions offers how somebody else was reached.
func (v NoticesView) MeansOptions() []Option {
	var list []Option
	for _, m := range deliberation.DeliveriesByOthers {
		list = append(list, Option{Value: string(m), Label: v.S("delivery_" + string(m))})
	}
	return list
}
