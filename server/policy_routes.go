package server

import "maps"

// routes is the policy's row of every route: the action it does. A route without
// a row is refused, and New fails on it. The pages list theirs in pageRoutes.
var routes = allRoutes(apiRoutes, pageRoutes, accessRoutes, rosterRoutes, importRoutes, bodyRoutes, dutyRoutes, signInRoutes, ownerRoutes, demandRoutes, electionRoutes, choosingRoutes, resignationRoutes, consultationRoutes, openTalkRoutes, appraisalRoutes, departmentRoutes, disclosureRoutes, boxRoutes, hearingRoutes, paperRoutes)

func allRoutes(parts ...map[string]action) map[string]action {
	all := map[string]action{}
	for _, p := range parts {
		maps.Copy(all, p)
	}
	return all
}

var apiRoutes = map[string]action{
	"GET /healthz":          toReadPublic,
	"GET /readyz":           toReadPublic,
	"GET /metrics":          toReadPublic,
	"GET /api/openapi.json": toReadPublic,
	"GET /api/docs":         toReadPublic,

	"POST /api/v1/sessions":           toSignIn,
	"DELETE /api/v1/sessions/current": toSignOut,
	"GET /api/v1/me":                  toReadOwn,
	"GET /api/v1/tasks":               toReadOwn,
	"GET /api/v1/communities":         toReadPlaces,

	"GET /api/v1/clock":       toReadPublic,
	"GET /api/v1/packs":       toReadPublic,
	"GET /api/v1/packs/:pack": toReadPublic,
	"GET /api/v1/board":       toReadPublic,

	"POST /api/v1/processes":                                   toStart,
	"GET /api/v1/processes":                                    toReadCase,
	"GET /api/v1/processes/:process":                           toReadCase,
	"POST /api/v1/processes/:process/acts/:act":                toAct,
	"GET /api/v1/processes/:process/opinions":                  toReadCase,
	"POST /api/v1/processes/:process/opinions":                 toGiveOpinion,
	"POST /api/v1/processes/:process/opinions/:opinion/answer": toAnswer,
	"GET /api/v1/processes/:process/register":                  toReadCase,
	"GET /api/v1/processes/:process/papers/:paper":             toReadPaper,
	"GET /api/v1/processes/:process/dossier":                   toReadDossier,
	"GET /api/v1/meetings/:meeting/roll":                       toReadCase,
	"POST /api/v1/meetings/:meeting/check-ins":                 toCheckIn,
	"GET /api/v1/meetings/:meeting/notice-receipts":            toReadCase,
	"POST /api/v1/meetings/:meeting/notice-receipts":           toCheckIn,
	"GET /api/v1/meetings/:meeting/mandates":                   toReadCase,
	"POST /api/v1/meetings/:meeting/mandates":                  toGiveMandate,
	"POST /api/v1/meetings/:meeting/mandates/:mandate/revoke":  toGiveMandate,
	"GET /api/v1/estates":                                      toReadEstates,
	"POST /api/v1/estates":                                     toEditEstates,
	"GET /api/v1/estates/:estate/units":                        toReadEstates,
	"POST /api/v1/estates/:estate/units":                       toEditEstates,
	"POST /api/v1/meetings/:meeting/departures":                toCheckIn,
	"GET /api/v1/meetings/:meeting/attendance":                 toReadCase,
	"GET /api/v1/meetings/:meeting/observers":                  toReadCase,
	"POST /api/v1/meetings/:meeting/observers":                 toRunHall,
	"GET /api/v1/meetings/:meeting/speeches":                   toReadCase,
	"POST /api/v1/meetings/:meeting/speeches":                  toCheckIn,
	"POST /api/v1/meetings/:meeting/speeches/call":             toRunHall,
	"POST /api/v1/meetings/:meeting/speeches/:speech/end":      toRunHall,
	"POST /api/v1/meetings/:meeting/speeches/:speech/withdraw": toCheckIn,
	"GET /api/v1/polls/:poll":                                  toReadCase,
	"POST /api/v1/polls/:poll/ballots":                         toVote,
	"GET /api/v1/polls/:poll/paper":                            toCountPaper,
	"POST /api/v1/polls/:poll/paper":                           toIssuePaper,
	"POST /api/v1/polls/:poll/boxes":                           toCountPaper,
	"POST /api/v1/polls/:poll/bundles":                         toCountPaper,

	"GET /engine":    toRunEngine,
	"GET /engine/*":  toRunEngine,
	"POST /engine":   toRunEngine,
	"POST /engine/*": toRunEngine,
	"HEAD /engine/*": toRunEngine,
}
