// Package roster reads and writes rosters 居(村)民花名册 as people keep them: Excel
// workbooks and CSV files. It tells columns by their headings, cells by what they
// say, and checks each row and the rows against each other. It knows no database:
// what the rows change there is for its callers.
package roster

import (
	"bytes"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// The formats of a file.
const (
	XLSX = "xlsx"
	CSV  = "csv"
)

// Limits bound what is read of a file, so that a small one cannot fill the memory.
type Limits struct {
	// Bytes is the size of the file, Unpacked that of all parts of a workbook.
	Bytes, Unpacked int64
	Rows            int
}

// The limits of the command line, for whole districts, and of a page, for one community.
var (
	CommandLimits = Limits{Bytes: 128 << 20, Unpacked: 512 << 20, Rows: 200_000}
	PageLimits    = Limits{Bytes: 20 << 20, Unpacked: 128 << 20, Rows: 20_000}
)

// maxColumns is more than any roster has; maxCell is runes of one cell.
const (
	maxColumns = 200
	maxCell    = 200
)

// headSearch is how many filled rows from the top may hold titles before the headings.
const headSearch = 10

// Table is a file's sheet as text, with the row of headings told apart.
type Table struct {
	Format string
	// Sheet is the name of the sheet taken, empty for CSV; Others counts those left aside.
	Sheet  string
	Others int
	// Encoding is UTF-8 or GB18030 for CSV.
	Encoding string
	// Head are the headings, as they stand in row HeadLine.
	Head     []string
	HeadLine int
	Lines    []Line
	// Issues are what was found while reading: formulas, merged cells, hidden rows.
	Issues []Issue
	// date1904 says from which day a workbook counts.
	date1904 bool
}

// Line is a row that is not blank; Number is its number as spreadsheets count, from one.
type Line struct {
	Number int
	Cells  []string
}

// Why a file is unreadable: the Problem of the refusal's field "file".
const (
	problemEmpty     = "file_empty"
	problemProtected = "file_protected"
	problemMacros    = "file_macros"
	problemOld       = "file_old_excel"
	problemBroken    = "file_broken"
	problemNotTable  = "file_not_a_table"
	problemEncoding  = "file_encoding"
	problemUnpacked  = "file_unpacked"
	problemColumns   = "file_columns"
	problemRows      = "file_rows"
	problemLarge     = "file_large"
	problemMerged    = "file_merged_head"
)

func unreadable(problem string, limit int) error {
	return &deliberation.Refusal{
		Code:   deliberation.RefuseUnreadableFile,
		Fields: []deliberation.FieldProblem{{Field: "file", Problem: problem, Limit: limit}},
	}
}

var (
	zipMagic = []byte("PK\x03\x04")
	cfbMagic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") // OLE compound file: old Excel, or an encrypted workbook
)

// Read tells the format from the content and reads it. What cannot be read is
// refused (RefuseUnreadableFile) with the reason.
func Read(content []byte, within Limits) (t Table, err error) {
	defer func() { // a library that stumbles over a broken file must not take the program with it
		if r := recover(); r != nil {
			t, err = Table{}, unreadable(problemBroken, 0)
		}
	}()
	switch {
	case len(content) == 0:
		return Table{}, unreadable(problemEmpty, 0)
	case int64(len(content)) > within.Bytes:
		return Table{}, unreadable(problemLarge, int(within.Bytes>>20))
	case bytes.HasPrefix(content, cfbMagic):
		if bytes.Contains(content, utf16("EncryptedPackage")) {
			return Table{}, unreadable(problemProtected, 0)
		}
		return Table{}, unreadable(problemOld, 0)
	case bytes.HasPrefix(content, zipMagic):
		return readXLSX(content, within)
	}
	return readCSV(content, within)
}

func utf16(ascii string) []byte {
	var b []byte
	for i := range len(ascii) {
		b = append(b, ascii[i], 0)
	}
	return b
}

// headed splits the lines at the row of headings: that of the first filled rows
// in which most columns are known; where none is known, the first.
func headed(lines []Line) (head Line, rest []Line, known int) {
	best := 0
	for i := range min(headSearch, len(lines)) {
		if n := len(Match(lines[i].Cells)); n > known {
			best, known = i, n
		}
	}
	return lines[best], lines[best+1:], known
}

// trimmed cuts empty cells off the end.
func trimmed(cells []string) []string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}
