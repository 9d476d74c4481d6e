package deliberation

import (
	"cmp"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed strokes.txt
var strokesText string

// strokes is how many strokes a character is written with.
var strokes = sync.OnceValue(func() map[rune]int {
	table := map[rune]int{}
	for line := range strings.Lines(strokesText) {
		count, characters, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(count)
		if err != nil {
			continue // a comment
		}
		for _, c := range characters {
			table[c] = n
		}
	}
	return table
})

// compoundSurnames are the surnames 复姓 of two characters that are in use.
var compoundSurnames = strings.Fields(`欧阳 司马 上官 诸葛 尉迟 皇甫 公孙 慕容 令狐 长孙 宇文 司徒 司空 夏侯 东方 南宫 西门 百里 呼延 端木
	公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 轩辕 钟离 闾丘 鲜于 澹台 万俟 闻人 赫连 拓跋 独孤 第五 左丘 东郭 公羊 谷梁 漆雕 乐正 壤驷 公西 巫马 颛孙 梁丘 段干 东门 南门 即墨 达奚`)

// SurnameOf splits a name into surname 姓 and given name 名. A name of two characters
// that look like a compound surname is surname and given name of one each.
func SurnameOf(name string) (surname, given string) {
	chars := []rune(strings.TrimSpace(name))
	n := min(1, len(chars))
	if len(chars) > 2 && slices.Contains(compoundSurnames, string(chars[:2])) {
		n = 2
	}
	return string(chars[:n]), string(chars[n:])
}

// CompareByStrokes orders names by the strokes of the surname 姓氏笔画 (S-VE 第二十三条):
// by the surname's first character, one surname together, single before compound, then
// the rest character by character, the shorter first. Among characters of as many
// strokes the order is that of Unicode, which goes by radicals; what the table does not
// hold comes last.
func CompareByStrokes(a, b string) int {
	sa, ga := SurnameOf(a)
	sb, gb := SurnameOf(b)
	ra, rb := []rune(sa), []rune(sb)
	if c := compareCharacters(ra[:min(1, len(ra))], rb[:min(1, len(rb))]); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(len(ra), len(rb)), compareCharacters(ra, rb), compareCharacters([]rune(ga), []rune(gb)))
}

func compareCharacters(a, b []rune) int {
	return slices.CompareFunc(a, b, func(x, y rune) int {
		return cmp.Or(cmp.Compare(strokesOf(x), strokesOf(y)), cmp.Compare(x, y))
	})
}

func strokesOf(c rune) int {
	if n, ok := strokes()[c]; ok {
		return n
	}
	return 1 << 10
}
