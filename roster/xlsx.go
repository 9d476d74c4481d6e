package roster

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxParts is more than any workbook of one roster has.
const maxParts = 2000

// readXLSX reads the first sheet whose headings are known, and where none is the
// first that is filled.
func readXLSX(content []byte, within Limits) (Table, error) {
	pkg, err := openPackage(content, within)
	if err != nil {
		return Table{}, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		RawCellValue:   true,
		UnzipSizeLimit: within.Unpacked, UnzipXMLSizeLimit: within.Unpacked, // all in memory: a temporary file would hold names in the clear
	})
	if err != nil {
		return Table{}, unreadable(problemBroken, 0)
	}
	defer func() { _ = f.Close() }()
	var best Table
	most := 0
	for _, s := range pkg.sheets {
		t, known, err := sheetOf(f, s, pkg, within)
		if err != nil {
			return Table{}, err
		}
		if len(t.Head) > 0 && (known > most || len(best.Head) == 0) {
			best, most = t, known
		}
		if most >= 2 {
			break
		}
	}
	if len(best.Lines) == 0 {
		return Table{}, unreadable(problemEmpty, 0)
	}
	best.Others = len(pkg.sheets) - 1
	return best, nil
}

// sheetOf reads one sheet; an empty one has no head.
func sheetOf(f *excelize.File, s sheetPart, pkg workbookPackage, within Limits) (t Table, known int, err error) {
	t = Table{Format: XLSX, Sheet: s.Name, date1904: pkg.date1904}
	scan, err := scanSheet(pkg.parts[s.part])
	if err != nil {
		return t, 0, unreadable(problemBroken, 0)
	}
	lines, hidden, err := linesOf(f, s.Name, within)
	if err != nil || len(lines) == 0 {
		return t, 0, err
	}
	head, rest, known := headed(lines)
	if len(rest) == 0 {
		t.Head = head.Cells // a template that nobody has filled in
		return t, known, nil
	}
	if len(rest) > within.Rows {
		return t, 0, unreadable(problemRows, within.Rows)
	}
	last := rest[len(rest)-1].Number
	for _, m := range scan.merged {
		switch {
		case m.from > last || m.to < head.Number, m.to == head.Number && m.from == m.to && m.columns == 1:
		case m.from <= head.Number:
			return t, 0, unreadable(problemMerged, head.Number)
		default:
			t.Issues = append(t.Issues, Issue{Line: m.from, Code: "merged_cells", Severity: Error})
		}
	}
	for _, line := range rest {
		if scan.formulas[line.Number] {
			t.Issues = append(t.Issues, Issue{Line: line.Number, Code: "formula", Severity: Error})
		}
		if hidden[line.Number] {
			t.Issues = append(t.Issues, Issue{Line: line.Number, Code: "hidden_row", Severity: Warning})
		}
	}
	t.Head, t.HeadLine, t.Lines = head.Cells, head.Number, rest
	return t, known, nil
}

func linesOf(f *excelize.File, sheet string, within Limits) (lines []Line, hidden map[int]bool, err error) {
	rows, err := f.Rows(sheet)
	if err != nil {
		return nil, nil, unreadable(problemBroken, 0)
	}
	defer func() { _ = rows.Close() }()
	hidden = map[int]bool{}
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, nil, unreadable(problemBroken, 0)
		}
		if cells = trimmed(cells); len(cells) == 0 {
			continue
		}
		if len(cells) > maxColumns {
			return nil, nil, unreadable(problemColumns, maxColumns)
		}
		if len(lines) > within.Rows+headSearch {
			return nil, nil, unreadable(problemRows, within.Rows)
		}
		if rows.GetRowOpts().Hidden {
			hidden[n] = true
		}
		lines = append(lines, Line{Number: n, Cells: cells})
	}
	if rows.Error() != nil {
		return nil, nil, unreadable(problemBroken, 0)
	}
	return lines, hidden, nil
}

// workbookPackage is what a workbook is made of.
type workbookPackage struct {
	parts    map[string][]byte
	sheets   []sheetPart
	date1904 bool
}

type sheetPart struct {
	Name string `xml:"name,attr"`
	Rel  string `xml:"id,attr"`
	part string
}

// openPackage unpacks the parts, counting what comes out and not what is
// announced, and refuses what a roster has no need of: macros.
func openPackage(content []byte, within Limits) (workbookPackage, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return workbookPackage{}, unreadable(problemBroken, 0)
	}
	if len(z.File) > maxParts {
		return workbookPackage{}, unreadable(problemUnpacked, int(within.Unpacked>>20))
	}
	pkg := workbookPackage{parts: map[string][]byte{}}
	left := within.Unpacked
	for _, file := range z.File {
		name := strings.ToLower(strings.ReplaceAll(file.Name, `\`, "/"))
		if strings.HasSuffix(name, "vbaproject.bin") || strings.HasPrefix(name, "xl/macrosheets/") {
			return workbookPackage{}, unreadable(problemMacros, 0)
		}
		part, err := unpacked(file, left)
		if err != nil {
			return workbookPackage{}, err
		}
		if left -= int64(len(part)); left < 0 {
			return workbookPackage{}, unreadable(problemUnpacked, int(within.Unpacked>>20))
		}
		if strings.HasPrefix(name, "xl/worksheets/") || strings.HasPrefix(name, "xl/workbook.xml") || strings.HasPrefix(name, "xl/_rels/") {
			pkg.parts[name] = part
		}
		if name == "[content_types].xml" && bytes.Contains(bytes.ToLower(part), []byte("macroenabled")) {
			return workbookPackage{}, unreadable(problemMacros, 0)
		}
	}
	return pkg, pkg.findSheets()
}

func unpacked(file *zip.File, left int64) ([]byte, error) {
	r, err := file.Open()
	if err != nil {
		return nil, unreadable(problemBroken, 0)
	}
	defer func() { _ = r.Close() }()
	part, err := io.ReadAll(io.LimitReader(r, left+1))
	if err != nil {
		return nil, unreadable(problemBroken, 0)
	}
	return part, nil
}

// findSheets tells which part is which sheet.
func (p *workbookPackage) findSheets() error {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []sheetPart `xml:"sheets>sheet"`
	}
	var rels struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if len(p.parts["xl/workbook.xml"]) == 0 {
		return unreadable(problemNotTable, 0)
	}
	if xml.Unmarshal(p.parts["xl/workbook.xml"], &book) != nil || xml.Unmarshal(p.parts["xl/_rels/workbook.xml.rels"], &rels) != nil {
		return unreadable(problemBroken, 0)
	}
	p.date1904 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	for _, s := range book.Sheets {
		for _, r := range rels.Relations {
			if r.ID != s.Rel {
				continue
			}
			s.part = strings.ToLower(path.Join("xl", r.Target))
			if strings.HasPrefix(r.Target, "/") {
				s.part = strings.ToLower(path.Clean(r.Target[1:]))
			}
			if p.parts[s.part] != nil { // a sheet of charts has no cells
				p.sheets = append(p.sheets, s)
			}
		}
	}
	if len(p.sheets) == 0 {
		return unreadable(problemNotTable, 0)
	}
	return nil
}

// sheetScan is what the values of a sheet do not tell.
type sheetScan struct {
	formulas map[int]bool
	merged   []mergedRange
}

type mergedRange struct{ from, to, columns int }

// scanSheet reads the sheet's markup to its end: a part that breaks off would
// otherwise pass for a shorter roster.
func scanSheet(part []byte) (sheetScan, error) {
	scan := sheetScan{formulas: map[int]bool{}}
	d := xml.NewDecoder(bytes.NewReader(part))
	row := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return scan, nil
		}
		if err != nil {
			return scan, err
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "row":
			row++
			if n, err := strconv.Atoi(attribute(e, "r")); err == nil {
				row = n
			}
		case "f":
			scan.formulas[row] = true
		case "mergeCell":
			if m, ok := mergedOf(attribute(e, "ref")); ok {
				scan.merged = append(scan.merged, m)
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	i := slices.IndexFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
	if i < 0 {
		return ""
	}
	return e.Attr[i].Value
}

func mergedOf(ref string) (mergedRange, bool) {
	a, b, ok := strings.Cut(ref, ":")
	c1, r1, err1 := excelize.CellNameToCoordinates(a)
	c2, r2, err2 := excelize.CellNameToCoordinates(b)
	return mergedRange{from: r1, to: r2, columns: c2 - c1 + 1}, ok && err1 == nil && err2 == nil
}
