package deliberation_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
)

func TestInHall(t *testing.T) {
	nine := deliberation.NewDate(2026, 12, 16).At(9, 0)
	at := func(minutes int) time.Time { return nine.Add(time.Duration(minutes) * time.Minute) }
	events := []deliberation.HallEvent{
		{Person: "a", In: true, At: at(0)}, {Person: "b", In: true, At: at(5)}, {Person: "a", At: at(10), AfterPolls: 1}, {Person: "a", In: true, At: at(20), AfterPolls: 2},
	}
	for _, c := range []struct {
		minute int
		want   string
	}{{-1, ""}, {0, "a"}, {5, "a b"}, {10, "b"}, {19, "b"}, {20, "a b"}} {
		if got := persons(deliberation.InHall(events, at(c.minute))); got != c.want {
			t.Errorf("minute %d: %q, want %q", c.minute, got, c.want)
		}
	}
	for n, want := range []string{"a b", "b", "a b"} {
		if got := persons(deliberation.InHallAtPoll(events, n)); got != want {
			t.Errorf("poll %d: %q, want %q", n, got, want)
		}
	}
}

func persons(set map[deliberation.PersonID]bool) string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(set)) {
		ids = append(ids, string(id))
	}
	return strings.Join(ids, " ")
}

func TestToSpeak(t *testing.T) {
	now := time.Now()
	all := []deliberation.Speech{
		{ID: "1", Motion: "m1", Person: "a", Called: now, Ended: now},
		{ID: "2", Motion: "m1", Person: "a"},
		{ID: "3", Motion: "m2", Person: "c"},
		{ID: "4", Motion: "m1", Person: "b"},
		{ID: "5", Motion: "m1", Person: "c"},
	}
	var got []string
	for _, s := range deliberation.ToSpeak(all, "m1") {
		got = append(got, s.ID)
	}
	if d := cmp.Diff([]string{"4", "5", "2"}, got); d != "" {
		t.Error(d)
	}
}

func TestSections(t *testing.T) {
	now := time.Now()
	roll := []deliberation.RollLine{{CheckedIn: now, Section: 2}, {CheckedIn: now, Section: 1, Left: now}, {CheckedIn: now}, {Section: 1}}
	want := []deliberation.SectionCount{{Section: 0, Present: 1}, {Section: 1}, {Section: 2, Present: 1}}
	if d := cmp.Diff(want, deliberation.Sections(roll, 2)); d != "" {
		t.Error(d)
	}
	if deliberation.Sections(roll, 0) != nil || deliberation.Sections(roll, 1) != nil {
		t.Error("one place has no sections")
	}
}

func minutesFacts(t *testing.T) deliberation.MinutesFacts {
	t.Helper()
	nine := deliberation.NewDate(2026, 12, 16).At(9, 0)
	return deliberation.MinutesFacts{
		Title: "第二次居民代表会议", Body: deliberation.Conference, Starts: nine, Ends: nine.Add(140 * time.Minute), Place: "社区活动室",
		Chair: "欧阳丹", Recorder: "单立", Due: 6, Present: 5, Absent: []string{"代表五"},
		Left:      []deliberation.MinutesLeft{{Name: "代表四", At: nine.Add(80 * time.Minute)}},
		Observers: []deliberation.Observer{{Name: "客人甲", Capacity: deliberation.ObserverGuide}},
		Items: []deliberation.MinutesItem{
			{
				Title: "修订居民公约", Speeches: []deliberation.MinutesSpeech{{Name: "代表一", Took: 150 * time.Second}}, Amendments: []string{"修订居民公约（修改稿）"},
				Votes: []deliberation.MinutesVote{
					{Voting: deliberation.SecretVoting, Voided: true},
					{Voting: deliberation.SecretVoting, Tally: &deliberation.Tally{Voters: 5, Yes: 3, No: 1, Spoiled: 1}},
				},
			},
			{Title: "春节活动"},
		},
	}
}

func TestMinutesDraft(t *testing.T) {
	const zh = `会议名称：居(村)民代表会议（第二次居民代表会议）
时间：2026年12月16日(星期三)09:00至11:20
地点：社区活动室
主持人：欧阳丹
记录人：单立
应到 6 人，实到 5 人。
缺席：代表五
中途离场：代表四（10:20）
列席（不计入人数）：客人甲（街道（乡镇）派员）

议题 1：修订居民公约
发言：
代表一（2分30秒）：
修改：修订居民公约（修改稿）
表决：无记名投票，已宣布无效。
表决：无记名投票，有表决权 5 人，赞成 3 票，反对 1 票，弃权 0 票，废票 1 张。

议题 2：春节活动
发言：无
表决：未表决
`
	f := minutesFacts(t)
	if d := cmp.Diff(zh, f.Draft("zh")); d != "" {
		t.Error(d)
	}
	en := f.Draft("en")
	for _, want := range []string{"Place: 社区活动室", "6 due, 5 present.", "代表一 (2 min 30 s):", "Observers (not counted): 客人甲 (sent by the street or township)", "3 for, 1 against, 0 abstentions, 1 spoiled"} {
		if !strings.Contains(en, want) {
			t.Errorf("%q is missing in:\n%s", want, en)
		}
	}
}

// The verdicts stand in the minutes in their own words.
func TestMinutesSayTheVerdicts(t *testing.T) {
	f := minutesFacts(t)
	f.Quorum = &deliberation.Verdict{Question: deliberation.QuorumQuestion, Met: true}
	f.Items[0].Votes[1].Verdict = &deliberation.Verdict{Question: deliberation.PassingQuestion, Met: true}
	text := f.Draft("zh")
	for _, v := range []*deliberation.Verdict{f.Quorum, f.Items[0].Votes[1].Verdict} {
		if !strings.Contains(text, v.Sentence("zh")) {
			t.Errorf("%q is missing in:\n%s", v.Sentence("zh"), text)
		}
	}
}

// A long list of names would hide what was decided; the list of who signed in has them all.
func TestMinutesOfManyAbsent(t *testing.T) {
	f := minutesFacts(t)
	f.Absent = make([]string, 201)
	if text := f.Draft("zh"); !strings.Contains(text, "缺席：201 人，名单见签到册") {
		t.Error(text)
	}
}
