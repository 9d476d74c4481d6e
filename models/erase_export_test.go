package models

// PersonColumns are the columns that erasing a person knows, as table.column.
func PersonColumns() map[string]bool {
	m := map[string]bool{}
	for _, c := range personColumns {
		m[c.table+"."+c.column] = true
	}
	return m
}
