package server

// pageRoutes is the policy's row of every page: the action it does. New fails on
// a page without a row.
var pageRoutes = map[string]action{
	"GET /":                      toReadPublic,
	"GET /static/*":              toLoadAsset,
	"GET /board":                 toReadPublic,
	"GET /board/:posting":        toReadPublic,
	"GET /board/:posting/qr.svg": toReadPublic,
	"POST /preferences":          toReadPublic,

	"GET /today":          toReadOwn,
	"GET /processes":      toReadCase,
	"GET /processes/new":  toStart,
	"POST /processes/new": toStart,

	"GET /processes/:process":             toReadCase,
	"GET /processes/:process/register":    toReadCase,
	"GET /processes/:process/print/:form": toReadCase,
	"GET /processes/:process/dossier.zip": toReadDossier,
	"GET /processes/:process/acts/:act":   toAct,
	"POST /processes/:process/acts/:act":  toAct,

	"POST /processes/:process/opinions":                 toGiveOpinion,
	"POST /processes/:process/opinions/:opinion/answer": toAnswer,

	"GET /supervise":                    toReadCase,
	"GET /processes/:process/supervise": toReadCase,

	"GET /meetings/:meeting":              toReadCase,
	"POST /meetings/:meeting/check-in":    toCheckIn,
	"POST /meetings/:meeting/leave":       toCheckIn,
	"GET /meetings/:meeting/notices":      toReadCase,
	"POST /meetings/:meeting/notices":     toCheckIn,
	"GET /meetings/:meeting/desk":         toRunHall,
	"POST /meetings/:meeting/observers":   toRunHall,
	"GET /meetings/:meeting/list":         toReadCase,
	"GET /meetings/:meeting/calendar.ics": toReadCase,
	"GET /meetings/:meeting/speakers":     toReadCase,
	"POST /meetings/:meeting/speakers":    toCheckIn,

	"POST /meetings/:meeting/speakers/withdraw": toCheckIn,
	"POST /meetings/:meeting/speakers/call":     toRunHall,
	"POST /meetings/:meeting/speakers/end":      toRunHall,

	"GET /meetings/:meeting/screen": toReadCase,

	"GET /polls/:poll":         toReadCase,
	"POST /polls/:poll":        toVote,
	"GET /polls/:poll/receipt": toReadCase,

	"GET /papers/:paper":         toReadPaper,
	"GET /papers/:paper/content": toReadPaper,

	"GET /status": toRunEngine,
}
