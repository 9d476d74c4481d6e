package dossier

import (
	"github.com/yishi-project/yishi/deliberation"
)

// openTalkFormNumber is the number of 民情恳谈登记表 among all forms.
const openTalkFormNumber = 14

// FormItem is one item on 民情恳谈登记表.
type FormItem struct {
	deliberation.TalkItem
	How string `json:"how"` // 处理方式
}

var itemWords = map[deliberation.Finding]string{
	deliberation.ItemAnswered: "当场答复", deliberation.ItemAssigned: "交办", deliberation.ItemTransferred: "转办", deliberation.ItemToForum: "转入议事程序",
}

// openTalkForm makes 民情恳谈登记表 from the facts.
func openTalkForm(d Data, h *history) Form {
	m := d.Case.Matter
	f := Form{
		Number: openTalkFormNumber, Title: "民情恳谈登记表", Community: d.Case.Community.Name, Process: d.Case.ID,
		Cause: causes[m.Origin], Matter: m.Title, Summary: m.Summary, BudgetFen: m.BudgetFen, Results: []FormResult{},
	}
	for _, v := range h.visits {
		d.fill(&f, h, v)
	}
	last, order := lastItems(d.Facts)
	for _, id := range order {
		f.Items = append(f.Items, FormItem{TalkItem: last[id], How: itemWords[last[id].Finding]})
	}
	return f
}

// lastItems gives each item as it last stood, and their order.
func lastItems(facts []Fact) (last map[string]deliberation.TalkItem, order []string) {
	last = map[string]deliberation.TalkItem{}
	for i := range facts {
		if v, ok := facts[i].Value.(*deliberation.TalkItemData); ok {
			if _, known := last[v.Item.ID]; !known {
				order = append(order, v.Item.ID)
			}
			last[v.Item.ID] = v.Item
		}
	}
	return last, order
}

// openTalk checks an open talk: each item is entered, dealt with and closed in this
// order, none without an answer, and nothing is decided.
func (e *examination) openTalk() {
	last := map[string]deliberation.TalkItem{}
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		v, ok := f.Value.(*deliberation.TalkItemData)
		if !ok {
			continue
		}
		before, known := last[v.Item.ID]
		if !v.Item.Sound() || f.Subject != v.Item.ID || !follows(before, known, v.Item) {
			e.fail(f.place(), "事项 %.40s 的记录前后不符，或者没有答复", "the record of item %.40s does not follow, or has no answer", v.Item.ID)
		}
		if known && before.Finding == "" && !e.dueAsRuled(f, v.Item) {
			e.fail(f.place(), "事项 %.40s 的办理日期与规则不符", "the day of item %.40s is not the rule's", v.Item.ID)
		}
		last[v.Item.ID] = v.Item
	}
	for id, i := range last {
		if e.h.ended != nil && !e.stopped() && i.Pending() {
			e.fail(e.h.end.place(), "事项 %.40s 没有办结就归档", "archived with item %.40s open", id)
		}
	}
	for _, m := range e.h.meetings {
		if len(m.polls) > 0 {
			e.fail(m.place(), "恳谈会不能表决", "a talk cannot decide")
		}
	}
	e.summary("核对 %d 件恳谈事项", "%d items checked", len(last))
}

// follows reports whether an item may stand so after it stood as before.
func follows(before deliberation.TalkItem, known bool, now deliberation.TalkItem) bool {
	if !known {
		return now.Finding == ""
	}
	if before.Paper != now.Paper || !before.Entered.Equal(now.Entered) || !before.Pending() {
		return false
	}
	if before.Finding == "" {
		return now.Finding != ""
	}
	return before.Finding == now.Finding && before.Answer == now.Answer && before.Due.Equal(now.Due) && !now.Pending()
}

// dueAsRuled checks the day of an item that was given none of its own.
func (e *examination) dueAsRuled(f *Fact, i deliberation.TalkItem) bool {
	switch i.Finding {
	case deliberation.ItemAnswered:
		return true
	case deliberation.ItemAssigned:
		return i.Due.After(f.At)
	}
	for _, day := range e.day(f.At) {
		if i.Due.Equal(day.AddDays(e.talk.FollowDays.Days).End()) {
			return true
		}
	}
	return false
}
