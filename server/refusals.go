package server

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// said is a refusal in words: what happened, why, what to do now.
type said struct{ what, why, now string }

// sentence is a refusal in both languages. A part between bars whose place has
// nothing to fill it is left out: "|最早 {earliest}。|".
type sentence struct{ zh, en said }

// sentenceOf gives the words of a refusal, zh unless en is asked for.
func sentenceOf(r *deliberation.Refusal, lang string) said {
	t, ok := sentences[r.Code]
	if !ok {
		t = sentences[codeInternal]
	}
	words := t.zh
	if lang == "en" {
		words = t.en
	}
	fill := filler(r, lang)
	return said{what: fill(words.what), why: fill(words.why), now: fill(words.now)}
}

func filler(r *deliberation.Refusal, lang string) func(string) string {
	places := map[string]string{
		"{earliest}": moment(r.Earliest, lang), "{latest}": moment(r.Latest, lang), "{since}": moment(r.Since, lang),
		"{days}": number(r.Days), "{count}": number(r.Count), "{stage}": r.Stage.Word(lang),
		"{verdict}": "", "{fields}": fieldList(r.Fields, lang),
	}
	if r.Verdict != nil {
		places["{verdict}"] = r.Verdict.Sentence(lang)
	}
	return func(text string) string {
		var b strings.Builder
		for _, part := range strings.Split(text, "|") {
			whole := true
			for place, value := range places {
				whole = whole && (value != "" || !strings.Contains(part, place))
				part = strings.ReplaceAll(part, place, value)
			}
			if whole {
				b.WriteString(part)
			}
		}
		return strings.TrimSpace(b.String())
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// moment writes a civil moment. The first moment of a day is written as the day:
// "from 1 December" is what people mean by it.
func moment(t time.Time, lang string) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(deliberation.Shanghai)
	midnight := t.Hour() == 0 && t.Minute() == 0
	switch {
	case lang == "en" && midnight:
		return t.Format("2 January 2006, 00:00")
	case lang == "en":
		return t.Format("2 January 2006, 15:04")
	case midnight:
		return fmt.Sprintf("%d年%d月%d日0时", t.Year(), t.Month(), t.Day())
	}
	return fmt.Sprintf("%d年%d月%d日 %02d:%02d", t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute())
}

type words struct{ zh, en string }

func (w words) in(lang string) string {
	if lang == "en" {
		return w.en
	}
	return w.zh
}

// fieldProblems are the words of what can be wrong with a field.
var fieldProblems = map[string]words{
	required:   {"必须填写", "is required"},
	tooLong:    {"太长", "is too long"},
	notADate:   {"不是有效的日期时间", "is not a date and time"},
	notAChoice: {"不在可选范围内", "is not one of the choices"},
	notANumber: {"数字不在允许范围内", "is not a number that may stand here"},
	tooMany:    {"超过了上限", "is more than there can be"},
	addsUp:     {"各项合计与总数不符", "does not add up with the rest"},
	tooFew:     {"人数不足", "is too few"},
	notAnImage: {"不是 JPEG 或 PNG 图片", "is neither a JPEG nor a PNG image"},
	notText:    {"含有无法显示的字符", "holds characters that cannot be shown"},
	unexpected: {"这一步不接受此项", "is not taken here"},
}

func fieldList(list []deliberation.FieldProblem, lang string) string {
	parts := make([]string, 0, len(list))
	for _, f := range list {
		w, ok := fieldProblems[f.Problem]
		line, ofAccounts := accountProblems[f.Problem]
		if ofAccounts {
			w, ok = line, true
		}
		if !ok {
			w = words{"填写有误", "is wrong"}
		}
		part := f.Field + " " + w.in(lang)
		bound := words{"(最多 %d)", " (at most %d)"}
		if ofAccounts {
			bound = words{"(第 %d 行)", " (line %d)"}
		}
		if f.Problem == tooFew {
			bound = words{"(至少 %d)", " (at least %d)"}
		}
		if f.Limit > 0 {
			part += fmt.Sprintf(bound.in(lang), f.Limit)
		}
		parts = append(parts, part)
	}
	if lang == "en" {
		return strings.Join(parts, "; ")
	}
	return strings.Join(parts, ";")
}
