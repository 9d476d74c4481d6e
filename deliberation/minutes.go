package deliberation

import (
	"fmt"
	"strings"
	"time"
)

// MinutesFacts is what is known of a meeting without anybody writing it down. The
// names are personal data.
type MinutesFacts struct {
	// Title is the matter of the process.
	Title           string
	Body            Body
	Starts, Ends    time.Time // Ends is zero while the meeting goes on
	Place           string
	Chair, Recorder string
	Due, Present    int
	// Quorum is the verdict when the meeting was called to order, nil before.
	Quorum *Verdict
	// Absent never came; Left did not stay until the end.
	Absent    []string
	Left      []MinutesLeft
	Observers []Observer
	Items     []MinutesItem
}

// MinutesLeft is a member who left before the end 中途离场.
type MinutesLeft struct {
	Name string
	At   time.Time
}

// MinutesItem is an item of the agenda 议题 with what was said and decided on it.
type MinutesItem struct {
	Title    string
	Speeches []MinutesSpeech
	// Amendments are the titles of texts that took the place of the one before.
	Amendments []string
	Votes      []MinutesVote
}

// MinutesSpeech is who spoke and for how long.
type MinutesSpeech struct {
	Name string
	Took time.Duration
}

// MinutesVote is one poll on an item.
type MinutesVote struct {
	Voting  Voting
	Tally   *Tally
	Verdict *Verdict
	Voided  bool
}

// minutesNames is how many names the minutes list at most; the list of who signed in
// 签到册 holds them all.
const minutesNames = 200

// Draft writes the minutes 会议记录 as far as the facts go, in the fields that they
// have (law.md §14). What somebody said is for the recorder to add.
func (f MinutesFacts) Draft(lang string) string {
	var b strings.Builder
	line := func(zh, en string, args ...any) { fmt.Fprintf(&b, pick(lang, zh, en)+"\n", args...) }

	line("会议名称：%s（%s）", "Meeting: %s (%s)", f.Body.Word(lang), f.Title)
	line("时间：%s", "Time: %s", f.span(lang))
	line("地点：%s", "Place: %s", f.Place)
	line("主持人：%s", "Chair: %s", f.Chair)
	line("记录人：%s", "Recorder: %s", f.Recorder)
	line("应到 %d 人，实到 %d 人。", "%d due, %d present.", f.Due, f.Present)
	if f.Quorum != nil {
		line("%s", "%s", f.Quorum.Sentence(lang))
	}
	line("缺席：%s", "Absent: %s", nameList(lang, f.Absent))
	if len(f.Left) > 0 {
		left := make([]string, len(f.Left))
		for i, l := range f.Left {
			left[i] = fmt.Sprintf(pick(lang, "%s（%s）", "%s (%s)"), l.Name, clockTime(l.At))
		}
		line("中途离场：%s", "Left before the end: %s", nameList(lang, left))
	}
	observers := make([]string, len(f.Observers))
	for i, o := range f.Observers {
		observers[i] = fmt.Sprintf(pick(lang, "%s（%s）", "%s (%s)"), o.Name, o.Capacity.Word(lang))
	}
	line("列席（不计入人数）：%s", "Observers (not counted): %s", nameList(lang, observers))
	for i, item := range f.Items {
		b.WriteString("\n")
		line("议题 %d：%s", "Item %d: %s", i+1, item.Title)
		item.draft(lang, line)
	}
	return b.String()
}

func (m MinutesItem) draft(lang string, line func(zh, en string, args ...any)) {
	if len(m.Speeches) == 0 {
		line("发言：无", "Speeches: none")
	} else {
		line("发言：", "Speeches:")
	}
	for _, s := range m.Speeches {
		seconds := int(s.Took / time.Second)
		line("%s（%d分%02d秒）：", "%s (%d min %02d s):", s.Name, seconds/60, seconds%60)
	}
	for _, a := range m.Amendments {
		line("修改：%s", "Amended: %s", a)
	}
	if len(m.Votes) == 0 {
		line("表决：未表决", "Vote: none")
	}
	for _, v := range m.Votes {
		v.draft(lang, line)
	}
}

func (v MinutesVote) draft(lang string, line func(zh, en string, args ...any)) {
	way := v.Voting.Word(lang)
	switch {
	case v.Voided:
		line("表决：%s，已宣布无效。", "Vote: %s, declared void.", way)
		return
	case v.Tally == nil:
		line("表决：%s，尚无结果。", "Vote: %s, no result yet.", way)
		return
	}
	t := *v.Tally
	counts := fmt.Sprintf(pick(lang, "赞成 %d 票，反对 %d 票，弃权 %d 票", "%d for, %d against, %d abstentions"), t.Yes, t.No, t.Abstain)
	if t.Spoiled > 0 {
		counts += fmt.Sprintf(pick(lang, "，废票 %d 张", ", %d spoiled"), t.Spoiled)
	}
	line("表决：%s，有表决权 %d 人，%s。", "Vote: %s, %d could vote, %s.", way, t.Voters, counts)
	if v.Verdict != nil {
		line("决议：%s", "Decision: %s", v.Verdict.Sentence(lang))
	}
}

// span is when the meeting began and ended.
func (f MinutesFacts) span(lang string) string {
	from := DateOf(f.Starts).Words(lang) + pick(lang, "", ", ") + clockTime(f.Starts)
	switch {
	case f.Ends.IsZero():
		return from
	case DateOf(f.Ends) == DateOf(f.Starts):
		return from + pick(lang, "至", " to ") + clockTime(f.Ends)
	}
	return from + pick(lang, "至", " to ") + DateOf(f.Ends).Words(lang) + pick(lang, "", ", ") + clockTime(f.Ends)
}

func clockTime(t time.Time) string { return t.In(Shanghai).Format("15:04") }

func nameList(lang string, names []string) string {
	switch {
	case len(names) == 0:
		return pick(lang, "无", "none")
	case len(names) > minutesNames:
		return fmt.Sprintf(pick(lang, "%d 人，名单见签到册", "%d, see the list of who signed in"), len(names))
	}
	return strings.Join(names, pick(lang, "、", ", "))
}
