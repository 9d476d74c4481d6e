package deliberation

var itemWords = map[ItemCode]word{
	AccountsItem:     {"财务收支", "income and spending"},
	"funds":          {"政府拨付和社会捐赠的资金、物资", "government and donated funds"},
	"relief":         {"救助对象和救助情况", "who receives relief"},
	"resolutions":    {"居(村)民会议、代表会议的决定和实施", "resolutions and their implementation"},
	"facilities":     {"服务设施的占有和使用", "facilities owned and used"},
	"services":       {"服务项目", "service projects"},
	"assistance":     {"协助政府开展的工作", "help given to the government"},
	"consultations":  {"协商的事项和结果", "consultations and their outcome"},
	MajorItem:        {"涉及居(村)民利益的重大事项", "major matters of residents' interest"},
	TermAuditItem:    {"任期经济责任审计结果", "audit of the term"},
	LeavingAuditItem: {"离任经济责任审计结果", "audit on leaving office"},
}

// Word names the item.
func (i ItemCode) Word(lang string) string {
	if w, known := itemWords[i]; known {
		return w.in(lang)
	}
	return string(i)
}

var cadenceWords = map[Cadence]word{
	CadenceFinance: {"按财务公开的周期", "by the period of accounts"},
	CadenceGeneral: {"按一般事项的周期", "by the period of general matters"},
	CadenceMajor:   {"发生后及时公布", "at once"},
}

// Word names how often.
func (c Cadence) Word(lang string) string { return cadenceWords[c].in(lang) }

var dutyStateWords = map[DisclosureState]word{
	DisclosurePosted:    {"已公布", "posted"},
	DisclosurePreparing: {"正在准备", "in preparation"},
	DisclosureOverdue:   {"逾期未公布", "overdue"},
	DisclosureOpen:      {"应公布", "due"},
	DisclosureRunning:   {"本期未满", "the period runs"},
	DisclosureNothing:   {"没有发生", "nothing to disclose"},
}

// Word names how an item stands.
func (s DisclosureState) Word(lang string) string { return dutyStateWords[s].in(lang) }
