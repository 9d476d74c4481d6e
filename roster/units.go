package roster

import (
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// The fields of a file of units 专有部分清册, besides Building and Phone.
const (
	UnitNumber Field = "number"
	UnitOwner  Field = "owner"
	UnitArea   Field = "area"
)

// unitColumns are the columns of a file of units, in the order of its template.
var unitColumns = []Column{
	{Building, "楼栋", []string{"楼号", "栋", "栋号", "楼栋号", "幢", "幢号", "building"}, "3栋"},
	{UnitNumber, "房号", []string{"房间号", "室号", "门牌", "门牌号", "单元房号", "单元号房号", "number"}, "2单元501"},
	{UnitOwner, "业主姓名", []string{"业主", "产权人", "产权人姓名", "所有权人", "姓名", "owner"}, "张三"},
	{Phone, "手机", []string{"联系电话", "手机号", "手机号码", "电话", "业主电话", "联系方式", "phone"}, ""},
	{UnitArea, "建筑面积", []string{
		"面积", "专有部分面积", "产权面积", "建筑面积(㎡)", "建筑面积(平方米)", "建筑面积(m2)", "建筑面积(m²)", "面积(㎡)", "面积(平方米)", "area",
	}, "89.50"},
}

var unitFieldOf = func() map[string]Field {
	m := map[string]Field{}
	for _, c := range unitColumns {
		for _, h := range append([]string{c.Heading}, c.also...) {
			m[heading(h)] = c.Field
		}
	}
	return m
}()

// ParseUnits reads the units of a table by its headings. A column that is missing is
// one fault of the row of headings.
func ParseUnits(t Table) ([]deliberation.UnitEntry, []deliberation.UnitFault) {
	at := map[Field]int{}
	for i, h := range t.Head {
		if f, known := unitFieldOf[heading(h)]; known {
			if _, taken := at[f]; !taken {
				at[f] = i
			}
		}
	}
	var faults []deliberation.UnitFault
	for _, f := range []Field{UnitNumber, UnitOwner, UnitArea} {
		if _, there := at[f]; !there {
			faults = append(faults, deliberation.UnitFault{Line: t.HeadLine, Field: string(f), Problem: "column_missing"})
		}
	}
	for _, i := range t.Issues {
		if i.Severity == Error {
			faults = append(faults, deliberation.UnitFault{Line: i.Line, Field: string(i.Field), Problem: i.Code})
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	p := parser{at: at, table: t}
	entries := make([]deliberation.UnitEntry, 0, len(t.Lines))
	for _, line := range t.Lines {
		p.line = line
		e := deliberation.UnitEntry{
			Line: line.Number, Building: p.cell(Building), Number: p.cell(UnitNumber), Owner: nameOf(p.cell(UnitOwner)), Phone: phoneOf(p.cell(Phone)),
		}
		e.Area, _ = deliberation.ParseArea(plainNumber(p.cell(UnitArea))) // nought is refused as an area, with its row
		entries = append(entries, e)
	}
	for _, i := range p.issues {
		faults = append(faults, deliberation.UnitFault{Line: i.Line, Field: string(i.Field), Problem: i.Code})
	}
	return entries, faults
}

// plainNumber drops what a spreadsheet writes between digits.
func plainNumber(s string) string { return strings.NewReplacer(",", "", "，", "", " ", "").Replace(s) }
