package server

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// auditActs are what the audit can be narrowed to, beside the acts of a process.
var auditActs = []string{
	"view_person", "reveal_person", "add_person", "change_person", "erase_person", "add_household", "change_household",
	"add_estate", "put_units", "give_mandate", "revoke_mandate", "appoint", "end_office",
	"declare_kin", "drop_kin", "import", "import_person", "undo_import", "export", "export_person", "load_roster", "issue_link",
	"sign_in", "sign_in_failed", "sign_in_reset", "session_ended", "confirm", "assist_begin", "assist_end", "password_set", "password_removed",
	"passkey_added", "passkey_removed", "totp_on", "totp_off", "recovery_code_used", "identity_linked", "identity_removed",
	"create_process", "process", "check_in", "receive_notice", "leave", "add_observer", "ask_to_speak", "withdraw_speech", "call_speaker", "end_speech",
	"sign_demand", "unsign_demand", "plan_hearing", "add_expert", "sign_up", "withdraw_sign_up", "add_statement", "dispose_statement", "enter_signature", "keep_report", "issue_paper", "exchange_paper", "hand_back_paper", "count_box", "read_bundle",
	"cancel_web_ballot", "set_mobile_list", "set_station_crew", "enter_registration", "correct_electors", "lodge_nomination", "put_in_box", "answer_box", "set_box", "add_opinion", "answer_opinion", "file_paper", "enter", "add_place", "change_place", "record_held",
}

// audit shows what was done in the community, newest first.
func (w *site) audit(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.AuditView{Page: w.page(c, "audit", "audit_title"), Acts: slices.Clone(auditActs)}
	for _, spec := range deliberation.ActSpecs {
		view.Acts = append(view.Acts, string(spec.Kind))
	}
	query := url.Values{}
	if act := c.QueryParam("act"); slices.Contains(view.Acts, act) {
		view.Act = act
		query.Set("act", act)
	}
	view.Paging = pages.Paging{Offset: offsetOf(c), Limit: listSize, Path: "/audit", Query: query}
	var err error
	if view.Lines, view.Paging.Total, err = w.Audit.AuditOf(ctx, v.Community.ID, view.Act, view.Paging.Offset, listSize); err != nil {
		return err
	}
	if view.Names, view.Strangers, err = w.named(ctx, v, view.Lines); err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Audit(view))
}

// offsetOf reads where a list begins; a page that does not exist is the first one.
func offsetOf(c echo.Context) int {
	offset, err := strconv.Atoi(c.QueryParam("offset"))
	if err != nil || offset < 0 {
		return 0
	}
	return offset
}

// named gives the names of those in the lines who belong to the viewer's
// community, and who the others are. A person who is no more is one of the others.
func (w *site) named(ctx context.Context, v viewer, lines []deliberation.AuditLine) (pages.Names, map[deliberation.PersonID]bool, error) {
	names, strangers := pages.Names{}, map[deliberation.PersonID]bool{}
	for _, id := range concerned(lines) {
		p, err := w.People.Person(ctx, id)
		switch {
		case errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)):
			strangers[id] = true
		case err != nil:
			return nil, nil, err
		case p.Community == v.Community.ID:
			names[id] = p.Name
		default:
			strangers[id] = true
		}
	}
	return names, strangers, nil
}

// concerned gives all persons of the lines, each once.
func concerned(lines []deliberation.AuditLine) []deliberation.PersonID {
	var ids []deliberation.PersonID
	for _, l := range lines {
		for _, id := range []deliberation.PersonID{l.Actor, l.Assistant, l.Person} {
			if id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}
