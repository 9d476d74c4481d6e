package roster

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

func TestParseUnits(t *testing.T) {
	for name, c := range map[string]struct {
		csv     string
		entries []deliberation.UnitEntry
		faults  []deliberation.UnitFault
	}{
		"plain": {
			csv: "楼栋,房号,业主姓名,手机,建筑面积\n3栋,2单元501,张三,13800138000,89.5\n,商铺1,李四,,\"1,020.25\"\n",
			entries: []deliberation.UnitEntry{
				{Line: 2, Building: "3栋", Number: "2单元501", Owner: "张三", Phone: "13800138000", Area: 8950},
				{Line: 3, Number: "商铺1", Owner: "李四", Area: 102025},
			},
		},
		"other headings": {
			csv:     "枣子坪花园业主清册,,,\n幢号,房间号,产权人,建筑面积（㎡）\n3栋,501,张三,89.50㎡\n",
			entries: []deliberation.UnitEntry{{Line: 3, Building: "3栋", Number: "501", Owner: "张三", Area: 8950}},
		},
		"no area column": {
			csv:    "楼栋,房号,业主姓名,手机\n3栋,501,张三,\n",
			faults: []deliberation.UnitFault{{Line: 1, Field: "area", Problem: "column_missing"}},
		},
		"three decimals are no area": {
			csv:     "楼栋,房号,业主姓名,建筑面积\n3栋,501,张三,89.505\n",
			entries: []deliberation.UnitEntry{{Line: 2, Building: "3栋", Number: "501", Owner: "张三"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := Read([]byte(c.csv), PageLimits)
			if err != nil {
				t.Fatal(err)
			}
			entries, faults := ParseUnits(table)
			if len(entries) != len(c.entries) || len(faults) != len(c.faults) {
				t.Fatalf("entries %+v, faults %+v", entries, faults)
			}
			for i := range entries {
				if entries[i] != c.entries[i] {
					t.Errorf("entry %d: %+v, want %+v", i, entries[i], c.entries[i])
				}
			}
			for i := range faults {
				if faults[i] != c.faults[i] {
					t.Errorf("fault %d: %+v, want %+v", i, faults[i], c.faults[i])
				}
			}
		})
	}
}
