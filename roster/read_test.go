package roster

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/yishi-project/yishi/deliberation"
)

var (
	small = Limits{Bytes: 4 << 20, Unpacked: 8 << 20, Rows: 1000}
	today = deliberation.Date{Year: 2026, Month: 3, Day: 2}
)

// book makes a workbook, after f has had its way with it.
func book(t testing.TB, rows [][]any, f func(*excelize.File)) []byte {
	t.Helper()
	x := excelize.NewFile()
	for i, r := range rows {
		require.NoError(t, x.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r))
	}
	if f != nil {
		f(x)
	}
	var b bytes.Buffer
	_, err := x.WriteTo(&b)
	require.NoError(t, err)
	return b.Bytes()
}

func gb(t testing.TB, s string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	require.NoError(t, err)
	return b
}

// rezipped changes the parts of a workbook.
func rezipped(t testing.TB, content []byte, change func(name string, part []byte) []byte, more map[string][]byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, file := range z.File {
		r, err := file.Open()
		require.NoError(t, err)
		part, err := io.ReadAll(r)
		require.NoError(t, err)
		p, err := w.Create(file.Name)
		require.NoError(t, err)
		_, err = p.Write(change(file.Name, part))
		require.NoError(t, err)
	}
	for name, part := range more {
		p, err := w.Create(name)
		require.NoError(t, err)
		_, err = p.Write(part)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func same(_ string, part []byte) []byte { return part }

// lyingZip is a workbook whose sheet says it is small and is not.
func lyingZip(t testing.TB, content []byte, size int) []byte {
	t.Helper()
	bomb := bytes.Repeat([]byte(" "), size)
	b := rezipped(t, content, func(name string, part []byte) []byte {
		if name == "xl/worksheets/sheet1.xml" {
			return append(part, bomb...)
		}
		return part
	}, nil)
	// The directory at the end announces sizes; make those of the bomb small.
	for i := 0; i+46 < len(b); i++ {
		if bytes.HasPrefix(b[i:], []byte("PK\x01\x02")) && binary.LittleEndian.Uint32(b[i+24:]) > uint32(size) {
			binary.LittleEndian.PutUint32(b[i+24:], 100)
		}
	}
	return b
}

func TestUnreadableFilesAreRefusedWithTheirReason(t *testing.T) {
	plain := book(t, [][]any{{"姓名", "性别"}, {"张三", "男"}}, nil)
	tests := []struct {
		name    string
		content []byte
		problem string
	}{
		{"empty", nil, problemEmpty},
		{"headings only", []byte("姓名,性别\n"), problemEmpty},
		{"blank rows", []byte(",,\n , \n"), problemEmpty},
		{"workbook without rows", book(t, nil, nil), problemEmpty},
		{"password", append(append(bytes.Clone(cfbMagic), make([]byte, 600)...), utf16("EncryptedPackage")...), problemProtected},
		{"old Excel", append(bytes.Clone(cfbMagic), make([]byte, 600)...), problemOld},
		{"cut off", plain[:len(plain)/2], problemBroken},
		{"flipped", append(bytes.Clone(plain[:60]), append([]byte("xxxxxxxx"), plain[68:]...)...), problemBroken},
		{"macros", rezipped(t, plain, same, map[string][]byte{"xl/vbaProject.bin": {1}}), problemMacros},
		{"macros in disguise", rezipped(t, plain, func(name string, part []byte) []byte {
			if name == "[Content_Types].xml" {
				return bytes.ReplaceAll(part, []byte("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), []byte("application/vnd.ms-excel.sheet.macroEnabled.main+xml"))
			}
			return part
		}, nil), problemMacros},
		{"sheet breaks off", rezipped(t, plain, func(name string, part []byte) []byte {
			if name == "xl/worksheets/sheet1.xml" {
				return part[:bytes.Index(part, []byte("</sheetData>"))]
			}
			return part
		}, nil), problemBroken},
		{"document", zipOf(t, map[string]string{"word/document.xml": "<a/>"}), problemNotTable},
		{"zip bomb", rezipped(t, plain, same, map[string][]byte{"xl/media/a.bin": bytes.Repeat([]byte{0}, 9<<20)}), problemUnpacked},
		{"zip bomb that lies", lyingZip(t, plain, 9<<20), problemBroken},
		{"many parts", zipOf(t, manyParts()), problemUnpacked},
		{"binary", []byte("姓名\x00\x01\x02"), problemNotTable},
		{"UTF-16", []byte("\xff\xfe\x59\x0f"), problemEncoding},
		{"mixed encodings", append([]byte("姓名,小组\n张三丰,第一组\n"), gb(t, "李四,第二组\n")...), problemEncoding},
		{"no encoding", []byte("姓名,小组\n\xff\xff\xff,a\n"), problemEncoding},
		{"mark and yet not UTF-8", append(bytes.Clone(byteOrderMark), gb(t, "姓名,小组\n李四,第二组\n")...), problemEncoding},
		{"open quote", []byte("姓名,性别\n\"张三,男\n" + strings.Repeat("李四,女\n", 50)), problemBroken},
		{"20,000 columns", []byte("姓名" + strings.Repeat(",列", 20_000) + "\n张三\n"), problemColumns},
		{"201 columns", []byte("姓名" + strings.Repeat(",列", 200) + "\n张三\n"), problemColumns},
		{"201 columns in a workbook", book(t, [][]any{{"姓名"}, {"张三"}}, func(x *excelize.File) { _ = x.SetCellStr("Sheet1", "XFD1", "列") }), problemColumns},
		{"1,000,000 rows", []byte("姓名\n" + strings.Repeat("张\n", 1_000_000)), problemRows},
		{"a row too many", []byte("姓名,性别\n" + strings.Repeat("张三,男\n", small.Rows+1)), problemRows},
		{"too large", bytes.Repeat([]byte("a"), 5<<20), problemLarge},
		{"merged headings", book(t, [][]any{{"姓名", "联系电话", ""}, {"张三", "13900000000", "13900000001"}}, func(x *excelize.File) { _ = x.MergeCell("Sheet1", "B1", "C1") }), problemMerged},
		{"headings over two rows", book(t, [][]any{{"姓名", "性别", "手机"}, {"", "", "本人"}, {"张三", "男", ""}}, func(x *excelize.File) { _ = x.MergeCell("Sheet1", "A1", "A2") }), problemMerged},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read(test.content, small)
			var refusal *deliberation.Refusal
			require.True(t, errors.As(err, &refusal), "%v", err)
			require.Equal(t, deliberation.RefuseUnreadableFile, refusal.Code)
			require.Equal(t, test.problem, refusal.Fields[0].Problem)
		})
	}
}

func zipOf(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, part := range parts {
		p, err := w.Create(name)
		require.NoError(t, err)
		_, _ = io.WriteString(p, part)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func manyParts() map[string]string {
	m := map[string]string{}
	for i := range maxParts + 1 {
		m[fmt.Sprintf("xl/a%d.xml", i)] = ""
	}
	return m
}

func TestEncodingsAndSeparators(t *testing.T) {
	const text = "姓名,性别,小组\n张三,男,第一组\n𬱖𠅤,女,第二组\n"
	tests := []struct {
		name     string
		content  []byte
		encoding string
	}{
		{"UTF-8", []byte(text), UTF8},
		{"UTF-8 with a mark", append(bytes.Clone(byteOrderMark), text...), UTF8},
		{"GB18030", gb(t, text), GB18030},
		{"semicolons", []byte(strings.ReplaceAll(text, ",", ";")), UTF8},
		{"tabs and CRLF", []byte(strings.ReplaceAll(strings.ReplaceAll(text, ",", "\t"), "\n", "\r\n")), UTF8},
		{"quoted", []byte("\"姓名\",\"性别\",\"小组\"\n\"张三\",男,第一组\n𬱖𠅤,女,第二组\n"), UTF8},
		{"titles above", []byte("某某社区居民花名册\n填表人：,某某\n" + text), UTF8},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			table, err := Read(test.content, small)
			require.NoError(t, err)
			require.Equal(t, test.encoding, table.Encoding)
			entries, issues := Parse(table, Match(table.Head), today)
			require.Len(t, entries, 2)
			require.Equal(t, "𬱖𠅤", entries[1].Name)
			require.Equal(t, deliberation.Female, entries[1].Sex)
			require.Equal(t, "第二组", entries[1].Group)
			require.Equal(t, table.HeadLine+2, entries[1].Line)
			for _, i := range issues {
				require.Equal(t, "no_birth", i.Code)
			}
		})
	}
}

func TestWhatAWorkbookHides(t *testing.T) {
	content := book(t, [][]any{
		{"某某村村民花名册"}, {"姓名", "出生日期", "户号"}, {"张三", "1980-01-31", 1}, {"李四", 29252, 2}, {"王五", "1980-01-31", 3}, {"赵六", "1980-01-31", 4}, {"钱七", "1980-01-31", 4},
	}, func(x *excelize.File) {
		require.NoError(t, x.MergeCell("Sheet1", "A1", "C1"))
		require.NoError(t, x.SetCellFormula("Sheet1", "C3", "1+1"))
		require.NoError(t, x.SetRowVisible("Sheet1", 5, false))
		require.NoError(t, x.MergeCell("Sheet1", "C6", "C7"))
	})
	table, err := Read(content, small)
	require.NoError(t, err)
	require.Equal(t, 2, table.HeadLine)
	entries, issues := Parse(table, Match(table.Head), today)
	require.Len(t, entries, 5)
	require.Equal(t, deliberation.Date{Year: 1980, Month: 2, Day: 1}, entries[1].Birth)
	require.Equal(t, []Issue{
		{Line: 3, Code: "formula", Severity: Error}, {Line: 5, Code: "hidden_row", Severity: Warning}, {Line: 6, Code: "merged_cells", Severity: Error},
	}, issues)
}

func TestTheSheetWithKnownHeadingsIsTaken(t *testing.T) {
	content := book(t, [][]any{{"说明"}, {"请逐行填写"}}, func(x *excelize.File) {
		_, err := x.NewSheet("名单")
		require.NoError(t, err)
		require.NoError(t, x.SetSheetRow("名单", "A1", &[]string{"姓 名（必填）", "身份证号码"}))
		require.NoError(t, x.SetSheetRow("名单", "A2", &[]string{"张　三", "11010119900307803X"}))
	})
	table, err := Read(content, small)
	require.NoError(t, err)
	require.Equal(t, "名单", table.Sheet)
	require.Equal(t, 1, table.Others)
	require.Equal(t, map[Field]int{Name: 0, Identity: 1}, Match(table.Head))
	entries, _ := Parse(table, Match(table.Head), today)
	require.Equal(t, "张三", entries[0].Name)
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("姓名,性别\n张三,男\n"))
	f.Add(gb(f, "姓名,身份证号,职务\n张三,11010119900307803X,居民代表、小组长\n"))
	f.Add([]byte("\xef\xbb\xbf姓名\t出生日期\n'=1+1\t2026年2月30日\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if bytes.HasPrefix(content, zipMagic) {
			return
		}
		readAll(t, content)
	})
}

func FuzzReadXLSX(f *testing.F) {
	f.Add(book(f, [][]any{{"姓名", "性别"}, {"张三", "男"}}, nil))
	f.Add(book(f, [][]any{{"标题"}, {"姓名", "出生日期"}, {"张三", 29252}}, func(x *excelize.File) {
		_ = x.MergeCell("Sheet1", "A1", "B1")
		_ = x.SetCellFormula("Sheet1", "B3", "1+1")
	}))
	f.Fuzz(func(t *testing.T, content []byte) {
		// The zip's own checksums would hide most mutations from the reader: mutate the sheet.
		readAll(t, content)
		readAll(t, rezipped(t, fuzzBook, func(name string, part []byte) []byte {
			if name == "xl/worksheets/sheet1.xml" {
				return content
			}
			return part
		}, nil))
	})
}

var fuzzBook = func() []byte {
	x := excelize.NewFile()
	_ = x.SetSheetRow("Sheet1", "A1", &[]string{"姓名", "性别"})
	var b bytes.Buffer
	_, _ = x.WriteTo(&b)
	return b.Bytes()
}()

// readAll reads what may be anything: it is refused, or gives rows with their numbers.
func readAll(t *testing.T, content []byte) {
	table, err := Read(content, Limits{Bytes: 1 << 20, Unpacked: 4 << 20, Rows: 200})
	if err != nil {
		if !errors.Is(err, deliberation.Refuse(deliberation.RefuseUnreadableFile)) {
			t.Fatalf("neither read nor refused: %v", err)
		}
		return
	}
	entries, _ := Parse(table, Match(table.Head), today)
	if len(entries) != len(table.Lines) || len(entries) == 0 || len(entries) > 200 {
		t.Fatalf("%d entries of %d lines", len(entries), len(table.Lines))
	}
}
