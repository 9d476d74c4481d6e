package roster

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/width"

	"github.com/yishi-project/yishi/deliberation"
)

// Entry is a row of a roster as it was understood. What a cell leaves empty is
// empty here, and an import leaves it as it is.
type Entry struct {
	Line int
	// Community is as the row writes it: a name, a path or an id.
	Community string
	Name      string
	Sex       deliberation.Sex
	Birth     deliberation.Date
	Identity  string
	Phone     string
	Group     string
	Building  string
	// Household is the number, which is one household's within its group and building.
	Household string
	Relation  deliberation.Relation
	Hukou     deliberation.Hukou
	Since     deliberation.Date
	Seats     []Seat
}

// Seat is an office with the day from which it is held, zero where the file does not say.
type Seat struct {
	Office deliberation.Office
	From   deliberation.Date
}

// Parse reads the rows of a table by the columns of its fields, and checks each
// row and the rows against each other as of the day. It gives the issues of the
// table too, in the order of the rows.
func Parse(t Table, at map[Field]int, on deliberation.Date) ([]Entry, []Issue) {
	p := parser{at: at, on: on, table: t, issues: slices.Clone(t.Issues)}
	entries := make([]Entry, 0, len(t.Lines))
	for _, line := range t.Lines {
		p.line = line
		entries = append(entries, p.entry())
	}
	p.issues = append(p.issues, across(entries)...)
	SortIssues(p.issues)
	return entries, p.issues
}

type parser struct {
	table  Table
	at     map[Field]int
	on     deliberation.Date
	line   Line
	issues []Issue
}

func (p *parser) fault(f Field, code string) {
	p.issues = append(p.issues, Issue{Line: p.line.Number, Field: f, Code: code, Severity: Error})
}

func (p *parser) warn(f Field, code string) {
	p.issues = append(p.issues, Issue{Line: p.line.Number, Field: f, Code: code, Severity: Warning})
}

// cell gives the text of a field, without the mark that an export puts before
// what a spreadsheet would take for a formula or a number.
func (p *parser) cell(f Field) string {
	i, ok := p.at[f]
	if !ok || i < 0 || i >= len(p.line.Cells) {
		return ""
	}
	s := strings.TrimFunc(unquoted(p.line.Cells[i]), unicode.IsSpace)
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }):
		p.fault(f, "not_text")
		return ""
	case utf8.RuneCountInString(s) > maxCell:
		p.fault(f, "too_long")
		return ""
	}
	return s
}

func (p *parser) entry() Entry {
	e := Entry{
		Line: p.line.Number, Community: p.cell(Community), Name: nameOf(p.cell(Name)), Group: p.cell(Group), Building: p.cell(Building),
		Phone: phoneOf(p.cell(Phone)), Identity: deliberation.TidyIdentity(p.cell(Identity)), Household: p.cell(Household),
		Birth: p.day(Birth), Since: p.day(Since),
		Sex: lookup(p, Sex, sexes, "unknown_sex"), Hukou: lookup(p, Hukou, hukous, "unknown_hukou"),
	}
	if e.Name == "" {
		p.fault(Name, "required")
	}
	if e.Phone != "" && !mobile.MatchString(e.Phone) {
		p.fault(Phone, "phone_form")
	}
	if !e.Since.IsZero() && e.Since.After(p.on) {
		p.fault(Since, "future_day")
	}
	p.identity(&e)
	if !e.Since.IsZero() && e.Since.Before(e.Birth) {
		p.fault(Since, "since_before_birth")
	}
	p.relation(&e)
	p.seats(&e)
	return e
}

var mobile = regexp.MustCompile(`^1[3-9]\d{9}$`)

// phoneOf writes a mobile number as its eleven digits.
func phoneOf(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, width.Fold.String(s))
	return strings.TrimPrefix(strings.TrimSuffix(s, ".0"), "+86")
}

// nameOf takes out the spaces by which rosters stretch names of two characters:
// 张　三 is 张三, while Alim Memet stays.
func nameOf(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.Is(unicode.Han, r) && !unicode.IsSpace(r) }) {
		return strings.Join(strings.Fields(s), " ")
	}
	return strings.Join(strings.Fields(s), "")
}

func lookup[T ~string](p *parser, f Field, words map[string]T, unknown string) T {
	s := word(p.cell(f))
	v, ok := words[s]
	if s != "" && !ok {
		p.fault(f, unknown)
	}
	return v
}

var rounded = regexp.MustCompile(`^\d(\.\d+)?[Ee]\+?\d+$`)

// identity checks the number and birth and sex against it; where they are empty
// they are taken from it.
func (p *parser) identity(e *Entry) {
	if !e.Birth.IsZero() && !deliberation.BirthPossible(e.Birth, p.on) {
		p.fault(Birth, "birth_impossible")
	}
	if e.Identity == "" {
		if e.Birth.IsZero() {
			p.warn(Birth, "no_birth")
		}
		return
	}
	if rounded.MatchString(e.Identity) {
		p.fault(Identity, "identity_rounded")
		return
	}
	birth, sex, err := deliberation.CheckIdentity(e.Identity)
	if err != nil {
		p.fault(Identity, identityCode(err))
		return
	}
	switch {
	case e.Birth.IsZero() && !deliberation.BirthPossible(birth, p.on):
		p.fault(Identity, "birth_impossible")
	case e.Birth.IsZero():
		e.Birth = birth
	case e.Birth != birth:
		p.fault(Birth, "birth_identity")
	}
	switch {
	case e.Sex == "":
		e.Sex = sex
	case e.Sex != sex:
		p.fault(Sex, "sex_identity")
	}
}

func identityCode(err error) string {
	switch {
	case errors.Is(err, deliberation.ErrIdentityLength):
		return "identity_length"
	case errors.Is(err, deliberation.ErrIdentityCharacters):
		return "identity_characters"
	case errors.Is(err, deliberation.ErrIdentityDate):
		return "identity_date"
	}
	return "identity_checksum"
}

func (p *parser) relation(e *Entry) {
	s := word(p.cell(Relation))
	if s == "" {
		return
	}
	r, known := relations[s]
	if !known {
		r = deliberation.RelationOther
		p.warn(Relation, "unknown_relation")
	}
	e.Relation = r
}

// seats reads the Party membership and the offices of a row, each once.
func (p *parser) seats(e *Entry) {
	if s := word(p.cell(Party)); s != "" {
		office, known := parties[s]
		if !known {
			p.fault(Party, "unknown_party")
		}
		if office != "" {
			e.Seats = append(e.Seats, Seat{office, p.day(PartyFrom)})
		}
	}
	var words []string
	for _, w := range split(p.cell(Offices)) {
		if w = word(w); w != "无" {
			words = append(words, w)
		}
	}
	days := p.officeDays(len(words))
	var implied []Seat
	for i, w := range words {
		offices, known := seats[w]
		if !known {
			p.fault(Offices, "unknown_office")
			continue
		}
		e.Seats = append(e.Seats, Seat{offices[0], days[i]})
		for _, o := range offices[1:] {
			implied = append(implied, Seat{o, days[i]})
		}
	}
	e.Seats = once(append(e.Seats, implied...))
	for _, s := range e.Seats {
		from := s.From
		if from.IsZero() {
			from = p.on
		}
		if !e.Birth.IsZero() && deliberation.AgeOn(e.Birth, from) < adulthood {
			p.fault(Offices, "underage")
		}
		if s.Office.OfPlace() {
			p.fault(Offices, "office_of_place")
		}
		for _, base := range e.Seats {
			if base.Office == besides[s.Office] && base.From.After(s.From) && !s.From.IsZero() {
				p.fault(OfficesFrom, "deputy_before_member")
			}
		}
	}
}

// besides gives the office that must be held for another to be held.
var besides = map[deliberation.Office]deliberation.Office{
	deliberation.DeputyDirector: deliberation.CommitteeMember, deliberation.SupervisionHead: deliberation.Supervisor,
}

// adulthood is the age from which offices are held (居民委员会组织法 art. 8; 村民委员会组织法 art. 13).
const adulthood = 18

// officeDays gives the day of each office: one for all, or one for each.
func (p *parser) officeDays(offices int) []deliberation.Date {
	words := split(p.cell(OfficesFrom))
	days := make([]deliberation.Date, offices)
	switch {
	case offices == 0 || len(words) == 0:
	case len(words) == 1, len(words) == offices:
		for i := range days {
			days[i] = p.dayOf(OfficesFrom, words[min(i, len(words)-1)])
		}
	default:
		p.fault(OfficesFrom, "offices_from_count")
	}
	return days
}

// once keeps the first of each office.
func once(list []Seat) []Seat {
	var kept []Seat
	for _, s := range list {
		if !slices.ContainsFunc(kept, func(k Seat) bool { return k.Office == s.Office }) {
			kept = append(kept, s)
		}
	}
	return kept
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、,，;；", r) || r == '\n' })
}

var (
	writtenDay = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?( 0{1,2}:00(:00)?)?$`)
	plainDay   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	serialDay  = regexp.MustCompile(`^\d{4,5}(\.0*)?$`)
)

func (p *parser) day(f Field) deliberation.Date { return p.dayOf(f, p.cell(f)) }

// dayOf reads a day as people and spreadsheets write it.
func (p *parser) dayOf(f Field, s string) deliberation.Date {
	s = strings.TrimSpace(width.Fold.String(s))
	if s == "" {
		return deliberation.Date{}
	}
	m := writtenDay.FindStringSubmatch(s)
	if m == nil {
		m = plainDay.FindStringSubmatch(s)
	}
	if m != nil {
		y, _ := strconv.Atoi(m[1]) // digits, by the pattern
		month, _ := strconv.Atoi(m[2])
		d, _ := strconv.Atoi(m[3])
		if day := deliberation.NewDate(y, time.Month(month), d); day.Year == y && day.Month == time.Month(month) && day.Day == d {
			return day
		}
	} else if p.table.Format == XLSX && serialDay.MatchString(s) {
		if day, ok := p.serial(s); ok {
			return day
		}
	}
	p.fault(f, "not_a_date")
	return deliberation.Date{}
}

// serial reads a day as workbooks keep it, the days since 1900 or 1904. What
// looks like a bare year is none: 1990 may be a year or a day of 1905.
func (p *parser) serial(s string) (deliberation.Date, bool) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n != math.Trunc(n) || n < 2101 {
		return deliberation.Date{}, false
	}
	t, err := excelize.ExcelDateToTime(n, p.table.date1904)
	if err != nil {
		return deliberation.Date{}, false
	}
	return deliberation.NewDate(t.Year(), t.Month(), t.Day()), true
}
