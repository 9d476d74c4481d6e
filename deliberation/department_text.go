package deliberation

import (
	"fmt"
	"strings"
)

// PermilleText writes a share in thousandths as people read it: 63.6%.
func PermilleText(n int) string { return fmt.Sprintf("%d.%d%%", n/10, n%10) }

// Line writes a result in one line: the votes of each grade with their shares.
func (d DepartmentResult) Line(lang string) string {
	if d.Valid == 0 {
		return pick(lang, "没有有效评议票", "no form is valid")
	}
	parts := make([]string, len(d.Votes))
	for i, v := range d.Votes {
		parts[i] = pick(lang, fmt.Sprintf("%s %d 票（%s）", DepartmentGrade(v.Option).Word(lang), v.Votes, PermilleText(d.Permille[i])),
			fmt.Sprintf("%s %d (%s)", DepartmentGrade(v.Option).Word(lang), v.Votes, PermilleText(d.Permille[i])))
	}
	return strings.Join(parts, pick(lang, "，", ", "))
}

// RatingNotice drafts the paper that hangs on the board: the results, or, once there is
// anything to say of replies, those with the text of each.
func RatingNotice(title string, names []string, s RatingStatus, replies map[DepartmentID]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n评议日期：%s。以下结果供有关方面分析运用，本身不处分任何单位和个人。\n", title, s.Held.Words("zh"))
	for i, d := range s.Departments {
		if d.Result == nil || i >= len(names) {
			continue
		}
		fmt.Fprintf(&b, "\n%d. %s\n收回评议票 %d 张，有效 %d 张：%s。\n", i+1, names[i], d.Result.Ballots, d.Result.Valid, d.Result.Line("zh"))
		switch {
		case replies == nil:
		case d.Reply.IsZero():
			fmt.Fprintf(&b, "答复：逾期未答复（期限 %s）。\n", DateOf(d.ReplyDue.Add(-1)).Words("zh"))
		case d.Late:
			fmt.Fprintf(&b, "答复（%s，逾期）：%s\n", DateOf(d.Replied).Words("zh"), strings.TrimSpace(replies[d.ID]))
		default:
			fmt.Fprintf(&b, "答复（%s）：%s\n", DateOf(d.Replied).Words("zh"), strings.TrimSpace(replies[d.ID]))
		}
	}
	return b.String()
}
