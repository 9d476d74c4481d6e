package models

import (
	"slices"
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// reading is how a name may be read aloud, for search and order.
type reading struct {
	// syllables are the readings of each character, all of them: who searches for
	// 单 as a surname types shan, as a given name dan.
	syllables [][]string
	// sorted is one reading, by which lists are sorted.
	sorted string
}

// surnames are read otherwise as surnames than as words, and their table does not
// give that reading first (现代汉语词典).
var surnames = map[string][]string{
	"单": {"shan"}, "曾": {"zeng"}, "解": {"xie"}, "仇": {"qiu"}, "区": {"ou"}, "朴": {"piao"}, "查": {"zha"},
	"盖": {"ge"}, "缪": {"miao"}, "翟": {"zhai"}, "覃": {"qin"}, "召": {"shao"}, "员": {"yun"}, "折": {"she"},
	"繁": {"po"}, "种": {"chong"}, "乐": {"yue"}, "秘": {"bi"}, "黑": {"he"}, "洗": {"xian"}, "乜": {"nie"},
	"能": {"nai"}, "卜": {"bu"}, "隗": {"wei"},
	"尉迟": {"yu", "chi"}, "万俟": {"mo", "qi"}, "澹台": {"tan", "tai"}, "单于": {"chan", "yu"},
}

var (
	allReadings = func() pinyin.Args { a := pinyin.NewArgs(); a.Heteronym = true; return a }()
	oneReading  = pinyin.NewArgs()
)

// readingOf reads a name. A character that no table reads stands for itself.
func readingOf(name string) reading {
	chars := []rune(strings.ToLower(name))
	r := reading{syllables: make([][]string, 0, len(chars))}
	main := make([]string, len(chars))
	for i, c := range chars {
		all := pinyin.SinglePinyin(c, allReadings)
		if len(all) == 0 {
			r.syllables, main[i] = append(r.syllables, []string{string(c)}), string(c)
			continue
		}
		main[i] = pinyin.SinglePinyin(c, oneReading)[0]
		for _, s := range all { // who has no ü types u as well as v
			if u := strings.ReplaceAll(s, "v", "u"); u != s {
				all = append(all, u)
			}
		}
		r.syllables = append(r.syllables, all)
	}
	for _, n := range []int{2, 1} {
		if len(chars) < n {
			continue
		}
		if as, ok := surnames[string(chars[:n])]; ok {
			for i, s := range as {
				main[i] = s
				if !slices.Contains(r.syllables[i], s) {
					r.syllables[i] = append(slices.Clone(r.syllables[i]), s)
				}
			}
			break
		}
	}
	r.sorted = strings.Join(main, " ")
	return r
}

// matches reports whether the text is made of the beginnings of syllables that
// follow one another, from any of them on: zxm, zhangxm and xiaom find 张小明.
func (r reading) matches(text string) bool {
	for i := range r.syllables {
		if begins(r.syllables[i:], text) {
			return true
		}
	}
	return false
}

func begins(syllables [][]string, text string) bool {
	if text == "" {
		return true
	}
	if len(syllables) == 0 {
		return false
	}
	for _, s := range syllables[0] {
		for n := commonPrefix(s, text); n > 0; n-- {
			if begins(syllables[1:], text[n:]) {
				return true
			}
		}
	}
	return false
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// isLatin reports whether the text could be pinyin.
func isLatin(text string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}
