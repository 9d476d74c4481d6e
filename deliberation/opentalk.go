package deliberation

import (
	"slices"
	"time"
)

// What an open talk does with an item.
const (
	// ItemAnswered is 当场答复.
	ItemAnswered Finding = "answered"
	// ItemAssigned is 交办: to be done by a day.
	ItemAssigned Finding = "assigned"
	// ItemTransferred is 转办: to who is competent outside the community.
	ItemTransferred Finding = "transferred"
	// ItemToForum is 转入议事程序: to a consultation, a hearing, a conference.
	ItemToForum Finding = "forum"
)

// itemFindings lists them.
var itemFindings = []Finding{ItemAnswered, ItemAssigned, ItemTransferred, ItemToForum}

// MaxItems bounds what one talk may enter. It is Yishi's default, not law.
const MaxItems = 200

// OpenTalkRules is all that 民情恳谈 asks of a rule pack.
type OpenTalkRules struct {
	Pack    PackRef      `json:"pack"`
	Meeting MeetingRules `json:"meeting"`
	// EveryMonths is how often one is held; more by theme.
	EveryMonths CountRule `json:"every_months"`
	// FollowDays is how long an item may take that was given no day of its own.
	FollowDays DaysRule `json:"follow_days"`

	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	PrepareDays     DaysRule `json:"prepare_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// OpenTalkOf makes, from a pack, all that an open talk asks of it. A pack of an
// earlier edition knows none (RefuseFormNotInPack).
func OpenTalkOf(p Pack) (OpenTalkRules, error) {
	if !p.Has("open_talk.follow_days") {
		return OpenTalkRules{}, Refuse(RefuseFormNotInPack)
	}
	r := packReader{pack: p}
	rules := OpenTalkRules{
		Pack:        p.Ref(),
		Meeting:     MeetingRules{Body: OpenTalkMeeting, Notice: r.days("open_talk.notice_days"), NoQuorum: true},
		EveryMonths: r.count("open_talk.every_months"), FollowDays: r.days("open_talk.follow_days"),
		AcknowledgeDays: r.days("supervision.ack_days"), RectifyDays: r.days("supervision.rectify_days"), QuestionDays: r.days("supervision.question_days"),
		PrepareDays: r.days("task.prepare_days"), RemindDays: r.days("task.remind_days"),
	}
	return rules, r.err
}

// CheckOpenTalk says whether an open talk may begin under the pack.
func CheckOpenTalk(p Pack, m Matter) error {
	if problems := matterProblems(m, []string{string(OriginParty), string(OriginCommittee)}, []Body{OpenTalkMeeting}); len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: problems}
	}
	_, err := OpenTalkOf(p)
	return err
}

// TalkItem is 恳谈事项: what was raised, and what became of it.
type TalkItem struct {
	ID      string    `json:"id"`
	Paper   PaperRef  `json:"paper"`
	Entered time.Time `json:"entered"`
	// Finding is what was done with it at the talk, empty until then; Answer says how.
	Finding Finding  `json:"finding,omitempty"`
	Answer  PaperRef `json:"answer,omitzero"`
	// Due is by when it is to be done, where it was not answered on the spot.
	Due time.Time `json:"due,omitzero"`
	// Report is what came of it, Forwarded the process that was started for it.
	Report    PaperRef  `json:"report,omitzero"`
	Forwarded ProcessID `json:"forwarded,omitempty"`
	Closed    time.Time `json:"closed,omitzero"`
	Late      bool      `json:"late,omitempty"`
}

// Pending reports whether something is still owed.
func (i TalkItem) Pending() bool { return i.Closed.IsZero() }

// Sound says what an item lacks in the state it is in.
func (i TalkItem) Sound() bool {
	if i.ID == "" || i.Paper.IsZero() || i.Entered.IsZero() {
		return false
	}
	if i.Finding == "" {
		return i.Answer.IsZero() && i.Due.IsZero() && i.Pending() && i.Report.IsZero() && i.Forwarded == ""
	}
	if !slices.Contains(itemFindings, i.Finding) || i.Answer.IsZero() || (i.Finding == ItemAnswered) != i.Due.IsZero() {
		return false
	}
	if i.Pending() {
		return i.Finding != ItemAnswered && i.Report.IsZero() && i.Forwarded == "" && !i.Late
	}
	done := i.Finding == ItemAnswered || !i.Report.IsZero() || i.Finding == ItemToForum && i.Forwarded != ""
	return done && i.Late == (!i.Due.IsZero() && i.Closed.After(i.Due))
}

// OpenTalkStatus is where an open talk stands.
type OpenTalkStatus struct {
	Items []TalkItem `json:"items,omitempty"`
}

// Item gives the item of the id, nil where there is none.
func (s *OpenTalkStatus) Item(id string) *TalkItem {
	for i := range s.Items {
		if s.Items[i].ID == id {
			return &s.Items[i]
		}
	}
	return nil
}

// Unsettled counts the items of which nothing has been said yet.
func (s *OpenTalkStatus) Unsettled() (n int) {
	for _, i := range s.Items {
		if i.Finding == "" {
			n++
		}
	}
	return n
}

// TalkItemData is an item as it now stands.
type TalkItemData struct {
	Item TalkItem `json:"item"`
}

// OpenTalkStages lists the stages of an open talk in order.
var OpenTalkStages = []Stage{Talking, TalkFollowUp, Archive}

// NextOfOpenTalk gives the stage that follows in an open talk, and false where it
// ends. It decides nothing, so that nothing can be lost in it.
func NextOfOpenTalk(s Stage, o Outcome) (Stage, bool) {
	switch {
	case o == Withdrawn || o == Cancelled:
		return Archive, false
	case o == Inquorate:
		return s, true
	case s == Talking:
		return TalkFollowUp, true
	}
	return Archive, false
}
