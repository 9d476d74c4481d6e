package packs

import (
	"fmt"
	"strings"
)

// Check reads a rule file as Load would, beside the packs of the program, and
// says in Chinese what it holds. What is wrong with it is a *Problem.
func Check(name string, content []byte) (string, error) {
	kind, err := KindOf(name, content)
	if err != nil {
		return "", err
	}
	switch kind {
	case CalendarFile:
		t, err := ParseCalendar(name, content)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%d 年休息日表,休息 %d 日,调休上班 %d 日。", t.Year, len(t.Holidays), len(t.Workdays)), nil
	case OverlayFile:
		return checkOverlay(name, content)
	case CompositionFile:
		c, err := ParseComposition(name, content)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("组成规则，版本 %s，%d 条，适用范围 %s。", c.Version, len(c.wordings), strings.Join(c.Scopes(), "、")), nil
	}
	p, err := Parse(name, content)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("规则包 %s,参数 %d 个,SHA-256 %s。", p.ID, len(p.Parameters), p.Hash), nil
}

func checkOverlay(name string, content []byte) (string, error) {
	o, err := parseOverlay(name, content)
	if err != nil {
		return "", err
	}
	lib, err := Load()
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("补充规则 %s:", o.name)
	for _, l := range o.layers {
		for _, id := range l.bases {
			b, ok := lib.bases[id]
			if !ok {
				return "", o.fail(l.line, "a layer is for %s, and there is no such pack", id)
			}
			p, _, err := o.lays(b.pack)
			if err != nil {
				return "", err
			}
			said += fmt.Sprintf(" %s(%d 个参数)", p.ID, len(p.Parameters))
		}
	}
	return said + "。", nil
}
