package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// problem is a refusal as it is sent (RFC 9457) and shown: what, why, what now.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`  // what
	Status int    `json:"status"` //
	Detail string `json:"detail"` // why
	// Next says what to do now.
	Next string                   `json:"next,omitempty"`
	Code deliberation.RefusalCode `json:"code"`
	// Citation is the text the rule stands on, as it is printed; Basis is the same as data.
	Citation string                      `json:"citation,omitempty"`
	Basis    *deliberation.Basis         `json:"basis,omitempty"`
	Verdict  *deliberation.Verdict       `json:"verdict,omitempty"`
	Earliest time.Time                   `json:"earliest,omitzero"`
	Latest   time.Time                   `json:"latest,omitzero"`
	Fields   []deliberation.FieldProblem `json:"fields,omitempty"`
	// Faults say, each with its source, what an election may not go on with.
	Faults    []faultLine `json:"faults,omitempty"`
	RequestID string      `json:"request_id,omitempty"`
}

// faultLine is a fault of an election in words.
type faultLine struct {
	deliberation.ElectionFault
	Sentence string `json:"sentence"`
}

// codeInternal is the code of what nobody foresaw.
const codeInternal deliberation.RefusalCode = "internal"

// statuses maps every refusal to its HTTP status; it is the only place that does.
var statuses = map[deliberation.RefusalCode]int{
	deliberation.RefuseMalformed:      http.StatusBadRequest,
	deliberation.RefuseIdempotencyKey: http.StatusBadRequest,

	deliberation.RefuseSignIn:          http.StatusUnauthorized,
	deliberation.RefuseWrongCredential: http.StatusUnauthorized,

	deliberation.RefuseNoMandate:      http.StatusForbidden,
	deliberation.RefuseNotEntitled:    http.StatusForbidden,
	deliberation.RefuseNotOnRoll:      http.StatusForbidden,
	deliberation.RefuseNotCheckedIn:   http.StatusForbidden,
	deliberation.RefuseNotPresent:     http.StatusConflict,
	deliberation.RefuseForAnother:     http.StatusForbidden,
	deliberation.RefuseSupervisedSelf: http.StatusForbidden,
	deliberation.RefuseNotAccountable: http.StatusForbidden,
	deliberation.RefuseCrossSite:      http.StatusForbidden,
	deliberation.RefuseSameSigner:     http.StatusForbidden,
	deliberation.RefuseFreshSignIn:    http.StatusForbidden,
	deliberation.RefuseOwnOffice:      http.StatusForbidden,
	deliberation.RefuseOwnMatter:      http.StatusForbidden,
	deliberation.RefuseAssisted:       http.StatusForbidden,
	deliberation.RefuseSecondFactor:   http.StatusForbidden,

	deliberation.RefuseNotFound: http.StatusNotFound,
	deliberation.RefuseMethod:   http.StatusMethodNotAllowed,

	deliberation.RefuseTooEarly:         http.StatusConflict,
	deliberation.RefuseTooLate:          http.StatusConflict,
	deliberation.RefuseOutOfOrder:       http.StatusConflict,
	deliberation.RefuseTwice:            http.StatusConflict,
	deliberation.RefuseBelowQuorum:      http.StatusConflict,
	deliberation.RefusePollClosed:       http.StatusConflict,
	deliberation.RefusePollNotOpen:      http.StatusConflict,
	deliberation.RefuseHeld:             http.StatusConflict,
	deliberation.RefuseUnanswered:       http.StatusConflict,
	deliberation.RefuseConflict:         http.StatusConflict,
	deliberation.RefuseEnded:            http.StatusConflict,
	deliberation.RefuseProofMissing:     http.StatusConflict,
	deliberation.RefuseUnsignedMinutes:  http.StatusConflict,
	deliberation.RefuseDuplicateProcess: http.StatusConflict,
	deliberation.RefuseByHands:          http.StatusConflict,
	deliberation.RefuseNoMotion:         http.StatusConflict,
	deliberation.RefuseOtherChannel:     http.StatusConflict,
	deliberation.RefusePaperOnly:        http.StatusConflict,
	deliberation.RefuseUnreconciled:     http.StatusConflict,
	deliberation.RefuseUnlawfulElection: http.StatusConflict,
	deliberation.RefuseMandateUsed:      http.StatusConflict,
	deliberation.RefusePollKeyLost:      http.StatusConflict,
	deliberation.RefuseNotCosigned:      http.StatusConflict,
	deliberation.RefuseIsChair:          http.StatusConflict,
	deliberation.RefuseNotEnough:        http.StatusConflict,
	deliberation.RefuseNobodyCame:       http.StatusConflict,
	deliberation.RefuseImportChanged:    http.StatusConflict,
	deliberation.RefuseEnterCommunity:   http.StatusConflict,
	deliberation.RefuseSignInExpired:    http.StatusConflict,

	deliberation.RefuseLinkUsed: http.StatusGone,

	deliberation.RefuseTooLarge:  http.StatusRequestEntityTooLarge,
	deliberation.RefuseMediaType: http.StatusUnsupportedMediaType,

	deliberation.RefuseInvalid:         http.StatusUnprocessableEntity,
	deliberation.RefuseReserved:        http.StatusUnprocessableEntity,
	deliberation.RefuseMandateCap:      http.StatusUnprocessableEntity,
	deliberation.RefuseNoProxy:         http.StatusUnprocessableEntity,
	deliberation.RefuseNotMerged:       http.StatusUnprocessableEntity,
	deliberation.RefuseNoInterested:    http.StatusUnprocessableEntity,
	deliberation.RefuseNotAffected:     http.StatusForbidden,
	deliberation.RefuseOnPanel:         http.StatusConflict,
	deliberation.RefuseOtherSide:       http.StatusConflict,
	deliberation.RefuseInterest:        http.StatusUnprocessableEntity,
	deliberation.RefuseUnknownPack:     http.StatusUnprocessableEntity,
	deliberation.RefuseKeyReused:       http.StatusUnprocessableEntity,
	deliberation.RefuseEmergencyReason: http.StatusUnprocessableEntity,
	deliberation.RefuseDuplicateOnRoll: http.StatusUnprocessableEntity,
	deliberation.RefuseFormNotInPack:   http.StatusUnprocessableEntity,
	deliberation.RefuseRectifyLimit:    http.StatusUnprocessableEntity,
	deliberation.RefuseCalendar:        http.StatusUnprocessableEntity,
	deliberation.RefuseUnreadableFile:  http.StatusUnprocessableEntity,
	deliberation.RefuseImportErrors:    http.StatusUnprocessableEntity,
	deliberation.RefuseUnbalanced:      http.StatusUnprocessableEntity,

	deliberation.RefuseRateLimited: http.StatusTooManyRequests,
	deliberation.RefuseLockedOut:   http.StatusTooManyRequests,
	deliberation.RefuseTooOften:    http.StatusConflict,
	deliberation.RefuseUnavailable: http.StatusServiceUnavailable,
}

// refusalOf gives the refusal an error stands for. ok is false for what nobody
// foresaw: it is shown as codeInternal, and its text to nobody.
func refusalOf(err error) (r *deliberation.Refusal, ok bool) {
	var h *echo.HTTPError
	switch {
	case errors.As(err, &r):
		if _, known := statuses[r.Code]; known {
			return r, true
		}
	case errors.As(err, &h):
		for code, status := range map[deliberation.RefusalCode]int{
			deliberation.RefuseMalformed: http.StatusBadRequest, deliberation.RefuseNotFound: http.StatusNotFound,
			deliberation.RefuseMethod: http.StatusMethodNotAllowed, deliberation.RefuseTooLarge: http.StatusRequestEntityTooLarge,
			deliberation.RefuseMediaType: http.StatusUnsupportedMediaType, deliberation.RefuseRateLimited: http.StatusTooManyRequests,
			deliberation.RefuseCrossSite: http.StatusForbidden, // only the guard against forms of other sites says it in this way
		} {
			if h.Code == status {
				return deliberation.Refuse(code), true
			}
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return deliberation.Refuse(deliberation.RefuseUnavailable), true
	}
	return deliberation.Refuse(codeInternal), false
}

// problemOf gives the problem of an error in the language, zh or en. The text of
// an error that is no refusal is never in it.
func (s *Server) problemOf(err error, lang string) problem {
	r, _ := refusalOf(err)
	status, known := statuses[r.Code]
	if !known {
		status = http.StatusInternalServerError
	}
	said := sentenceOf(r, lang)
	p := problem{
		Type: "urn:yishi:problem:" + strings.ReplaceAll(string(r.Code), "_", "-"), Status: status, Code: r.Code,
		Title: said.what, Detail: said.why, Next: said.now,
		Basis: r.Basis, Verdict: r.Verdict, Earliest: r.Earliest, Latest: r.Latest, Fields: r.Fields,
	}
	for _, f := range r.Faults {
		p.Faults = append(p.Faults, faultLine{f, f.Sentence(lang)})
	}
	if r.Basis == nil && r.Verdict != nil {
		p.Basis = shortBasis(*r.Verdict)
	}
	if p.Basis != nil {
		p.Citation = p.Basis.Citation.String()
	}
	return p
}

// shortBasis gives the basis of the first check that is not met.
func shortBasis(v deliberation.Verdict) *deliberation.Basis {
	for _, c := range v.Checks {
		if !c.Met {
			return &c.Rule.Basis
		}
	}
	return nil
}

// answerError answers what a handler or middleware gave back, as JSON to
// programs and as a page to people.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		s.Log.ErrorContext(c.Request().Context(), "failed while answering", "request_id", requestIDOf(c), "error", err)
		return
	}
	// What took too long is over, and that must still be said.
	c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	v := s.viewer(c)
	p := s.problemOf(err, v.Lang)
	p.RequestID = requestIDOf(c)
	if p.Status >= http.StatusInternalServerError {
		s.Log.LogAttrs(c.Request().Context(), slog.LevelError, "request failed", slog.String("request_id", p.RequestID),
			slog.String("method", c.Request().Method), slog.String("route", c.Path()), slog.String("code", string(p.Code)), slog.Any("error", err))
	}
	h := c.Response().Header()
	if p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable {
		h.Set(echo.HeaderRetryAfter, "1")
	}
	h.Set("Content-Language", words{"zh-CN", "en"}.in(v.Lang))
	send := s.errorPage
	if strings.HasPrefix(c.Request().URL.Path, "/api/") {
		send = sendProblem
	}
	if err := send(c, p); err != nil {
		s.Log.ErrorContext(c.Request().Context(), "problem could not be shown", "request_id", p.RequestID, "error", err)
		if !c.Response().Committed {
			_ = plainErrorPage(c, p) // the person went away
		}
	}
}

func sendProblem(c echo.Context, p problem) error {
	if p.Status == http.StatusUnauthorized {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="yishi"`)
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.Blob(p.Status, "application/problem+json", b)
}

// plainErrorPage stands in until the pages have set theirs.
func plainErrorPage(c echo.Context, p problem) error {
	return c.String(p.Status, p.Title+"\n"+p.Detail+"\n"+p.Next+"\n")
}
