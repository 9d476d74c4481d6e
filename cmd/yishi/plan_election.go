package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// election prints the latest lawful days of an election and what collides.
func (c planCmd) election(w io.Writer, pack deliberation.Pack, cal deliberation.Calendar, today deliberation.Date, now time.Time) error {
	day, err := deliberation.ParseDate(c.Day)
	if err != nil {
		return fmt.Errorf("--election-day: 不是日期 %q，应写作 2026-12-20", c.Day)
	}
	method := deliberation.ElectionMethod(c.Method)
	if method == "" {
		method = deliberation.AllElectors
	}
	rules, err := deliberation.ElectionOf(pack, method)
	if err != nil {
		return err
	}
	steps := deliberation.PlanElection(rules, cal, today, day)
	fmt.Fprintf(w, "选举：最迟的合法日程\n规则包 %s  %s  %s…\n方式 %s  筹备开始 %s  选举日 %s\n\n", pack.ID, pack.TitleZH, pack.Hash[:16], method.Word("zh"), today.Words("zh"), day.Words("zh"))
	t := table{header: []string{"", "日期", "事项", "天数", "", "依据", "注意"}}
	var events []event
	unpublished := false
	for _, s := range steps {
		bound := s.Bound.Word("zh")
		if s.Point == deliberation.ElectionDay {
			bound = ""
		}
		days, cite := ruled(s.Days)
		mark := ""
		if s.Provisional {
			mark, unpublished = "暂定", true
		}
		var notes []string
		for _, x := range s.Conflicts {
			notes = append(notes, x.Words("zh"))
		}
		t.add(bound, s.Date.Words("zh"), deliberation.Localise(s.Point.Word("zh"), pack.Kind), days, mark, cite, strings.Join(notes, "；"))
		summary := s.Point.Word("zh")
		if !strings.Contains(summary, "最") { // 最后一日 says it already
			summary = bound + summary
		}
		events = append(events, event{s.Date, deliberation.Localise(provisional(summary, s.Provisional), pack.Kind), s.Days})
	}
	if err := t.write(w); err != nil {
		return err
	}
	fmt.Fprintln(w, "\n“若干日前”不顺延，遇休息日提前办理；从某日起算的期限，最后一日遇休息日顺延。")
	fmt.Fprintln(w, "每个期限都按前一件事最迟的日期计算；提前办理的，后面的期限从实际办理之日重新起算。没有天数的事项，法律没有规定日期，只须早于公布名单。")
	if unpublished {
		fmt.Fprintln(w, "暂定：所依据年份的放假安排尚未公布，公布后日期可能变动。")
	}
	return c.writeICS(w, calendarFile(events, day.String(), pack.Hash[:16], now))
}
