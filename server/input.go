package server

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// The catalogue keys of what can be wrong with a field.
const (
	required   = "required"
	tooLong    = "too_long"
	notADate   = "not_a_date"
	notAChoice = "not_a_choice"
	notANumber = "not_a_number"
	notAnImage = "not_an_image"
	notText    = "not_text"
	tooMany    = "too_many"
	tooFew     = "too_few"
	addsUp     = "adds_up"
	unexpected = "unexpected" // the request takes no such field, and what people send is not dropped in silence
)

// Bounds of what people send.
const (
	maxLine  = 200 // runes of a line such as a place
	maxID    = 100 // bytes of an id
	maxPhoto = 8 << 20
	maxDays  = 365
	maxFen   = int64(1e15) // ten thousand thousand million yuan
	minKey   = 8
	maxKey   = 100
)

func invalid(field, problem string) error {
	return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Fields: []deliberation.FieldProblem{{Field: field, Problem: problem}}}
}

// fields gathers what is wrong, so that a form shows all of it at once.
type fields []deliberation.FieldProblem

func (f *fields) add(field, problem string, limit int) {
	*f = append(*f, deliberation.FieldProblem{Field: field, Problem: problem, Limit: limit})
}

func (f *fields) want(ok bool, field, problem string) {
	if !ok {
		f.add(field, problem, 0)
	}
}

func (f fields) refusal() error {
	if len(f) == 0 {
		return nil
	}
	return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Fields: f}
}

// text checks a text and gives it trimmed, with the line ends of this system.
func (f *fields) text(field, s string, need bool, limit int) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	switch {
	case s == "" && need:
		f.add(field, required, 0)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unprintable):
		f.add(field, notText, 0)
	case utf8.RuneCountInString(s) > limit:
		f.add(field, tooLong, limit)
	}
	return s
}

func unprintable(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

func cleanText(field, s string, need bool) (string, error) {
	var f fields
	s = f.text(field, s, need, deliberation.MaxText)
	return s, f.refusal()
}

func (f *fields) amount(field string, fen int64) {
	f.want(fen >= 0 && fen <= maxFen, field, notANumber)
}

func oneOf(s string, of []string) bool { return slices.Contains(of, s) }

// checkKey checks an Idempotency-Key: 8 to 100 printable ASCII characters.
func checkKey(key string) error {
	if len(key) < minKey || len(key) > maxKey || strings.ContainsFunc(key, func(r rune) bool { return r < 0x21 || r > 0x7e }) {
		return deliberation.Refuse(deliberation.RefuseIdempotencyKey)
	}
	return nil
}

// photoType tells the media type from the content; what the sender says of it
// must agree. It is empty where it is neither a JPEG nor a PNG.
func photoType(content []byte, said string) string {
	kind := ""
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		kind = "image/jpeg"
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		kind = "image/png"
	}
	if said != "" && said != kind {
		return ""
	}
	return kind
}

// tidyMatter trims the texts of a matter and refuses what no database keeps and
// no page shows. All else about it is for deliberation.CheckMatter.
func tidyMatter(m *deliberation.Matter) error {
	var f fields
	m.Title = f.text("title", m.Title, false, deliberation.MaxText)
	m.Summary = f.text("summary", m.Summary, false, deliberation.MaxText)
	m.Authorisation = f.text("authorisation", m.Authorisation, false, deliberation.MaxText)
	m.AuthorisedBy = f.text("authorised_by", m.AuthorisedBy, false, maxID)
	m.ChoiceReason = f.text("choice_reason", m.ChoiceReason, false, deliberation.MaxText)
	f.amount("budget_fen", m.BudgetFen)
	return f.refusal()
}

// isID reports whether s may be an id: printable ASCII, and no longer than any id is.
func isID(s string) bool {
	return s != "" && len(s) <= maxID && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x21 || r > 0x7e })
}

// plainIDs refuses an address whose ids are none before any port sees them.
func plainIDs(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		for i, name := range c.ParamNames() {
			if name != "*" && !isID(c.ParamValues()[i]) {
				return deliberation.Refuse(deliberation.RefuseNotFound)
			}
		}
		return next(c)
	}
}
