package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// caller speaks to the API as somebody, to bring a process where the browser looks at it.
type caller struct {
	*town
	*session
}

// session is what a signed-in person keeps between calls.
type session struct {
	token  string
	serial int
}

// as signs somebody in, once.
func (w *town) as(who deliberation.PersonID) caller {
	w.Helper()
	if s, there := w.sessions[who]; there {
		return caller{w, s}
	}
	c := caller{w, &session{}}
	var got struct {
		Session string `json:"session"`
	}
	c.post("/sessions", map[string]string{"token": w.token(who)}, &got)
	c.session.token = got.Session
	w.sessions[who] = c.session
	return c
}

func (c caller) post(path string, body, into any) {
	c.Helper()
	if status, answer := c.try(path, body, into); status >= http.StatusBadRequest {
		c.Fatalf("POST %s: %d %s", path, status, answer)
	}
}

// try sends a command that may be refused.
func (c caller) try(path string, body, into any) (int, []byte) {
	c.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		c.Fatal(err)
	}
	status, answer := c.once(http.MethodPost, path, b)
	if status < http.StatusBadRequest && into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			c.Fatalf("POST %s: %v: %s", path, err, answer)
		}
	}
	return status, answer
}

func (c caller) once(method, path string, body []byte) (int, []byte) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), method, c.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	r.Header.Set("Accept-Language", "zh-CN")
	r.Header.Set("Content-Type", "application/json")
	c.serial++
	r.Header.Set("Idempotency-Key", fmt.Sprintf("browser-test-%d", c.serial))
	if c.session.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.session.token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		c.Fatal(err)
	}
	return res.StatusCode, answer
}

// acts does an act when the process takes it, and gives what it is about.
func (c caller) acts(process deliberation.ProcessID, kind deliberation.ActKind, body map[string]any) string {
	c.Helper()
	c.open(process, kind)
	var r deliberation.Receipt
	c.post("/processes/"+string(process)+"/acts/"+string(kind), body, &r)
	return r.Subject
}

// open waits until the process takes the act.
func (c caller) open(process deliberation.ProcessID, kind deliberation.ActKind) deliberation.Proceeding {
	c.Helper()
	return c.wait(process, string(kind), func(p deliberation.Proceeding) bool {
		return slices.ContainsFunc(p.Status.Open, func(o deliberation.OpenAct) bool { return o.Kind == kind })
	})
}

func (w *town) wait(process deliberation.ProcessID, what string, wanted func(deliberation.Proceeding) bool) deliberation.Proceeding {
	w.Helper()
	there := *w
	there.process = process
	return there.until(what, wanted)
}

// inDays is nine in the morning some civil days from now.
func (w *town) inDays(n int) time.Time { return deliberation.DateOf(w.now()).AddDays(n).At(9, 0) }

// starts begins a process.
func (w *town) starts(who deliberation.PersonID, path string, matter map[string]any) deliberation.ProcessID {
	w.Helper()
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	w.as(who).post(path, matter, &made)
	return made.ID
}
