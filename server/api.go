package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/oapi-codegen/echo-middleware"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

// apiHandlers answers the operations of api/openapi.yaml.
type apiHandlers struct{ *Server }

var _ api.ServerInterface = apiHandlers{}

// description reads the API's description once: it is large.
var description = sync.OnceValues(api.GetSpec)

// mountAPI gives the API its routes and its description.
func (s *Server) mountAPI(g *echo.Group) error {
	spec, err := description()
	if err != nil {
		return fmt.Errorf("API description: %w", err)
	}
	text, err := spec.MarshalJSON()
	if err != nil {
		return fmt.Errorf("API description: %w", err)
	}
	listing := listingOf(spec)
	s.echo.GET("/api/openapi.json", func(c echo.Context) error { return c.JSONBlob(http.StatusOK, text) }, apiHeaders)
	s.echo.GET("/api/docs", func(c echo.Context) error { return c.HTMLBlob(http.StatusOK, listing) }, apiHeaders)

	g.Use(plainIDs, s.bearerSession, s.limitRate, s.authorise, s.commandOnly, validator(spec))
	api.RegisterHandlers(g, apiHandlers{s})
	return nil
}

// validator refuses what the description does not allow. Who may do what has been
// decided before it.
func validator(spec *openapi3.T) echo.MiddlewareFunc {
	own := *spec // the middleware takes the addresses out
	return echomiddleware.OapiRequestValidatorWithOptions(&own, &echomiddleware.Options{
		DoNotValidateServers: true,
		Prefix:               "/api/v1",
		Options:              openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true},
		MultiErrorHandler:    func(all openapi3.MultiError) *echo.HTTPError { return &echo.HTTPError{Internal: all} },
		ErrorHandler:         func(_ echo.Context, err *echo.HTTPError) error { return wrongRequest(err) },
	})
}

// wrongRequest makes a refusal of what the validator found, field by field.
func wrongRequest(err *echo.HTTPError) error {
	var f fields
	gather(&f, "", err.Internal)
	if len(f) > 0 {
		return f.refusal()
	}
	if err.Code == http.StatusNotFound || err.Code == http.StatusMethodNotAllowed {
		return err
	}
	return deliberation.Refuse(deliberation.RefuseMalformed)
}

func gather(f *fields, param string, err error) {
	var request *openapi3filter.RequestError
	var schema *openapi3.SchemaError
	switch e := err.(type) { //nolint:errorlint // a list is taken apart here, one by one; what is wrapped is looked for below
	case nil:
		return
	case openapi3.MultiError:
		for _, one := range e {
			gather(f, param, one)
		}
		return
	}
	if errors.As(err, &request) {
		if request.Parameter != nil {
			param = request.Parameter.Name
		}
		if request.Err != nil {
			gather(f, param, request.Err)
			return
		}
	}
	if errors.As(err, &schema) {
		field := param
		if path := schema.JSONPointer(); len(path) > 0 {
			field = path[len(path)-1]
		}
		if _, quoted, ok := strings.Cut(schema.Reason, `"`); ok && schema.SchemaField == "properties" {
			field, _, _ = strings.Cut(quoted, `"`) // the name of a field there should not be
		}
		f.add(fieldName(field), schemaProblem(schema), 0)
		return
	}
	if param != "" {
		f.add(fieldName(param), notANumber, 0)
	}
}

// fieldName keeps what a sender made up out of the answer's words.
func fieldName(s string) string {
	if s == "" || !isID(s) {
		return "body"
	}
	return s
}

func schemaProblem(e *openapi3.SchemaError) string {
	switch e.SchemaField {
	case "required", "minLength":
		return required
	case "maxLength":
		return tooLong
	case "enum":
		return notAChoice
	case "minimum", "maximum":
		return notANumber
	case "properties":
		return unexpected
	case "format":
		if e.Schema != nil && e.Schema.Format == "date-time" {
			return notADate
		}
	}
	if e.Schema != nil && e.Schema.Type.Is("integer") {
		return notANumber
	}
	return notText
}

// Where commandOnly leaves the request's hash and its body. The body is read from
// there: the validator empties the request's own when it strips the prefix.
const (
	requestSumKey = "request_sha256"
	bodyKey       = "body"
)

// commandOnly lets through what has the shape of a command: JSON, whole, under an
// Idempotency-Key. It leaves the request's hash for the replies.
func (s *Server) commandOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			return next(c)
		}
		if actionOf(c) != toSignIn {
			if err := checkKey(idempotencyKey(c)); err != nil {
				return err
			}
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			var refused *deliberation.Refusal
			if errors.As(err, &refused) {
				return refused
			}
			return deliberation.Refuse(deliberation.RefuseMalformed)
		}
		if r.Method == http.MethodPost {
			if kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); err != nil || kind != echo.MIMEApplicationJSON {
				return deliberation.Refuse(deliberation.RefuseMediaType)
			}
			if !json.Valid(body) {
				return deliberation.Refuse(deliberation.RefuseMalformed)
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		c.Set(bodyKey, body)
		sum := sha256.Sum256([]byte(r.Method + " " + r.URL.Path + "\n" + string(body)))
		c.Set(requestSumKey, hex.EncodeToString(sum[:]))
		return next(c)
	}
}

func idempotencyKey(c echo.Context) string { return c.Request().Header.Get("Idempotency-Key") }

// answer is what a command gives back: a status and what is written as JSON, nil
// for no body.
type answer struct {
	status int
	body   any
}

// once runs a command unless its key has been answered before, and keeps the
// answer. A refusal is not kept: what is too early today may be in time tomorrow.
func (s *Server) once(c echo.Context, run func(v viewer, key string) (answer, error)) error {
	ctx, v, key := c.Request().Context(), s.viewer(c), idempotencyKey(c)
	sum, _ := c.Get(requestSumKey).(string)
	status, body, found, err := s.Replies.Reply(ctx, v.Person.ID, key, sum)
	if err != nil {
		return err
	}
	if found {
		return sendJSON(c, status, body)
	}
	a, err := run(v, key)
	if err != nil {
		return err
	}
	if a.body != nil {
		if body, err = json.Marshal(a.body); err != nil {
			return err
		}
	}
	if err := s.Replies.KeepReply(ctx, v.Person.ID, key, sum, a.status, body, s.Now()); err != nil {
		// What was done stands; the command's own key makes a retry harmless.
		s.Log.WarnContext(ctx, "reply could not be kept", "request_id", requestIDOf(c), "error", err)
	}
	return sendJSON(c, a.status, body)
}

func sendJSON(c echo.Context, status int, body []byte) error {
	if len(body) == 0 {
		return c.NoContent(status)
	}
	return c.JSONBlob(status, body)
}

// read binds the body, which the validator has seen, to its type.
func read[T any](c echo.Context) (T, error) {
	var v T
	body, _ := c.Get(bodyKey).([]byte)
	if err := json.Unmarshal(body, &v); err != nil {
		return v, deliberation.Refuse(deliberation.RefuseMalformed)
	}
	return v, nil
}

func (h apiHandlers) CreateSession(c echo.Context) error {
	in, err := read[api.SignIn](c)
	if err != nil {
		return err
	}
	v, session, expires, err := h.begin(c, in.Token, deliberation.DoorAPI)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, api.Session{
		Session: session, Expires: expires.In(deliberation.Shanghai), Person: personOf(v.Person), Community: communityOf(v.Community), Offices: texts(v.Offices),
	})
}

// DeleteSession ends the session; one that has ended already is no error.
func (h apiHandlers) DeleteSession(c echo.Context, _ api.DeleteSessionParams) error {
	if h.viewer(c).SignedIn {
		if err := h.signOut(c); err != nil {
			return err
		}
	}
	return c.NoContent(http.StatusNoContent)
}

func (h apiHandlers) GetMe(c echo.Context) error {
	v := h.viewer(c)
	return c.JSON(http.StatusOK, api.Me{Person: personOf(v.Person), Community: communityOf(v.Community), Offices: texts(v.Offices)})
}

func (h apiHandlers) GetClock(c echo.Context) error {
	clock := h.Clock()
	return c.JSON(http.StatusOK, api.Clock{Now: h.now().Truncate(time.Millisecond), Rate: max(1, clock.Rate), Demo: clock.Fast()})
}

func (h apiHandlers) ListPacks(c echo.Context) error {
	list := []api.PackSummary{}
	for _, p := range h.Law.Packs() {
		list = append(list, api.PackSummary{
			Id: p.ID, Version: p.Version, Kind: string(p.Kind), TitleZh: p.TitleZH, TitleEn: p.TitleEN,
			From: p.From.String(), Until: p.Until.String(), Overlays: p.Overlays, Hash: p.Hash,
		})
	}
	return c.JSON(http.StatusOK, map[string]any{"packs": list})
}

func (h apiHandlers) GetPack(c echo.Context, id api.PackID) error {
	p, err := h.Law.Pack(id)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseUnknownPack)) {
		return deliberation.Refuse(deliberation.RefuseNotFound) // it is the address here, not a wish
	}
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, api.Pack{
		Id: p.ID, Version: p.Version, Kind: string(p.Kind), TitleZh: p.TitleZH, TitleEn: p.TitleEN, From: p.From.String(),
		Until: p.Until.String(), Overlays: p.Overlays, Hash: p.Hash, Parameters: p.Parameters,
	})
}
