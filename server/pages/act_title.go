package pages

import "github.com/yishi-project/yishi/deliberation"

// actTitle names an act, with its motion where it is about one of several.
func actTitle(p Page, agenda []MotionLine, a deliberation.OpenAct) string {
	for i, m := range agenda {
		several := m.Together || i+1 < len(agenda) && agenda[i+1].Together
		switch {
		case a.Subject == "" || len(agenda) < 2:
		case m.ID == a.Subject && (!several || a.Kind == deliberation.Amend), string(m.Poll) == a.Subject && !several:
			return p.S("act_title", "Act", p.ActName(a.Kind), "Motion", m.Title)
		}
	}
	return p.ActName(a.Kind)
}
