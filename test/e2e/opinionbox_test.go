package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// caller speaks JSON to an installation, signed in or not.
type caller struct {
	t       *testing.T
	base    string
	session string
	keys    int
}

func (c *caller) call(method, path string, body any) (int, map[string]any) {
	c.t.Helper()
	b, err := json.Marshal(body)
	require.NoError(c.t, err)
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, bytes.NewReader(b))
	require.NoError(c.t, err)
	c.keys++
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprintf("box-%s-%04d", c.t.Name()[len(c.t.Name())-6:], c.keys))
	if c.session != "" {
		r.Header.Set("Authorization", "Bearer "+c.session)
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(c.t, err)
	defer func() { _ = answer.Body.Close() }()
	said := map[string]any{}
	_ = json.NewDecoder(answer.Body).Decode(&said) // some answers are empty
	return answer.StatusCode, said
}

// Somebody without an account asks, floods, is answered, and finds the answer by the
// number alone; a resident's opinion becomes a process that leads back to it.
func TestTheOpinionBox(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := install(t, kind)
			i.serve()
			base := "http://" + i.addr + "/api/v1"
			enter := func(token string) *caller {
				c := &caller{t: t, base: base}
				status, said := c.call("POST", "/sessions", map[string]string{"token": token})
				require.Equal(t, http.StatusCreated, status, said)
				c.session = said["session"].(string)
				return c
			}
			stranger := &caller{t: t, base: base}
			const box = "/communities/demo/opinion-box"
			status, _ := stranger.call("POST", box, map[string]any{"text": "停车场的灯不亮"})
			require.Equal(t, http.StatusUnauthorized, status)

			secretary := enter(i.links[i.cast.Secretary])
			status, said := secretary.call("POST", "/opinion-box/settings", map[string]bool{"without_account": true})
			require.Equal(t, http.StatusNoContent, status, said)
			status, said = stranger.call("POST", box, map[string]any{"text": "停车场的灯不亮", "publish": true})
			require.Equal(t, http.StatusCreated, status, said)
			number := said["number"].(string)
			status, _ = stranger.call("POST", box, map[string]any{"text": "再说一遍"})
			require.Equal(t, http.StatusTooManyRequests, status)
			status, _ = stranger.call("POST", box, map[string]any{"text": strings.Repeat("x", 1<<20)})
			require.Equal(t, http.StatusUnprocessableEntity, status)
			status, _ = stranger.call("POST", "/opinion-box/number", map[string]string{"number": "AAAA-AAAA-AAAA"})
			require.Equal(t, http.StatusNotFound, status)

			clerk := enter(i.links[i.cast.Clerk])
			status, said = clerk.call("POST", box, map[string]any{"text": "请建充电棚"})
			require.Equal(t, http.StatusCreated, status, said)
			own := said["number"].(string)
			status, said = clerk.call("GET", "/opinion-box", nil)
			require.Equal(t, http.StatusOK, status)
			ids := map[string]string{}
			for _, o := range said["opinions"].([]any) {
				ids[o.(map[string]any)["text"].(string)] = o.(map[string]any)["id"].(string)
			}
			require.Len(t, ids, 2)
			answer := "/opinion-box/opinions/" + ids["停车场的灯不亮"] + "/answer"
			status, _ = clerk.call("POST", answer, map[string]string{"outcome": "answered", "text": ""})
			require.Equal(t, http.StatusUnprocessableEntity, status)
			status, said = clerk.call("POST", answer, map[string]string{"outcome": "passed_on", "text": "转交物业维修"})
			require.Equal(t, http.StatusNoContent, status, said)

			i.kill()
			i.serve()
			status, said = stranger.call("POST", "/opinion-box/number", map[string]string{"number": number})
			require.Equal(t, http.StatusOK, status)
			require.Equal(t, "转交物业维修", said["answer"])
			status, said = secretary.call("POST", "/processes", map[string]any{
				"title": "建充电棚", "summary": "请建充电棚", "category": "environment", "affected": "all", "origin": "party_organisation", "form": "conference", "budget_fen": 100, "authorisation": "2026年居民会议授权", "opinion": ids["请建充电棚"],
			})
			require.Equal(t, http.StatusCreated, status, said)
			process := said["id"].(string)
			_, said = stranger.call("POST", "/opinion-box/number", map[string]string{"number": own})
			require.Equal(t, process, said["process"])
			_, said = secretary.call("GET", "/processes/"+process, nil)
			require.Contains(t, fmt.Sprint(said), ids["请建充电棚"])
			requireNoneOf(t, "the log", i.log.String(), []string{"停车场", "充电棚", number, own})
		})
	}
}
