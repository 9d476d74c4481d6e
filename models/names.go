package models

import (
	"fmt"
	"strings"
)

const numerals = "零一二三四五六七八九"

// countedName writes the numbers of a name, 12 or 十二, so that names sort as
// people count: 第二组 before 第十组, 2栋 before 10栋.
func countedName(name string) string {
	var out strings.Builder
	var run []rune
	flush := func() {
		if len(run) > 0 {
			fmt.Fprintf(&out, "%09d", numberOf(run))
			run = run[:0]
		}
	}
	for _, r := range name {
		if (r >= '0' && r <= '9') || strings.ContainsRune(numerals+"十百", r) {
			run = append(run, r)
			continue
		}
		flush()
		out.WriteRune(r)
	}
	flush()
	return out.String()
}

// numberOf reads digits or Chinese numerals up to 999; longer runs of digits are cut.
func numberOf(run []rune) int {
	total, digit, seen := 0, 0, false
	for _, r := range run {
		switch {
		case r == '十', r == '百':
			unit := 10
			if r == '百' {
				unit = 100
			}
			if !seen {
				digit = 1
			}
			total, digit, seen = total+digit*unit, 0, false
		case r >= '0' && r <= '9':
			digit, seen = (digit*10+int(r-'0'))%1_000_000_000, true
		default:
			digit, seen = len([]rune(numerals[:strings.IndexRune(numerals, r)])), true
		}
	}
	return total + digit
}
