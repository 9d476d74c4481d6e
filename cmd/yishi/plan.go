package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// planCmd prints the earliest lawful calendar of a process, or the latest days of an
// election.
type planCmd struct {
	Process string `arg:"" enum:"four-deliberations,election" help:"The process: four-deliberations or election."`
	Rules   string `required:"" help:"The rule pack, for example village-2026."`
	Start   string `help:"The day it starts, as 2026-12-01; for an election today where it is left out."`
	Day     string `name:"election-day" help:"The day of an election, as 2026-12-20."`
	Method  string `default:"all_electors" enum:"all_electors,household_representatives,representatives" help:"Who elects: all_electors, household_representatives or representatives."`
	Form    string `default:"conference" enum:"conference,assembly,household_assembly" help:"Who decides at ④: conference, assembly or household_assembly."`
	ICS     string `name:"ics" type:"path" help:"Also write the calendar to this iCalendar file."`
}

// Run prints the calendar and writes the file where one is asked for.
func (c planCmd) Run() error { return c.run(os.Stdout, time.Now()) }

func (c planCmd) run(w io.Writer, now time.Time) error {
	lib, err := packs.Load()
	if err != nil {
		return err
	}
	pack, err := lib.Pack(c.Rules)
	if err != nil {
		return unknownPack(lib, c.Rules)
	}
	if c.Process == "election" && c.Start == "" {
		c.Start = deliberation.DateOf(now).String()
	}
	start, err := deliberation.ParseDate(c.Start)
	if err != nil {
		return fmt.Errorf("--start: 不是日期 %q,应写作 2026-12-01", c.Start)
	}
	_, place, _ := strings.Cut(pack.ID, "+")
	if _, err := lib.PackFor(pack.Kind, place, start, pack.ID); err != nil {
		return fmt.Errorf("规则包 %s 只适用于 %s 至 %s 启动的程序", pack.ID, pack.From, cmp.Or(pack.Until.String(), "今"))
	}
	if c.Process == "election" {
		return c.election(w, pack, lib.Calendar(), start, now)
	}
	rules, err := deliberation.FourDeliberations(pack)
	if err != nil {
		return err
	}
	planner := deliberation.Planner{Rules: rules, Calendar: lib.Calendar(), DaysOn: func(key string, on deliberation.Date) (deliberation.DaysRule, error) {
		return lib.DaysOn(pack.Kind, place, key, on)
	}}
	steps, err := planner.FourDeliberations(start, deliberation.Body(cmp.Or(c.Form, string(deliberation.Conference))))
	if err != nil {
		return err
	}
	if err := printPlan(w, pack, steps); err != nil {
		return err
	}
	return c.writeICS(w, iCalendar(pack, steps, now))
}

// writeICS writes the file where one is asked for.
func (c planCmd) writeICS(w io.Writer, content []byte) error {
	if c.ICS == "" {
		return nil
	}
	if err := os.WriteFile(c.ICS, content, 0o600); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n已写入 %s\n", c.ICS)
	return err
}

func printPlan(w io.Writer, pack deliberation.Pack, steps []deliberation.PlanStep) error {
	fmt.Fprintf(w, "四议两公开一监督:最早的合法日程\n规则包 %s  %s  %s…\n\n", pack.ID, pack.TitleZH, pack.Hash[:16])
	t := table{header: []string{"环节", "", "日期", "事项", "天数", "", "依据"}}
	stage, provisional := deliberation.Stage(""), false
	for _, s := range steps {
		name := ""
		if s.Stage != stage {
			name, stage = s.Stage.Word("zh"), s.Stage
		}
		days, cite := ruled(s.Days)
		mark := ""
		if s.Provisional {
			mark, provisional = "暂定", true
		}
		t.add(name, s.Bound.Word("zh"), s.Date.Words("zh"), deliberation.Localise(s.Words("zh"), pack.Kind), days, mark, cite)
	}
	if err := t.write(w); err != nil {
		return err
	}
	fmt.Fprintln(w, "\n通知、张贴和报告排在工作日;会议可以在休息日召开。期限的最后一日遇休息日顺延,公布天数是下限,不顺延。")
	fmt.Fprintln(w, "假定每次会议都达到法定人数,没有修改和异议;每件事都在最早可以办理之日办理。")
	if provisional {
		fmt.Fprintln(w, "暂定:所依据年份的放假安排尚未公布,公布后日期可能变动。")
	}
	return nil
}

// iCalendar writes the plan as all-day events.
func iCalendar(pack deliberation.Pack, steps []deliberation.PlanStep, now time.Time) []byte {
	var events []event
	for _, s := range steps {
		summary := s.Stage.Word("zh") + ":" + s.Bound.Word("zh") + s.Words("zh")
		events = append(events, event{s.Date, deliberation.Localise(provisional(summary, s.Provisional), pack.Kind), s.Days})
	}
	return calendarFile(events, steps[0].Date.String(), pack.Hash[:16], now)
}

// provisional marks what hangs on a table that is not published yet.
func provisional(summary string, yes bool) string {
	if yes {
		return summary + "(暂定)"
	}
	return summary
}

// event is one all-day entry of a calendar.
type event struct {
	date    deliberation.Date
	summary string
	days    *deliberation.DaysRule
}

// calendarFile writes all-day events (RFC 5545).
func calendarFile(events []event, uid, pack string, now time.Time) []byte {
	var b bytes.Buffer
	line := func(s string) { b.WriteString(folded(s)) }
	line("BEGIN:VCALENDAR")
	line("VERSION:2.0")
	line("PRODID:-//Yishi//Plan//ZH")
	line("CALSCALE:GREGORIAN")
	for i, e := range events {
		line("BEGIN:VEVENT")
		line(fmt.Sprintf("UID:%s-%02d-%s@yishi", uid, i, pack))
		line("DTSTAMP:" + now.UTC().Format("20060102T150405Z"))
		line("DTSTART;VALUE=DATE:" + e.date.Start().Format("20060102"))
		line("DTEND;VALUE=DATE:" + e.date.End().Format("20060102"))
		line("SUMMARY:" + escaped(e.summary))
		if e.days != nil {
			line("DESCRIPTION:" + escaped(fmt.Sprintf("%d 日。%s", e.days.Days, e.days.Basis.Source("zh"))))
		}
		line("TRANSP:TRANSPARENT")
		line("END:VEVENT")
	}
	line("END:VCALENDAR")
	return b.Bytes()
}

func escaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// folded breaks a content line after 75 octets at most, between characters.
func folded(s string) string {
	var b strings.Builder
	room := 75
	for _, r := range s {
		if n := utf8.RuneLen(r); n > room {
			b.WriteString("\r\n ")
			room = 74
		}
		b.WriteRune(r)
		room -= utf8.RuneLen(r)
	}
	return b.String() + "\r\n"
}

// ruled gives the days of a rule and where it stands, marked where that is no law;
// nothing where there is no rule.
func ruled(r *deliberation.DaysRule) (days, cite string) {
	if r == nil {
		return "", ""
	}
	cite = r.Basis.Citation.String()
	if r.Basis.Confidence != deliberation.LawText {
		cite += "〔" + r.Basis.Confidence.Word("zh") + "〕"
	}
	return fmt.Sprintf("%d 日", r.Days), cite
}
