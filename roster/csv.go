package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// The encodings of a CSV file.
const (
	UTF8    = "UTF-8"
	GB18030 = "GB18030"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// readCSV reads comma, semicolon or tab separated text.
func readCSV(content []byte, within Limits) (Table, error) {
	text, encoding, err := decoded(content)
	if err != nil {
		return Table{}, err
	}
	comma := separator(text)
	if err := bounded(text, comma, within); err != nil {
		return Table{}, err
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
	t := Table{Format: CSV, Encoding: encoding}
	var lines []Line
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Table{}, unreadable(problemBroken, 0)
		}
		number, _ := r.FieldPos(0)
		if cells = trimmed(cells); len(cells) == 0 {
			continue
		}
		if len(cells) > maxColumns {
			return Table{}, unreadable(problemColumns, maxColumns)
		}
		lines = append(lines, Line{Number: number, Cells: slices.Clone(cells)})
	}
	return t.filled(lines, within)
}

// filled puts the lines into the table.
func (t Table) filled(lines []Line, within Limits) (Table, error) {
	if len(lines) == 0 {
		return Table{}, unreadable(problemEmpty, 0)
	}
	head, rest, _ := headed(lines)
	if len(rest) == 0 {
		return Table{}, unreadable(problemEmpty, 0)
	}
	if len(rest) > within.Rows {
		return Table{}, unreadable(problemRows, within.Rows)
	}
	t.Head, t.HeadLine, t.Lines = head.Cells, head.Number, rest
	return t, nil
}

// decoded gives the text in UTF-8, and which encoding it was in. Part of it in
// one and part in another is refused: half the names would be wrong.
func decoded(content []byte) (text []byte, encoding string, err error) {
	if bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")) {
		return nil, "", unreadable(problemEncoding, 0) // UTF-16
	}
	if bytes.IndexByte(content, 0) >= 0 {
		return nil, "", unreadable(problemNotTable, 0)
	}
	plain, marked := bytes.CutPrefix(content, byteOrderMark)
	if utf8.Valid(plain) {
		return plain, UTF8, nil
	}
	if marked || mixed(content) {
		return nil, "", unreadable(problemEncoding, 0)
	}
	text, err = simplifiedchinese.GB18030.NewDecoder().Bytes(content)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return nil, "", unreadable(problemEncoding, 0)
	}
	return text, GB18030, nil
}

// mixed reports whether text that is not UTF-8 as a whole has cells that are: at
// least two Chinese characters and nothing else beyond ASCII. By chance a cell of
// GB18030 reads so far less often than once in a thousand.
func mixed(content []byte) bool {
	foreign, chinese := 0, 0
	for cell := range bytes.FieldsFuncSeq(content, func(r rune) bool { return strings.ContainsRune(",;\t\r\n\"", r) }) {
		switch beyond, han := charactersOf(cell); {
		case beyond == 0:
		case han == beyond && han >= 2:
			chinese++
		default:
			foreign++
		}
	}
	return chinese*1000 > foreign+chinese
}

// charactersOf counts the characters beyond ASCII and those of them that are
// Chinese in UTF-8; a byte that is no UTF-8 is beyond and not Chinese.
func charactersOf(cell []byte) (beyond, han int) {
	for len(cell) > 0 {
		r, size := utf8.DecodeRune(cell)
		cell = cell[size:]
		if r < utf8.RuneSelf {
			continue
		}
		beyond++
		if r >= 0x3400 && r <= 0x9fff || r >= 0x20000 && r <= 0x323af || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef {
			han++
		}
	}
	return beyond, han
}

// separator gives what stands most often in the first line.
func separator(text []byte) rune {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	best := ','
	for _, c := range ";\t" {
		if bytes.Count(first, []byte(string(c))) > bytes.Count(first, []byte(string(best))) {
			best = c
		}
	}
	return best
}

// bounded counts separators and lines before the parser makes a string of each.
func bounded(text []byte, comma rune, within Limits) error {
	// A quoted cell may hold a separator or a line end of its own, hence the room.
	const room = 4
	lines := 0
	for line := range bytes.Lines(text) {
		if bytes.Count(line, []byte(string(comma))) > room*maxColumns {
			return unreadable(problemColumns, maxColumns)
		}
		if lines++; lines > room*within.Rows {
			return unreadable(problemRows, within.Rows)
		}
	}
	return nil
}
