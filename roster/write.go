package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// What a spreadsheet takes for a formula when a cell begins with it.
const formulaStarts = "=+-@\t\r\n"

// quoted puts an apostrophe before what a spreadsheet would run or reckon with.
// What begins with an apostrophe gets another, so that unquoted gives it back.
func quoted(s string, alwaysText bool) string {
	if s != "" && (alwaysText || strings.ContainsRune(formulaStarts+"'", rune(s[0]))) {
		return "'" + s
	}
	return s
}

func unquoted(s string) string { return strings.TrimPrefix(s, "'") }

// numeric are the columns that a spreadsheet would take for numbers and round.
func numeric(f Field) bool { return f == Identity || f == Phone }

// written are the columns of an export: without full, no identity number and no phone.
func writtenColumns(full bool) []Column {
	var list []Column
	for _, c := range Columns {
		if full || !numeric(c.Field) {
			list = append(list, c)
		}
	}
	return list
}

func headings(columns []Column) []string {
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = c.Heading
	}
	return heads
}

// text gives the cell of a field as an import reads it back.
func (e Entry) text(f Field) string {
	switch f {
	case Community:
		return e.Community
	case Name:
		return e.Name
	case Sex:
		return sexWords[e.Sex]
	case Birth:
		return e.Birth.String()
	case Identity:
		return e.Identity
	case Phone:
		return e.Phone
	case Group:
		return e.Group
	case Building:
		return e.Building
	case Household:
		return e.Household
	case Relation:
		return relationWords[e.Relation]
	case Hukou:
		return hukouWords[e.Hukou]
	case Since:
		return e.Since.String()
	}
	return e.seatText(f)
}

func (e Entry) seatText(f Field) string {
	var words, days []string
	for _, s := range e.Seats {
		if party := partyWords[s.Office]; party != "" {
			switch f {
			case Party:
				return party
			case PartyFrom:
				return s.From.String()
			}
			continue
		}
		if w := officeWords[s.Office]; w != "" {
			words, days = append(words, w), append(days, s.From.String())
		}
	}
	switch f {
	case Offices:
		return strings.Join(words, "、")
	case OfficesFrom:
		return strings.Join(days, "、")
	}
	return ""
}

// WriteCSV writes entries as CSV, in GB18030 or in UTF-8 with a mark by which
// spreadsheets know it.
func WriteCSV(w io.Writer, entries []Entry, full bool, encoding string) error {
	if encoding == GB18030 {
		w = simplifiedchinese.GB18030.NewEncoder().Writer(w)
	} else if _, err := w.Write(byteOrderMark); err != nil {
		return err
	}
	columns := writtenColumns(full)
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(headings(columns)); err != nil {
		return err
	}
	cells := make([]string, len(columns))
	for _, e := range entries {
		for i, c := range columns {
			cells[i] = quoted(e.text(c.Field), numeric(c.Field))
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

const sheetName = "花名册"

// WriteXLSX writes entries as a workbook of one sheet. Every cell is a text.
func WriteXLSX(w io.Writer, entries []Entry, full bool) error {
	f, err := workbook(writtenColumns(full), entries)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	_, err = f.WriteTo(w)
	return err
}

// Template gives a workbook with the headings to fill in, and a second sheet that
// shows by an example what belongs under each.
func Template() ([]byte, error) {
	f, err := workbook(Columns, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	const help = "填写示例"
	if _, err := f.NewSheet(help); err != nil {
		return nil, err
	}
	for i, c := range Columns {
		if err := f.SetSheetRow(help, fmt.Sprintf("A%d", i+1), &[]string{c.Heading, c.sample}); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	_, err = f.WriteTo(&b)
	return b.Bytes(), err
}

// textFormat is the number format by which a spreadsheet leaves a cell alone.
const textFormat = 49

// workbook fills a sheet. It lies in memory until it is written: a large sheet
// written as a stream would pass through a temporary file, names in the clear.
func workbook(columns []Column, entries []Entry) (f *excelize.File, err error) {
	f = excelize.NewFile()
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	if err := f.SetSheetName("Sheet1", sheetName); err != nil {
		return f, err
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: textFormat})
	if err != nil {
		return f, err
	}
	last, err := excelize.ColumnNumberToName(len(columns))
	if err != nil {
		return f, err
	}
	if err := errors.Join(f.SetColStyle(sheetName, "A:"+last, text), f.SetColWidth(sheetName, "A", last, 16)); err != nil {
		return f, err
	}
	heads := headings(columns)
	if err := f.SetSheetRow(sheetName, "A1", &heads); err != nil {
		return f, err
	}
	cells := make([]string, len(columns))
	for n, e := range entries {
		for i, c := range columns {
			cells[i] = quoted(e.text(c.Field), false)
		}
		if err := f.SetSheetRow(sheetName, fmt.Sprintf("A%d", n+2), &cells); err != nil {
			return f, err
		}
	}
	return f, nil
}
