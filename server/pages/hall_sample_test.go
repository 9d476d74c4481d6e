package pages

import (
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// sampleHall is a hall in two places where one speaks and one waits.
func sampleHall(page Page, p deliberation.Proceeding, m deliberation.Meeting, roll []deliberation.RollLine) HallView {
	waits := deliberation.Speech{ID: "s2", Person: "me", Asked: noon}
	return HallView{
		Page: page, P: p.Process, M: m, Quorum: *p.Meetings[0].Quorum, Roll: roll, Names: Names{"me": "单𬱖", "b": "欧阳明"},
		Sections: []deliberation.SectionCount{{Section: 1, Present: 1}, {Section: 2}}, Motion: "修订居民公约",
		Observers: []deliberation.Observer{{ID: "o", Name: "客人甲", Capacity: deliberation.ObserverGuide, At: noon}},
		Speech:    &deliberation.Speech{ID: "s1", Person: "b", Asked: noon, Called: noon, Took: 4 * time.Minute}, Queue: []deliberation.Speech{waits},
		Spoken: []deliberation.Speech{{ID: "s0", Person: "b", Called: noon, Ended: noon, Took: time.Minute}}, Limit: SpeechLimit,
		Here: true, Runs: page.Holds(deliberation.Secretary), Open: true, Live: "/static/live.js", Every: 3, Acts: []deliberation.OpenAct{{Kind: deliberation.CallToOrder}},
	}
}
